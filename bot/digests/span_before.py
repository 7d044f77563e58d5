"""Calls in as long a time before: of the day before, or of the same days a week before, where that says anything."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.digests.report import Before
from bot.insight.counters import Counters, calls
from bot.insight.history import Past
from bot.insight.holidays import is_day_off

_DAY, _WEEK, _HOUR = timedelta(days=1), timedelta(days=7), timedelta(hours=1)
_WEEKS = 5  # in which calls show that a part of a week holds calling time
_EPOCH = date(1970, 1, 1)
_SATURDAY = 5


class _Part(NamedTuple):
    """A part of a local day."""

    start: datetime  # in the zone
    end: datetime

    @property
    def day(self) -> date:
        return self.start.date()

    def shifted(self, days: timedelta) -> "_Part":
        """Return the same hours of another day, by the clock on the wall."""
        return _Part(self.start + days, self.end + days)


def calls_before(past: Past, since: datetime, now: datetime, zone: ZoneInfo) -> tuple[int | None, Before]:
    """Return the calls of the campaigns in `past` in as long a time before `since`, and which time that was.

    It is the day before when both hold the same kind of calling time and its calls are known, else the same days a week
    before: on a Monday, the day before would be a Sunday. None when neither can be compared, or is known.
    """
    start, end = since.astimezone(zone), now.astimezone(zone)
    span = _Spans([Counters(series, past.read) for series in past.campaigns.values()], now)
    longest: tuple[tuple[Before, timedelta], ...] = (("day", _DAY), ("week", _WEEK))
    for name, back in longest:
        if end - start <= back + _HOUR and span.is_alike(_Part(start, end), back):
            made = span.calls(start - back, end - back)
            if made is not None:
                return made, name
    return None, ""


class _Spans:
    """What some campaigns called in spans of time."""

    def __init__(self, campaigns: Sequence[Counters], now: datetime) -> None:
        self._campaigns = campaigns
        self._now = now

    def calls(self, start: datetime, end: datetime) -> int | None:
        """Return the calls of all together, by the readings about two moments; None when they are not known."""
        made = [self._between(one, start, end) for one in self._campaigns]
        known = [count for count in made if count is not None]
        return sum(known) if known and len(known) == len(made) else None

    def _between(self, one: Counters, start: datetime, end: datetime) -> int | None:
        first, last = (one.nearest(calls, moment) for moment in (start, end))
        if first is None or last is None or last < first or one.was_reset(start, end):
            return None
        return last - first

    def is_alike(self, span: _Part, back: timedelta) -> bool:
        """Return whether a span holds calling time, and as long a time before it the same kinds of it."""
        kinds, before = (
            [kind for one in _parts(part) if (kind := self._kind(one)) != "idle"]
            for part in (span, span.shifted(-back))
        )
        return bool(kinds) and "unknown" not in kinds and kinds == before

    def _kind(self, part: _Part) -> str:
        holds = self._holds_calling(part)
        if not holds:
            return "idle" if holds is False else "unknown"
        if is_day_off((part.day - _EPOCH).days) and not any(self._made(part.start, part.end)):
            return "holiday"
        return f"{part.day:%A}" if part.day.weekday() >= _SATURDAY else "weekday"

    def _holds_calling(self, part: _Part) -> bool | None:
        """Return whether anybody was called in the same hours of the last weeks; None when that is not known."""
        known = False
        for week in range(_WEEKS + 1):
            one = part.shifted(-week * _WEEK)
            made = self._made(one.start, min(one.end, self._now))
            if any(made):
                return True
            known = known or (bool(made) and None not in made)
        return False if known else None

    def _made(self, start: datetime, end: datetime) -> list[int | None]:
        span = start.astimezone(UTC), end.astimezone(UTC)  # as readings are: moments of one zone are compared quickly
        return [one.gained(calls, *span, self._now) for one in self._campaigns]


def _parts(span: _Part) -> Iterator[_Part]:
    """Yield the parts of a span that lie on one local day each."""
    start = span.start
    while start < span.end:
        midnight = datetime.combine(start.date() + _DAY, wall_time(), start.tzinfo)
        yield _Part(start, min(midnight, span.end))
        start = midnight
