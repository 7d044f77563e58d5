"""Digests as they are kept: what a channel gets, when, and what became of each delivery."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.digests.timetable import Timetable

Reason = Literal[
    # skipped
    "too_late",  # nobody took it up: this app was not running, or its database not there; late, or the grace time over
    "superseded",  # the same, and a newer one was due as well
    "paused",
    "unchanged",  # and the digest says skip
    # late, or failed when the grace time ended
    "limit",  # careCycle's requests a minute
    "carecycle",  # does not answer
    "slack",  # does not answer, or asks to wait
    # failed, and stays so
    "key",  # careCycle refuses it, or there is none
    "no_campaigns",  # none of those it names is there
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted",  # Slack lets the app not post there
    "refused",  # Slack would not take it, for a reason that is for whoever runs the app
    "not_shown",  # managers want no cards in channels shared with another company
    "not_installed",
    "bug",
    # nobody knows
    "unconfirmed",  # this app, or the line to Slack, died while Slack had the message
]
STAYS: frozenset[str] = frozenset(
    {"no_campaigns", "not_in_channel", "channel_not_found", "is_archived", "restricted", "refused", "not_shown"}
)


Length = Literal["full", "condensed"]
Kind = Literal["scheduled", "now"]
State = Literal["due", "posting", "sent", "skipped", "failed", "unconfirmed"]
PauseReason = Literal["person", "failed", "key"]
ON_TIME = timedelta(minutes=2)  # what goes out within this is not late, unless it had to wait
OVER: tuple[State, ...] = ("sent", "skipped", "failed", "unconfirmed")


@dataclass(frozen=True, slots=True)
class CampaignFilter:
    """Which campaigns: those of `ids`, or else all that fit the filter, looked at anew for each delivery.

    `status`: as the API spells it (`active`); `words`: all of them are in the name. None and empty: any.
    """

    ids: tuple[str, ...] = ()
    status: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """Why nothing is delivered at the moment. `until`: None, until somebody resumes it.

    `why`: a `person` paused it (`by`); a delivery `failed` for a reason that stays (`detail`); the workspace's `key` is
    refused or gone. `detail` is one of Slack's or our own words, never outside text.
    """

    since: datetime
    why: PauseReason
    until: datetime | None = None
    by: str | None = None
    detail: str = ""

    @property
    def stops_deliveries(self) -> bool:
        """False while the key is refused: each delivery is tried all the same, to find out that it works again."""
        return self.why != "key"

    def holds(self, due: datetime) -> bool:
        """Whether what is due then does not go out."""
        return self.stops_deliveries and (self.until is None or self.until > due)

    def is_over(self, now: datetime) -> bool:
        """Whether its end has come."""
        return self.until is not None and self.until <= now


@dataclass(frozen=True, slots=True)
class Digest:
    """What a channel gets, and when. `next_due`: the next slot, in UTC; None: there is none any more.

    `enterprise_id`: the organization of its workspace, when it belongs to one. `changed_at`, `changed_by`: when
    somebody last changed what it is, and who, where that is known; pauses, owners and deliveries are no such change.
    """

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
    created_at: datetime | None = None
    next_due: datetime | None = None
    pause: Pause | None = None
    enterprise_id: str | None = None
    changed_at: datetime | None = field(default=None, compare=False)  # what it is stays the same whenever that was
    changed_by: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the ledger: a slot of a digest, or somebody's *Send now*, and what became of it.

    `id` is the run's, and in the message's metadata: the digest's id and the slot in local wall time. `due`: when it
    should go out; `wanted_at`: the same, or when somebody asked for it: from then on the grace time runs. `try_at`:
    when it is to be tried next, while it is `due`. `reason`: why it was skipped, failed or is late, in a word
    (`bot/digests/reasons.py`). `token`: of whoever posts it. `ts`: Slack's name of the message.
    """

    id: str
    digest_id: str
    workspace_id: str
    kind: Kind
    due: datetime
    wanted_at: datetime
    state: State
    channel_id: str = ""
    asked_by: str | None = None
    reason: str = ""
    try_at: datetime | None = None
    attempt: int = 0
    token: str | None = None
    ts: str | None = None
    ended_at: datetime | None = None

    def lateness(self, went_out: datetime) -> timedelta | None:
        """How late it went out, when that has to be said: after ON_TIME, or however little where it had to wait."""
        late = went_out - self.due
        return late if self.reason or late >= ON_TIME else None


@dataclass(frozen=True, slots=True)
class Alert:
    """What who looks after a digest is still to be told, once: `why`, in a word (`bot/digests/reasons.py`).

    `run`: the delivery that nobody knows of, when that is why.
    """

    digest_id: str
    why: str
    run: str | None = None


@dataclass(frozen=True, slots=True)
class BrokenKey:
    """That careCycle refuses a workspace's key, which somebody there is still to be told, once."""

    workspace_id: str
    enterprise_id: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much digests may take: set by whoever runs the app."""

    digests: int = 50  # of a workspace
    campaigns: int = 500  # in a digest
    times: int = 6  # a day
