"""Runs a rule over a simulated account as the product does: at each reading, with two to open and two to close.

    ran = run(made, rule, days=range(28, 56))
    ran.false_lines(known) / ran.digests  # `known`: the keys that are in trouble
    ran.noticed(key)  # the reading that opened it

A rule is a function like `unusual_ends`: history, moment and zone in, a verdict for each key out. Keys start with the
campaign's id.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.insight.problems import Inconclusive, Problem, Verdict
from bot.insight.series import History
from tests.simulator.account import Account

Key = tuple[str, ...]
Rule = Callable[[History, datetime, ZoneInfo], Mapping[Key, Verdict]]
TO_OPEN = 2
TO_CLOSE = 2


@dataclass
class State:
    """One problem, through the readings."""

    shown: int = 0  # readings in a row that showed it
    calm: int = 0
    opened: datetime | None = None
    problem: Problem | None = None

    def go_on(self, verdict: Verdict, now: datetime) -> bool:
        """Take the verdict of a reading, and return whether this reading opened the problem."""
        if isinstance(verdict, Inconclusive):
            return False
        self.shown, self.calm = (0, self.calm + 1) if verdict is None else (self.shown + 1, 0)
        self.problem = verdict or self.problem
        if self.calm >= TO_CLOSE:
            self.opened = None
        if self.opened is not None or self.shown < TO_OPEN:
            return False
        self.opened = now
        return True


@dataclass(frozen=True)
class Line:
    """What a digest would say."""

    at: datetime
    key: Key
    problem: Problem


@dataclass
class Ran:
    """What came of it."""

    digests: int = 0
    lines: list[Line] = field(default_factory=list)  # open at a digest; one that stays open is in each
    opened: list[Line] = field(default_factory=list)  # once for each time it opened
    inconclusive: int = 0  # verdicts at digests that were no verdict
    states: dict[Key, State] = field(default_factory=dict)

    def false_lines(self, known: Collection[Key] = ()) -> int:
        """Return how many lines were said of what is not in trouble."""
        return sum(line.key not in known for line in self.lines)

    def falsely_opened(self, known: Collection[Key] = ()) -> int:
        """Return how many problems opened of what is not in trouble."""
        return sum(line.key not in known for line in self.opened)

    def noticed(self, key: Key) -> datetime | None:
        """Return the reading that opened a problem first, if one did."""
        return next((line.at for line in self.opened if line.key == key), None)


def run(made: Account, rule: Rule, days: Sequence[int], *, digest: int = 9, each: int = 15) -> Ran:
    """Run a rule over the readings of some days, `each` minutes apart, with a digest a day at the hour `digest`.

    The product judges every reading, 15 minutes apart. With more between them, each one counts as two in a row: the one
    after it would show nearly the same, and a rule that is slow to judge can be run over many days.
    """
    ran = Ran()
    digests = {made.moment(day, digest) for day in days}
    for now in _moments(made, days, each, digests):
        verdicts = rule(made.history(now), now, made.zone)
        for key, verdict in verdicts.items():
            state = ran.states.setdefault(key, State())
            opened = [state.go_on(verdict, now) for _ in range(1 if each <= 15 else TO_OPEN)]
            if any(opened) and state.problem is not None:
                ran.opened.append(Line(now, key, state.problem))
        if now in digests:
            ran.digests += 1
            ran.inconclusive += sum(isinstance(verdict, Inconclusive) for verdict in verdicts.values())
            ran.lines += [
                Line(now, key, state.problem)
                for key, state in ran.states.items()
                if key in verdicts and state.opened is not None and state.problem is not None
            ]
    return ran


def _moments(made: Account, days: Sequence[int], each: int, digests: set[datetime]) -> Iterator[datetime]:
    """Yield the readings at which the rule is asked: those at each full `each` minutes, and the ones of the digests."""
    wanted = set(days)
    for tick in made.ticks:
        asked = (tick.minute + tick.minutes) % each == 0 or tick.at in digests
        if tick.day in wanted and asked and made.was_read(tick):
            yield tick.at
