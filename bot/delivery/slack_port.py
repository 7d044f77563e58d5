"""What deliveries need of Slack, and the errors that tell Slack's answers apart."""

from datetime import datetime
from typing import Literal, Protocol

from blocks.card_options import CardOptions
from blocks.kit import Message
from bot.digests.digest import Delivery, Digest
from bot.workspaces.workspace import Workspace

MUCH_LATER = 3600.0  # seconds until the next try, when the app is not installed or its token is refused
Here = Literal["yes", "no", "unsure"]


class Refused(Exception):
    """Slack did not take the message. `reason` is one of bot/digests/digest.py, or `blocks` for blocks it refuses."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Later(Exception):
    """Slack did not take the message, but may take it after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s")
        self.seconds = seconds


class Unclear(Exception):
    """Slack may have taken the message: its answer did not come, or says that something went wrong on the way."""


class SlackPort(Protocol):
    """What deliveries need of Slack. `bot.slack.digests.slack_port` has the one adapter."""

    async def post(self, digest: Digest, delivery: Delivery, message: Message) -> str:
        """Post with the run's id in the metadata and return `ts`. Raise Refused, Later, Unclear or NotInstalled."""

    async def in_thread(self, digest: Digest, ts: str, message: Message) -> bool:
        """Post a message in the thread of `ts`, and return whether Slack took it."""

    async def find(self, digest: Digest, delivery: Delivery, since: datetime) -> str | None:
        """Find the message of this run, posted after `since`, and return its `ts`. Return None when it is not there.

        Raise Unclear when Slack does not let the app find out.
        """

    async def card_options(self, workspace: Workspace, digest: Digest) -> CardOptions:
        """Decide how cards look in the digest's channel. Raises NotShownHere."""

    async def tell(self, workspace: Workspace, person: str, message: Message) -> bool:
        """Send a direct message to a person, and return whether Slack took it."""

    async def tell_once(self, workspace: Workspace, person: str, message: Message) -> bool:
        """Send a direct message, never twice. Return False only when Slack surely refused it. Raise Later."""

    async def is_here(self, workspace: Workspace, person: str) -> Here:
        """Say whether a person is still an active member of the workspace."""

    async def is_here_now(self, workspace: Workspace, person: str) -> Here:
        """Say the same without any cache. Raise Later when Slack does not answer."""

    async def find_manager(self, workspace: Workspace) -> str | None:
        """Find a manager who is an active member. Return None when there is none or Slack does not say."""
