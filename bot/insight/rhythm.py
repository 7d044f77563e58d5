"""When a campaign calls: its calls by the hours of past weeks, learned from its own readings."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from statistics import mean, median

from bot.campaigns.figures import Figures, left
from bot.insight.holidays import is_holiday
from bot.insight.series import Point, Series
from bot.insight.wall_clock import HOUR, WEEK, day_of, hour_of, parts, wall

SHORTEST = timedelta(days=3)  # of history, before anything is said
LONGEST_STEP = timedelta(hours=2)  # between two readings; a longer time is a gap, in which nothing is known
_BACK = timedelta(days=35)  # older readings are a day apart
_WEEKS = 5
_ENOUGH = HOUR / 2  # of an hour must be known
# Of an hour's usual calls. An increase is only known to lie between two readings an hour apart, so up to a quarter of
# an hour's calls can seem to lie in an hour in which nothing was called.
_LEAST = 1 / 3


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A campaign's calls by the hour, as the clock on the wall of its zone counts hours."""

    since: datetime  # the first reading
    zone: tzinfo
    calls: Mapping[int, float]  # hours without calls are left out
    known: Mapping[int, float]  # how many seconds of an hour lie between two readings
    unknown: frozenset[int]  # hours in which it was not active, had nobody left, or a counter was reset
    _usual: dict[tuple[int, int], float | None] = field(default_factory=dict, compare=False, repr=False)

    def pace(self, hour: int) -> float | None:
        """Return the calls an hour in one hour; None where that is not known, and on holidays without calls."""
        known = self.known.get(hour, 0.0)
        if known < _ENOUGH or hour in self.unknown:
            return None
        calls = self.calls.get(hour, 0.0)
        return None if not calls and is_holiday(day_of(hour)) else calls / known * HOUR

    def usual(self, hour: int, before: int) -> float | None:
        """Return the calls in the same hour of the weeks before the hour `before`; None for one that was never seen.

        The lowest and the highest of three or more weeks are left out: a holiday, or a day on which it stood still.
        """
        key = hour, before
        if key not in self._usual:
            weeks = (hour - WEEK * back for back in range(1, _WEEKS + 1))
            self._usual[key] = _trimmed(
                [pace for one in weeks if one < before and (pace := self.pace(one)) is not None]
            )
        return self._usual[key]

    def steady(self, hour: int, before: int) -> float | None:
        """Return the usual calls of an hour, and 0 for one in which it hardly calls; None for one never seen."""
        usual = self.usual(hour, before)
        return usual if usual is None or usual >= self.least else 0.0

    @property
    def least(self) -> float:
        """How many calls make an hour one in which it calls."""
        if (0, 0) not in self._usual:
            self._usual[0, 0] = _LEAST * median(self._paces() or [0.0])
        return self._usual[0, 0] or 0.0

    def due(self, start: float, end: float, before: int) -> float:
        """Return the calls that surely were to be expected between two seconds of the clock on the wall.

        Hours never seen count nothing. The first and the last hour before a pause count only whole, once they are
        over: when in them it begins and ends is not known. A holiday counts only if it called on that day before.
        """
        first = day_of(int(start // HOUR))
        total = 0.0
        for hour, seconds in parts(start, end):
            usual = self.steady(hour, before)
            day = day_of(hour)
            if not usual or (day != first and is_holiday(day)):
                continue
            inside = self.steady(hour - 1, before) and self.steady(hour + 1, before)
            total += usual * (seconds // HOUR if not inside else seconds / HOUR)
        return total

    def _paces(self) -> list[float]:
        return [pace for hour in self.calls if (pace := self.pace(hour))]


def rhythm(series: Series, zone: tzinfo) -> Rhythm | None:
    """Return when a campaign calls; None when there is no whole reading of it."""
    read = _whole(series)
    if not read:
        return None
    began = series.at(read[0])
    counted = [(read[0], _counted(began) if began else None)]
    for point in series.points[bisect_right(series.points, read[0], key=_at) :]:
        if not point.coarse and (calls := _counted(point.figures)) != counted[-1][1]:
            counted.append((point.at, calls))
    return _learned(read, tuple(counted), zone)


def _whole(series: Series) -> tuple[datetime, ...]:
    """Return the readings of the last weeks that do not come from a digest's snapshot."""
    if not series.read:
        return ()
    read = series.read[bisect_left(series.read, series.read[-1] - _BACK) :]
    return tuple(one for one in read if one not in series.coarse) if series.coarse else tuple(read)


def _counted(figures: Figures) -> int | None:
    """Return the calls of a campaign that can call; None for one that cannot, or whose calls are unknown."""
    if figures.status != "active" or left(figures) == 0 or figures.calls is None or figures.calls < 0:
        return None
    return figures.calls


@lru_cache(maxsize=4)
def _learned(read: tuple[datetime, ...], counted: tuple[tuple[datetime, int | None], ...], zone: tzinfo) -> Rhythm:
    """Return the rhythm. The rules ask one after the other about the same campaign: the last few are remembered."""
    calls: dict[int, float] = defaultdict(float)
    unknown: set[int] = set()
    for (start, before), (end, after) in zip(counted, [*counted[1:], (read[-1], None)], strict=True):
        step = read[max(bisect_left(read, end) - 1, 0)]
        if before is None or after is None or after < before:
            unknown.update(range(hour_of(start if before is None else step, zone), hour_of(end, zone) + 1))
        elif end - step <= LONGEST_STEP:
            spread = list(parts(wall(step, zone), wall(end, zone)))
            whole = sum(seconds for _, seconds in spread)
            for hour, seconds in spread:
                calls[hour] += (after - before) * seconds / whole
    return Rhythm(read[0], zone, calls, _known(read, zone), frozenset(unknown))


@lru_cache(maxsize=16)
def _known(read: tuple[datetime, ...], zone: tzinfo) -> Mapping[int, float]:
    """Return how many seconds of each hour lie between two readings: the same for most campaigns of an account."""
    known: dict[int, float] = defaultdict(float)
    for start, end in pairwise(read):
        if end - start <= LONGEST_STEP:
            for hour, seconds in parts(wall(start, zone), wall(end, zone)):
                known[hour] += seconds
    return known


def _trimmed(paces: list[float]) -> float | None:
    if not paces:
        return None
    return mean(sorted(paces)[1:-1] if len(paces) > 2 else paces)


def _at(point: Point) -> datetime:
    return point.at
