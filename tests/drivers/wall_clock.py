"""Find when a timetable is due by walking through time, without the program's arithmetic."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.digests.timetable import Slot

STRETCH = timedelta(hours=6)
Days = Callable[[datetime], bool]  # whether a timetable names the day of this wall time
Says = tuple[set[time], Days]


def at(hours: Iterable[int], minutes: Iterable[int]) -> set[time]:
    return {time(hour, minute) for hour in hours for minute in minutes}


class Clock:
    """What a zone's clock shows from `start` to `end`, the times it skips, and those it shows twice."""

    def __init__(self, zone: str, start: datetime, end: datetime, step: timedelta) -> None:
        self.shown: dict[time, list[tuple[datetime, datetime]]] = defaultdict(list)  # moment and wall, the first time
        self.skipped: list[tuple[datetime, datetime]] = []
        self.twice: set[datetime] = set()
        highest = datetime.min  # noqa: DTZ901 - a wall time
        for moment, wall in _looked_at(ZoneInfo(zone), start, end, step):
            if wall <= highest:
                self.twice.add(wall)
                continue
            if self.shown and wall != highest + step:
                jump = range(1, (wall - highest) // step)
                self.skipped += ((moment + (nth - 1) * step, highest + nth * step) for nth in jump)
            self.shown[wall.time()].append((moment, wall))
            highest = wall

    def slots(self, says: Says) -> list[Slot]:
        """Return the slots of a timetable in order, one for each moment: a skipped time only where no other falls."""
        times, days = says
        found = {due: Slot(due, wall, "later") for due, wall in self.skipped if wall.time() in times and days(wall)}
        for due, wall in (each for named in times for each in self.shown[named]):
            if days(wall):
                found[due] = Slot(due, wall, "first" if wall in self.twice else "")
        return [found[due] for due in sorted(found)]


def _looked_at(zone: ZoneInfo, start: datetime, end: datetime, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Yield each moment with what the clock shows.

    Where the offset from UTC is the same six hours later, no change lies between, so wall times are only counted on.
    """
    while start < end:
        offset, later = (when.astimezone(zone).utcoffset() for when in (start, start + STRETCH))
        naive = start.replace(tzinfo=None) + (offset or timedelta())
        for passed in (index * step for index in range(min(STRETCH, end - start) // step)):
            moment = start + passed
            yield moment, naive + passed if offset == later else moment.astimezone(zone).replace(tzinfo=None)
        start += STRETCH
