"""Answer submitted forms within Slack's three seconds: with another view, or with an error at a field."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass

from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import notices, words
from blocks.kit import Block, Message
from bot.campaigns.pasted_secrets import secret_in
from bot.errors import Busy, NotAllowed
from bot.slack.context.interaction import Interaction
from bot.slack.context.services import Services
from bot.slack.reply.errors import Outcome, explain
from bot.slack.reply.payload import Payload, part, parts, picked, text, texts
from bot.slack.reply.time_limit import ACK_WITHIN, left

NOT_KEPT = "That looks like a careCycle key or a Slack token, so it is not kept. Leave it out, and have it revoked."


class WrongField(Exception):
    """A field cannot be accepted as it was filled in. `says` is shown at the field `name`."""

    def __init__(self, name: str, says: str) -> None:
        super().__init__(name)
        self.name = name
        self.says = says


@dataclass(frozen=True, slots=True)
class ShowAgain:
    """The form once more: it cannot be accepted yet, and shows a reason that a field has no room for."""

    view: Block


@dataclass(frozen=True, slots=True)
class _Answer:
    """The answer to a submitted form."""

    payload: Payload  # for the ack
    done: bool  # the form was accepted


_Outcome = Outcome[_Answer | Message]  # a message: why there is no answer


async def answer_form(
    ack: AsyncAck,
    interaction: Interaction,
    work: Callable[[], Awaitable[Block | ShowAgain]],
    *,
    title: str,
    field: str | None = None,
    then: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Show the view that `work` gives. An error is shown at `field`, so that the form stays, or in place of the form.

    `work` may raise WrongField. `then` runs after `work` has accepted the form, even when Slack no longer waits.
    """
    services = interaction.services
    outcome, task = await _in_time(_explained(work, interaction, field), interaction)
    if isinstance(outcome.shown, _Answer):
        payload, name = outcome.shown.payload, outcome.name if outcome.shown.done else "refused"
    else:
        payload, name = _wrong(outcome.shown, outcome.name, interaction, title, field), outcome.name
    await ack(**payload)
    services.replies.log(interaction, name, [], via="modal")
    if task and then:
        await _follow(task, then, services)


async def _explained(
    work: Callable[[], Awaitable[Block | ShowAgain]], interaction: Interaction, field: str | None
) -> _Outcome:
    with interaction.for_reader():
        answer, clock = _answer(work, interaction, field), interaction.services.clock
        return await explain(answer, clock, _as_it_is, remedied=interaction.remedied)


async def _answer(
    work: Callable[[], Awaitable[Block | ShowAgain]], interaction: Interaction, field: str | None
) -> _Answer:
    try:
        given = await work()
    except WrongField as error:
        return _Answer(_at_field(error.name, error.says), done=False)
    except NotAllowed as error:
        if field is None or not error.unsure:
            raise
        return _Answer(_at_field(field, notices.reason(error, interaction.services.clock.now())), done=False)
    if isinstance(given, ShowAgain):
        return _Answer(_instead(given.view, interaction), done=False)
    return _Answer(_instead(given, interaction), done=True)


def _wrong(notice: Message, why: str, interaction: Interaction, title: str, field: str | None) -> Payload:
    """Return the payload that shows an error.

    NotAllowed replaces the form when it is sure: it names people, and a field would show only their ids.
    """
    if field is None or why == NotAllowed.__name__:
        return _instead(notices.modal(title, notice), interaction)
    return _at_field(field, words.plain(notice.text).replace("`", ""))


def _at_field(field: str, says: str) -> Payload:
    return {"response_action": "errors", "errors": {field: says}}


def _instead(view: Block, interaction: Interaction) -> Payload:
    return {"response_action": "update", "view": interaction.tagged_view(view)}


async def _follow(task: "asyncio.Task[_Outcome]", then: Callable[[], Awaitable[None]], services: Services) -> None:
    """Run `then` at once when the work is done, else in a task that waits for it."""
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
    work: Coroutine[None, None, _Outcome], interaction: Interaction
) -> "tuple[_Outcome, asyncio.Task[_Outcome] | None]":
    """Return the outcome of `work` and its task. When the bot is too busy, return a notice and None.

    When `work` is late, return a notice in place of its outcome. It is not canceled, so that it never saves half of
    something.
    """
    try:
        task = interaction.services.tasks.start(work)
    except Busy as error:
        return Outcome(notices.for_error(error, interaction.services.clock.now()), "Busy"), None
    done, _ = await asyncio.wait({task}, timeout=left(interaction.started, ACK_WITHIN))
    return (task.result() if done else Outcome(notices.too_late(), "late")), task


def value(view: Payload, name: str) -> str | None:
    """Return what a field holds, or None."""
    held = _held(view, name)
    for kind in ("value", "selected_user", "selected_conversation", "selected_date"):
        if kind in held:
            return text(held[kind]) or None
    return picked(held) or None


def values(view: Payload, name: str) -> list[str]:
    """Return what a field for several holds."""
    held = _held(view, name)
    return [
        *texts(held.get("selected_users")),
        *(text(one.get("value")) for one in parts(held.get("selected_options"))),
    ]


def _held(view: Payload, name: str) -> Payload:
    return part(part(filled_in(view).get(name)).get("value"))


def filled_in(view: Payload) -> Payload:
    """Return what is filled in, by the names of the fields that are shown."""
    return part(part(view.get("state")).get("values"))


def need_no_secret(name: str, text: str) -> None:
    """Raise WrongField when what was typed into a field holds a key or a token: such text is not kept."""
    if secret_in(text):
        raise WrongField(name, NOT_KEPT)


def typed_into(name: str) -> Callable[[Payload], Awaitable[bool]]:
    """Return a Bolt matcher for options requested in this field.

    Bolt takes a `block_id` for this, but looks only at the action_id.
    """

    async def is_it(body: Payload) -> bool:
        return bool(body.get("block_id") == name)

    return is_it


def _as_it_is(notice: Message) -> _Answer | Message:
    return notice
