"""Print rows for operators: as a table with a header, or as one JSON line for each row. All times are in one zone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cli.printing import json_text, one_line

Row = Mapping[str, object]  # a datetime is a moment (aware); None is unknown or does not apply


def table(rows: Sequence[Row], columns: Sequence[str], zone: ZoneInfo) -> list[str]:
    """Return the lines of a table with these columns. Those that hold moments name the zone in the header."""
    timed = {name for row in rows for name in columns if isinstance(row[name], datetime)}
    header = [f"{name} ({zone.key})" if name in timed else name for name in columns]
    cells = [header, *([_cell(row[name], zone) for name in columns] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]


def json_lines(rows: Sequence[Row], zone: ZoneInfo) -> list[str]:
    """Return a line of JSON for each row. Moments are in ISO 8601, with the offset of the zone."""
    return [json_text({name: _plain(value, zone) for name, value in row.items()}) for row in rows]


def _cell(value: object, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    return one_line(str(value)) if value not in (None, "") else "-"


def _plain(value: object, zone: ZoneInfo) -> object:
    return value.astimezone(zone).isoformat(timespec="seconds") if isinstance(value, datetime) else value
