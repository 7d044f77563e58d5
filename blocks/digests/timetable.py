"""Say in plain words when a digest is due: `weekdays 9:00 AM New York`, and the next times."""

from datetime import datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

from blocks import words
from bot.digests.timetable import WORKDAYS, Slot, Timetable

_SHOWN = 5
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SETS = {WORKDAYS: "weekdays", frozenset({6, 7}): "weekends", frozenset(range(1, 8)): "every day"}


def summary(timetable: Timetable, now: datetime | None = None) -> str:
    """Format a timetable in one line.

    Examples: `weekdays 9:00 AM New York`, `Mon, Wed 9:00 AM and 4:00 PM Chicago, until Dec 18`,
    `cron 0 9 1 * * (New York)`. `now` is as in `words.plain_day`.
    """
    dates = ((word, day) for word, day in (("from", timetable.starts), ("until", timetable.ends)) if day)
    return ", ".join(
        (_when(timetable), " ".join(f"{word} {words.plain_day(day, now)}" for word, day in dates))
    ).removesuffix(", ")


def next_five(timetable: Timetable, now: datetime) -> tuple[str, ...]:
    """Return the next times, five at most, as `slot_words` formats them."""
    return tuple(slot_words(slot, timetable.zone, now) for slot in islice(timetable.after(now), _SHOWN))


def slot_words(slot: Slot, zone: str, now: datetime | None = None) -> str:
    """Format a slot: `Mon, Nov 30, 9:00 AM`. `now` is as in `words.plain_day`.

    A clock change is explained: `Sun, Mar 14, 3:30 AM: the clock skips 2:30 AM that day`, `Sun, Nov 1, 1:30 AM, the
    first of two`.
    """
    local = slot.due.astimezone(ZoneInfo(zone))
    said = words.plain_moment(local, now)
    if slot.shift == "later":
        same_day = local.date() == slot.wall.date()
        skipped = f"{words.plain_time(slot.wall)} that day" if same_day else words.plain_moment(slot.wall, now)
        return f"{said}: the clock skips {skipped}"
    return f"{said}, the first of two" if slot.shift == "first" else said


def _when(timetable: Timetable) -> str:
    if timetable.cron:
        return f"cron {timetable.cron} ({words.city(timetable.zone)})"
    if timetable.monthly:
        return f"first working day of the month {_times(timetable)}"
    days = ", ".join(_DAYS[day - 1] for day in sorted(timetable.days))
    return f"{_SETS.get(timetable.days, days)} {_times(timetable)}"


def _times(timetable: Timetable) -> str:
    times = _listed([words.plain_time(time.fromisoformat(at)) for at in sorted(timetable.times)])
    return f"{times} {words.city(timetable.zone)}"


def _listed(times: list[str]) -> str:
    return " and ".join(part for part in (", ".join(times[:-1]), times[-1]) if part) if times else words.NO_DATA
