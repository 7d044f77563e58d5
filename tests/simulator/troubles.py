"""Troubles that are known, to see which rules notice them.

To add one: subclass `Trouble`, and override one of its four methods; what is not overridden is as in a healthy
campaign. Then write a test of it in `tests/simulator/test_simulator.py`.
Days are those of the simulation (from 0, in the account's zone), minutes those of such a day.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.insight.problems import BadEnd
from tests.simulator.clock import Tick
from tests.simulator.plans import Plan

Counters = dict[str, int]  # customers by state, with `left` (pending and in progress), `calls` and `today`


class Trouble:
    """Nothing wrong."""

    def shares(self, plan: Plan, day: int, shares: dict[BadEnd, float]) -> dict[BadEnd, float]:
        """Return how those who end on a day end."""
        return shares

    def pace(self, plan: Plan, tick: Tick) -> float:
        """Return what the calls and ends of a quarter of an hour are multiplied by."""
        return 1.0

    def before(self, plan: Plan, tick: Tick, counters: Counters) -> None:
        """Change the counters before a quarter of an hour. Without customers `left` nobody is called."""

    def is_read(self, tick: Tick) -> bool:
        """Return whether the account could be read then."""
        return True


@dataclass(frozen=True)
class ShareTimes(Trouble):
    """More end badly: the share doubled, tripled."""

    campaign: int
    times: float
    day: int
    until: int = 10_000
    bad_end: BadEnd = "failed"

    def shares(self, plan: Plan, day: int, shares: dict[BadEnd, float]) -> dict[BadEnd, float]:
        if plan.number != self.campaign or not self.day <= day < self.until:
            return shares
        return {**shares, self.bad_end: min(shares[self.bad_end] * self.times, 0.95)}


@dataclass(frozen=True)
class Stall(Trouble):
    """No calls from a moment on; of all campaigns when `campaign` is None. `pace` above 0: only slower."""

    campaign: int | None
    day: int
    minute: int = 640  # 10:40
    until: int = 10_000  # the day on whose midnight it ends
    to: float = 0.0

    def pace(self, plan: Plan, tick: Tick) -> float:
        ours = self.campaign in {None, plan.number}
        return self.to if ours and (self.day, self.minute) <= (tick.day, tick.minute) < (self.until, 0) else 1.0


@dataclass(frozen=True)
class Holiday(Trouble):
    """Nobody calls on a day."""

    day: int

    def pace(self, plan: Plan, tick: Tick) -> float:
        return 0.0 if tick.day == self.day else 1.0


@dataclass(frozen=True)
class RunsEmpty(Trouble):
    """From the morning of a day so many customers are left, and no new ones come."""

    campaign: int
    day: int
    left: int

    def before(self, plan: Plan, tick: Tick, counters: Counters) -> None:
        if plan.number == self.campaign and tick.day >= self.day:
            first = tick.day == self.day and tick.minute == 0
            counters["left"] = self.left if first else min(counters["left"], self.left)
            counters["refill"] = 0


@dataclass(frozen=True)
class At(Trouble):
    """Something happens to a campaign's counters once: see `reset` and `called_again`."""

    campaign: int
    day: int
    minute: int
    change: Callable[[Counters], None]

    def before(self, plan: Plan, tick: Tick, counters: Counters) -> None:
        if (plan.number, tick.day, tick.minute) == (self.campaign, self.day, self.minute):
            self.change(counters)


def reset(counters: Counters) -> None:
    """Start all counters again, as when careCycle makes the campaign anew."""
    for name in counters.keys() - {"left", "refill"}:
        counters[name] = 0


def called_again(counters: Counters) -> None:
    """Make half of those who failed customers to call again: `failed` falls."""
    again = counters["failed"] // 2
    counters["failed"] -= again
    counters["left"] += again


@dataclass(frozen=True)
class Gap(Trouble):
    """The account cannot be read for some hours; it calls on."""

    day: int
    minute: int
    hours: float

    def is_read(self, tick: Tick) -> bool:
        return not 0 <= (tick.day - self.day) * 1440 + tick.minute - self.minute < self.hours * 60
