"""How evenly calls follow each other: a campaign that dials every few minutes is never quiet by accident."""

import math
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from bot.insight.rhythm import LONGEST_STEP, Rhythm
from bot.insight.series import Series
from bot.insight.wall_clock import hour_of

_STEPS = 700  # readings: two weeks where one an hour is kept
_FEWEST = 40  # calls, before they say anything
_EVENEST = 0.2


def evenness(series: Series, learned: Rhythm, before: datetime) -> float:
    """Return what an expected call counts of one that comes by chance: over 1 where they come evenly, below in bursts.

    What two equally long steps between readings differ by is compared with what chance makes (variance and mean).
    """
    squares = total = 0
    for one, other in pairwise(_steps(series, learned, before)):
        if one[0] == other[0] - 1 and 0.8 < one[1] / other[1] < 1.25:
            squares += (one[2] - other[2]) ** 2
            total += one[2] + other[2]
    if total < _FEWEST:
        return 1.0
    spread = max(squares / total, _EVENEST)
    return 1 / spread if spread <= 1 else math.log(spread) / (spread - 1)


def _steps(series: Series, learned: Rhythm, before: datetime) -> Iterator[tuple[int, float, int]]:
    """Yield the place, the seconds and the calls of the steps between two readings in hours in which it calls."""
    end = bisect_left(series.read, before)
    read = [one for one in series.read[max(0, end - _STEPS) : end] if one not in series.coarse]
    hour = hour_of(before, learned.zone)
    for place, (start, stop) in enumerate(pairwise(read)):
        calling = all(learned.steady(hour_of(one, learned.zone), hour) for one in (start, stop))
        if not calling or stop - start > LONGEST_STEP:
            continue
        gained = series.gained(lambda one: one.calls, start, stop)
        if gained is not None and gained >= 0:
            yield place, (stop - start).total_seconds(), gained
