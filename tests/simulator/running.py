"""A simulated campaign that runs: customers end and calls are made, a quarter of an hour after the other."""

import math
import random
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.campaigns.figures import Figures
from bot.insight.problems import BadEnd
from tests.simulator.clock import Tick
from tests.simulator.plans import Plan
from tests.simulator.troubles import Counters, Trouble

ENDS = ("completed", "failed", "expired", "exceeded_max_calls")
_BUSY_DAYS = 10.0  # the smaller, the more one day's activity differs from the next


class Running:
    """The counters of one campaign."""

    def __init__(self, plan: Plan, dice: random.Random, troubles: Sequence[Trouble]) -> None:
        self.plan, self.dice, self.troubles = plan, dice, troubles
        self.exists = False
        self.active = True
        self.counters: Counters = dict.fromkeys((*ENDS, "calls", "today"), 0)
        self.counters |= {"left": self._enough(), "refill": 1}
        self._day = -1
        self._busy = 1.0
        self._shares: dict[BadEnd, float] = {}

    def go_on(self, tick: Tick) -> bool:
        """Go through a quarter of an hour, and return whether something changed."""
        before = (dict(self.counters), self.active, self.exists)
        if tick.day != self._day:
            self._new_day(tick.day)
        for trouble in self.troubles:
            trouble.before(self.plan, tick, self.counters)
        if self._calls(tick):
            self._call(tick)
        return before != (self.counters, self.active, self.exists)

    def figures(self, moment: Callable[[int], datetime]) -> Figures:
        """Return the campaign as careCycle shows it."""
        one, plan = self.counters, self.plan
        trying = min(one["left"], int(plan.ended / 4) + 1)
        ended = {state: one[state] for state in ENDS}
        return Figures(
            name=f"Campaign {plan.number}",
            status="active" if self.active else "completed",
            customers=one["left"] + sum(ended.values()),
            calls=one["calls"],
            today=one["today"],
            states={"pending": one["left"] - trying, "in_progress": trying, **ended, "cancelled": 0, "skipped": 0},
            ends=moment(plan.lasts),
            starts=moment(plan.starts),
        )

    def _enough(self) -> int:
        return int(self.plan.ended * 12) + 20

    def _new_day(self, day: int) -> None:
        self._day = day
        self.exists = day >= self.plan.starts
        self.active = day <= self.plan.lasts
        self.counters["today"] = 0
        if self.counters["refill"] and self.counters["left"] < self._enough() / 2:
            self.counters["left"] += self._enough()
        self._busy = self.dice.gammavariate(_BUSY_DAYS, 1 / _BUSY_DAYS)
        shares = self.plan.shares
        for trouble in self.troubles:
            shares = trouble.shares(self.plan, day, shares)
        self._shares = {end: self._strayed(share) for end, share in shares.items()}

    def _strayed(self, share: float) -> float:
        """Return a day's share: beta-distributed around the true one."""
        strength = (1 - self.plan.spread) / max(self.plan.spread, 1e-6)
        return self.dice.betavariate(share * strength, (1 - share) * strength) if share else 0.0

    def _calls(self, tick: Tick) -> bool:
        open_now = self.plan.opens <= tick.minute < self.plan.closes and tick.date.weekday() in self.plan.weekdays
        return open_now and self.exists and self.active and self.counters["left"] > 0

    def _call(self, tick: Tick) -> None:
        pace = self._busy * self.plan.profile[tick.minute // 60]
        for trouble in self.troubles:
            pace *= trouble.pace(self.plan, tick)
        expected = self.plan.ended * pace * tick.minutes / (self.plan.closes - self.plan.opens)
        made = poisson(self.dice, expected * self.plan.calls)
        self.counters["calls"] += made
        self.counters["today"] += made
        ended = min(poisson(self.dice, expected), self.counters["left"])
        self.counters["left"] -= ended
        for _ in range(ended):
            self.counters[self._end()] += 1

    def _end(self) -> str:
        drawn = self.dice.random()
        for end, share in self._shares.items():
            drawn -= share
            if drawn < 0:
                return end
        return "completed"


def poisson(dice: random.Random, mean: float) -> int:
    """Return a number of events; above 12 by the normal distribution, which is quicker and near enough."""
    if mean <= 0:
        return 0
    if mean > 12:
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    drawn, number, chance = dice.random(), 0, math.exp(-mean)
    while drawn > chance and number < 60:
        drawn -= chance
        number += 1
        chance *= mean / number
    return number
