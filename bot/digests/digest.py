"""Digests as the database keeps them: what a channel gets, when, and the outcome of each delivery."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from bot.digests.causes import OF_WORKSPACE, Cause
from bot.digests.timetable import Timetable

Reason = Literal[
    # skipped
    "too_late",  # this app or its database was not running: skipped after the grace time, late before that
    "superseded",  # a newer slot was due before this one went out
    "paused",
    "unchanged",  # nothing changed, and the digest skips such deliveries
    "deleted",  # it waited when its digest was deleted
    # late, or failed when the grace time ended
    "limit",  # careCycle's limit of requests a minute
    "carecycle",  # careCycle does not answer
    "unreadable",  # careCycle answers with something this app cannot read
    "slack",  # Slack does not answer
    "slack_limit",  # Slack limits this app, and said until when
    # failed, and stays so
    "key",  # careCycle refuses the API key, or there is none
    "no_campaigns",  # none of the campaigns it names is there
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted",  # Slack does not let the app post there
    "refused",  # Slack did not take it, for a reason that the operator of the app has to fix
    "not_shown",  # managers allow no cards in channels shared with another company
    "left",  # the person whose own digest it is is no longer here
    "not_installed",
    "bug",
    "no_details",  # sent, but without the details in its thread
    # nobody knows
    "unconfirmed",  # this app, or the connection to Slack, failed while the message was being sent
]
PAUSING_REASONS: frozenset[str] = frozenset(  # these failures pause the digest
    {
        "no_campaigns",
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "restricted",
        "refused",
        "not_shown",
        "left",
    }
)


Length = Literal["full", "condensed"]
Kind = Literal["scheduled", "now"]
State = Literal["due", "posting", "sent", "skipped", "failed", "unconfirmed"]
PauseReason = Literal["person", "failed", "key"]
UNDO = timedelta(hours=1)  # in which a deleted digest can be restored
ON_TIME = timedelta(minutes=2)  # a delivery within this time is not late, unless it had to wait
OVER: tuple[State, ...] = ("sent", "skipped", "failed", "unconfirmed")


@dataclass(frozen=True, slots=True)
class CampaignFilter:
    """Which campaigns a digest shows: those of `ids`, or else all that fit the filter at each delivery."""

    ids: tuple[str, ...] = ()
    status: str | None = None  # as the API spells it (`active`); None: any
    words: str = ""  # the name has all of them; empty: any name

    def has_status(self, status: str | None) -> bool:
        """Return whether a campaign of this status fits the filter."""
        return self.status in (None, status)

    def has_words(self, name: str) -> bool:
        """Return whether a campaign of this name fits the filter."""
        return all(word in name.casefold() for word in self.words.casefold().split())


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a digest is not delivered at the moment."""

    since: datetime
    why: PauseReason  # a person paused it, a delivery failed for a reason that stays, or the API key is refused or gone
    until: datetime | None = None  # None: until a person resumes it
    by: str | None = None  # who paused it: a Slack id, or OPERATOR
    detail: str = ""  # why the delivery failed: one of PAUSING_REASONS

    @property
    def stops_deliveries(self) -> bool:
        """Whether deliveries stop. While the key or the app is refused they go on: each tests whether that is over."""
        return self.why != "key" and self.detail not in OF_WORKSPACE

    def holds(self, due: datetime) -> bool:
        """Return whether the pause stops a delivery that is due at `due`."""
        return self.stops_deliveries and (self.until is None or self.until > due)

    def is_over(self, now: datetime) -> bool:
        """Return whether the pause has ended by itself."""
        return self.until is not None and self.until <= now


@dataclass(frozen=True, slots=True)
class Digest:
    """What a channel gets, and when."""

    id: str
    workspace_id: str
    name: str
    channel_id: str
    owner_id: str
    timetable: Timetable
    choice: CampaignFilter = CampaignFilter(status="active")
    backup_id: str | None = None
    skip_unchanged: bool = False
    length: Length = "full"
    threaded: bool = False  # details of each campaign in the thread
    created_at: datetime | None = None  # None until it is saved
    next_due: datetime | None = None  # the next slot, in UTC; None: there is no further one
    pause: Pause | None = None
    enterprise_id: str | None = None  # the organization of its workspace, if any
    # The last change of what its form shows, if known: pauses, hand-overs and deliveries do not count. Two digests with
    # the same content are equal, whenever they were changed.
    changed_at: datetime | None = field(default=None, compare=False)
    changed_by: str | None = field(default=None, compare=False)
    compares_from: datetime | None = field(default=None, compare=False)  # older deliveries are not compared with
    end_asked: date | None = field(default=None, compare=False)  # the last day about which its owner was asked
    deleted_at: datetime | None = field(default=None, compare=False)  # it can be restored for UNDO from then on

    @property
    def is_direct(self) -> bool:
        """Whether it is for one person, in their direct messages with the app: `channel_id` is their user id then."""
        return is_person(self.channel_id)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the ledger: a slot of a digest, or a person's *Send now*, and its outcome."""

    # The run's id, also in the message's metadata: the digest's id, then the wall time and UTC offset, or `now-…`.
    id: str
    digest_id: str
    workspace_id: str
    kind: Kind
    due: datetime  # when it should go out
    wanted_at: datetime  # the same, or when a person requested it; the grace time starts here
    state: State
    channel_id: str = ""
    asked_by: str | None = None  # the person who requested it, or paused the digest
    reason: str = ""  # a Reason: why it was skipped, failed or is late
    try_at: datetime | None = None  # when to try it next, while its state is `due`
    attempt: int = 0
    token: str | None = None  # of the worker that posts it
    ts: str | None = None  # Slack's id of the message
    ended_at: datetime | None = None

    @property
    def is_asked_for(self) -> bool:
        """Whether a person requested it, by *Send now* or *Send again*."""
        return self.kind != "scheduled" or self.wanted_at > self.due

    def lateness(self, went_out: datetime) -> timedelta | None:
        """Return how late it went out. Return None when that was less than ON_TIME and it did not have to wait."""
        late = went_out - self.due
        return late if self.reason or late >= ON_TIME else None


@dataclass(frozen=True, slots=True)
class Alert:
    """A notification that the owner of a digest has yet to get, once."""

    digest_id: str
    why: str  # a Reason
    run: str | None = None  # the delivery, when it is unconfirmed


@dataclass(frozen=True, slots=True)
class OwnerAlert:
    """A notification that an owner has yet to get about all their digests that one cause stopped, once."""

    owner_id: str
    cause: Cause
    digests: tuple[str, ...]  # their ids
    enterprise_id: str | None = field(default=None, compare=False)

    @property
    def workspace_id(self) -> str:
        """The workspace of these digests."""
        return self.cause.workspace_id


@dataclass(frozen=True, slots=True)
class BrokenKey:
    """A notification that careCycle refuses a workspace's API key. It has yet to be sent, once."""

    workspace_id: str
    enterprise_id: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class StillBroken:
    """A notification to one more manager that careCycle still refuses a workspace's API key."""

    workspace_id: str
    since: datetime
    enterprise_id: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for digests, set by the operator of the app."""

    digests: int = 50  # in a workspace
    campaigns: int = 500  # in a digest
    times: int = 6  # a day


def is_person(channel_id: str) -> bool:
    """Return whether this is a person's id in place of a channel's: Slack posts to their messages with the app."""
    return channel_id.startswith(("U", "W"))
