"""Build a digest's charts in Slack's `data_visualization`. No chart is empty, and no value in it is made up."""

from collections.abc import Mapping, Sequence
from datetime import date

from blocks import formats, words
from blocks.kit import Block, Json
from bot.digests.report import ChartDay

_TITLE, _LABEL, _POINTS = 50, 20, 14  # characters, characters, points (Slack: 50, 20 and 20)
_LEAST = 3  # days that have to be known
_BIGGEST = 2**53  # from here on, an integer in JSON is no longer exact


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
    unread = [one.day for one in drawn if _known(one) is None and not one.is_reset]
    unclear = [one.day for one in drawn if _known(one) is None and one.is_reset]
    reset = [one.day for one in drawn if _known(one) is not None and one.is_reset]
    said = []
    if unread:
        was, its = ("was", "its") if len(unread) == 1 else ("were", "their")
        said.append(f"? {_listed(unread)} {was} not read, so {its} calls are not known")
    if unclear:
        said.append(f"? {_listed(unclear)}: a counter started over in careCycle, so the calls are not known")
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
    """Say one day's calls, and what its mark in the chart means."""
    count = _known(one)
    if count is None:
        return "not known, because a counter started over" if one.is_reset else "not known"
    marks = (" so far" if one.is_today else "", " without campaigns whose counter started over" if one.is_reset else "")
    return f"{words.number(count)}{''.join(marks)}"


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
    mark = " ?" if _known(one) is None else " *" if one.is_reset else ""
    return f"{mark}{' so far' if one.is_today else ''}"


def _listed(when: Sequence[date]) -> str:
    """List days: `Mon, Nov 23`, or `Nov 23, Nov 24, and Nov 25`."""
    last = when[-1]
    if len(when) == 1:
        return formats.used().weekday(last, last)
    said = [formats.used().day(one, last) for one in when]
    return f"{', '.join(said[:-1])}{',' if said[2:] else ''} and {said[-1]}"


def _bars(title: str, labels: Sequence[str], series: Mapping[str, Sequence[int]], what: str) -> Block:
    drawn: list[Json] = [
        {"name": name, "data": [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]}
        for name, values in series.items()
    ]
    chart: Json = {"type": "bar", "series": drawn, "axis_config": {"categories": list(labels), "y_label": what}}
    return {"type": "data_visualization", "title": words.shorten(title, _TITLE), "chart": chart}
