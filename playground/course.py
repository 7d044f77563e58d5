"""One sample campaign as time goes by: its calls, how its customers end, and what happens to it in a story."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from typing import Any

from playground.clock import NEW_YORK
from playground.habits import Call, Campaign, calls_of, habits_of

_MONDAY = 0
_IN_GOOD_TIME, _LONGER = timedelta(weeks=6), timedelta(weeks=8)
_NEW_CUSTOMERS = 0.95, 1.05  # once a week they fill the list up to about what it was at first


@dataclass(frozen=True)
class Happening:
    """Something that happens to a campaign at a moment, in seconds since 1970."""

    at: float
    do: Callable[["Course"], None]


class Course:
    """Goes forward only, as the clock does. What a moment shows never depends on how often somebody asked before."""

    def __init__(self, campaign: Campaign, began: float) -> None:
        self.id: str = campaign["id"]
        self.habits = habits_of(campaign)
        self.resting = False  # paused, or otherwise not active: nobody is called
        self.calling = True  # False: it stands still, though it is active
        self.status: str | None = None  # what became of it; None: what its file says
        self.ends: datetime | None = None  # an end date of its own
        self.updated: datetime | None = None  # when somebody changed it, in a story
        self.restocked = True  # whether new customers come every week
        self.counts: Counter[str] = Counter()  # what is added to the file's, by state
        self.total = self.calls = self.today = 0
        self._stats = campaign["customerStats"]
        self._first_left = self.left
        self._happenings: list[Happening] = []
        self._began = self._now = began
        self._begin(datetime.fromtimestamp(began, NEW_YORK).date())

    @property
    def now(self) -> float:
        """The moment up to which it has lived, in seconds since 1970."""
        return self._now

    @property
    def left(self) -> int:
        """Customers still to be called."""
        return sum(self.waiting(state) for state in ("pending", "in_progress"))

    def waiting(self, state: str) -> int:
        """Customers in one state."""
        return int(self._stats["statusCounts"].get(state, 0)) + self.counts[state]

    def plan(self, *happenings: Happening) -> None:
        """Adds what will happen. Raises ValueError for what would have happened already."""
        if any(one.at < self._now for one in happenings):
            raise ValueError("what is over cannot be changed")
        self._happenings = sorted([*self._happenings, *happenings], key=lambda one: one.at)

    def until(self, moment: float) -> None:
        """Lives on to a moment."""
        while self._midnight <= moment:
            self._live(self._midnight)
            self._begin(self._day + timedelta(1))
        self._live(moment)

    def shown(self, campaign: Campaign) -> Campaign:
        """The campaign of the file with what was lived: the one given is not changed."""
        stats = campaign.get("customerStats") or {}
        counts = dict(stats.get("statusCounts") or {})
        counts |= {state: counts.get(state, 0) + more for state, more in self.counts.items() if more}
        first_day = stats.get("todayCalls", 0) if self._day == self._first_day else 0
        own = {"statusCounts": counts, "todayCalls": first_day + self.today}
        own |= {"total": stats.get("total", 0) + self.total, "totalCalls": stats.get("totalCalls", 0) + self.calls}
        lived = {**campaign, "customerStats": {**stats, **own}}
        if end := self._end(campaign):
            lived["endDate"] = _text(end)
        if self.updated:
            lived["updatedAt"] = _text(self.updated)
        if self.status and campaign.get("status") == "active":
            lived["status"] = self.status
        return lived

    def expected_ends(self, start: float, end: float) -> int:
        """How many customers will end from `start` to `end` if the campaign goes on as it does."""
        first, last = (datetime.fromtimestamp(moment, NEW_YORK).date() for moment in (start, end))
        days = (first + timedelta(day) for day in range((last - first).days + 1))
        calls = (call for day in days for call in calls_of(self.id, self.habits, day))
        return sum(call.ends for call in calls if start < call.at <= end)

    def withdraw(self, leave: int) -> None:
        """Takes all but so many of the customers who are left off the list, as if they were moved to another one."""
        for state in ("pending", "in_progress"):
            off = min(max(self.left - leave, 0), max(self.waiting(state), 0))
            self.counts[state] -= off
            self.total -= off

    def reset(self) -> None:
        """Counts begin again at zero; everybody who ended waits again."""
        ended = {state: self.waiting(state) for state in ("completed", *self.habits.bad)}
        for state, customers in ended.items():
            self.counts[state] -= customers
        self.counts["pending"] += sum(ended.values())
        self.calls, self.today = -self._stats.get("totalCalls", 0), -self._first_calls_today()

    def fail_more(self, times: float) -> None:
        """So many times as many customers fail from now on."""
        bad = {**self.habits.bad, "failed": min(self.habits.bad["failed"] * times, 0.95)}
        self.habits = replace(self.habits, bad=bad)

    def be_over(self) -> None:
        """It is completed, and nobody is on the line anymore."""
        self.status = "completed"
        self.counts["completed"] += max(self.waiting("in_progress"), 0)
        self.counts["in_progress"] -= max(self.waiting("in_progress"), 0)

    @property
    def _first_day(self) -> date:
        return datetime.fromtimestamp(self._began, NEW_YORK).date()

    def _first_calls_today(self) -> int:
        return int(self._stats["todayCalls"]) if self._day == self._first_day else 0

    def _begin(self, day: date) -> None:
        """A new day: calls of today begin at zero, and in the night before a Monday new customers come."""
        self._day, self.today = day, 0
        self._midnight = datetime.combine(day + timedelta(1), wall_time(), NEW_YORK).timestamp()
        self._calls = [call for call in calls_of(self.id, self.habits, day) if call.at > self._began]
        self._next = 0
        grows = self.restocked and not self.resting and self.status is None and day.weekday() == _MONDAY
        if grows and day != self._first_day:
            chance = random.Random(f"{self.id} new {day}")  # noqa: S311 - a toss for a game, the same each time
            new = max(0, int(self._first_left * chance.uniform(*_NEW_CUSTOMERS)) - self.left)
            self.counts["pending"] += new
            self.total += new

    def _live(self, moment: float) -> None:
        while self._happenings and self._happenings[0].at <= moment:
            happening = self._happenings.pop(0)
            self._call(happening.at)
            self._now = happening.at
            happening.do(self)
        self._call(moment)
        self._now = max(self._now, moment)

    def _call(self, moment: float) -> None:
        """Makes the day's calls up to a moment."""
        while self._next < len(self._calls) and (call := self._calls[self._next]).at <= moment:
            self._next += 1
            if self.calling and not self.resting and self.status is None:
                self._count(call)

    def _count(self, call: Call) -> None:
        self.calls += 1
        self.today += 1
        if call.ends:
            self.counts["pending" if self.waiting("pending") > 0 else "in_progress"] -= 1
            self.counts[call.end(self.habits.bad)] += 1
            if self.left <= 0:
                self.be_over()

    def _end(self, campaign: Campaign) -> datetime | None:
        """Its end date: one that comes near is put off in good time; None where the file has none."""
        if self.ends:
            return self.ends
        end = _moment(campaign.get("endDate"))
        while end and end < datetime.fromtimestamp(self._now, UTC) + _IN_GOOD_TIME:
            end += _LONGER
        return end


def _moment(text: Any) -> datetime | None:  # Any: the API's JSON
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
