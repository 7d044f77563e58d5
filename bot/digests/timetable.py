"""When a digest is due: days and times, or a cron expression, or a month's first working day, in its own time zone.

Every wall time is due once, however it is written. At a clock change, one that does not exist is due later, by as much
as the clock jumps. One that exists twice is due the first time. PEP 495 reads local times with `fold=0` like this.

The package `cronsim` finds the wall times of a cron expression (fields, names, ranges, `L`, `#`, and Debian's "and" of
day and weekday when one of them begins with a star). It gets no zone, since at clock changes it follows Debian: 02:30
on the spring night becomes 03:00, the first minute that exists, and not 03:30; `*/30 1 * * *` comes four times on the
autumn night, `0,30 1 * * *` twice; a day that does not exist gives a slot at the midnight after it, in addition to that
day's own.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import takewhile
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from bot.digests.working_days import first_working_day

WORKDAYS = frozenset({1, 2, 3, 4, 5})  # ISO: Monday is 1

Shift = Literal["", "later", "first"]

_FIRST, _LAST = datetime(2, 1, 1), datetime(9900, 1, 1)  # noqa: DTZ001 - wall times; cronsim looks 50 years ahead
_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - what cron does not find in the 50 years after it never comes
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)  # no clock has ever jumped further than a day
_NOT_FOR_PEOPLE = {"Factory", "localtime"}  # files that `zoneinfo` lists, but that are no zones


@dataclass(frozen=True, slots=True)
class Slot:
    """One time at which a digest is due."""

    due: datetime  # in UTC
    wall: datetime  # as the timetable says it: local, without a zone
    # At a clock change: `wall` does not exist that day and comes `later`, mostly by an hour, or it exists twice and
    # the `first` one counts.
    shift: Shift = ""


@dataclass(frozen=True, slots=True)
class Timetable:
    """The days and times at which a digest is due, or a cron expression instead of both."""

    zone: str  # IANA
    days: frozenset[int] = WORKDAYS  # ISO: Monday is 1
    times: tuple[str, ...] = ("09:00",)
    cron: str | None = None
    starts: date | None = None  # the first local day
    ends: date | None = None  # the last local day
    monthly: bool = False  # instead of `days`: on the first working day of each month

    def after(self, moment: datetime) -> Iterator[Slot]:
        """Yield the slots after `moment` (aware), soonest first, each moment once. Stop at the end of `ends`."""
        zone = ZoneInfo(self.zone)
        walls = self._walls(_begin(moment, zone, self.starts))
        within = takewhile(lambda wall: self.ends is None or wall.date() <= self.ends, walls)
        return (slot for slot in _in_order(_slot(wall, zone) for wall in within) if slot.due > moment)

    def at_or_after(self, moment: datetime) -> Iterator[Slot]:
        """Yield the slots at `moment` and after it, as `after` does."""
        return self.after(moment - timedelta(microseconds=1))

    def _walls(self, begin: datetime) -> Iterator[datetime]:
        """Yield the wall times later than `begin`, soonest first."""
        if self.cron:
            walls = _walls_of_cron(self.cron, begin)
        else:
            days = _first_working_days(begin.date()) if self.monthly else _days_among(self.days, begin.date())
            walls = _walls_of_days(days, self.times, begin)
        return takewhile(lambda wall: wall < _LAST, walls)


def is_zone(name: str) -> bool:
    """Return whether `name` is an IANA zone in its exact spelling."""
    return name in _zones()


def times_a_day(timetable: Timetable) -> int:
    """Return how often it is due on a day on which it is due at all. A clock change can only lower that."""
    if timetable.cron is None:
        return len(set(timetable.times)) if timetable.days or timetable.monthly else 0
    try:
        found = CronSim(timetable.cron, _ANY_DAY)
    except CronSimError:
        return 0
    return len(found.minutes) * len(found.hours)


def slot_id(slot: Slot) -> str:
    """Return the wall time, such as `2026-11-24T09:00`. No two slots of a timetable share it."""
    return slot.wall.isoformat(timespec="minutes")


def _begin(moment: datetime, zone: ZoneInfo, starts: date | None) -> datetime:
    """Return a wall time before every slot that is due after `moment` and not before `starts`.

    Just after a clock jump it is what the clock would show without the jump: the times jumped over are still due.
    """
    moment = min(max(moment, _FIRST.replace(tzinfo=UTC)), _LAST.replace(tzinfo=UTC))
    shown = moment.astimezone(zone).replace(tzinfo=None)
    unchanged = (moment - _DAY).astimezone(zone).replace(tzinfo=None) + _DAY
    first = datetime.combine(starts, time()) - _SECOND if starts and starts > _FIRST.date() else _FIRST
    return max(min(shown, unchanged), first)


def _walls_of_days(days: Iterable[date], times: Iterable[str], begin: datetime) -> Iterator[datetime]:
    at = [time.fromisoformat(each) for each in sorted(set(times))]
    for day in days if at else ():
        yield from (datetime.combine(day, each) for each in at if datetime.combine(day, each) > begin)


def _days_among(weekdays: frozenset[int], begin: date) -> Iterator[date]:
    ordinals = range(begin.toordinal(), _LAST.toordinal()) if weekdays else ()
    return (day for day in map(date.fromordinal, ordinals) if day.isoweekday() in weekdays)


def _first_working_days(begin: date) -> Iterator[date]:
    for month in range(begin.year * 12 + begin.month - 1, _LAST.year * 12):
        day = first_working_day(month // 12, month % 12 + 1)
        if day >= begin:
            yield day


def _walls_of_cron(cron: str, begin: datetime) -> Iterator[datetime]:
    if begin < _LAST:
        try:
            yield from CronSim(cron, begin)
        except CronSimError:
            return  # a day that never comes, such as 31 February; `read_cron` rejects it, and all else that is wrong


def _slot(wall: datetime, zone: ZoneInfo) -> Slot:
    local = wall.replace(tzinfo=zone)
    due = local.astimezone(UTC)
    if due.astimezone(zone).replace(tzinfo=None) != wall:
        return Slot(due, wall, "later")
    return Slot(due, wall, "first" if local.replace(fold=1).utcoffset() != local.utcoffset() else "")


def _in_order(slots: Iterable[Slot]) -> Iterator[Slot]:
    """Sort slots by when they are due. 02:30 moved by an hour comes after 03:00, and is dropped if 03:30 is a slot."""
    held: deque[Slot] = deque()
    for slot in slots:
        if slot.shift == "later":
            held.append(slot)
            continue
        while held and held[0].due <= slot.due:
            later = held.popleft()
            if later.due < slot.due:
                yield later
        yield slot
    yield from held


@cache
def _zones() -> frozenset[str]:
    """Return all zones. They are read once, since looking them up goes through some hundred files."""
    return frozenset(available_timezones() - _NOT_FOR_PEOPLE)
