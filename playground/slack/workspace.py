"""What the stand-in for Slack remembers: people, conversations, messages and open modals."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Blocks = list[dict[str, Any]]  # Any: Block Kit JSON
Role = Literal["owner", "admin", "member", "guest"]
BOT_ID, BOT_NAME = "U0BOT", "careCycle"
TEAM_ID = "T01SUNRISE"


@dataclass
class Person:
    """Somebody in the workspace; in a shared channel also somebody of another company's `team_id`."""

    id: str
    name: str
    role: Role
    team_id: str = TEAM_ID


@dataclass
class Conversation:
    """A channel or direct message; `shared_with` names the other company, where there is one."""

    id: str
    name: str
    kind: Literal["channel", "im"] = "channel"
    bot_is_member: bool = False
    shared_with: str | None = None


@dataclass
class Message:
    """One message; `ephemeral_for` is the one person who sees it, `error` means that Slack itself speaks."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: Blocks = field(default_factory=list)
    ephemeral_for: str | None = None
    error: bool = False
    edited: bool = False
    thread_ts: str | None = None


@dataclass
class Modal:
    """An open modal on one person's stack."""

    id: str
    user: str
    view: dict[str, Any]  # Any: Block Kit JSON
    errors: dict[str, str] = field(default_factory=dict)
    busy: bool = False


def _people() -> list[Person]:
    return [
        Person("U01OWNER", "Alice Moreno", "owner"),
        Person("U02ADMIN", "Ben Okafor", "admin"),
        Person("U03MEMBER", "Chloe Tran", "member"),
        Person("U04GUEST", "Dev Patel", "guest"),
    ]


def _conversations() -> list[Conversation]:
    return [
        Conversation("C01AEP", "aep-outreach"),
        Conversation("C02STANDUP", "stand-up", bot_is_member=True),
        Conversation("C03PARTNER", "harbor-shared", shared_with="Harbor Benefits"),
        Conversation("D01BOT", BOT_NAME, kind="im", bot_is_member=True),
    ]


class SlackWorkspace:
    """One workspace; `now` gives seconds since 1970. Everything that changes it calls `touch`."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.team_id, self.domain = TEAM_ID, "sunrise-benefits"
        self.people = {person.id: person for person in _people()}
        self.channels = {channel.id: channel for channel in _conversations()}
        self.messages: list[Message] = []
        self.modals: list[Modal] = []
        self.refusals: list[str] = []
        self._last_ts = 0
        self._last_id = 0
        self._version = 0
        self._waiting = asyncio.Condition()

    def post(self, channel: str, user: str, text: str, **more: Any) -> Message:
        """Adds a message at the end, its blocks named as Slack names them."""
        message = Message(self._ts(), channel, user, text, **more)
        message.blocks = self.named(message.blocks)
        self.messages.append(message)
        self.touch()
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        """The message at this place, if it is still there."""
        return next((m for m in self.messages if m.channel == channel and m.ts == ts), None)

    def seen_by(self, user: str, channel: str | None = None) -> list[Message]:
        """What this person can see, oldest first."""
        return [
            message
            for message in self.messages
            if message.ephemeral_for in (None, user) and channel in (None, message.channel)
        ]

    def stack(self, user: str) -> list[Modal]:
        """This person's open modals, the last one on top."""
        return [modal for modal in self.modals if modal.user == user]

    def modal(self, view_id: str) -> Modal | None:
        """An open modal by its id."""
        return next((modal for modal in self.modals if modal.id == view_id), None)

    def clear(self) -> None:
        """Forgets messages and modals."""
        self.messages.clear()
        self.modals.clear()
        self.touch()

    def new_id(self, prefix: str) -> str:
        """An id as Slack's look."""
        self._last_id += 1
        return f"{prefix}{self._last_id:08d}"

    def named(self, blocks: Blocks) -> Blocks:
        """Slack gives every block without a `block_id` one of its own."""
        return [{"block_id": self.new_id("b"), **block} for block in blocks]

    def touch(self) -> None:
        """Says that something changed."""
        self._version += 1
        asyncio.ensure_future(self._wake())  # noqa: RUF006 - it ends at once

    async def changes(self) -> AsyncIterator[None]:
        """Yields at once, and then after every change (several quick ones may come as one)."""
        seen = -1
        while True:
            async with self._waiting:
                await self._waiting.wait_for(lambda: self._version != seen)  # noqa: B023 - meant: the newest
            seen = self._version
            yield

    async def until(self, holds: Callable[[], bool], within: float = 15.0) -> None:
        """Waits for changes until `holds`; raises TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            async for _ in self.changes():
                if holds():
                    return

    async def _wake(self) -> None:
        async with self._waiting:
            self._waiting.notify_all()

    def _ts(self) -> str:
        micros = max(int(self.now() * 1_000_000), self._last_ts + 1)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
