"""What deliveries need of Slack, and the errors that stand for Slack's answers."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal, Protocol

from blocks.card_options import CardOptions
from blocks.kit import Message
from bot.digests.digest import Delivery, Digest
from bot.digests.late import LateLine
from bot.workspaces.workspace import Workspace

Place = tuple[str, str]  # a message: its channel, and its `ts`

MUCH_LATER = 3600.0  # seconds until the next try, when there is no valid token or nobody to notify
Here = Literal["yes", "no", "unsure"]


class Refused(Exception):
    """Slack did not take the message. `reason` is a Reason (bot/digests/digest.py), or `blocks` for its blocks."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Later(Exception):
    """Slack did not take the message, but may take it after `seconds`. `limited`: because it limits this app."""

    def __init__(self, seconds: float, *, limited: bool = False) -> None:
        super().__init__(f"{seconds:.0f} s")
        self.seconds = seconds
        self.limited = limited


class Unclear(Exception):
    """Slack may have taken the message: it did not answer, or answered that something went wrong."""


class LinePort(Protocol):
    """What late lines need of Slack. `bot.slack.digests.line_port` has the one adapter.

    Every method may also raise NotInstalled and StoreUnavailable, before anything was sent.
    """

    async def post(self, line: LateLine, message: Message) -> tuple[str, str]:
        """Post with the line's token in the metadata. Return the channel and `ts`. Raise Refused, Later or Unclear."""

    async def find(self, line: LateLine) -> str | None:
        """Find the line with this token, and return its `ts`, or None when it is not there. Raise Unclear or Later."""

    async def change(self, line: LateLine, message: Message) -> None:
        """Let a posted line say something else, if it is still there. Raise Refused, Later or Unclear."""

    async def delete(self, line: LateLine) -> None:
        """Delete a posted line, if it is still there. Raise Refused, Later or Unclear."""


class SlackPort(Protocol):
    """What deliveries need of Slack. `bot.slack.digests.slack_port` has the one adapter.

    `in_thread`, `tell`, `tell_once` and `links` never raise StoreUnavailable or NotInstalled. All others may raise
    both, except that `find` raises Unclear in place of NotInstalled.
    """

    async def post(self, digest: Digest, delivery: Delivery, message: Message) -> str:
        """Post with the run's id in the metadata, and return `ts`. Raise Refused, Later or Unclear."""

    async def post_to(self, workspace: Workspace, person: str, message: Message) -> str:
        """Post a message to a person, and return `ts`. Raise Refused, Later or Unclear."""

    async def why_not(self, workspace: Workspace, digest: Digest) -> str | None:
        """Ask Slack why it would not take a digest now: a Reason, empty when it would, None when Slack does not say."""

    async def in_thread(self, digest: Digest, ts: str, message: Message) -> bool:
        """Post a message in the thread of `ts`, and return whether Slack took it. Raise Later when Slack limits it."""

    async def find(self, digest: Digest, delivery: Delivery, since: datetime) -> str | None:
        """Find the message of this run, posted after `since`, and return its `ts`. Return None when it is not there.

        Raise Unclear when the app cannot find out, and Later when it can find out only then.
        """

    async def card_options(self, workspace: Workspace, digest: Digest) -> CardOptions:
        """Return how cards look in the digest's channel. Raise NotShownHere, and Later while Slack does not say."""

    async def tell(self, workspace: Workspace, person: str, message: Message) -> bool:
        """Send a direct message to a person, and return whether Slack took it."""

    async def tell_once(self, workspace: Workspace, person: str, message: Message) -> bool:
        """Send a message to a person, or a channel, never twice.

        Return False only when Slack surely refused it. Raise Later.
        """

    async def links(self, workspace: Workspace, messages: Sequence[Place]) -> dict[Place, str]:
        """Return the links to messages, as far as they are known at once."""

    async def is_here(self, workspace: Workspace, person: str) -> Here:
        """Return whether a person is still an active member of the workspace, "unsure" when Slack does not say."""

    async def is_here_now(self, workspace: Workspace, person: str) -> Here:
        """Return the same, but always ask Slack. Raise Later when Slack does not answer."""

    async def find_manager(self, workspace: Workspace, but: Collection[str] = ()) -> str | None:
        """Find a manager who is an active member and none of `but`. Return None without one, or if Slack is silent."""
