"""How many calls an hour a campaign makes, and whether that is far fewer than in the same hours of past weeks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.campaigns.figures import left
from bot.insight.counts import at_most, overdispersion
from bot.insight.problems import Inconclusive, Slow, Verdict
from bot.insight.rhythm import LONGEST_STEP, SHORTEST, Rhythm, day_by_day, rhythm
from bot.insight.series import Series
from bot.insight.standing_still import silence
from bot.insight.wall_clock import hour_of, moment_of, wall

_HOURS = 6  # the last ones in which it called
_BACK = 96  # hours: where they are looked for
# At most so many of the usual calls are far fewer, and so many in the last two hours: else it is over.
_FEW, _STILL_FEW = 0.5, 0.6
_LEAST_EXPECTED = 10.0
_CHANCE = 0.0003  # of a campaign with nothing wrong
_YOUNG = timedelta(days=14)
_WIDER_YOUNG, _WIDER_CLOCK = 2.0, 1.5


@dataclass(frozen=True, slots=True)
class _Hour:
    number: int  # on the clock on the wall
    calls: float
    usual: float


def calls_an_hour(series: Series, now: datetime, zone: tzinfo) -> int | None:
    """Return the calls an hour in the last hours in which it called; None when history is short or they are unknown."""
    learned = _enough(series, now, zone)
    hours = list(_last_hours(learned, hour_of(now, zone))) if learned else []
    return round(sum(one.calls for one in hours) / len(hours)) if hours else None


def usual_an_hour(series: Series, now: datetime, zone: tzinfo) -> int | None:
    """Return the calls an hour in the same hours of past weeks; None when history is short or they were never seen."""
    learned = _enough(series, now, zone)
    hours = list(_last_hours(learned, hour_of(now, zone))) if learned else []
    return round(sum(one.usual for one in hours) / len(hours)) if hours else None


def slow(series: Series, now: datetime, zone: tzinfo) -> Verdict:
    """Return whether it calls, but far less than in the same hours of past weeks.

    Hours after its last call do not count: those are for `standing_still`.
    """
    last = series.last
    if last.status != "active" or left(last) == 0:
        return None
    if last.calls is None or left(last) is None:
        return Inconclusive("no_data")
    if now - series.read[-1] > LONGEST_STEP:
        return Inconclusive("gap")
    learned, since = _enough(series, now, zone), silence(series)
    if learned is None or since is None:
        return Inconclusive("short_history") if learned is None else None
    hours = list(_last_hours(learned, hour_of(since.since, zone), calling=False))
    if len(hours) < _HOURS:
        return Inconclusive("unseen_weekday")
    return _judged(learned, hours, now)


def _judged(learned: Rhythm, hours: Sequence[_Hour], now: datetime) -> Verdict:
    calls, expected = sum(one.calls for one in hours), sum(max(one.usual, 1.0) for one in hours)
    lately, lately_expected = (
        sum(values) for values in zip(*((one.calls, one.usual) for one in hours[:2]), strict=True)
    )
    if calls < 0.5 or expected < _LEAST_EXPECTED or calls > _FEW * expected or lately > _STILL_FEW * lately_expected:
        return None
    shown = expected - (expected - calls) / _wider(learned, now)
    spread = overdispersion(list(day_by_day(learned, hours[0].number + 1)))
    if at_most(round(shown), expected, spread) >= _CHANCE:
        return None
    return Slow(moment_of(hours[-1].number, learned.zone), round(calls), round(expected, 1))


def _wider(learned: Rhythm, now: datetime) -> float:
    """Return how much farther from the usual it must be: new campaigns and weeks of a clock change are less sure."""
    young = _WIDER_YOUNG if now - learned.since < _YOUNG else 1.0
    week_ago = now - timedelta(days=7)
    elapsed = wall(now, learned.zone) - wall(week_ago, learned.zone)
    return young * (_WIDER_CLOCK if elapsed != timedelta(days=7).total_seconds() else 1.0)


def _enough(series: Series, now: datetime, zone: tzinfo) -> Rhythm | None:
    learned = rhythm(series, zone)
    return learned if learned and now - learned.since >= SHORTEST else None


def _last_hours(learned: Rhythm, now: int, *, calling: bool = True) -> Iterator[_Hour]:
    """Yield the last whole hours in which it called (or usually does) and which were seen before, newest first."""
    found = 0
    for hour in range(now - 1, now - _BACK, -1):
        pace, usual = learned.pace(hour), learned.usual(hour, hour)
        if pace is None or usual is None or not (pace if calling else learned.steady(hour, hour)):
            continue
        yield _Hour(hour, pace, usual)
        found += 1
        if found == _HOURS:
            return
