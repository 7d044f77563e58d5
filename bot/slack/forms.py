"""Answers submitted forms within Slack's three seconds: another view, or a word at a field."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import notices, words
from blocks.kit import Block, Message
from bot.errors import Busy, NotAllowed
from bot.slack.desk import Desk
from bot.slack.errors import Outcome, explain
from bot.slack.replies import Visit

Payload = dict[str, Any]  # Any: Slack's JSON
IN_TIME = 2.6  # seconds of Slack's three
_Task = asyncio.Task[Outcome[Payload | Message]]


class WrongField(Exception):
    """A field cannot be taken as it was filled in; the text stands at it."""

    def __init__(self, name: str, says: str) -> None:
        super().__init__(name)
        self.name = name
        self.says = says


class Again(Exception):
    """The form cannot be taken yet, for a reason that a field has no room for: it is shown once more, and says it."""

    def __init__(self, view: Block) -> None:
        super().__init__("again")
        self.view = view


async def answer_form(
    ack: AsyncAck,
    visit: Visit,
    desk: Desk,
    work: Callable[[], Awaitable[Block]],
    *,
    title: str,
    field: str | None = None,
    then: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Shows the view `work` gives. What goes wrong is said at `field`, or in place of the form.

    `work` may raise WrongField and Again. Once it has given its view `then` follows, also when Slack waits no more.

    Who may not do it reads so in its place: the words name people, which at a field would be bare ids.
    """

    def wrong(notice: Message, why: str) -> Payload:
        if field is None or why == NotAllowed.__name__:
            return {"response_action": "update", "view": visit.marked_view(notices.modal(title, notice))}
        return {"response_action": "errors", "errors": {field: words.plain(notice.text).replace("`", "")}}

    refused = False

    async def answered() -> Payload | Message:
        nonlocal refused
        try:
            return {"response_action": "update", "view": visit.marked_view(await work())}
        except WrongField as error:
            refused = True
            return {"response_action": "errors", "errors": {error.name: error.says}}
        except Again as error:
            refused = True
            return {"response_action": "update", "view": visit.marked_view(error.view)}

    def is_done(outcome: Outcome[Payload | Message]) -> bool:
        return isinstance(outcome.shown, dict) and not refused

    async def follow(task: _Task) -> None:
        if is_done(await task) and then:
            await then()

    outcome, task = await _in_time(explain(answered(), desk.clock, _as_it_is), desk)
    shown = outcome.shown if isinstance(outcome.shown, dict) else wrong(outcome.shown, outcome.name)
    await ack(**shown)
    desk.replies.log(visit, "refused" if outcome.ok and not is_done(outcome) else outcome.name, [], via="modal")
    if task and task.done():
        await follow(task)
    elif task:
        with suppress(Busy):
            desk.tasks.start(follow(task), spare=True)


async def _in_time(
    work: Coroutine[None, None, Outcome[Payload | Message]], desk: Desk
) -> tuple[Outcome[Payload | Message], _Task | None]:
    """What `work` gives while Slack waits, and `work`. It is never cut off half-way: what it keeps, it keeps whole."""
    try:
        task = desk.tasks.start(work)
    except Busy as error:
        return Outcome(notices.for_error(error, desk.clock.now()), "Busy"), None
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


def _as_it_is(notice: Message) -> Payload | Message:
    return notice
