"""What may need a person: the problems of a campaign or an account, each with how it was found.

They hold values, never sentences: what is stored outlives the words.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

BadEnd = Literal["failed", "expired", "exceeded_max_calls"]  # of careCycle's customer states


@dataclass(frozen=True, slots=True)
class UnusualEnds:
    """More customers than usual ended badly: "31 of 90 failed since Friday (34%; here it is usually 12%)"."""

    bad_end: BadEnd
    since: datetime  # the reading at which the window begins
    bad: int  # customers who ended so in the window
    ended: int  # customers who ended in the window, well or badly
    usual: float  # share, 0 to 1, that was expected
    own: int  # customers of this campaign behind `usual`; with fewer than 30 it is the account's usual share
    kind: Literal["unusual_ends"] = "unusual_ends"


@dataclass(frozen=True, slots=True)
class StandingStill:
    """No call since a moment, although at least five were expected: "no call since Tue 11:40 AM; 310 waiting"."""

    since: datetime  # the last reading in which the calls had grown
    expected: float  # calls since then, by the same hours of past weeks
    kind: Literal["standing_still"] = "standing_still"


@dataclass(frozen=True, slots=True)
class Slow:
    """Far fewer calls than in the same hours of past weeks, but some."""

    since: datetime
    calls: int
    expected: float
    kind: Literal["slow"] = "slow"


@dataclass(frozen=True, slots=True)
class RunsEmpty:
    """Nobody is left to call soon: "at this pace the list is empty Thursday around noon"."""

    earliest: datetime  # of the 80 % range
    latest: datetime
    kind: Literal["runs_empty"] = "runs_empty"


@dataclass(frozen=True, slots=True)
class Unreached:
    """Customers will be left at the end: "about 60 of 95 will not be reached by Mon, Nov 30"."""

    ends: datetime
    customers: int  # who will not be reached, rounded to two figures
    left: int
    kind: Literal["unreached"] = "unreached"


@dataclass(frozen=True, slots=True)
class PastEnd:
    """Still active after its end date, with customers left."""

    ends: datetime
    kind: Literal["past_end"] = "past_end"


@dataclass(frozen=True, slots=True)
class BrokenTransfers:
    """Something breaks its transfers."""

    subject: str  # the field of the API that decides it
    trouble: str  # one of `routing.Kind`
    says: str  # the finding in words of the version that found it, for versions that no longer know the two above
    kind: Literal["broken_transfers"] = "broken_transfers"


Problem = Annotated[
    UnusualEnds | StandingStill | Slow | RunsEmpty | Unreached | PastEnd | BrokenTransfers, Field(discriminator="kind")
]
ProblemKind = Literal[
    "unusual_ends", "standing_still", "slow", "runs_empty", "unreached", "past_end", "broken_transfers"
]

URGENCY: tuple[ProblemKind, ...] = (  # most urgent first
    "standing_still",
    "broken_transfers",
    "past_end",
    "unreached",
    "slow",
    "unusual_ends",
    "runs_empty",
)


@dataclass(frozen=True, slots=True)
class AllStandingStill:
    """Most campaigns that call at this hour stand still together: "No campaign has called since Thu 9:00 AM"."""

    since: datetime
    campaigns: tuple[str, ...]  # ids of those that stand still
    kind: Literal["all_standing_still"] = "all_standing_still"


@dataclass(frozen=True, slots=True)
class Inconclusive:
    """Nothing can be said, which is not the same as normal."""

    why: Literal["no_data", "gap", "reset", "short_history", "unseen_weekday", "few_calls"]


# What a rule says: a problem, None (looked at, and normal), or that it cannot tell.
Verdict = Problem | Inconclusive | None


def identity(problem: Problem) -> tuple[str, ...]:
    """Return what makes two findings the same problem of a campaign, whatever their numbers are."""
    match problem:
        case UnusualEnds():
            return problem.kind, problem.bad_end
        case BrokenTransfers():
            return problem.kind, problem.subject, problem.trouble
    return (problem.kind,)
