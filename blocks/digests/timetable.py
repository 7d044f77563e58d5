"""Say in plain words when a digest is due: `weekdays 09:00 New York`, and the next times."""

import re
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from blocks import words
from bot.digests.timetable import WORKDAYS, Slot, Timetable

_SHOWN = 5
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SETS = {WORKDAYS: "weekdays", frozenset({6, 7}): "weekends", frozenset(range(1, 8)): "every day"}
_FAR = timedelta(days=300)  # a day further ahead needs its year
_FIXED = re.compile(r"Etc/GMT([+-])(\d+)")


def summary(timetable: Timetable) -> str:
    """Format a timetable in one line.

    Examples: `weekdays 09:00 New York`, `Mon, Wed 09:00 and 16:00 Chicago, until 18 Dec 2026`,
    `cron 0 9 1 * * (New York)`.
    """
    dates = ((word, day) for word, day in (("from", timetable.starts), ("until", timetable.ends)) if day)
    return ", ".join((_when(timetable), " ".join(f"{word} {_day(day)}" for word, day in dates))).removesuffix(", ")


def next_five(timetable: Timetable, now: datetime) -> tuple[str, ...]:
    """Return the next times, five at most, as `slot_words` formats them."""
    return tuple(slot_words(slot, timetable.zone, now) for slot in islice(timetable.after(now), _SHOWN))


def slot_words(slot: Slot, zone: str, now: datetime | None = None) -> str:
    """Format a slot: `Mon 30 Nov, 09:00`. The year is added when the slot is far ahead of `now`.

    A clock change is explained: `Sun 14 Mar, 03:30 — the clock skips 02:30 that day`, `Sun 1 Nov, 01:30, the first of
    two`.
    """
    local = slot.due.astimezone(ZoneInfo(zone))
    year = f" {local.year}" if now is not None and slot.due - now > _FAR else ""
    said = f"{words.weekday(local)}{year}, {local:%H:%M}"
    if slot.shift == "later":
        skipped = f"{slot.wall:%H:%M} that day" if local.date() == slot.wall.date() else words.plain_moment(slot.wall)
        return f"{said} — the clock skips {skipped}"
    return f"{said}, the first of two" if slot.shift == "first" else said


def city(zone: str) -> str:
    """Return `New York` for `America/New_York`, and `UTC−5` for `Etc/GMT+5`, whose sign is reversed."""
    if fixed := _FIXED.fullmatch(zone):
        return f"UTC{'−' if fixed[1] == '+' else '+'}{fixed[2]}"
    return zone.rpartition("/")[2].replace("_", " ")


def _when(timetable: Timetable) -> str:
    if timetable.cron:
        return f"cron {timetable.cron} ({city(timetable.zone)})"
    days = ", ".join(_DAYS[day - 1] for day in sorted(timetable.days))
    return f"{_SETS.get(timetable.days, days)} {_listed(sorted(timetable.times))} {city(timetable.zone)}"


def _listed(times: list[str]) -> str:
    return " and ".join(part for part in (", ".join(times[:-1]), times[-1]) if part) if times else words.NO_DATA


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
