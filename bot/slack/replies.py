"""Exactly one visible reply to everything a person does: in the ack when there is time, else afterwards."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import notices
from blocks.kit import Message
from bot import logs
from bot.clock import Clock
from bot.errors import Busy
from bot.slack.errors import Outcome, explain
from bot.slack.response_urls import ResponseUrls
from bot.slack.tasks import Tasks

Body = dict[str, Any]  # Any: Slack's JSON
Work = Coroutine[Any, Any, Message]
_log = structlog.get_logger("slack")


@dataclass(slots=True)
class Visit:
    """One thing a person did: for the log, and where the reply goes."""

    workspace: str
    what: str
    response_url: str
    started: float = field(default_factory=time.perf_counter)

    def log(self, outcome: str, reads: list[logs.Read], *, via: str) -> None:
        """The one line of this visit."""
        cache = " ".join(f"{how} {n}" if n > 1 else how for how, n in Counter(reads).items())
        took = round((time.perf_counter() - self.started) * 1000, 1)
        _log.info(self.what, workspace=self.workspace, outcome=outcome, ms=took, cache=cache or None, via=via)


class Replies:
    """Carries work to its one visible reply. Nothing here knows what the work is."""

    def __init__(self, urls: ResponseUrls, tasks: Tasks, clock: Clock, reply_within: float) -> None:
        self._urls = urls
        self._tasks = tasks
        self._clock = clock
        self._reply_within = reply_within

    async def in_ack(self, visit: Visit, ack: AsyncAck, work: Work, *, retry: str | None = None) -> None:
        """Replies in the ack's own body, or, past `reply_within` seconds, acks empty and follows up."""
        late = asyncio.Event()
        try:
            task = self._tasks.start(self._work(visit, work, late, retry))
        except Busy as error:
            work.close()
            visit.log("Busy", [], via="ack")
            await ack(ephemeral(notices.for_error(error, self._clock.now(), retry=retry)))
            return
        done, _ = await asyncio.wait({task}, timeout=self._reply_within)
        if done:
            await ack(ephemeral(task.result().shown))
        else:
            late.set()
            await ack()

    async def afterwards(
        self,
        visit: Visit,
        ack: AsyncAck,
        work: Work,
        *,
        show: Callable[[Message], Body],
        then: Callable[[bool], Awaitable[None]] | None = None,
    ) -> None:
        """Acks, and replies at the visit's response_url.

        `show` is how a good answer appears; a notice always appears beside what is there, to this person only.
        `then` is told whether it went well.
        """
        await ack()
        try:
            self._tasks.start(self._follow_up(visit, work, show, then))
        except Busy as error:
            work.close()
            await self.tell(visit, notices.for_error(error, self._clock.now()))
            visit.log("Busy", [], via="response_url")

    async def tell(self, visit: Visit, message: Message) -> bool:
        """Shows `message` to this person only; whether Slack took it."""
        return await self._urls.send(visit.response_url, ephemeral(message))

    async def _work(self, visit: Visit, work: Work, late: asyncio.Event, retry: str | None) -> Outcome[Message]:
        with logs.reads() as reads:
            outcome = await explain(work, self._clock, lambda notice: notice, retry=retry)
        # Between this line and the ack nothing waits, so either the ack shows the outcome or we do.
        if late.is_set():
            sent = await self.tell(visit, outcome.shown)
            visit.log(outcome.name if sent else "lost", reads, via="response_url")
        else:
            visit.log(outcome.name, reads, via="ack")
        return outcome

    async def _follow_up(
        self,
        visit: Visit,
        work: Work,
        show: Callable[[Message], Body],
        then: Callable[[bool], Awaitable[None]] | None,
    ) -> None:
        with logs.reads() as reads:
            outcome = await explain(work, self._clock, lambda notice: notice)
        body = show(outcome.shown) if outcome.ok else ephemeral(outcome.shown)
        sent = await self._urls.send(visit.response_url, body)
        visit.log(outcome.name if sent else "lost", reads, via="response_url")
        if then:
            await then(sent and outcome.ok)


def ephemeral(message: Message) -> Body:
    """For this person only, beside what is there."""
    return {**_body(message), "response_type": "ephemeral", "replace_original": False}


def in_place(message: Message) -> Body:
    """Instead of the message whose button was pressed."""
    return {**_body(message), "replace_original": True}


def in_channel(message: Message) -> Body:
    """For everybody in the conversation, beside what is there."""
    return {**_body(message), "response_type": "in_channel", "replace_original": False}


def _body(message: Message) -> Body:
    return {"text": message.text, "blocks": list(message.blocks), "unfurl_links": False, "unfurl_media": False}
