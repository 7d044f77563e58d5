"""Build a digest's charts in Slack's `data_visualization`. No chart is empty, and no value in it is made up."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from blocks import formats, words
from blocks.kit import Block, Json
from bot.digests.attention import Row
from bot.digests.report import ChartDay

_TITLE, _LABEL, _POINTS = 50, 20, 14  # characters, characters, points (Slack: 50, 20 and 20)
_BARS = 6  # campaigns in the chart of states; more could not be distinguished
_LEAST = 3  # days that have to be known
_BIGGEST = 2**53  # from here on, an integer in JSON is no longer exact
# The series of the chart of states, in this order (Slack: at most six), each with the states it adds up.
_STATES = {
    "Completed": ("completed",),
    "In progress": ("in_progress",),
    "Pending": ("pending",),
    "Failed": ("failed",),
    "Call limit": ("exceeded_max_calls",),
    "Other": ("expired", "cancelled", "skipped"),
}


def days(shown: Sequence[ChartDay]) -> Block | None:
    """Build the chart of calls day by day, oldest first, for the last fourteen.

    A day whose calls are not known keeps its place: Slack wants a value for it, and its label says `?`. Return None
    when fewer than three days are known, or nobody was called on any of them.
    """
    drawn = shown[-_POINTS:]
    known = [count for one in drawn if (count := _known(one)) is not None]
    if len(known) < _LEAST or not any(known):
        return None
    return _bars("Calls day by day", _labels(drawn), {"Calls": [_known(one) or 0 for one in drawn]}, "calls")


def below(shown: Sequence[ChartDay]) -> str:
    """Say what the marks in the chart mean: days that are not known, and counters that fell. Empty without any."""
    drawn = shown[-_POINTS:]
    unknown = [one.day for one in drawn if _known(one) is None and not one.is_reset]
    reset = [one.day for one in drawn if one.is_reset]
    said = []
    if unknown:
        was, its = ("was", "its") if len(unknown) == 1 else ("were", "their")
        said.append(f"? {_listed(unknown)} {was} not read, so {its} calls are not known")
    if reset:
        said.append(f"* {_listed(reset)}: without campaigns whose counter started over in careCycle")
    return "  ·  ".join(said)


def spoken(shown: Sequence[ChartDay]) -> str:
    """Say the chart for the ear: `calls day by day: Mon, Nov 23: 672, Tue, Nov 24: not known`. Empty without one."""
    drawn = shown[-_POINTS:]
    if days(drawn) is None:
        return ""
    last = drawn[-1].day
    said = (f"{formats.used().weekday(one.day, last)}: {_spoken(one)}" for one in drawn)
    return f"calls day by day: {', '.join(said)}"


def _spoken(one: ChartDay) -> str:
    count = _known(one)
    return "not known" if count is None else f"{words.number(count)}{' so far' if one.is_today else ''}"


def _known(one: ChartDay) -> int | None:
    return one.calls if one.calls is not None and 0 <= one.calls < _BIGGEST else None


def _labels(shown: Sequence[ChartDay]) -> list[str]:
    """Return a label for each day, no two alike: `Tue`, or `Tue 24` when there are more days than a week has."""
    plain = [f"{one.day:%a}" for one in shown]
    if len(set(plain)) < len(plain):
        plain = [f"{one.day:%a} {one.day.day}" for one in shown]
    if len(set(plain)) < len(plain):
        plain = [formats.used().weekday(one.day, one.day) for one in shown]
    return [f"{name}{_mark(one)}" for name, one in zip(plain, shown, strict=True)]


def _mark(one: ChartDay) -> str:
    unknown = " *" if one.is_reset else " ?" if _known(one) is None else ""
    return f"{unknown}{' so far' if one.is_today else ''}"


def _listed(when: Sequence[date]) -> str:
    """List days: `Mon, Nov 23`, or `Nov 23, Nov 24, and Nov 25`."""
    last = when[-1]
    if len(when) == 1:
        return formats.used().weekday(last, last)
    said = [formats.used().day(one, last) for one in when]
    return f"{', '.join(said[:-1])}{',' if said[2:] else ''} and {said[-1]}"


def calls(points: Sequence[tuple[datetime, int | None]]) -> Block | None:
    """Build the chart of calls per delivery, for the last fourteen.

    `points` are in local time; those without a known number are left out. Return None when fewer than three are left,
    or all of them are 0.
    """
    known = [(when, value) for when, value in points[-_POINTS:] if value is not None and 0 <= value < _BIGGEST]
    if len(known) < 3 or not any(value for _, value in known):
        return None
    one_a_day = len({when.date() for when, _ in known}) == len(known)
    named = {(words.weekday(when, when) if one_a_day else _short_moment(when)): value for when, value in known}
    return _bars("Calls since the previous digest", list(named), {"Calls": list(named.values())}, "calls")


def _short_moment(when: datetime) -> str:
    """Format a moment for a label, which has no room for the weekday: `Nov 23, 9:00 AM`."""
    return f"{words.plain_day(when, when)}, {words.plain_time(when)}"


def states(rows: Sequence[Row], names: Mapping[str, str]) -> Block | None:
    """Build the chart of customers by state, for the largest campaigns. Return None without usable counts.

    A state that has no customers in any of them, or is not counted, is left out.
    """
    counted = [row for row in rows if sum(_counts(row)) > 0 and all(0 <= count < _BIGGEST for count in _counts(row))]
    largest = sorted(counted, key=lambda row: sum(_counts(row)), reverse=True)[:_BARS]
    # Of two campaigns with the same label, keep the larger.
    bars = {words.shorten(names[row.id], _LABEL): row for row in reversed(largest)}
    if not bars:
        return None
    chosen = list(reversed(bars.items()))
    series = {
        said: [sum(row.figures.states.get(state, 0) for state in held) for _, row in chosen]
        for said, held in _STATES.items()
    }
    title = "Customers by status" if len(chosen) == len(rows) else f"Customers by status, the {len(chosen)} largest"
    title = "Customers by status, the largest" if len(chosen) == 1 < len(rows) else title
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
