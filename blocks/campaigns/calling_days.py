"""Show a campaign's last calling days: calls, and customers that are finished, as aligned text with bars."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from blocks import words
from bot.insight.days import CallingDay

TITLE = "Last calling days"
_UNKNOWN = "?"
_CELLS = 7  # of the longest bar: with it a line has 35 characters, which a phone shows without a break
_NOT_READ = "? is a day that was not read, or on which careCycle’s counter started over."


def lines(days: Sequence[CallingDay], now: datetime) -> Iterator[str]:
    """Yield a sentence for the ear, the days as a table with bars, and what `?` means (mrkdwn).

    Yield nothing when no day is known.
    """
    if all(day.calls is None for day in days):
        return
    yield summary(days, now)
    most = max((day.calls or 0 for day in days), default=0)
    rows = [f"{'':12}{'calls':>6}{'finished':>9}", *(_row(day, now, most) for day in days)]
    yield "```" + "\n".join(rows) + "```"
    if any(day.calls is None for day in days):
        yield _NOT_READ


def spoken(days: Sequence[CallingDay], now: datetime) -> Iterator[str]:
    """Yield the sentence and a line for each day: `Mon, Nov 23: 212 calls, 31 finished`. Nothing when none is known."""
    if all(day.calls is None for day in days):
        return
    yield summary(days, now)
    for day in days:
        ended = "" if day.ended is None else f", {words.number(day.ended)} finished"
        said = "not known" if day.calls is None else f"{words.amount(day.calls, 'call')}{ended}"
        yield f"{words.weekday(day.day, now)}: {said}"


def summary(days: Sequence[CallingDay], now: datetime) -> str:
    """Say what the days show together: `1,204 calls on 9 days, most on Tue, Nov 24 (212); 180 customers finished.`"""
    known = [(day.calls, day) for day in days if day.calls is not None]
    calls = sum(count for count, _ in known)
    said = f"{words.amount(calls, 'call')} on {words.amount(len(known), 'day')}"
    if calls:
        most, busiest = max(known, key=lambda pair: pair[0])
        said += f", most on {words.weekday(busiest.day, now)} ({words.number(most)})"
    ends = [day.ended for day in days if day.ended is not None]
    return f"{said}; {words.amount(sum(ends), 'customer')} finished." if ends else f"{said}."


def _row(day: CallingDay, now: datetime, most: int) -> str:
    calls, ended = (_UNKNOWN if count is None else words.number(count) for count in (day.calls, day.ended))
    cells = max(round(_CELLS * day.calls / most), 1) if day.calls and most else 0
    return f"{words.weekday(day.day, now):12}{calls:>6}{ended:>9} {'█' * cells}".rstrip()
