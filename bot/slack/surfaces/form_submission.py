"""Answers submitted forms within Slack's three seconds: another view, or a word at a field."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import notices, words
from blocks.kit import Block, Message
from bot.errors import Busy, NotAllowed
from bot.slack.context.interaction import Interaction
from bot.slack.context.services import Services
from bot.slack.reply.errors import Outcome, explain
from bot.slack.reply.payload import Payload

IN_TIME = 2.6  # seconds of Slack's three


class WrongField(Exception):
    """A field cannot be taken as it was filled in; the text stands at it."""

    def __init__(self, name: str, says: str) -> None:
        super().__init__(name)
        self.name = name
        self.says = says


@dataclass(frozen=True, slots=True)
class Again:
    """The form cannot be taken yet, for a reason that a field has no room for: it is shown once more, and says it."""

    view: Block


@dataclass(frozen=True, slots=True)
class _Answer:
    """What Slack is told; `done`: the form was taken."""

    payload: Payload
    done: bool


_Outcome = Outcome[_Answer | Message]  # a message: why there is no answer


async def answer_form(
    ack: AsyncAck,
    interaction: Interaction,
    work: Callable[[], Awaitable[Block | Again]],
    *,
    title: str,
    field: str | None = None,
    then: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Show the view `work` gives. What goes wrong is said at `field`, or in place of the form.

    `work` may raise WrongField. Once it has given its view `then` follows, also when Slack waits no more.
    """
    services = interaction.services
    outcome, task = await _in_time(explain(_answer(work, interaction), services.clock, _as_it_is), services)
    if isinstance(outcome.shown, _Answer):
        payload, name = outcome.shown.payload, outcome.name if outcome.shown.done else "refused"
    else:
        payload, name = _wrong(outcome.shown, outcome.name, interaction, title, field), outcome.name
    await ack(**payload)
    services.replies.log(interaction, name, [], via="modal")
    if task and then:
        await _follow(task, then, services)


async def _answer(work: Callable[[], Awaitable[Block | Again]], interaction: Interaction) -> _Answer:
    try:
        given = await work()
    except WrongField as error:
        return _Answer({"response_action": "errors", "errors": {error.name: error.says}}, done=False)
    if isinstance(given, Again):
        return _Answer(_instead(given.view, interaction), done=False)
    return _Answer(_instead(given, interaction), done=True)


def _wrong(notice: Message, why: str, interaction: Interaction, title: str, field: str | None) -> Payload:
    """Who may not do it reads so in the form's place: the words name people, which at a field would be bare ids."""
    if field is None or why == NotAllowed.__name__:
        return _instead(notices.modal(title, notice), interaction)
    return {"response_action": "errors", "errors": {field: words.plain(notice.text).replace("`", "")}}


def _instead(view: Block, interaction: Interaction) -> Payload:
    return {"response_action": "update", "view": interaction.marked_view(view)}


async def _follow(task: "asyncio.Task[_Outcome]", then: Callable[[], Awaitable[None]], services: Services) -> None:
    """At once when the work is over, else when it is."""
    after = _after(task, then)
    if task.done():
        await after
    else:
        with suppress(Busy):
            services.tasks.start(after, spare=True)


async def _after(task: "asyncio.Task[_Outcome]", then: Callable[[], Awaitable[None]]) -> None:
    shown = (await task).shown
    if isinstance(shown, _Answer) and shown.done:
        await then()


async def _in_time(
    work: Coroutine[None, None, _Outcome], services: Services
) -> "tuple[_Outcome, asyncio.Task[_Outcome] | None]":
    """What `work` gives while Slack waits, and `work`. It is never cut off half-way: what it keeps, it keeps whole."""
    try:
        task = services.tasks.start(work)
    except Busy as error:
        return Outcome(notices.for_error(error, services.clock.now()), "Busy"), None
    done, _ = await asyncio.wait({task}, timeout=IN_TIME)
    return (task.result() if done else Outcome(notices.too_late(), "late")), task


def value(view: Payload, name: str) -> Any:  # Any: what the element gives
    """What a field holds."""
    held = view["state"]["values"].get(name, {}).get("value") or {}
    for kind in ("value", "selected_users", "selected_user", "selected_conversation", "selected_date"):
        if kind in held:
            return held[kind]
    if "selected_options" in held:
        return [option["value"] for option in held["selected_options"] or ()]
    return (held.get("selected_option") or {}).get("value")


def typed_into(name: str) -> Callable[[Payload], Awaitable[bool]]:
    """Whether options are asked for in this field: Bolt takes a `block_id` here, but looks at the action_id alone."""

    async def is_it(body: Payload) -> bool:
        return bool(body.get("block_id") == name)

    return is_it


def _as_it_is(notice: Message) -> _Answer | Message:
    return notice
