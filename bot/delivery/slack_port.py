"""What deliveries need of Slack, given by `bot.slack.digests.slack_port`; and how Slack's answers are told apart."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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


@dataclass(frozen=True, slots=True)
class Mail:
    """`post`: a message with the run's id in its metadata; its `ts`. Raises Refused, Later, Unclear, NotInstalled.

    `in_thread`: a message in the thread of `ts`; whether Slack took it.
    `find`: the `ts` of the message of this run in the channel, posted after a moment; None: it is not there. Raises
    Unclear where the app may not look.
    `form`: how cards look in the digest's channel. Raises NotShownHere.
    `tell`: a direct message to a person; whether Slack took it.
    `tell_once`: the same, never sent twice: true also when nobody knows whether Slack took it. Raises Later.
    `is_here`: whether a person is still an active member of the workspace; `is_here_now`: the same, whatever is
    remembered. Raises Later when Slack does not answer.
    `heir`: a manager who is; None when there is none or Slack does not say.
    """

    post: Callable[[Digest, Delivery, Message], Awaitable[str]]
    in_thread: Callable[[Digest, str, Message], Awaitable[bool]]
    find: Callable[[Digest, Delivery, datetime], Awaitable[str | None]]
    form: Callable[[Workspace, Digest], Awaitable[CardOptions]]
    tell: Callable[[Workspace, str, Message], Awaitable[bool]]
    tell_once: Callable[[Workspace, str, Message], Awaitable[bool]]
    is_here: Callable[[Workspace, str], Awaitable[Here]]
    is_here_now: Callable[[Workspace, str], Awaitable[Here]]
    heir: Callable[[Workspace], Awaitable[str | None]]
