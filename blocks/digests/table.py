"""Build the campaigns of a digest with their changed numbers: a table, or lines where Slack takes no tables."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from blocks import kit, words
from blocks.campaigns.campaign import UNNAMED, status_name
from blocks.kit import Block
from bot.digests.attention import COUNTERS, Count, Row
from bot.digests.comparison import Comparison

Cell: TypeAlias = Mapping[str, str | int]

COLUMNS = {"calls": "Calls", "completed": "Completed", "failed": "Failed", "left": "Left", "today": "Today"}
_UNITS = {"calls": "calls", "completed": "completed", "failed": "failed", "left": "left", "today": "today"}
_ROWS, _CHARACTERS, _PAGE = 100, 10_000, 10  # rows besides the header, characters (both Slack's limits); rows on a page
_LINES, _IN_SECTION = 15, 5  # lines in the plain version, lines in a section; more would be a wall of text
_NAME, _SHORT_ID = 60, 8
_BIGGEST = 2**53  # from here on, an integer in JSON is no longer exact


def names(comparison: Comparison) -> dict[str, str]:
    """Return a name for each campaign by its id, also for missing and gone ones (plain text).

    Campaigns without a name, and those that share one, also get the beginning of the id.
    """
    shown = {row.id: words.clean(row.figures.name, _NAME) or UNNAMED for row in comparison.rows}
    for one in (*comparison.missing, *comparison.gone):
        shown[one.id] = words.clean(one.name, _NAME) or f"Campaign {one.id[:_SHORT_ID]}"
    alike = Counter(shown.values())
    return {
        id_: name if alike[name] == 1 and name != UNNAMED else f"{id_[:_SHORT_ID]} {name}"
        for id_, name in shown.items()
    }


def table(rows: Sequence[Row], named: Mapping[str, str], since: str) -> Iterator[Block]:
    """Yield Slack's sortable table with as many campaigns as it takes, and the number of the others.

    `named` are the campaigns' names by id. `since` is the last delivery's time in words, or empty.
    """
    drawn: list[list[Cell]] = [[_text("Campaign"), _text("Status"), *map(_text, COLUMNS.values())]]
    room = _CHARACTERS - _size(drawn[0])
    for row in rows[:_ROWS]:
        cells = _cells(row, named[row.id])
        room -= _size(cells)
        if room < 0:
            break
        drawn.append(cells)
    caption = f"Campaigns, with changes since {since} in parentheses" if since else "Campaigns"
    yield {
        "type": "data_table",
        "caption": caption,
        "page_size": _PAGE,
        "row_header_column_index": 0,
        "rows": drawn,
    }
    yield from _rest(rows[len(drawn) - 1 :])


def lines(rows: Sequence[Row], named: Mapping[str, str], since: str) -> Iterator[Block]:
    """Yield the first campaigns as lines in classic blocks, and the number of the others. Arguments as in `table`."""
    if since:
        yield kit.context(f"Changes since {since} are in parentheses")
    shown = [_line(row, named[row.id]) for row in rows[:_LINES]]
    for start in range(0, len(shown), _IN_SECTION):
        yield kit.section("\n".join(shown[start : start + _IN_SECTION]))
    yield from _rest(rows[_LINES:])


def said(count: Count, *, counter: bool = False) -> str:
    """Format a number with its change: `412 (+96)`, or an en dash when there is no data (plain text).

    `counter`: the number should only go up, so a decrease is spelled out: `398 (went down, was 412)`.
    """
    number, delta = words.number(count.now), count.delta
    if delta is None:
        return number
    if counter and delta < 0:
        return f"{number} (went down, was {words.number(count.was)})"
    return f"{number} ({words.change(delta)})"


def _rest(rows: Sequence[Row]) -> Iterator[Block]:
    if not rows:
        return
    urgent = sum(bool(row.reasons) for row in rows)
    looks = f"{words.number(urgent)} of them need a look" if urgent > 1 else "one of them needs a look"
    yield kit.context(f"and {words.number(len(rows))} more, {looks if urgent else 'none of them needs a look'}")


def _cells(row: Row, name: str) -> list[Cell]:
    return [_text(name), _text(_status(row)), *(_number(row.counts[number], number) for number in COLUMNS)]


def _status(row: Row) -> str:
    now = status_name(row.figures.status)
    if row.was:
        return f"{now} (was {status_name(row.was)})"
    return f"{now}, new here" if row.new else now


def _text(text: str) -> Cell:
    return {"type": "raw_text", "text": text}


def _number(count: Count, number: str) -> Cell:
    text = said(count, counter=number in COUNTERS)
    if count.now is None or abs(count.now) >= _BIGGEST:
        return _text(text)
    return {"type": "raw_number", "value": count.now, "text": text}


def _size(cells: Sequence[Cell]) -> int:
    """Count characters as Slack does: an emoji is two."""
    return sum(len(str(cell["text"]).encode("utf-16-le", "replace")) // 2 for cell in cells)


def _line(row: Row, name: str) -> str:
    numbers = (_with_unit(said(row.counts[one], counter=one in COUNTERS), unit) for one, unit in _UNITS.items())
    return "  ·  ".join((f"*{words.literal(name, 80)}*", words.literal(_status(row), 130), *numbers))


def _with_unit(number: str, unit: str) -> str:
    """Put the unit into a formatted number: `412 calls (+96)`."""
    value, _, change = number.partition(" (")
    return f"{value} {unit} ({change}" if change else f"{value} {unit}"
