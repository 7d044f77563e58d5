"""A campaign's last calling days: calls and customers that ended, day by day, as its readings show them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from bot.campaigns.figures import Figures
from bot.insight.counters import Counters, calls
from bot.insight.series import Series

BACK = timedelta(days=35)  # older readings are a day apart
_SURE_ENDS, _OTHER_ENDS = ("completed", "failed"), ("expired", "exceeded_max_calls")


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
    counters = Counters(series)
    days = [_day(counters, one, now, zone) for one in _local_days(series, now, zone)]
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
    day, last = max(exact[0], now - BACK).astimezone(zone).date(), now.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when a local day begins and ends, as UTC: readings are, and moments of one zone are compared quickly."""
    start, end = (datetime(one.year, one.month, one.day, tzinfo=zone) for one in (day, day + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)


def _day(counters: Counters, day: date, now: datetime, zone: tzinfo) -> CallingDay:
    start, end = bounds(day, zone)
    if not counters.was_read(start, end) or counters.was_reset(start, end):
        return CallingDay(day, None, None)
    return CallingDay(day, counters.gained(calls, start, end, now), counters.gained(_ended, start, end, now))


def _ended(figures: Figures) -> int | None:
    """Count the customers who ended. Return None unless the API counts at least completed and failed ones."""
    if any(state not in figures.states for state in _SURE_ENDS):
        return None
    return sum(figures.states.get(state, 0) for state in (*_SURE_ENDS, *_OTHER_ENDS))
