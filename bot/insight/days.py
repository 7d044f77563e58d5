"""A campaign's last calling days: calls and customers that ended, day by day, as its readings show them."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise

from bot.campaigns.figures import Figures
from bot.insight.series import Series

_BACK = timedelta(days=35)  # older readings are a day apart
_NEAR = timedelta(hours=2)  # readings are an hour apart at most: an older one says nothing of midnight
_SURE_ENDS, _OTHER_ENDS = ("completed", "failed"), ("expired", "exceeded_max_calls")
_Count = Callable[[Figures], int | None]


@dataclass(frozen=True, slots=True)
class CallingDay:
    """One local day. None: there were no readings by which to tell, or a counter was reset."""

    day: date
    calls: int | None
    ended: int | None  # customers: completed, failed, expired, or at the limit of calls


def calling_days(series: Series, now: datetime, zone: tzinfo, most: int = 14) -> Sequence[CallingDay]:
    """Return the last `most` calling days in `zone`, oldest first, with today so far.

    A weekday on which nothing was ever called is no calling day. A day without readings keeps its place, but none
    before the first day that is known.
    """
    days = [_day(series, one, now, zone) for one in _local_days(series, now, zone)]
    while days and days[0].calls is None:
        del days[0]
    off = _days_off(days)
    return [one for one in days if one.day.weekday() not in off or one.ended][-most:]


def _days_off(days: Sequence[CallingDay]) -> set[int]:
    """Return the weekdays that were seen and on which there was never a call."""
    seen = {one.day.weekday() for one in days if one.calls is not None}
    return seen - {one.day.weekday() for one in days if one.calls}


def _local_days(series: Series, now: datetime, zone: tzinfo) -> Iterator[date]:
    exact = [one for one in series.read if one not in series.coarse]
    if not exact:
        return
    day, last = max(exact[0], now - _BACK).astimezone(zone).date(), now.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _day(series: Series, day: date, now: datetime, zone: tzinfo) -> CallingDay:
    start, end = (datetime(one.year, one.month, one.day, tzinfo=zone) for one in (day, day + timedelta(days=1)))
    if not _was_read(series, start, end) or _was_reset(series, start, end):
        return CallingDay(day, None, None)
    return CallingDay(day, _gained(series, _calls, start, end, now), _gained(series, _ended, start, end, now))


def _was_read(series: Series, start: datetime, end: datetime) -> bool:
    last = series.read_before(end)
    return last is not None and last >= start and last not in series.coarse


def _was_reset(series: Series, start: datetime, end: datetime) -> bool:
    """Return whether the calls ever fell. Customers who ended may become fewer: they are called again."""
    first = max(bisect_right(series.points, start, key=lambda point: point.at) - 1, 0)
    known = [calls for one in series.points[first:] if one.at <= end and (calls := one.figures.calls) is not None]
    return any(after < before for before, after in pairwise(known))


def _gained(series: Series, count: _Count, start: datetime, end: datetime, now: datetime) -> int | None:
    before, after = (_at_midnight(series, count, one, now) for one in (start, end))
    return after - before if before is not None and after is not None and after >= before else None


def _at_midnight(series: Series, count: _Count, midnight: datetime, now: datetime) -> int | None:
    """Return a counter at that moment; at a moment to come, as it was read last.

    It is known when a reading was made shortly before, or when the next one showed the same.
    """
    last, figures = series.read_before(midnight), series.at(midnight)
    if last is None or figures is None or last in series.coarse:
        return None
    value = count(figures)
    if midnight > now or midnight - last <= _NEAR:
        return value
    found = bisect_right(series.read, midnight)
    next_read = series.at(series.read[found]) if found < len(series.read) else None
    return value if next_read and count(next_read) == value else None


def _calls(figures: Figures) -> int | None:
    return figures.calls


def _ended(figures: Figures) -> int | None:
    """Count the customers who ended. Return None unless the API counts at least completed and failed ones."""
    if any(state not in figures.states for state in _SURE_ENDS):
        return None
    return sum(figures.states.get(state, 0) for state in (*_SURE_ENDS, *_OTHER_ENDS))
