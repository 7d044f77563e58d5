"""Which campaigns stand still: no call, although at least five were to be expected by the hours of past weeks."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.campaigns.figures import left
from bot.insight.counts import overdispersion
from bot.insight.dates import begins, ends
from bot.insight.evenness import evenness
from bot.insight.problems import AllStandingStill, Inconclusive, StandingStill, Verdict
from bot.insight.rhythm import LONGEST_STEP, MOST_WEEKS, SHORTEST, Rhythm, day_by_day, rhythm
from bot.insight.series import History, Series
from bot.insight.wall_clock import HOUR, WEEK, hour_of, moment_of, parts, wall

EXPECTED = 5.0  # calls
FALSE_LINES = 0.03  # of campaigns that do not stand still, all together, at any moment
_FEW = 20  # campaigns: in a smaller account a campaign is judged as in one of so many
_HOURS, _BACK = 6, 96
_ROUGHLY = 1.5  # two thirds of the usual calls are as usual
_TOGETHER = timedelta(hours=3)  # between the last calls of campaigns that stand still together


@dataclass(frozen=True, slots=True)
class Silence:
    """Since when a campaign has not called, and since when it could have."""

    since: datetime  # the last reading in which its calls had grown
    able: datetime  # `since`, or later: when it was resumed, got customers, or began


def standing_still(
    history: History, now: datetime, zone: tzinfo
) -> tuple[Mapping[str, Verdict], AllStandingStill | None]:
    """Return what is to be said of each campaign, and of all of them together when most stand still.

    Then none of those that stand still together has a problem of its own.
    """
    active = {id_: one for id_, one in history.items() if one.points and one.last.status == "active"}
    chance = FALSE_LINES / max(len(active), _FEW)
    verdicts = {id_: _verdict(one, now, zone, chance) for id_, one in active.items()}
    together = _together(active, verdicts)
    if together is None:
        return verdicts, None
    return {**verdicts, **dict.fromkeys(together.campaigns)}, together


def silence(series: Series) -> Silence | None:
    """Return since when the calls have not changed; None when they never did since they are counted."""
    able = newer = counted = None  # moments and calls of the points after the one that is looked at
    for point in reversed(series.points):
        if point.coarse:
            return None
        calls = point.figures.calls
        if calls is not None and counted is not None and counted[1] != calls:
            return Silence(counted[0], max(able or counted[0], counted[0]))
        if able is None and (point.figures.status != "active" or left(point.figures) == 0):
            able = newer
        newer = point.at
        counted = (point.at, calls) if calls is not None else counted
    return None


def _verdict(series: Series, now: datetime, zone: tzinfo, chance: float) -> Verdict:
    last, since = series.last, silence(series)
    if last.calls is None or last.calls < 0:
        return Inconclusive("no_data")
    if (rest := left(last)) is None:
        return Inconclusive("no_data")
    end = ends(last, zone)
    if rest <= 0 or since is None or since.since == series.read[-1] or (end is not None and now >= end):
        return None
    if now - series.read[-1] > LONGEST_STEP:
        return Inconclusive("gap")
    learned = rhythm(series, zone)
    if learned is None or now - learned.since < SHORTEST:
        return Inconclusive("short_history")
    able = max(since.able, begins(last, zone) or since.able)
    return _judged(series, learned, Silence(since.since, able), chance)


def _judged(series: Series, learned: Rhythm, since: Silence, chance: float) -> Verdict:
    now = hour_of(series.read[-1], learned.zone)
    before = hour_of(since.since, learned.zone)
    due = sum(learned.due(start, end, before) for start, end in _known(series, since.able, learned.zone))
    expected = due * _level(learned, before) if due >= EXPECTED else 0.0
    if expected >= EXPECTED and _is_no_accident(series, learned, since.since, expected, chance):
        return StandingStill(since.since, round(expected, 1))
    return Inconclusive("unseen_weekday") if learned.usual(now, before) is None else None


def _is_no_accident(series: Series, learned: Rhythm, since: datetime, expected: float, chance: float) -> bool:
    """Return whether no call at all, where so many are usual, has a smaller chance than `chance`.

    How busy the day is shows in its hours before (negative binomial, by how much days differ). The next reading, which
    must show it once more, counts with this one. What is usual is itself only known from so many weeks: in one week,
    a busy hour may have been chance (the predictive chance of a rate that was observed for `weeks`).
    """
    before = hour_of(since, learned.zone)
    step = (series.read[-1] - series.read[-2]).total_seconds() / HOUR
    more = (learned.steady(before, before) or 0.0) * step
    alike = 1 / max(overdispersion(list(day_by_day(learned, before)), 0.0), 0.001)
    calls, usual = _that_day(series, learned, since)
    weeks = min(max((before - hour_of(learned.since, learned.zone)) / WEEK, 1.0), MOST_WEEKS)
    sure = (expected + more) * weeks * math.log1p(1 / weeks)
    none = (alike + usual) / (alike + usual + sure * evenness(series, learned, since))
    return (alike + calls) * math.log(none) <= math.log(chance)


def _that_day(series: Series, learned: Rhythm, since: datetime) -> tuple[float, float]:
    """Return the calls of the day before it stopped, and the usual ones."""
    end, before = wall(since, learned.zone), hour_of(since, learned.zone)
    first = before - before % 24
    calls = series.gained(lambda one: one.calls, moment_of(first, learned.zone), since)
    if calls is None or calls < 0:
        return 0.0, 0.0
    spent = parts(first * HOUR, end)
    return calls, sum((learned.steady(hour, before) or 0.0) * seconds / HOUR for hour, seconds in spent)


def _level(learned: Rhythm, before: int) -> float:
    """Return how much of the usual it called before it stopped, at most 1: a slow campaign is quiet for longer."""
    calls, usual = _lately(learned, before, _BACK)
    return min(1.0, _ROUGHLY * (calls + math.sqrt(calls + 1)) / usual) if usual else 1.0


def _lately(learned: Rhythm, before: int, back: int) -> tuple[float, float]:
    """Return the calls of the last six hours in which it usually calls, of so many hours back, and the usual ones."""
    calls = usual = 0.0
    hours = 0
    for hour in range(before - 1, before - back - 1, -1):
        pace, steady = learned.pace(hour), learned.steady(hour, hour)
        if pace is None or not steady:
            continue
        calls, usual, hours = calls + pace, usual + steady, hours + 1
        if hours == _HOURS:
            break
    return calls, usual


def _known(series: Series, start: datetime, zone: tzinfo) -> Iterator[tuple[float, float]]:
    """Yield the times without a gap after `start`, at most a week of them, in seconds of the clock on the wall."""
    read = [one for one in series.read[-2000:] if start <= one <= start + timedelta(days=7)]
    if not read:  # its start date is ahead
        return
    began: datetime | None = read[0]
    for one, next_one in zip(read, [*read[1:], None], strict=True):
        if next_one is None or next_one - one > LONGEST_STEP:
            if began is not None:
                yield wall(began, zone), wall(one, zone)
            began = next_one


def _together(active: History, verdicts: Mapping[str, Verdict]) -> AllStandingStill | None:
    """Return the campaigns that stand still together, if they are more than those that called since."""
    still = {id_: one.since for id_, one in verdicts.items() if isinstance(one, StandingStill)}
    if not still:
        return None
    since = max(still.values())
    names = tuple(sorted(id_ for id_, one in still.items() if since - one <= _TOGETHER))
    called = sum((last := silence(one)) is not None and last.since > since for one in active.values())
    return AllStandingStill(since, names) if len(names) > 1 and len(names) > called else None
