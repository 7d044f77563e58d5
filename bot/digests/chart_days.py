"""The days in a digest's chart, with the calls of each: by the account's readings, never by guessing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as wall_time
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.digests.report import ChartDay
from bot.digests.timetable import Timetable
from bot.insight.counters import Counters, calls
from bot.insight.days import BACK, bounds
from bot.insight.history import Past

_MOST = 14
_OFTEN = 3  # days a week: a digest that comes on fewer shows all calling days, or its chart would span months
_NOON = wall_time(12)


def chart_days(past: Past, timetable: Timetable, now: datetime) -> tuple[ChartDay, ...]:
    """Return at most fourteen of the digest's own days, oldest first, with the calls of the campaigns in `past`.

    A day's calls lie between its local midnights. They are None when the calls of any campaign are not known, or
    counters fell in all of them; a campaign whose counter fell is left out on that day. Days before the first one that
    is known are left out, and so is today before noon, or as long as nobody was called.
    """
    zone = ZoneInfo(timetable.zone)
    today = now.astimezone(zone).date()
    counted = [series for series in past.campaigns.values() if series.points and calls(series.last) is not None]
    counters = [Counters(series, past.read) for series in counted]
    if not counters:
        return ()
    own = _own_days(timetable, today)
    found = [_day(counters, day, now, zone) for day in own or _last_days(today)]
    while found and found[0].calls is None and not found[0].is_reset:
        del found[0]
    if not own:
        found = _calling(found)
    found[-1:] = [replace(day, is_today=day.day == today) for day in found[-1:] if _is_shown(day, now, zone)]
    return tuple(found[-_MOST:])


def _last_days(today: date) -> Iterator[date]:
    return (today - timedelta(days=back) for back in range(BACK.days, -1, -1))


def _own_days(timetable: Timetable, today: date) -> Sequence[date]:
    """Return the local days on which it is due, also before it began; none when it is due on few days a week."""
    zone = ZoneInfo(timetable.zone)
    first = bounds(today - BACK, zone)[0]
    slots = takewhile(
        lambda slot: slot.wall.date() <= today, replace(timetable, starts=None, ends=None).at_or_after(first)
    )
    days = list(dict.fromkeys(slot.wall.date() for slot in slots))
    return days if len(days) >= _OFTEN * BACK.days // 7 else ()


def _calling(days: Sequence[ChartDay]) -> list[ChartDay]:
    """Return the days without those weekdays on which there was never a call."""
    seen = {one.day.weekday() for one in days if one.calls is not None}
    off = seen - {one.day.weekday() for one in days if one.calls}
    return [one for one in days if one.day.weekday() not in off]


def _is_shown(day: ChartDay, now: datetime, zone: ZoneInfo) -> bool:
    local = now.astimezone(zone)
    return day.day != local.date() or (local.time() >= _NOON and bool(day.calls))


def _day(campaigns: Sequence[Counters], day: date, now: datetime, zone: ZoneInfo) -> ChartDay:
    start, end = bounds(day, zone)
    reset = [one.was_reset(start, end) for one in campaigns]
    made = [_made(one, start, end, now) for one, fell in zip(campaigns, reset, strict=True) if not fell]
    known = [count for count in made if count is not None]
    return ChartDay(day, sum(known) if known and len(known) == len(made) else None, is_reset=any(reset))


def _made(one: Counters, start: datetime, end: datetime, now: datetime) -> int | None:
    if one.is_absent(end):
        return 0
    return one.gained(calls, start, end, now) if one.was_read(start, end) else None
