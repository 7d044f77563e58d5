"""Send exactly one visible reply to everything a person does: in the ack when there is time, else afterwards."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Protocol, TypeVar
from weakref import WeakKeyDictionary

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from blocks import notices
from blocks.kit import Block, Message
from bot import logs
from bot.clock import Clock
from bot.errors import BotError, Busy, NotPosted
from bot.slack.reply.background import BackgroundTasks
from bot.slack.reply.errors import Outcome, explain
from bot.slack.reply.message_bodies import DELETE, IN_CHANNEL, PRIVATE, Visibility, ephemeral, in_channel, in_thread
from bot.slack.reply.payload import Payload
from bot.slack.reply.response_urls import ResponseUrls
from bot.slack.reply.time_limit import left
from bot.slack.reply.workspace_tags import Address

T = TypeVar("T")
Work = Callable[[], Awaitable[Message]]
Then = Callable[[bool], Awaitable[None]]


class Logged(Protocol):
    """The part of an interaction that is logged."""

    @property
    def address(self) -> Address:
        """The ids of the workspace and of its organization."""

    @property
    def name(self) -> str:
        """The name of the action in the log."""

    @property
    def started(self) -> float:
        """When Slack's request arrived, by `time.perf_counter`."""


class Answerable(Logged, Protocol):
    """The part of an Interaction that a reply needs; a higher layer defines the whole."""

    @property
    def response_url(self) -> str:
        """Where a late reply goes."""

    @property
    def seen_in(self) -> str | None:
        """The thread of the action, where the answer appears."""

    async def tell_elsewhere(self, message: Message) -> bool:
        """Show a message to this person alone without a response_url, and return whether Slack took it."""

    @property
    def send_private(self) -> Callable[[Message], Awaitable[bool]] | None:
        """Shows a message to this person alone, and returns whether Slack took it. None: use the response_url."""

    @property
    def is_public(self) -> bool:
        """Whether everybody in the conversation sees the message whose button was pressed."""

    def for_reader(self) -> AbstractContextManager[None]:
        """Draw in this person's format, for what they alone see."""

    def tagged(self, message: Message) -> Message:
        """Return the message tagged with its workspace, ready to send."""

    def tagged_view(self, view: Block) -> Payload:
        """Return the modal tagged with its workspace, ready to send."""

    async def remedied(self, error: BotError) -> BotError:
        """Return an error about the careCycle key with what this person can do about it; others as they are."""


