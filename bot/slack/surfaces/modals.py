"""Open modals: at once with their content, or with a loading view that the content replaces."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from slack_sdk.errors import SlackApiError

from blocks import notices
from blocks.kit import Block, Message
from bot import logs
from bot.errors import NotOpened
from bot.slack.context.interaction import Interaction
from bot.slack.reply.errors import SLACK_TROUBLE, Outcome, explain, slack_word
from bot.slack.reply.limited import limited
from bot.slack.reply.payload import Payload
from bot.slack.reply.time_limit import FILL_WITHIN

AT_ONCE = 0.8  # seconds until a loading view is shown; a trigger_id lives about three, and views.open needs some
_TRIGGER = 3.0  # seconds that a trigger_id lives (Slack), from what the person did
_AT_LEAST = 0.5  # seconds for Slack's answer: a request that arrives late may have been counted from too early


@dataclass(frozen=True, slots=True)
class Modal:
    """A modal to open."""

    title: str
    view: Callable[[], Awaitable[Block]]  # the work that gives its view
    push: bool = False  # on top of the modal that is open
    otherwise: Message | None = None  # shown when it cannot be opened, instead of the error's notice


def open_modal(interaction: Interaction, modal: Modal) -> None:
    """Open a modal in a task of its own, after the ack. An error of its work is shown in it.

    When the modal cannot be opened, the person gets a private message.
    """
    interaction.start_or_say(_open(interaction, modal))


async def _open(interaction: Interaction, modal: Modal) -> None:
    services = interaction.services
    with logs.reads() as reads, interaction.for_reader():
        work = explain(
            modal.view(),
            services.clock,
            lambda notice: notices.modal(modal.title, notice),
            remedied=interaction.remedied,
            started=interaction.started,
            within=FILL_WITHIN,
        )
        with services.tasks.beside(work) as task:
            opened = await explain(_show(interaction, modal, task), services.clock, _as_notice)
    if isinstance(opened.shown, Message):
        await services.replies.tell(interaction, modal.otherwise or opened.shown)
    services.replies.log(
        interaction, opened.shown if isinstance(opened.shown, str) else opened.name, reads, via="modal"
    )


async def _show(interaction: Interaction, modal: Modal, task: asyncio.Task[Outcome[Block]]) -> Message | str:
    """Open the modal and return the outcome for the log. Raise NotOpened, SlackLimited."""
    try:
        done, _ = await asyncio.wait({task}, timeout=AT_ONCE)
        if done:
            await bring(interaction, interaction.tagged_view(task.result().shown), push=modal.push)
            return task.result().name
        view_id = await bring(interaction, dict(notices.loading(modal.title)), push=modal.push)
        return await fill(interaction, view_id, await task)
    except SLACK_TROUBLE as error:
        raise limited(error) or NotOpened(slack_word(error)) from error


async def bring(interaction: Interaction, view: Payload, *, push: bool) -> str:
    """Open a modal, or push it on top of one, and return its id. Raise one of SLACK_TROUBLE.

    That is given up when the trigger_id is dead: the person is told in another way, and does not wait for Slack.
    """
    client = interaction.client
    call = client.views_push if push else client.views_open
    left = interaction.started + _TRIGGER - time.perf_counter()
    async with asyncio.timeout(max(left, _AT_LEAST)):
        opened = await call(trigger_id=interaction.trigger_id, view=view)
    return str(opened["view"]["id"])


async def fill(interaction: Interaction, view_id: str, outcome: Outcome[Block]) -> str:
    """Replace a loading view with the outcome, and return its name for the log. Raise one of SLACK_TROUBLE.

    Return `closed` when the person has closed the modal.
    """
    try:
        await interaction.client.views_update(view_id=view_id, view=interaction.tagged_view(outcome.shown))
    except SlackApiError as error:
        if slack_word(error) != "not_found":
            raise
        return "closed"  # by the person, while it was loading: there is nothing to say
    return outcome.name


async def refill(
    interaction: Interaction, title: str, work: Callable[[], Awaitable[Block]], *, view_id: str = ""
) -> None:
    """Show in an open modal what `work` gives, or why it gives nothing, and log it.

    `view_id` is another modal than the one in which something was pressed. When Slack does not take it, the modal stays
    as it is.
    """
    services = interaction.services
    with logs.reads() as reads, interaction.for_reader():
        dress = partial(notices.modal, title)
        outcome = await explain(work(), services.clock, dress, remedied=interaction.remedied)
        try:
            name = await fill(interaction, view_id or interaction.view_id, outcome)
        except SLACK_TROUBLE as error:
            name = slack_word(error)
    services.replies.log(interaction, name, reads, via="modal")


def _as_notice(notice: Message) -> Message | str:
    return notice
