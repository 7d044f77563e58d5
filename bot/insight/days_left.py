"""In how many calling days nobody of several campaigns is left to call, by the ends of their last calling days."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from statistics import fmean, median, variance

from bot.campaigns.figures import finished, left
from bot.insight.counters import NEAR, Counters, calls
from bot.insight.days import bounds
from bot.insight.ends import customers, keeps_growing, student
from bot.insight.history import Past
from bot.insight.series import Series

_DAYS, _FEWEST = 10, 5  # calling days behind it
_BACK = 28  # days in which they are looked for
_OWN = 3  # of a campaign's own days, at least
_FARTHEST = 250  # calling days, a year: what is farther away is not foretold
_HALF = 0.5  # of an ordinary day's calls: on fewer, as on some Saturdays, it is no calling day of its own
_WIDEST, _CLOSE = 1.5, 2  # a range is said up to so many times, or so many days more than, its shorter end


_Days = Sequence[date]  # a calling day, and days with few calls after it


@dataclass(slots=True)
class _Campaign:
    """One campaign with somebody left."""

    counters: Counters
    days: dict[date, tuple[int, int]] = field(default_factory=dict)  # who ended, and who was added; none unknown

    def look(self, day: date, now: datetime, zone: tzinfo) -> int:
        """Look at a day. Return how many calls are known of it."""
        start, end = bounds(day, zone)
        if self.counters.is_absent(start) or self.counters.was_reset(start, end):
            return 0
        ended, added = (self.counters.gained(count, start, end, now) for count in (finished, customers))
        if ended is not None and added is not None:
            self.days[day] = ended, added
        return self.counters.gained(calls, start, end, now) or 0

    def fewer(self, days: Sequence[_Days]) -> list[float | None]:
        """Return how many fewer were left after each of the calling days; None where that is unknown."""
        known = [self._together(each) for each in days]
        fed = keeps_growing([one[1] for one in known if one])
        return [one and one[0] - (one[1] if fed else 0) for one in known]

    def _together(self, days: _Days) -> tuple[int, int] | None:
        if not all(day in self.days for day in days):
            return None
        ended, added = zip(*(self.days[day] for day in days), strict=True)
        return sum(ended), sum(added)


def days_left(past: Past, now: datetime, zone: tzinfo) -> tuple[int, int] | None:
    """Return the 80 % range of calling days until nobody of the campaigns is left; None when that cannot be said.

    For that, all campaigns with somebody left are active and were read lately, and have some calling days of their own.
    """
    waiting = {id_: left(series.last) for id_, series in past.campaigns.items()}
    unclear = [series for id_, series in past.campaigns.items() if waiting[id_] != 0 and not _goes_on(series, now)]
    rest = sum(number or 0 for number in waiting.values())
    if not rest or unclear:
        return None
    campaigns = [_Campaign(Counters(past.campaigns[id_], past.read)) for id_, number in waiting.items() if number]
    totals = _totals(campaigns, _calling_days(campaigns, now, zone))
    return _range(totals, rest) if totals else None


def _goes_on(series: Series, now: datetime) -> bool:
    return series.last.status == "active" and left(series.last) is not None and now - series.read[-1] <= NEAR


def _calling_days(campaigns: Sequence[_Campaign], now: datetime, zone: tzinfo) -> list[_Days]:
    """Return the last whole days on which they called, newest first, each with the days with few calls after it."""
    today = now.astimezone(zone).date()
    looked = [today - timedelta(days=back) for back in range(1, _BACK + 1)]
    made = {day: sum(one.look(day, now, zone) for one in campaigns) for day in looked}
    ordinary = median([count for count in made.values() if count] or [0])
    found: list[_Days] = []
    few: list[date] = []
    for day in looked:
        if made[day]:
            few.append(day)
        if made[day] and made[day] >= _HALF * ordinary:
            found.append(few)
            few = []
    return found[:_DAYS]


def _totals(campaigns: Sequence[_Campaign], days: Sequence[_Days]) -> list[float]:
    """Return how many fewer were left of all together after each day; nothing when too little is known.

    What is not known of a campaign's day counts as its other days.
    """
    if len(days) < _FEWEST:
        return []
    totals = [0.0] * len(days)
    for one in campaigns:
        fewer = one.fewer(days)
        known = [number for number in fewer if number is not None]
        if len(known) < _OWN:
            return []
        mean = fmean(known)
        totals = [total + (mean if number is None else number) for total, number in zip(totals, fewer, strict=True)]
    return totals


def _range(totals: Sequence[float], rest: int) -> tuple[int, int] | None:
    mean, count = fmean(totals), len(totals)
    spread, reach = max(variance(totals), abs(mean)), student(len(totals) - 1)
    first = None
    for days in range(1, _FARTHEST + 1):
        off = reach * math.sqrt(spread * days + days**2 * spread / count)
        if first is None and mean * days + off >= rest:
            first = days
        if mean * days - off >= rest and first is not None:
            return (first, days) if days <= max(_WIDEST * first, first + _CLOSE) else None
    return None