class Replies:
    """The sender of replies. It does not know what the work behind a reply is."""

    def __init__(self, urls: ResponseUrls, tasks: BackgroundTasks, clock: Clock, reply_within: float) -> None:
        self._urls = urls
        self._tasks = tasks
        self._clock = clock
        self._reply_within = reply_within
        self._log = structlog.get_logger("slack").bind()  # bound once, because every interaction logs a line
        self._bodies: WeakKeyDictionary[Message, dict[tuple[Address | None, bool], str]] = WeakKeyDictionary()

    def at_once(
        self,
        interaction: Answerable,
        message: Message,
        reads: list[logs.Read],
        outcome: str = "answered",
        *,
        public: bool = False,
    ) -> BoltResponse:
        """Log the reply, and return it as the ack. A `message` that is shown to many people is serialized once."""
        bodies = self._bodies.get(message)
        if bodies is None:
            bodies = self._bodies[message] = {}
        # Outside an organization, the body is the same for all.
        look = (interaction.address if interaction.address[1] else None, public)
        if look not in bodies:
            shown = interaction.tagged(message)
            bodies[look] = json.dumps(in_channel(shown) if public else ephemeral(shown))
        self.log(interaction, outcome, reads, via="ack")
        return BoltResponse(status=200, body=bodies[look])

    async def in_ack(
        self, interaction: Answerable, ack: AsyncAck, work: Work, *, retry: str | None = None, public: bool = False
    ) -> None:
        """Reply in the ack's own body or, `reply_within` seconds after the request arrived, ack empty and follow up.

        With `public`, everybody in the conversation sees a good answer, but never a notice or a private message.
        `work` runs once: the follow-up waits for the rest of it.
        """
        with logs.reads() as reads, nullcontext() if public else interaction.for_reader():
            task = asyncio.create_task(self._outcome(interaction, work, retry, interaction.started))
        try:
            done, _ = await asyncio.wait({task}, timeout=left(interaction.started, self._reply_within))
        except asyncio.CancelledError:
            self._tasks.give_up(task)
            raise
        if done:
            outcome = task.result()
            to_all = public and outcome.ok and not outcome.shown.private
            ack.response = self.at_once(interaction, outcome.shown, reads, outcome.name, public=to_all)
            return
        try:
            self._tasks.start(self._send(interaction, task, reads, IN_CHANNEL if public else PRIVATE))
            await ack()
        except Busy as error:
            self._tasks.give_up(task)
            notice = notices.for_error(error, self._clock.now(), retry=retry)
            ack.response = self.at_once(interaction, notice, reads, "Busy")

    async def afterwards(
        self,
        interaction: Answerable,
        ack: AsyncAck,
        work: Work,
        show: Visibility,
        *,
        retry: str | None = None,
        then: Then | None = None,
        saves: bool = False,
    ) -> None:
        """Ack, then reply at the response_url as `show` says. The rest is as in `follow_up`."""
        await ack()
        try:
            late = self.follow_up(interaction, work, show, retry=retry, then=then, saves=saves)
            self._tasks.start(late)
        except Busy as error:
            self.no_room(interaction, error, then)

    def log(self, interaction: Logged, outcome: str, reads: list[logs.Read], *, via: str) -> None:
        """Log the one line of an interaction. Its `cache` is how each campaign was read, or `none`."""
        took = round((time.perf_counter() - interaction.started) * 1000, 1)
        cache = " ".join(reads) or "none"
        self._log.info(
            interaction.name, workspace=interaction.address[0], outcome=outcome, ms=took, cache=cache, via=via
        )

    def no_room(self, interaction: Answerable, error: Busy, then: Then | None = None) -> None:
        """Log that the bot is busy. In a spare task, if there is room, call `then` with False and tell the person."""
        self.log(interaction, "Busy", [], via="response_url")
        with suppress(Busy):
            self._tasks.start(
                self._apologize(interaction, notices.for_error(error, self._clock.now()), then), spare=True
            )

    async def _apologize(self, interaction: Answerable, notice: Message, then: Then | None) -> None:
        if then:
            await then(False)
        await self.tell(interaction, notice)

    async def tell(self, interaction: Answerable, message: Message) -> bool:
        """Show `message` to this person alone, elsewhere if the usual way fails. Return whether Slack took it."""
        if interaction.send_private:
            sent = await interaction.send_private(message)
        else:
            body = in_thread(ephemeral(interaction.tagged(message)), interaction.seen_in)
            sent = bool(interaction.response_url) and await self._urls.send(interaction.response_url, body)
        return sent or await interaction.tell_elsewhere(message)

    async def follow_up(
        self,
        interaction: Answerable,
        work: Work,
        show: Visibility,
        *,
        retry: str | None = None,
        then: Then | None = None,
        saves: bool = False,
    ) -> None:
        """Reply at the response_url as `show` says. `then` is called with whether that succeeded.

        Work that takes too long is given up, unless it `saves` something or posts it: that is never cut in two.
        """
        private = show.is_private(pressed_in_public=interaction.is_public)
        with logs.reads() as reads, interaction.for_reader() if private else nullcontext():
            outcome = self._outcome(interaction, work, retry, None if saves else interaction.started)
            await self._send(interaction, outcome, reads, show, then)

    def _outcome(
        self, interaction: Answerable, work: Work, retry: str | None, started: float | None
    ) -> Coroutine[None, None, Outcome[Message]]:
        remedied = interaction.remedied
        return explain(work(), self._clock, _as_it_is, retry=retry, remedied=remedied, started=started)

    async def _send(
        self,
        interaction: Answerable,
        working: Awaitable[Outcome[Message]],
        reads: list[logs.Read],
        show: Visibility,
        then: Then | None = None,
    ) -> None:
        """Wait for the outcome and show it, elsewhere if the response_url fails."""
        outcome = await working
        if then and not outcome.ok:
            await then(False)  # before the notice: a person who has read it may press again
        good = outcome.ok and not outcome.shown.private
        shown = interaction.tagged(outcome.shown)
        body = show.answer(shown) if good else show.notice(shown)
        sent = await self._urls.send(interaction.response_url, in_thread(body, interaction.seen_in))
        told = sent or await self._tell_elsewhere(interaction, outcome.shown, show if good else PRIVATE)
        via = "response_url" if sent or not told else "elsewhere"
        self.log(interaction, outcome.name if told else "lost", reads, via=via)
        if then and outcome.ok:
            await then(sent)

    async def _tell_elsewhere(self, interaction: Answerable, message: Message, show: Visibility) -> bool:
        """Show an answer that its response_url did not take. Of an answer for everybody, say only that it is lost."""
        if show is DELETE:  # the answer is elsewhere already
            return False
        if show is IN_CHANNEL:
            message = notices.for_error(NotPosted("trouble"), self._clock.now())
        return await interaction.tell_elsewhere(message)


def _as_it_is(notice: Message) -> Message:
    return notice
