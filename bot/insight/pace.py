"""How many calls an hour a campaign makes, and whether that is far fewer than in the same hours of past weeks."""

from datetime import datetime, tzinfo

from bot.insight.problems import Inconclusive, Verdict
from bot.insight.rhythm import SHORTEST, Rhythm, rhythm
from bot.insight.series import Series
from bot.insight.wall_clock import hour_of

_HOURS = 6  # in which it called, of the last two days
_BACK = 96


def calls_an_hour(series: Series, now: datetime, zone: tzinfo) -> int | None:
    """Return the calls an hour in the last hours in which it called; None when history is short or they are unknown."""
    learned = _enough(series, now, zone)
    hours = _last_hours(learned, hour_of(now, zone)) if learned else []
    return round(sum(pace for _, pace in hours) / len(hours)) if hours else None


def usual_an_hour(series: Series, now: datetime, zone: tzinfo) -> int | None:
    """Return the calls an hour in the same hours of past weeks; None when one of them was never seen."""
    learned = _enough(series, now, zone)
    hours = _last_hours(learned, hour_of(now, zone)) if learned else []
    usual = [learned.usual(hour, hour) for hour, _ in hours] if learned else []
    known = [one for one in usual if one is not None]
    return round(sum(known) / len(known)) if known and len(known) == len(usual) else None


def slow(series: Series, now: datetime, zone: tzinfo) -> Verdict:
    """Return whether it calls, but far less than in the same hours of past weeks."""
    if series.last.status != "active":
        return None
    if series.last.calls is None:
        return Inconclusive("no_data")
    return None if _enough(series, now, zone) else Inconclusive("short_history")


def _enough(series: Series, now: datetime, zone: tzinfo) -> Rhythm | None:
    learned = rhythm(series, zone)
    return learned if learned and now - learned.since >= SHORTEST else None


def _last_hours(learned: Rhythm, now: int) -> list[tuple[int, float]]:
    """Return the last whole hours in which it called, newest first, with the calls in each."""
    hours = ((hour, learned.pace(hour)) for hour in range(now - 1, now - _BACK, -1))
    return [(hour, pace) for hour, pace in hours if pace and pace >= learned.least][:_HOURS]
