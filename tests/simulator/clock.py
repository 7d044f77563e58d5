"""The moments at which a simulated account is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True)
class Tick:
    """A quarter of an hour (or what a reading waits), and the reading at its end."""

    at: datetime  # aware, UTC: the reading
    day: int  # of the simulation, from 0, in the account's zone
    date: date  # in the account's zone, at the beginning
    minute: int  # of the day in the account's zone, at the beginning: 0 to 1439
    minutes: int = 15  # how long it is


def ticks(start: date, days: int, every: int, zone: ZoneInfo = ZONE) -> Iterator[Tick]:
    """Yield the moments of `days` days from a local midnight, `every` minutes apart (real ones: clocks may change)."""
    step = timedelta(minutes=every)
    first = datetime(start.year, start.month, start.day, tzinfo=zone).astimezone(UTC)
    end = start + timedelta(days=days)
    last = datetime(end.year, end.month, end.day, tzinfo=zone).astimezone(UTC)
    for number in range((last - first) // step):
        local = (first + number * step).astimezone(zone)
        minute = local.hour * 60 + local.minute
        yield Tick(first + (number + 1) * step, (local.date() - start).days, local.date(), minute, every)
