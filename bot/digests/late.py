"""The line that says in a channel that its digests are late: one for a cause, as the database keeps it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.digests.digest import OVER, Delivery, Digest

AFTER = timedelta(minutes=10)  # a digest that is later than this gets a line
# Why digests may be late where the app can post. While Slack takes no digest, it takes no line either.
CAUSES: frozenset[str] = frozenset({"carecycle", "limit", "unreadable", "bug", "too_late"})
# `waiting`: to be posted at `try_at`; `posting`: somebody posts it, and is taken for dead at `try_at`; `posted`: it is
# there; `unclear`: it may be there, and nobody can find out; `refused`: Slack does not take it
LineState = Literal["waiting", "posting", "posted", "unclear", "refused"]


@dataclass(frozen=True, slots=True)
class LateLine:
    """One line in one channel."""

    workspace_id: str
    channel_id: str
    cause: str  # a `Reason`
    at: datetime  # when the first of its digests was due
    digests: tuple[str, ...]  # their ids
    state: LineState
    try_at: datetime
    token: str | None = None
    posted_in: str | None = None  # the channel where Slack put it
    ts: str | None = None
    said: str | None = None  # a fingerprint of its text
    enterprise_id: str | None = None

    @property
    def place(self) -> tuple[str, str, str]:
        """What there is one line for."""
        return self.workspace_id, self.channel_id, self.cause


@dataclass(frozen=True, slots=True)
class LateDigest:
    """A digest that a line tells of, with its newest scheduled delivery."""

    digest: Digest
    delivery: Delivery

    @property
    def is_waiting(self) -> bool:
        """Whether it may still come. One that a person paused meanwhile does not."""
        pause = self.digest.pause
        return self.delivery.state not in OVER and not (pause and pause.holds(self.delivery.due))

    @property
    def is_lost(self) -> bool:
        """Whether it did not come, or may not have."""
        return self.delivery.state in OVER and self.delivery.state != "sent"


def cause_of(delivery: Delivery) -> str:
    """Return why a delivery is late. One that was never tried waits for this app itself."""
    return delivery.reason if delivery.reason in CAUSES else "too_late"
