"""How fast a campaign's list gets shorter: net ends for each call that is usual in its hours, over its last days."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.campaigns.figures import Figures, finished
from bot.insight.rhythm import Rhythm
from bot.insight.series import Series
from bot.insight.wall_clock import HOUR, WEEK, hour_of, moment_of, wall

_DAYS = 10  # calling days
_FEWEST = 3
_A_DAY = 0.9  # what a day counts of what the next one counts
_BACK = 28  # days
_LEAST = 1.0  # usual calls of a day; what ended in the first moments of one says nothing of how fast that goes
_DAY = 24  # hours
_FED = 0.5  # of the days
# 10 and 90 % of Student's t by degrees of freedom: what days differ by is itself only known from so many days.
_T = {2: 1.89, 3: 1.64, 4: 1.53, 5: 1.48, 6: 1.44, 7: 1.41, 8: 1.40, 9: 1.38}


@dataclass(frozen=True, slots=True)
class _Day:
    usual: float  # calls that are usual in the hours of this day
    ended: float  # customers; fewer than 0 when more of them are called again
    added: float  # customers
    weight: float


@dataclass(frozen=True, slots=True)
class Speed:
    """How many customers fewer are left for each usual call."""

    a_call: float
    spread: float  # variance of the customers for each usual call
    days: tuple[float, ...]  # usual calls of the days behind it, each with its weight applied
    t: float

    def range(self, usual: float) -> tuple[float, float]:
        """Return the 80 % range of how many customers fewer are left after so many usual calls."""
        known = sum(self.days)
        off = self.t * math.sqrt(self.spread * usual + usual**2 * self.spread / known)
        return self.a_call * usual - off, self.a_call * usual + off


def speed(series: Series, learned: Rhythm, now: datetime) -> Speed | None:
    """Return how fast the list gets shorter; None when there are too few days by which to tell."""
    days = list(_days(series, learned, now))
    if len(days) < _FEWEST:
        return None
    fed = keeps_growing([day.added for day in days])
    known = sum(day.weight * day.usual for day in days)
    net = [(day, day.ended - (day.added if fed else 0.0)) for day in days]
    a_call = sum(day.weight * ended for day, ended in net) / known
    squares = sum(day.weight * (ended - a_call * day.usual) ** 2 / day.usual for day, ended in net)
    spread = squares / sum(day.weight for day in days) * len(days) / (len(days) - 1)
    days_used = tuple(day.weight * day.usual for day in days)
    return Speed(a_call, max(spread, abs(a_call)), days_used, student(len(days) - 1))


def keeps_growing(added: Sequence[float]) -> bool:
    """Return whether a list keeps getting new customers: on more than half of the days, each with so many added."""
    return sum(more > 0 for more in added) > _FED * len(added)


def customers(figures: Figures) -> int | None:
    """Return the customers in total."""
    return figures.customers


def student(freedom: int) -> float:
    """Return how many standard errors an 80 % range reaches to either side, by degrees of freedom (at least 2)."""
    return _T.get(freedom, 1.38)


def usual_calls(learned: Rhythm, hour: int, now: int) -> float | None:
    """Return the calls that are usual in an hour, by all weeks before `now`; None for one never seen."""
    return learned.steady(now + (hour - now) % WEEK, now)


def _days(series: Series, learned: Rhythm, now: datetime) -> Iterator[_Day]:
    """Yield the last calling days, newest first, today so far among them."""
    this_hour = hour_of(now, learned.zone)
    today = this_hour - this_hour % _DAY
    weight = 1.0
    for back in range(_BACK):
        first = today - _DAY * back
        if weight < _A_DAY ** (_DAYS - 0.5) or moment_of(first, learned.zone) < learned.since:
            return
        usual = _usual_of_day(learned, first, wall(series.read[-1], learned.zone) / HOUR, this_hour)
        gained = _gained(series, first, learned.zone)
        if usual and usual >= _LEAST and gained and any(learned.pace(hour) for hour in range(first, first + _DAY)):
            yield _Day(usual, *gained, weight)
            weight *= _A_DAY


def _usual_of_day(learned: Rhythm, first: int, until: float, now: int) -> float | None:
    """Return the usual calls of a day, or of what there was of it; None when part of it is not known."""
    total = 0.0
    for hour in range(first, first + _DAY):
        usual = usual_calls(learned, hour, now)
        if not usual or hour >= until:
            continue
        if hour + 1 <= until and learned.pace(hour) is None:
            return None
        total += usual * min(1.0, until - hour)
    return total


def _gained(series: Series, first: int, zone: tzinfo) -> tuple[int, int] | None:
    """Return how many customers ended on a day, and how many were added."""
    start, end = moment_of(first, zone), moment_of(first + _DAY, zone)
    ended, added = (series.gained(count, start, end) for count in (finished, customers))
    return (ended, added) if ended is not None and added is not None else None
