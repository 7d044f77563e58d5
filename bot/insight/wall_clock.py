"""Hours as the clock on the wall counts them, as whole numbers since 1970: the same hour last week is 168 less.

Calls follow that clock, so a clock change needs no care: the hour that comes twice is one hour, the one that is left
out was never read.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

HOUR = 3600.0  # seconds
WEEK = 168  # hours
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the clock on the wall of no zone in particular


def wall(moment: datetime, zone: tzinfo) -> float:
    """Return the seconds since 1970 on the clock of `zone`."""
    seconds = moment.timestamp()
    return seconds + _offset(int(seconds // HOUR), zone)


def hour_of(moment: datetime, zone: tzinfo) -> int:
    """Return the hour a moment is in."""
    return int(wall(moment, zone) // HOUR)


def moment_of(hour: float, zone: tzinfo) -> datetime:
    """Return when an hour begins, or a part of it (12.5), UTC."""
    return (_EPOCH + timedelta(hours=hour)).replace(tzinfo=zone).astimezone(UTC)


def parts(start: float, end: float) -> Iterator[tuple[int, float]]:
    """Yield the hours between two seconds of the clock on the wall, with the seconds of each."""
    hour = int(start // HOUR)
    while start < end:
        until = min(end, (hour + 1) * HOUR)
        yield hour, until - start
        start, hour = until, hour + 1


@lru_cache(maxsize=8192)
def _offset(hour: int, zone: tzinfo) -> float:
    """Return how far the clock of `zone` is ahead in an hour of UTC, in seconds."""
    ahead = datetime.fromtimestamp(hour * HOUR, zone).utcoffset()
    return ahead.total_seconds() if ahead else 0.0
