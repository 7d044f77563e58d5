"""How many customers of a campaign ended on each day, and how."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from bot.campaigns.figures import Figures
from bot.insight.problems import BadEnd
from bot.insight.series import Series

BAD_ENDS: tuple[BadEnd, ...] = get_args(BadEnd)
DAYS = 60  # days that count; by then a day weighs a sixth
_LATE = timedelta(hours=3)  # longer without a reading is a gap; readings of the last 35 days are an hour apart at most
_A_DAY = timedelta(hours=26)  # older ones, which are kept one a day
_HOURLY = timedelta(days=34)
_COARSE = timedelta(days=4)  # digests may leave out a long weekend
_CALLED_AGAIN = 7  # days after which customers who were to be called again no longer keep others from being counted
_HUGE = 10**9  # customers; more are no data

Flaw = Literal["no_data", "gap", "reset"]


@dataclass(slots=True)
class DayOfEnds:
    """One day. `ended` counts the bad ends and the good ones."""

    number: int  # days before today: 0 is today
    bad: list[int]  # by kind of bad end, as in `EndsByDay.kinds`
    ended: int = 0
    flaw: Flaw | None = None  # why its numbers cannot be relied on


@dataclass(slots=True)
class EndsByDay:
    """A campaign's last days, newest first, without those on which nobody ended."""

    kinds: tuple[BadEnd, ...]  # those that careCycle sends of this campaign
    days: list[DayOfEnds] = field(default_factory=list)
    called_again: bool = False  # customers who had ended are being called again now: nobody is counted


def midnights(now: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the beginnings of the last days in the zone, oldest first, as UTC; the last one is of today."""
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=back) for back in range(DAYS, -1, -1))
    return [datetime.combine(day, time(), zone).astimezone(UTC) for day in days]


def ends_by_day(series: Series, starts: Sequence[datetime], now: datetime) -> EndsByDay:
    """Return who ended on the days that begin at `starts` (`midnights`).

    A customer is counted when careCycle's counters grow. When one of failed, expired and exceeded falls, customers are
    called again: from then on nobody is counted until as many have ended as before, so that who fails a second
    time is not news. When `completed` falls, the counters were reset, and that day is flawed.
    """
    states = series.last.states
    if "completed" not in states or not series.points:
        return EndsByDay(())
    counting = _Counting(series, starts, now, tuple(kind for kind in BAD_ENDS if kind in states))
    first = max(bisect_right(series.points, starts[0], key=lambda point: point.at) - 1, 0)
    for place in range(first, len(series.points)):
        point = series.points[place]
        if point.at > now:
            break
        counting.take(point.at, point.figures)
    days = [day for _, day in sorted(counting.days.items()) if day.ended or day.flaw]
    return EndsByDay(counting.kinds, days, called_again=counting.mark is not None)


class _Counting:
    """What is known after the points so far."""

    def __init__(self, series: Series, starts: Sequence[datetime], now: datetime, kinds: tuple[BadEnd, ...]) -> None:
        self.series, self.starts, self.now, self.kinds = series, starts, now, kinds
        self._kept = ("completed", *kinds)
        self.days: dict[int, DayOfEnds] = {}
        self.mark: int | None = None  # how many had ended before customers were called again, until they have again
        self._marked = 0  # the day of it
        self._before: tuple[int, ...] | None = None
        self._states: Mapping[str, int] = {}
        self._at: datetime | None = None

    def take(self, at: datetime, figures: Figures) -> None:
        """Go on to the next point."""
        came, self._at = self._at, at
        if came is not None and figures.states == self._states:
            return  # only calls were made
        counts, self._states = self._counts(figures), figures.states
        before, self._before = self._before, counts
        if came is None or (counts == before and counts is not None):
            return
        number = self._number(at)
        if at - came > _LATE and self._gap(came, at, number):
            return
        if counts is None or before is None:
            self._flaw(number, "no_data")
        elif counts[0] < before[0]:
            self.mark = None
            self._flaw(number, "reset")
        else:
            self._grow(number, before, counts)

    def _grow(self, number: int, before: tuple[int, ...], counts: tuple[int, ...]) -> None:
        if self.mark is None and any(now < was for now, was in zip(counts, before, strict=True)):
            self.mark, self._marked = sum(before), number
        if self.mark is not None:
            if sum(counts) >= self.mark or self._marked - number > _CALLED_AGAIN:
                self.mark = None
            return
        day = self._day(number)
        day.ended += sum(counts) - sum(before)
        if counts[1:] != before[1:]:
            day.bad = [bad + now - was for bad, now, was in zip(day.bad, counts[1:], before[1:], strict=True)]

    def _gap(self, came: datetime, at: datetime, number: int) -> bool:
        """Return whether the account was not read for too long before `at`, and mark the days of the gap."""
        read = self.series.read
        place = bisect_left(read, at) - 1
        newest = max(read[place], came) if place >= 0 else came
        coarse = self.series.coarse and (at in self.series.coarse or newest in self.series.coarse)
        allowed = _COARSE if coarse else _A_DAY if self.now - at > _HOURLY else _LATE
        if at - newest <= allowed:
            return False
        for one in range(number, self._number(newest) + 1):
            self._flaw(one, "gap")
        return True

    def _counts(self, figures: Figures) -> tuple[int, ...] | None:
        """Return completed and the bad ends; None when one is unknown or cannot be."""
        get = figures.states.get
        found = tuple([get(state, -1) for state in self._kept])
        return found if min(found) >= 0 and max(found) <= _HUGE else None

    def _number(self, at: datetime) -> int:
        """Return how many days before today a reading closes: one at midnight closes the day before."""
        return max(len(self.starts) - bisect_left(self.starts, at), 0)

    def _day(self, number: int) -> DayOfEnds:
        if number not in self.days:
            self.days[number] = DayOfEnds(number, [0] * len(self.kinds))
        return self.days[number]

    def _flaw(self, number: int, flaw: Flaw) -> None:
        self._day(number).flaw = flaw
