"""The calls of today, and what is usual by this time of day, of the campaigns that are active."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from bot.insight.assessment import Today
from bot.insight.counters import Counters, calls
from bot.insight.days import bounds
from bot.insight.rhythm import SHORTEST, rhythm
from bot.insight.series import Series
from bot.insight.wall_clock import HOUR, hour_of, parts, wall

CallsToday = tuple[int, float | None]  # so far, and what is usual by now; None: history is too short to tell


def calls_today(series: Series, now: datetime, zone: tzinfo, account: Sequence[datetime] = ()) -> CallsToday | None:
    """Return a campaign's calls since the day began in `zone`; None when they are not known, or a counter fell.

    `account`: when the account was read as a whole. A campaign that is new today has made all its calls today.
    """
    start, _ = bounds(now.astimezone(zone).date(), zone)
    counters = Counters(series, account)
    made = None if counters.was_reset(start, now) else counters.gained(calls, start, now, now)
    return None if made is None else (made, _usual(series, start, now, zone))


def summed(found: Iterable[CallsToday | None]) -> Today | None:
    """Add up those that are known; None without any. What is usual is known when it is for each that has called."""
    known = [one for one in found if one]
    if not known:
        return None
    usual = [by_now for made, by_now in known if made or by_now is not None]
    sure = [one for one in usual if one is not None]
    return Today(sum(made for made, _ in known), round(sum(sure)) if sure and len(sure) == len(usual) else None)


def _usual(series: Series, start: datetime, now: datetime, zone: tzinfo) -> float | None:
    learned = rhythm(series, zone)
    if learned is None or start - learned.since < SHORTEST:
        return None
    today, total = hour_of(start, zone), 0.0
    for hour, seconds in parts(wall(start, zone), wall(now, zone)):
        usual = learned.usual(hour, today)
        if usual is None:
            return None
        total += usual * seconds / HOUR
    return total
