"""Charts of a digest, in Slack's `data_visualization`: never one without data, and nothing in it made up."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from blocks import words
from blocks.kit import Block, Json
from bot.digests.attention import Row

_TITLE, _LABEL, _POINTS = 50, 20, 14  # Slack: characters, characters, 20 points
_BARS = 6  # campaigns in the chart of states: more could not be told apart
_BIGGEST = 2**53  # from here on a number in JSON is no longer exact
# Slack: six series. In the order in which a customer goes through them.
_STATES = {
    "Completed": ("completed",),
    "In progress": ("in_progress",),
    "Pending": ("pending",),
    "Failed": ("failed",),
    "Call limit": ("exceeded_max_calls",),
    "Other": ("expired", "cancelled", "skipped"),
}


def calls(points: Sequence[tuple[datetime, int | None]]) -> Block | None:
    """Calls per delivery, the last fourteen; `points` in local time. Those of which they are not known are left out."""
    known = [(when, value) for when, value in points[-_POINTS:] if value is not None and 0 <= value < _BIGGEST]
    if len(known) < 3 or not any(value for _, value in known):
        return None
    one_a_day = len({when.date() for when, _ in known}) == len(known)
    named = {(words.weekday(when) if one_a_day else f"{when.day} {when:%b %H:%M}"): value for when, value in known}
    return _bars("Calls since the digest before", list(named), {"Calls": list(named.values())}, "calls")


def states(rows: Sequence[Row], names: Mapping[str, str]) -> Block | None:
    """Customers by state, of the largest campaigns; a state that the API does not count has no bar."""
    counted = [row for row in rows if sum(_counts(row)) > 0 and all(0 <= count < _BIGGEST for count in _counts(row))]
    largest = sorted(counted, key=lambda row: sum(_counts(row)), reverse=True)[:_BARS]
    bars = {words.shorten(names[row.id], _LABEL): row for row in reversed(largest)}  # of two that look alike the larger
    if not bars:
        return None
    chosen = list(reversed(bars.items()))
    series = {
        said: [sum(row.figures.states.get(state, 0) for state in held) for _, row in chosen]
        for said, held in _STATES.items()
    }
    title = "Customers by state" if len(chosen) == len(rows) else f"Customers by state, the {len(chosen)} largest"
    title = "Customers by state, the largest" if len(chosen) == 1 < len(rows) else title
    drawn = {said: values for said, values in series.items() if any(values)}
    return _bars(title, [label for label, _ in chosen], drawn, "customers")


def _counts(row: Row) -> list[int]:
    return list(row.figures.states.values())


def _bars(title: str, labels: Sequence[str], series: Mapping[str, Sequence[int]], what: str) -> Block:
    drawn: list[Json] = [
        {"name": name, "data": [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]}
        for name, values in series.items()
    ]
    chart: Json = {"type": "bar", "series": drawn, "axis_config": {"categories": list(labels), "y_label": what}}
    return {"type": "data_visualization", "title": words.shorten(title, _TITLE), "chart": chart}
