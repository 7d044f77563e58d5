"""What active campaigns do as time goes by: they call their customers, until nobody is left or their end has come.

Everything follows from the campaign's id and the moment: whoever asks twice at the same time hears the same.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from functools import lru_cache
from typing import Any, Final

from playground.clock import NEW_YORK
from playground.samples import ENDS_SOON_ID, STOPS_ID

Campaign = dict[str, Any]  # Any: the API's JSON

_OPENS, _CLOSES = 9, 18  # hours in New York
_ON_DAY: Final = (1.0, 1.0, 1.0, 1.0, 1.0, 0.4, 0.0)  # from Monday on: less on a Saturday, nothing on a Sunday
_ENDS_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class _Pace:
    """How a campaign calls: about so many a day, and what part of the calls completes or fails a customer."""

    a_day: int
    completes: float
    fails: float


class Life:
    """Tells how a sample campaign looks by now; `seconds` is the clock, read in seconds since 1970."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._began = self._now()

    def __call__(self, campaign: Campaign) -> Campaign:
        """The campaign by now: the one given is not changed."""
        stats = campaign.get("customerStats") or {}
        if campaign.get("status") != "active" or not (stats.get("todayCalls") and stats.get("statusCounts")):
            return campaign  # what makes no calls at first never will
        own = {
            **stats,
            "statusCounts": dict(stats["statusCounts"]),
        }  # all that changes; of hundreds, the rest is shared
        lived = {**campaign, "customerStats": own}
        ends = self._began + _ENDS_AFTER if campaign["id"] == ENDS_SOON_ID else None
        if ends:
            lived["endDate"] = ends.strftime("%Y-%m-%dT%H:%M:%SZ")
        _call(lived, self._began, self._now(), ends)
        return lived

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._seconds(), UTC)


def _call(campaign: Campaign, began: datetime, now: datetime, ends: datetime | None) -> None:
    """Adds what was called from `began` to `now` to the numbers."""
    stats = campaign["customerStats"]
    counts, pace = stats["statusCounts"], _pace(campaign)
    most = int(counts["pending"] / (pace.completes + pace.fails))
    midnight = datetime.combine(now.astimezone(NEW_YORK).date(), wall_time(), NEW_YORK)
    until = min(now, ends) if ends else now
    calls = min(_calls(campaign, pace, began, until), most)
    before = min(_calls(campaign, pace, began, min(until, midnight)), most) if midnight > began else 0
    stats["totalCalls"] += calls
    stats["todayCalls"] = calls - before + (stats["todayCalls"] if midnight <= began else 0)
    _settle(campaign, int(calls * pace.completes), int(calls * pace.fails), over=0 < calls == most or until < now)


def _settle(campaign: Campaign, completed: int, failed: int, *, over: bool) -> None:
    """Customers leave `pending`; a campaign that is over has nobody on the line any more."""
    counts = campaign["customerStats"]["statusCounts"]
    counts["pending"] -= completed + failed
    counts["completed"] += completed
    counts["failed"] += failed
    if over:
        campaign["status"] = "completed"
        counts["completed"] += counts["in_progress"]
        counts["in_progress"] = 0


def _calls(campaign: Campaign, pace: _Pace, began: datetime, until: datetime) -> int:
    """How many calls were made from `began` to `until`."""
    first, last = began.astimezone(NEW_YORK).date(), until.astimezone(NEW_YORK).date()
    if campaign["id"] == STOPS_ID:
        last = min(last, first)
    days = (first + timedelta(day) for day in range((last - first).days + 1))
    return sum(_made(campaign["id"], pace, day, until) - _made(campaign["id"], pace, day, began) for day in days)


def _made(id_: str, pace: _Pace, day: date, moment: datetime) -> int:
    """How many of a day's calls were made by then."""
    opens, closes = (datetime.combine(day, wall_time(hour), NEW_YORK) for hour in (_OPENS, _CLOSES))
    part = (moment - opens) / (closes - opens)
    return int(_of_day(id_, pace.a_day, day) * min(max(part, 0.0), 1.0))


@lru_cache(maxsize=50_000)
def _of_day(id_: str, about: int, day: date) -> int:
    chance = random.Random(f"{id_} {day}")  # noqa: S311 - a toss for a game, the same each time
    return int(about * chance.uniform(0.7, 1.3) * _ON_DAY[day.weekday()])


def _pace(campaign: Campaign) -> _Pace:
    chance = random.Random(campaign["id"])  # noqa: S311 - the same
    about = max(int(campaign["customerStats"]["todayCalls"]), 8)
    return _Pace(about, chance.uniform(0.15, 0.3), chance.uniform(0.01, 0.05))
