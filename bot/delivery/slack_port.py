"""What deliveries need of Slack, given by `bot.slack.digests.slack_port`; and how Slack's answers are told apart."""

from datetime import datetime
from typing import Literal, Protocol

from blocks.card_options import CardOptions
from blocks.kit import Message
from bot.digests.digest import Delivery, Digest
from bot.workspaces.workspace import Workspace

MUCH_LATER = 3600.0  # seconds; until it is tried again where the app is not in the workspace, or its token refused
Here = Literal["yes", "no", "unsure"]


class Refused(Exception):
    """Slack surely did not take the message. `reason`: of bot/digests/reasons.py, or `blocks`, of the newer kind."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Later(Exception):
    """Slack surely did not take it, and will in so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s")
        self.seconds = seconds


class Unclear(Exception):
    """Slack may have taken it: its answer did not come, or says that something went wrong on the way."""


class SlackPort(Protocol):
    """What deliveries need of Slack; `bot.slack.digests.slack_port` is the one adapter."""

    async def post(self, digest: Digest, delivery: Delivery, message: Message) -> str:
        """Post a message with the run's id in its metadata; its `ts`. Raises Refused, Later, Unclear, NotInstalled."""

    async def in_thread(self, digest: Digest, ts: str, message: Message) -> bool:
        """Post a message in the thread of `ts`; whether Slack took it."""

    async def find(self, digest: Digest, delivery: Delivery, since: datetime) -> str | None:
        """Look for the message of this run in the channel, posted after `since`; its `ts`, None when it is not there.

        Raises Unclear where the app may not look.
        """

    async def form(self, workspace: Workspace, digest: Digest) -> CardOptions:
        """Decide how cards look in the digest's channel. Raises NotShownHere."""

    async def tell(self, workspace: Workspace, person: str, message: Message) -> bool:
        """Send a direct message to a person; whether Slack took it."""

    async def tell_once(self, workspace: Workspace, person: str, message: Message) -> bool:
        """Send the same, never twice; true also when nobody knows whether Slack took it. Raises Later."""

    async def is_here(self, workspace: Workspace, person: str) -> Here:
        """Whether a person is still an active member of the workspace."""

    async def is_here_now(self, workspace: Workspace, person: str) -> Here:
        """The same, whatever is remembered. Raises Later when Slack does not answer."""

    async def find_manager(self, workspace: Workspace) -> str | None:
        """Find a manager who is; None when there is none or Slack does not say."""
