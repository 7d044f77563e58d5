"""What a digest says at one moment: values that `bot/digests/compare.py` makes and `blocks/digests/message.py` draws.

They hold values, never sentences. Campaign ids are lower case, numbers count customers or calls, moments are aware.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.campaigns.figures import Figures
from bot.insight.assessment import Assessed, OnIt
from bot.insight.problems import AllStandingStill, Problem, ProblemKind

# `status`: another status than at the last delivery, also of a campaign that left the digest's filter by that; `left`:
# it no longer fits the filter for another reason (its name); `deleted`: careCycle no longer has it; `new`: it is in the
# digest for the first time; `over`: a problem that this channel was told is over (without an id: all campaigns stood
# still, and call again); `unread`: it could not be read.
ChangeKind = Literal["status", "left", "deleted", "new", "over", "unread"]
# Why no problems are said: readings are off, there is none yet, or the last one is too old.
Unjudged = Literal["", "off", "none", "old"]
# What calls are compared with: nothing, those of the day before, or of the same days of the week before.
Before = Literal["", "day", "week"]
SHOWN = 5  # lines of what needs a person; what is not shown is not told, and comes the next time
ALL_STILL = ("all_standing_still",)  # the `problem` of `Said` when most campaigns of the account stand still together


@dataclass(frozen=True, slots=True)
class Said:
    """A problem that a delivery told."""

    campaign_id: str  # empty: the whole account
    problem: tuple[str, ...]  # its `identity`
    told: datetime  # when it was told first
    waiting: int | None  # customers that were left then
    calm: datetime | None = None  # when a delivery first found it gone, without saying so yet


@dataclass(frozen=True, slots=True)
class Change:
    """Something of a campaign that is another thing than at the last delivery. It is said once."""

    id: str
    name: str  # empty when unknown
    kind: ChangeKind
    was: str | None = None  # the status at the last delivery
    now: str | None = None  # the status now; None: unknown
    figures: Figures | None = None  # the last numbers; None: unknown
    over: tuple[tuple[str, ...], ...] = ()  # problems that are over, each by its `identity`
    error: str = ""  # the class name of the error, of `unread`


@dataclass(frozen=True, slots=True)
class Trouble:
    """One open problem of one campaign."""

    id: str
    assessed: Assessed
    problem: Problem
    told: datetime | None = None  # when this channel was told first; None: it was not told yet
    is_worse: bool = False  # half as many customers again wait as when it was told
    on_it: OnIt | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Problems that are said in one line: of one campaign, or alike ones of several, most customers waiting first."""

    troubles: tuple[Trouble, ...]

    @property
    def kind(self) -> ProblemKind:
        """The kind of all of them."""
        return self.troubles[0].problem.kind


@dataclass(frozen=True, slots=True)
class Quieted:
    """An open problem that is not told until a moment, because a person said so."""

    trouble: Trouble
    until: datetime
    by: str  # Slack id


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers of the campaigns that both this delivery and the last one read. None: unknown, or nothing to compare."""

    campaigns: int = 0  # so many are covered
    calls: int | None = None  # since the last delivery
    calls_before: int | None = None  # in as long a time before that, of the same campaigns
    before: Before = ""  # what that time was
    completed: int | None = None  # since the last delivery
    failed: int | None = None  # since the last delivery
    usual_failed: float | None = None  # the share of failed among completed and failed that is usual here, 0 to 1
    left: int | None = None  # now, of all campaigns that are read now
    added: int | None = None  # customers that came onto lists since the last delivery; below zero: that were taken off
    again: int | None = None  # customers who were finished then, and are left again
    calling_days_left: tuple[int, int] | None = None  # the range in which nobody is left, in calling days
    reset: tuple[str, ...] = ()  # ids of campaigns whose counters fell: their changes are left out


@dataclass(frozen=True, slots=True)
class Moved:
    """A campaign that called much since the last delivery."""

    id: str
    name: str
    calls: int


@dataclass(frozen=True, slots=True)
class ChartDay:
    """One of the digest's days in its chart."""

    day: date
    calls: int | None  # of that local day, of the campaigns that are in the digest now; None: no readings to tell by
    is_reset: bool = False  # a counter fell that day
    is_today: bool = False  # the day is not over


@dataclass(frozen=True, slots=True)
class Row:
    """One campaign of the digest, for the window with all of them."""

    id: str
    figures: Figures
    changes: Mapping[str, int]  # since the last delivery, by the names of NUMBERS; those that are known
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a digest says."""

    rows: tuple[Row, ...]  # every campaign that was read, by name
    changes: tuple[Change, ...] = ()  # most important first
    owed: tuple[str, ...] = ()  # ids of campaigns that left, of which nothing could be learned: said the next time
    needs: tuple[Group, ...] = ()  # what this channel was not told yet, or what is worse: most customers waiting first
    known: tuple[Group, ...] = ()  # what it was told and is still so
    quiet: tuple[Quieted, ...] = ()
    standing_still: AllStandingStill | None = None  # most campaigns of the account stand still together
    standing_still_told: datetime | None = None  # when this channel was told that; None: it was not
    others_call: bool = False  # some campaign of the account has called since
    totals: Totals = Totals()
    moved: tuple[Moved, ...] = ()  # at most three, the most calls first
    days: tuple[ChartDay, ...] = ()  # at most 14, oldest first
    since: datetime | None = None  # when the last delivery was sent; None: this is the first one
    judged_at: datetime | None = None  # the reading of which the problems are
    unjudged: Unjudged = ""
    ended: int = 0  # campaigns that were in the digest and have ended since
    # To be kept with this delivery: what is told now, and what was told and is still so. None: as in `Snapshot`.
    said: tuple[Said, ...] | None = ()

    @property
    def shown(self) -> tuple[Group, ...]:
        """The groups of `needs` that are shown, and so are told: the others come the next time."""
        return self.needs[: room_for_needs(self.standing_still, self.standing_still_told)]

    @property
    def has_news(self) -> bool:
        """Whether anything has to be read: without that, a digest says in one line that nothing is unusual."""
        return bool(self.changes or self.needs or (self.standing_still and not self.standing_still_told))


def room_for_needs(still: AllStandingStill | None, told: datetime | None) -> int:
    """Return how many groups are shown, beside the line of an account that stands still when that is not told yet."""
    return SHOWN - (still is not None and told is None)
