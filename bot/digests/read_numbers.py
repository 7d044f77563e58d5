"""What an account's readings add to the numbers of a digest: its chart, and what is usual."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.digests.chart_days import chart_days
from bot.digests.report import Before, ChartDay
from bot.digests.span_before import calls_before
from bot.digests.timetable import Timetable
from bot.insight.days_left import days_left
from bot.insight.history import Past
from bot.insight.usual_failed import usual_failed


@dataclass(frozen=True, slots=True)
class Asked:
    """What the numbers are asked for."""

    ids: Collection[str]  # the campaigns that are in the digest now
    compared: Collection[str]  # those whose calls since the last delivery are known
    timetable: Timetable
    since: datetime | None  # when the numbers of the last delivery were read; None: this is the first one
    now: datetime  # when those of this one were read


@dataclass(frozen=True, slots=True)
class ReadNumbers:
    """None: not known, or not to be compared."""

    days: tuple[ChartDay, ...] = ()
    calls_before: int | None = None
    before: Before = ""
    usual_failed: float | None = None  # 0 to 1
    calling_days_left: tuple[int, int] | None = None


def read_numbers(past: Past, asked: Asked) -> ReadNumbers:
    """Return the numbers. With hundreds of campaigns it takes a while: call it in a thread.

    Numbers that stand beside one of all campaigns are None when readings do not have each of these.
    """
    zone, mine = ZoneInfo(asked.timetable.zone), _of(past, asked.ids)
    days = chart_days(mine, asked.timetable, asked.now)
    ahead = days_left(mine, asked.now, zone) if _has_all(past, asked.ids) else None
    if asked.since is None:
        return ReadNumbers(days, calling_days_left=ahead)
    before, name = _calls_before(past, asked, asked.since, zone)
    usual = usual_failed(mine.campaigns.values(), asked.since, asked.now, zone)
    return ReadNumbers(days, before, name, usual, ahead)


def _calls_before(past: Past, asked: Asked, since: datetime, zone: ZoneInfo) -> tuple[int | None, Before]:
    if not _has_all(past, asked.compared):
        return None, ""
    return calls_before(_of(past, asked.compared), since, asked.now, zone)


def _has_all(past: Past, ids: Collection[str]) -> bool:
    return all(id_ in past.campaigns for id_ in ids)


def _of(past: Past, ids: Collection[str]) -> Past:
    return Past(past.read, {id_: past.campaigns[id_] for id_ in ids if id_ in past.campaigns})
