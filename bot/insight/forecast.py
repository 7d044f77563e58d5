"""When nobody is left to call, and who will not be reached before the end: by the ends of the last calling days."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.campaigns.figures import left
from bot.insight.assessment import Outlook
from bot.insight.dates import ends
from bot.insight.ends import Speed, speed, usual_calls
from bot.insight.holidays import is_day_off
from bot.insight.pace import calls_an_hour, usual_an_hour
from bot.insight.problems import Inconclusive, PastEnd, RunsEmpty, Unreached, Verdict
from bot.insight.rhythm import LONGEST_STEP, SHORTEST, Rhythm, rhythm
from bot.insight.series import Series
from bot.insight.wall_clock import HOUR, hour_of, moment_of, wall

_FARTHEST = 14 * 24  # hours: what is farther away is not foretold
_WIDEST = timedelta(days=4)  # of a range that is still worth saying
_FEWEST, _SHARE = 5, 0.05  # customers who will not be reached, and of those left


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What the hours to come bring."""

    learned: Rhythm
    speed: Speed
    now: float  # hours on the clock on the wall

    def calls(self, hour: int) -> tuple[float, float] | None:
        """Return the fewest and most usual calls in what is left of an hour to come; None for an hour never seen.

        They differ on holidays, on which some campaigns call and others do not.
        """
        usual = usual_calls(self.learned, hour, int(self.now))
        if usual is None:
            return None
        calls = usual * min(1.0, hour + 1 - self.now)
        return 0.0 if is_day_off(hour // 24) else calls, calls

    def gone(self, end: float) -> tuple[float, float] | None:
        """Return the 80 % range of how many fewer are left at an hour; None when an hour until then was never seen."""
        fewest = most = 0.0
        for hour in range(int(self.now), math.ceil(end)):
            calls = self.calls(hour)
            if calls is None:
                return None
            part = min(1.0, end - hour)
            fewest, most = fewest + calls[0] * part, most + calls[1] * part
        return self.speed.range(fewest)[0], self.speed.range(most)[1]


def outlook(series: Series, now: datetime, zone: tzinfo) -> Outlook:
    """Return the pace, and the 80 % range of the moment at which nobody is left, where they can be said."""
    if not series.points or series.last.status != "active":
        return Outlook()
    ahead, rest = _ahead(series, now, zone), left(series.last)
    empty = _empty(ahead, rest) if ahead and rest else None
    from_, until = empty or (None, None)
    return Outlook(calls_an_hour(series, now, zone), usual_an_hour(series, now, zone), from_, until)


def runs_empty(series: Series, outlook: Outlook, now: datetime, zone: tzinfo) -> Verdict:
    """Return whether, more likely than not, nobody is left by the end of its next calling day, before its end date."""
    rest = _waiting(series)
    if isinstance(rest, Inconclusive) or not rest:
        return rest or None
    learned, end = rhythm(series, zone), ends(series.last, zone)
    if learned is None or now - learned.since < SHORTEST:
        return Inconclusive("short_history")
    first, last = outlook.empty_from, outlook.empty_until
    if first is None or last is None or (end is not None and last >= end):
        return None
    middle = first + (last - first) / 2
    return RunsEmpty(first, last) if middle <= _next_day_ends(learned, now) else None


def unreached(series: Series, outlook: Outlook, now: datetime, zone: tzinfo) -> Verdict:
    """Return whether customers will be left at its end date: at least 5, and 5 % of those who are left now."""
    rest, end = _waiting(series), ends(series.last, zone)
    if isinstance(rest, Inconclusive) or not rest:
        return rest or None
    if end is None or not now < end <= now + timedelta(hours=_FARTHEST):
        return None
    if outlook.empty_until is not None and outlook.empty_until <= end:
        return None
    ahead = _ahead(series, now, zone)
    gone = ahead.gone(wall(end, zone) / HOUR) if ahead else None
    if gone is None:
        return _why_unknown(series, ahead, now, zone)
    least, most = gone
    sure, likely = rest - most, rest - max((least + most) / 2, 0.0)
    if sure < 1 or likely < max(_FEWEST, _SHARE * rest):
        return None
    return Unreached(series.last.ends or end, min(_two_figures(likely), rest), rest)


def _why_unknown(series: Series, ahead: _Ahead | None, now: datetime, zone: tzinfo) -> Inconclusive:
    """Return why nobody can say how many customers will be gone at an hour to come."""
    learned = rhythm(series, zone)
    if learned is None or now - learned.since < SHORTEST:
        return Inconclusive("short_history")
    if now - series.read[-1] > LONGEST_STEP:
        return Inconclusive("gap")
    return Inconclusive("few_calls" if ahead is None else "unseen_weekday")


def past_end(series: Series, outlook: Outlook, now: datetime, zone: tzinfo) -> Verdict:  # noqa: ARG001 - as the others
    """Return whether it is still active after its end date, with customers left."""
    last, end = series.last, ends(series.last, zone)
    if last.ends is None or end is None or now < end:
        return None
    rest = _waiting(series)
    return rest if isinstance(rest, Inconclusive) else PastEnd(last.ends) if rest else None


def _waiting(series: Series) -> int | Inconclusive:
    """Return how many customers are left to call, none of a campaign that is not active."""
    if series.last.status != "active":
        return 0
    rest = left(series.last)
    return Inconclusive("no_data") if rest is None or rest < 0 else rest


def _ahead(series: Series, now: datetime, zone: tzinfo) -> _Ahead | None:
    """Return what the hours to come bring; None where history is short, or the last reading old."""
    learned = rhythm(series, zone)
    if learned is None or now - learned.since < SHORTEST or now - series.read[-1] > LONGEST_STEP:
        return None
    found = speed(series, learned, now)
    return _Ahead(learned, found, wall(now, zone) / HOUR) if found and found.a_call > 0 else None


def _empty(ahead: _Ahead, rest: int) -> tuple[datetime, datetime] | None:
    """Return from when to when nobody is left, by the 80 % range; None when that is too wide or too far away."""
    fewest = most = 0.0
    first: datetime | None = None
    before = 0.0, 0.0
    for hour in range(int(ahead.now), int(ahead.now) + _FARTHEST):
        calls = ahead.calls(hour)
        if calls is None:
            return None
        fewest, most = fewest + calls[0], most + calls[1]
        gone = ahead.speed.range(fewest)[0], ahead.speed.range(most)[1]
        if first is None and gone[1] >= rest:
            first = _moment(ahead, hour, (rest - before[1]) / (gone[1] - before[1]))
        if first is not None and gone[0] >= rest:
            last = _moment(ahead, hour, (rest - before[0]) / (gone[0] - before[0]))
            return (first, last) if last - first <= _WIDEST else None
        before = gone
    return None


def _moment(ahead: _Ahead, hour: int, part: float) -> datetime:
    start = max(float(hour), ahead.now)
    moment = moment_of(start + min(max(part, 0.0), 1.0) * (hour + 1 - start), ahead.learned.zone)
    return moment.replace(microsecond=0)


def _next_day_ends(learned: Rhythm, now: datetime) -> datetime:
    """Return the midnight after the next day on which it calls, today not counted; a week away when there is none."""
    this_hour = hour_of(now, learned.zone)
    today = this_hour - this_hour % 24
    days = (today + 24 * day for day in range(1, 8))
    calling = (
        day
        for day in days
        if any(usual_calls(learned, hour, this_hour) for hour in range(day, day + 24)) and not is_day_off(day // 24)
    )
    return moment_of(next(calling, today + 24) + 24, learned.zone)


def _two_figures(number: float) -> int:
    """Return a number of customers as it is said: 63 stays, 1234 becomes 1200."""
    whole = round(number)
    return whole if whole < 10 else int(round(whole, 2 - len(str(whole))))
