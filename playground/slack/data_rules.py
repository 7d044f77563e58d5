"""What Slack refuses in tables and charts. Where its limits are not settled, the smaller one stands here."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from playground.slack.text_rules import Json

_ROWS: Final = {"table": 100, "data_table": 101}  # the header is one of them
_CELLS, _CHARACTERS = 20, 10_000
_CELL_KINDS = ("raw_text", "raw_number", "rich_text")
_PARTS, _POINTS = 6, 20
_TITLE, _LABEL = 50, 20
MOST: Final[Mapping[str, int]] = {"table": 1, "data_table": 1, "data_visualization": 2}  # in one message


def too_many(blocks: Sequence[Json]) -> Iterator[str]:
    """Why Slack would refuse so many tables and charts in one message."""
    counts = {kind: sum(isinstance(one, dict) and one.get("type") == kind for one in blocks) for kind in MOST}
    yield from (f"{count} blocks {kind}" for kind, count in counts.items() if count > MOST[kind])


def table(block: Json) -> Iterator[str]:
    """Why Slack would refuse this table, plain or `data_table`."""
    rows = block.get("rows")
    if not isinstance(rows, list) or not 0 < len(rows) <= _ROWS[block["type"]]:
        yield f"{len(rows) if isinstance(rows, list) else 'no'} rows"
        return
    widths = {len(row) for row in rows}
    if len(widths) != 1 or not 0 < max(widths) <= _CELLS:
        yield f"rows of {sorted(widths)} cells"
    cells = [cell for row in rows for cell in row]
    yield from (why for cell in cells for why in _cell(cell))
    if (size := sum(len(str(cell.get("text", ""))) for cell in cells)) > _CHARACTERS:
        yield f"{size} characters in a table"
    if block["type"] == "data_table":
        yield from _data_table(block, max(widths))


def _cell(cell: Json) -> Iterator[str]:
    kind = cell.get("type")
    if kind not in _CELL_KINDS:
        yield f"a cell of the type {kind}"
    if kind == "raw_text" and not cell.get("text"):
        yield "an empty cell"
    if kind == "raw_number" and not _is_number(cell.get("value")):
        yield "a raw_number without a number"


def _data_table(block: Json, width: int) -> Iterator[str]:
    if not isinstance(block.get("caption"), str) or not block["caption"]:
        yield "no caption"
    if not 1 <= block.get("page_size", 1) <= 100:
        yield "page_size is not from 1 to 100"
    if not 0 <= block.get("row_header_column_index", 0) < width:
        yield "row_header_column_index names no column"


def chart(block: Json) -> Iterator[str]:
    """Why Slack would refuse this `data_visualization`."""
    yield from _label("title", block.get("title"), _TITLE)
    drawn: Json = block.get("chart") or {}
    if (kind := str(drawn.get("type"))) not in _CHARTS:
        yield f"a chart of the type {kind}"
    else:
        yield from _CHARTS[kind](drawn)


def _pie(drawn: Json) -> Iterator[str]:
    segments = drawn.get("segments") or []
    if not 0 < len(segments) <= _PARTS:
        yield f"{len(segments)} segments"
    for segment in segments:
        yield from _label("label", segment.get("label"), _LABEL)
        if not _is_number(segment.get("value")) or segment["value"] <= 0:
            yield "a segment's value is not above 0"


def _axes(drawn: Json) -> Iterator[str]:
    axis = drawn.get("axis_config") or {}
    categories = axis.get("categories") or []
    if not 0 < len(categories) <= _POINTS or len(set(categories)) != len(categories):
        yield f"{len(categories)} categories, or one twice"
    for category in categories:
        yield from _label("category", category, _LABEL)
    for key in ("x_label", "y_label"):
        if key in axis:
            yield from _label(key, axis[key], _TITLE)
    yield from _series(drawn.get("series") or [], categories)


def _series(series: Sequence[Any], categories: Sequence[str]) -> Iterator[str]:
    names = [one.get("name") for one in series]
    if not 0 < len(series) <= _PARTS or len(set(names)) != len(names):
        yield f"{len(series)} series, or a name twice"
    for one in series:
        yield from _label("name", one.get("name"), _LABEL)
        points = one.get("data") or []
        if [point.get("label") for point in points] != list(categories):
            yield "a series without exactly one point for each category"
        if not all(_is_number(point.get("value")) for point in points):
            yield "a point's value is no number"


def _label(key: str, given: object, most: int) -> Iterator[str]:
    if not isinstance(given, str) or not 0 < len(given) <= most:
        yield f"{key} is no text, empty, or longer than {most}"


def _is_number(given: object) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given)


_CHARTS: Final[Mapping[str, Callable[[Json], Iterator[str]]]] = {
    "pie": _pie,
    **dict.fromkeys(("bar", "area", "line"), _axes),
}
