"""The one answer about an account at a reading, which every surface shows: states, outlook, and what was not judged."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from bot.insight.problems import AllStandingStill, Inconclusive, Problem, ProblemKind

STALE_AFTER = timedelta(hours=2)  # twice the longest READ_EVERY: no surface shows older ones as what is so now
ZONE = "America/New_York"  # of an account whose workspace has no digests, or that was not judged yet


@dataclass(frozen=True, slots=True)
class Outlook:
    """A campaign's pace, and when nobody is left to call."""

    calls_an_hour: int | None = None  # in the last hours in which it called; None when history is short
    usual_an_hour: int | None = None  # in the same hours of past weeks
    empty_from: datetime | None = None  # 80 % range of the moment at which nobody is left; None: cannot be said
    empty_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """A problem that two readings in a row showed, until two in a row do not."""

    problem: Problem
    opened: datetime  # the reading that opened it
    seen: datetime  # the last reading that showed it
    calm: int = 0  # readings in a row that did not show it


@dataclass(frozen=True, slots=True)
class Suspected:
    """A problem that only the last reading showed."""

    problem: Problem
    first: datetime


@dataclass(frozen=True, slots=True)
class TransferLook:
    """When a campaign's own record was last read for its transfers, and how the campaign looked then."""

    at: datetime
    status: str | None
    updated: datetime | None


@dataclass(frozen=True, slots=True)
class Assessed:
    """One campaign."""

    name: str  # with phone numbers masked
    status: str | None
    customers: int | None
    left: int | None  # pending and in progress
    open: tuple[OpenProblem, ...] = ()
    suspected: tuple[Suspected, ...] = ()
    outlook: Outlook | None = None
    unjudged: Mapping[str, Inconclusive] = Field(default_factory=dict)  # by kind of problem: what could not be judged
    transfers: TransferLook | None = None  # None: nobody looked at them
    moved: datetime | None = None  # the last reading in which its calls had grown; None: in none
    read_since: datetime | None = None  # the first reading in which it was

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What needs a person now."""
        return tuple(one.problem for one in self.open)


@dataclass(frozen=True, slots=True)
class Today:
    """The calls of the active campaigns since the day began in the account's zone."""

    calls: int
    usual: int | None = None  # by this time of day, in past weeks; None: history is too short to tell


@dataclass(frozen=True, slots=True)
class Assessment:
    """An account as it was judged at one reading."""

    at: datetime  # of the reading
    campaigns: Mapping[str, Assessed]  # by id
    standing_still: AllStandingStill | None = None
    suspected_still: AllStandingStill | None = None  # only the last reading showed it
    moving: int = 0  # readings in a row that did not show `standing_still`
    not_looked_at: int = 0  # active campaigns whose transfers nobody looked at yet
    account: str = ""  # the id of the careCycle account (bot/store/accounts.py)
    zone: str = ZONE  # IANA; days and hours are told apart in it
    today: Today | None = None  # None: not known

    def is_stale(self, now: datetime) -> bool:
        """Return whether its reading is too old to say what is so now."""
        return now - self.at > STALE_AFTER

    @property
    def others_call(self) -> bool:
        """Whether some campaign has called since most stand still together."""
        still = self.standing_still
        return still is not None and any(one.moved and one.moved > still.since for one in self.campaigns.values())

    def needing_a_person(self) -> tuple[tuple[str, Assessed], ...]:
        """Return the campaigns with open problems, most customers waiting first; unknown numbers last."""
        with_problems = [(id_, one) for id_, one in self.campaigns.items() if one.open]
        return tuple(sorted(with_problems, key=lambda pair: (-(pair[1].left or 0), pair[1].name.casefold(), pair[0])))


@dataclass(frozen=True, slots=True)
class OnIt:
    """A person who takes care of a campaign's problems."""

    by: str  # Slack id
    at: datetime


@dataclass(frozen=True, slots=True)
class Quiet:
    """A person's word that digests do not tell a kind of problem of a campaign for a while."""

    until: datetime
    by: str  # Slack id
    at: datetime
    note: str = ""  # with phone numbers masked; never shown in channels shared with another company
    waiting: int | None = None  # customers that waited then: it ends when half as many again do
    problems: tuple[tuple[str, ...], ...] = ()  # the `identity` of those that were open then


@dataclass(frozen=True, slots=True)
class Current:
    """The last assessment, who takes care of what, and what is quiet: the one thing that every surface shows."""

    assessment: Assessment
    on_it: Mapping[str, OnIt] = Field(default_factory=dict)  # by campaign id; an empty id: the whole account
    quiet: Mapping[tuple[str, ProblemKind], Quiet] = Field(default_factory=dict)  # by campaign id and kind of problem


STORED: TypeAdapter[Assessment] = TypeAdapter(Assessment)
