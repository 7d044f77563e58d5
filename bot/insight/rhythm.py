"""When a campaign calls: its calls by the hours of past weeks, learned from its own readings."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from statistics import median

from bot.campaigns.figures import Figures
from bot.insight.holidays import is_day_off
from bot.insight.series import Point, Series
from bot.insight.wall_clock import HOUR, WEEK, hour_of, parts, wall

SHORTEST = timedelta(days=3)  # of history, before anything is said
LONGEST_STEP = timedelta(hours=2)  # between two readings; a longer time is a gap, in which nothing is known
_LONGEST = LONGEST_STEP.total_seconds()
_BACK = timedelta(days=35)  # older readings are a day apart
MOST_WEEKS = 5  # what is usual in an hour is learned from so many
_LATE = 60.0  # seconds after a full hour, in which a reading shows what was in the hour before
_LEFT = ("pending", "in_progress")  # where one is not counted, somebody may be left
_ENOUGH = HOUR / 2  # of an hour must be known
# Of an hour's usual calls. An increase is only known to lie between two readings an hour apart, so up to a quarter of
# an hour's calls can seem to lie in an hour in which nothing was called.
_LEAST, _LEAST_BESIDE = 1 / 3, 0.4  # of an hour in the middle, and of the hours beside it


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A campaign's calls by the hour, as the clock on the wall of its zone counts hours."""

    since: datetime  # the first reading
    zone: tzinfo
    calls: Mapping[int, float]  # hours without calls are left out
    known: Mapping[int, float]  # how many seconds of an hour lie between two readings
    unknown: frozenset[int]  # hours in which it was not active, had nobody left, or a counter was reset
    _usual: dict[tuple[int, int], float | None] = field(default_factory=dict, compare=False, repr=False)
    _steady: dict[tuple[int, int], float | None] = field(default_factory=dict, compare=False, repr=False)

    def pace(self, hour: int) -> float | None:
        """Return the calls an hour in one hour; None where that is not known, and on holidays without calls."""
        known = self.known.get(hour, 0.0)
        if known < _ENOUGH or hour in self.unknown:
            return None
        calls = self.calls.get(hour, 0.0)
        return None if not calls and is_day_off(hour // 24) else calls / known * HOUR

    def usual(self, hour: int, before: int) -> float | None:
        """Return the calls in the same hour of the weeks before the hour `before`; None for one that was never seen.

        The lowest and the highest of three or more weeks are left out: a holiday, or a day on which it stood still.
        """
        key = hour, before
        if key not in self._usual:
            weeks = range(hour - WEEK, hour - WEEK * MOST_WEEKS - 1, -WEEK)
            paces = [pace for one in weeks if one < before and (pace := self.pace(one)) is not None]
            self._usual[key] = _trimmed(paces)
        return self._usual[key]

    def others(self, hour: int, now: int) -> float | None:
        """Return the calls in the same hour of all other weeks, up to a day before `now`; None for one never seen."""
        last = now - 25
        first = last - (last - hour) % WEEK
        weeks = range(first, first - WEEK * MOST_WEEKS, -WEEK)
        return _trimmed([pace for one in weeks if one != hour and (pace := self.pace(one)) is not None])

    def steady(self, hour: int, before: int) -> float | None:
        """Return the usual calls of an hour, and 0 for one in which it hardly calls; None for one never seen."""
        key = hour, before
        if key not in self._steady:
            usual = self.usual(hour, before)
            self._steady[key] = 0.0 if usual is not None and usual < self._least_at(hour, before) else usual
        return self._steady[key]

    @property
    def least(self) -> float:
        """How many calls make an hour one in which it calls."""
        if (0, 0) not in self._usual:
            self._usual[0, 0] = _LEAST * median(self._paces() or [0.0])
        return self._usual[0, 0] or 0.0

    def _least_at(self, hour: int, before: int) -> float:
        beside = max(self.usual(hour - 1, before) or 0.0, self.usual(hour + 1, before) or 0.0)
        return max(self.least, _LEAST_BESIDE * beside)

    def due(self, start: float, end: float, before: int) -> float:
        """Return the calls that surely were to be expected between two seconds of the clock on the wall.

        Hours never seen count nothing. The first and the last hour before a pause count only whole, once they are
        over: when in them it begins and ends is not known. A holiday counts only if it called on that day before.
        """
        first = int(start // HOUR) // 24
        total = 0.0
        for hour, seconds in parts(start, end):
            usual = self.steady(hour, before)
            if not usual or (hour // 24 != first and is_day_off(hour // 24)):
                continue
            inside = self.steady(hour - 1, before) and self.steady(hour + 1, before)
            total += usual * (seconds // HOUR if not inside else seconds / HOUR)
        return total

    def _paces(self) -> list[float]:
        return [pace for hour in self.calls if (pace := self.pace(hour))]


def rhythm(series: Series, zone: tzinfo) -> Rhythm | None:
    """Return when a campaign calls; None when there is no whole reading of it."""
    return _rhythm(_Same(series, len(series.read), len(series.points)), zone)


def day_by_day(learned: Rhythm, now: int) -> Iterator[tuple[float, float]]:
    """Yield the calls of past days, and of the same hours in the other weeks; without the last day, and days off."""
    for back in range(2, 29):
        first = now - now % 24 - 24 * back
        hours = range(first, first + 24)
        calling = (hour for hour in hours if learned.steady(now + (hour - now) % WEEK, now))
        paces = ((learned.pace(hour), learned.others(hour, now)) for hour in calling)
        pairs = [(pace, usual) for pace, usual in paces if pace is not None and usual is not None]
        calls, usual = sum(pace for pace, _ in pairs), sum(usual for _, usual in pairs)
        if calls and usual:
            yield calls, usual


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """One series as it is now: the rules ask one after the other about the same one."""

    series: Series
    read: int
    points: int

    def __hash__(self) -> int:
        return id(self.series)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Same):
            return False
        return self.series is other.series and (self.read, self.points) == (other.read, other.points)


@lru_cache(maxsize=4)
def _rhythm(one: _Same, zone: tzinfo) -> Rhythm | None:
    series, read = one.series, _whole(one.series)
    if not read:
        return None
    began = series.at(read[0])
    counted = [(read[0], _counted(began) if began else None)]
    for point in series.points[bisect_right(series.points, read[0], key=_at) :]:
        if not point.coarse and (calls := _counted(point.figures)) != counted[-1][1]:
            counted.append((point.at, calls))
    return _learned(read, counted, zone)


def _whole(series: Series) -> tuple[datetime, ...]:
    """Return the readings of the last weeks that do not come from a digest's snapshot."""
    if not series.read:
        return ()
    read = series.read[bisect_left(series.read, series.read[-1] - _BACK) :]
    return tuple(one for one in read if one not in series.coarse) if series.coarse else tuple(read)


def _counted(figures: Figures) -> int | None:
    """Return the calls of a campaign that can call; None for one that cannot, or whose calls are unknown."""
    calls, states = figures.calls, figures.states
    if figures.status != "active" or calls is None or calls < 0 or not any(map(states.get, _LEFT, _LEFT)):
        return None
    return calls


def _learned(read: tuple[datetime, ...], counted: Sequence[tuple[datetime, int | None]], zone: tzinfo) -> Rhythm:
    calls: dict[int, float] = defaultdict(float)
    unknown: set[int] = set()
    changes = {at for at, _ in counted[1:]}
    clock, known = _clock(read, zone)
    for (start, before), (end, after) in pairwise([*counted, (read[-1], counted[-1][1])]):
        place = bisect_left(read, end)
        step = max(place - 1, 0)
        if before is None or after is None or after < before:
            unknown.update(range(hour_of(start if before is None else read[step], zone), hour_of(end, zone) + 1))
        elif after > before and clock[place] - clock[step] <= _LONGEST:
            later = place + 1 == len(read) or read[place + 1] in changes
            for hour, part in _spread(clock[step], clock[place], read[step] in changes, later):
                calls[hour] += (after - before) * part
    return Rhythm(read[0], zone, calls, known, frozenset(unknown))


def _spread(start: float, end: float, earlier: bool, later: bool) -> Iterator[tuple[int, float]]:
    """Yield how much of the calls between two readings belongs to which hour.

    Whether there were `earlier` and `later` ones in the steps beside it says at which end of the step they lie: what
    begins or ends in it is not spread into an hour in which nobody is called.
    """
    first, last = int(start // HOUR), max(int((end - _LATE) // HOUR), int(start // HOUR))
    if first == last or earlier != later:
        yield first if earlier else last, 1.0
        return
    yield from ((hour, seconds / (end - start)) for hour, seconds in parts(start, end))


@lru_cache(maxsize=16)
def _clock(read: tuple[datetime, ...], zone: tzinfo) -> tuple[Sequence[float], Mapping[int, float]]:
    """Return what the clock on the wall showed at each reading, and how many seconds of each hour lie between two.

    They are the same for most campaigns of an account.
    """
    clock = [wall(one, zone) for one in read]
    known: dict[int, float] = defaultdict(float)
    for start, end in pairwise(clock):
        if end - start <= _LONGEST:
            for hour, seconds in parts(start, end):
                known[hour] += seconds
    return clock, known


def _trimmed(paces: list[float]) -> float | None:
    if not paces:
        return None
    kept = sorted(paces)[1:-1] if len(paces) > 2 else paces
    return sum(kept) / len(kept)


def _at(point: Point) -> datetime:
    return point.at
