"""When a digest is due: days and times, or a five-field cron expression, in the digest's own time zone.

Every wall time is due once, however it is written. At a clock change, one that does not exist is due later, by as much
as the clock jumps. One that exists twice is due the first time. PEP 495 reads local times with `fold=0` like this.

The package `cronsim` finds the wall times of a cron expression (fields, names, ranges, `L`, `#`, and Debian's "and" of
day and weekday when one of them begins with a star). It gets no zone, since at clock changes it follows Debian: 02:30
on the spring night becomes 03:00, the first minute that exists, and not 03:30; `*/30 1 * * *` comes four times on the
autumn night, `0,30 1 * * *` twice; a day that does not exist gives a slot at the midnight after it, in addition to that
day's own.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import takewhile
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

Json = dict[str, Any]  # Any: what the database gives back is checked as it is read
WORKDAYS = frozenset({1, 2, 3, 4, 5})  # ISO: Monday is 1

Shift = Literal["", "later", "first"]

_FIRST, _LAST = datetime(2, 1, 1), datetime(9900, 1, 1)  # noqa: DTZ001 - wall times; cronsim looks 50 years ahead
_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - what cron does not find in the 50 years after it never comes
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)  # no clock has ever jumped further than a day
_LONGEST = 200  # characters allowed in a cron expression
_SHORTHANDS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELDS = {  # by cronsim's names
    "minute": "The minute, the first of the five fields, is 0 to 59",
    "hour": "The hour, the second of the five fields, is 0 to 23",
    "day-of-month": "The day of the month, the third of the five fields, is 1 to 31",
    "month": "The month, the fourth of the five fields, is 1 to 12 or JAN to DEC",
    "day-of-week": "The day of the week, the last of the five fields, is 0 to 7 or SUN to SAT, Sunday first",
}
_FIVE = "Cron has five fields, such as 0 9 * * 1-5: minute, hour, day of the month, month, day of the week."
_BETWEEN = re.compile(r"[,;&\n]|\band\b|\s+(?=\d)")
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*([ap])?(?(3)\.?m?\.?)", re.ASCII)
_NAMED = {"noon": "12", "midnight": "0"}
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
        walls = _walls_of_cron(self.cron, begin) if self.cron else _walls_of_days(self.days, self.times, begin)
        return takewhile(lambda wall: wall < _LAST, walls)


def read_cron(text: str) -> str:
    """Return the five fields as they are stored: `0 9 * * MON-FRI`. Raise ValueError with a text for users."""
    parts = _SHORTHANDS.get(text.strip().lower(), text).upper().split()
    if len(parts) != 5 or len(text) > _LONGEST:
        raise ValueError(_FIVE)
    try:
        first = next(CronSim(" ".join(parts), _ANY_DAY), None)
    except CronSimError as error:
        raise ValueError(_wrong(parts, str(error).removeprefix("Bad "))) from error
    if first is None:
        raise ValueError("That day never comes.")
    return " ".join(parts)


def read_times(text: str) -> tuple[str, ...]:
    """Read `9, 2:30 pm` as `09:00`, `14:30`: sorted, each once. Raise ValueError with a text for users."""
    typed = [piece.strip() for piece in _BETWEEN.split(text.lower()) if piece.strip()]
    if not typed:
        raise ValueError("Type at least one time, such as 9:00 AM.")
    return tuple(sorted({_read_time(piece) for piece in typed}))


def is_zone(name: str) -> bool:
    """Return whether `name` is an IANA zone in its exact spelling."""
    return name in _zones()


def times_a_day(timetable: Timetable) -> int:
    """Return how often it is due on a day on which it is due at all. A clock change can only lower that."""
    if timetable.cron is None:
        return len(set(timetable.times)) if timetable.days else 0
    try:
        found = CronSim(timetable.cron, _ANY_DAY)
    except CronSimError:
        return 0
    return len(found.minutes) * len(found.hours)


def slot_id(slot: Slot) -> str:
    """Return the wall time, such as `2026-11-24T09:00`. No two slots of a timetable share it."""
    return slot.wall.isoformat(timespec="minutes")


def to_json(timetable: Timetable) -> Json:
    """Return the timetable as JSON for the database. `from_json` reads it."""
    return {
        "zone": timetable.zone,
        "days": sorted(timetable.days),
        "times": list(timetable.times),
        "cron": timetable.cron,
        "starts": timetable.starts.isoformat() if timetable.starts else None,
        "ends": timetable.ends.isoformat() if timetable.ends else None,
    }


def from_json(kept: Json) -> Timetable:
    """Return the timetable that `to_json` wrote. Raise ValueError for anything else; nothing is corrected."""
    try:
        starts, ends = (date.fromisoformat(kept[name]) if kept[name] else None for name in ("starts", "ends"))
        days, times = frozenset(kept["days"]), tuple(kept["times"])
        made = Timetable(kept["zone"], days, times, kept["cron"], starts, ends)
        sound = to_json(made) == kept and is_zone(made.zone) and _is_sound(made)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a timetable") from error
    if not sound:
        raise ValueError("not a timetable as it is kept")
    return made


def _begin(moment: datetime, zone: ZoneInfo, starts: date | None) -> datetime:
    """Return a wall time before every slot that is due after `moment` and not before `starts`.

    Just after a clock jump it is what the clock would show without the jump: the times jumped over are still due.
    """
    moment = min(max(moment, _FIRST.replace(tzinfo=UTC)), _LAST.replace(tzinfo=UTC))
    shown = moment.astimezone(zone).replace(tzinfo=None)
    unchanged = (moment - _DAY).astimezone(zone).replace(tzinfo=None) + _DAY
    first = datetime.combine(starts, time()) - _SECOND if starts and starts > _FIRST.date() else _FIRST
    return max(min(shown, unchanged), first)


def _walls_of_days(days: frozenset[int], times: Iterable[str], begin: datetime) -> Iterator[datetime]:
    at = [time.fromisoformat(each) for each in sorted(set(times))]
    ordinals = range(begin.toordinal(), _LAST.toordinal()) if days and at else ()
    for day in map(date.fromordinal, ordinals):
        if day.isoweekday() in days:
            yield from (datetime.combine(day, each) for each in at if datetime.combine(day, each) > begin)


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


def _wrong(parts: list[str], field: str) -> str:
    with suppress(CronSimError):
        CronSim(" ".join([*parts[:3], "*", parts[4]]), _ANY_DAY)
        if field == "day-of-month":
            return "That day never comes: the month is too short for it."
    return f"{_FIELDS[field]}: not {parts[list(_FIELDS).index(field)][:20]}."


def _read_time(piece: str) -> str:
    found = _TIME.fullmatch(_NAMED.get(piece, piece))
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if found and found[3]:
        hour = hour % 12 + (12 if found[3] == "p" else 0) if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise ValueError(f"{piece[:20]} is not a time: type it like 9:00 AM or 2:30 PM.")
    return f"{hour:02}:{minute:02}"


def _is_sound(timetable: Timetable) -> bool:
    if timetable.cron is not None:
        return read_cron(timetable.cron) == timetable.cron
    listed = ", ".join(timetable.times)
    return bool(timetable.days) and timetable.days <= set(range(1, 8)) and read_times(listed) == timetable.times


@cache
def _zones() -> frozenset[str]:
    """Return all zones. They are read once, since looking them up goes through some hundred files."""
    return frozenset(available_timezones() - _NOT_FOR_PEOPLE)
