"""Which readings are kept: every one of three days, one an hour for 35 days, one a day after that."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ALL = timedelta(days=3)
HOURLY = timedelta(days=35)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def kept(moments: Iterable[datetime], now: datetime, zone: str, days: int) -> list[datetime]:
    """Return the moments to keep, oldest first, of readings made at `moments`. `days`: how long one a day is kept.

    Of an hour or a day it is the last one: it has all calls of that hour or day, so that the difference between two
    of them is what happened in between, and the count of calls today is complete. Hours and days are those of
    `zone`, in which the rules tell days apart. They are thinned as a whole, when all of them is old enough: so it does
    not matter how often this is done. None is kept when all are older than `days`.
    """
    last: dict[object, datetime] = {}
    for moment in sorted(moments):
        last[_group(moment, now, ZoneInfo(zone))] = moment
    return [moment for moment in last.values() if now - moment < timedelta(days=days)]


def _group(moment: datetime, now: datetime, zone: ZoneInfo) -> object:
    """Return what all moments have in common of which one is kept."""
    local = moment.astimezone(zone)
    hour = local.replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0, fold=0)
    if now - day.astimezone(UTC) >= HOURLY + _DAY:
        return "day", day.date()
    if now - hour.astimezone(UTC) >= ALL + _HOUR:
        return "hour", hour.date(), hour.hour, hour.fold
    return moment
