"""Opens modals: at once with what they show, or with a loading view that the answer then replaces."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from blocks import notices
from blocks.kit import Block, Message
from bot import logs
from bot.errors import NotOpened
from bot.slack.context.interaction import Interaction
from bot.slack.reply.errors import SLACK_TROUBLE, Outcome, explain, slack_word

AT_ONCE = 0.8  # seconds without anything to see; a trigger_id lives about three, and views.open needs some of them


@dataclass(frozen=True, slots=True)
class Window:
    """One modal to open: its title, and the work that gives its view. `push`: over the one that is open.

    `otherwise` is said beside it when it cannot be opened; else, that it could not.
    """

    title: str
    view: Callable[[], Awaitable[Block]]
    push: bool = False
    otherwise: Message | None = None


def open_window(interaction: Interaction, window: Window) -> None:
    """Open it in a task of its own, after the ack. What goes wrong is said in it, or beside where it was asked for."""
    interaction.start_or_say(_open(interaction, window))


async def _open(interaction: Interaction, window: Window) -> None:
    services = interaction.services
    with logs.reads() as reads:
        task = asyncio.create_task(
            explain(window.view(), services.clock, lambda notice: notices.modal(window.title, notice))
        )
        opened = await explain(_show(interaction, window, task), services.clock, _as_notice)
    if isinstance(opened.shown, Message):
        await services.replies.tell(interaction, window.otherwise or opened.shown)
    services.replies.log(
        interaction, opened.shown if isinstance(opened.shown, str) else opened.name, reads, via="modal"
    )


async def _show(interaction: Interaction, window: Window, task: asyncio.Task[Outcome[Block]]) -> Message | str:
    """The log's word for it. Raises NotOpened."""
    client = interaction.client
    bring = client.views_push if window.push else client.views_open
    try:
        done, _ = await asyncio.wait({task}, timeout=AT_ONCE)
        if done:
            await bring(trigger_id=interaction.trigger_id, view=interaction.marked_view(task.result().shown))
            return task.result().name
        opened = await bring(trigger_id=interaction.trigger_id, view=dict(notices.loading(window.title)))
        return await fill(interaction, opened["view"]["id"], await task)
    except SLACK_TROUBLE as error:
        raise NotOpened(slack_word(error)) from error
    finally:
        task.cancel()


async def fill(interaction: Interaction, view_id: str, outcome: Outcome[Block]) -> str:
    """Put what came of the work where a loading view stands; the log's word for it. Raises SLACK_TROUBLE."""
    try:
        await interaction.client.views_update(view_id=view_id, view=interaction.marked_view(outcome.shown))
    except SlackApiError as error:
        if slack_word(error) != "not_found":
            raise
        return "closed"  # by the person, while it was loading: nothing to say
    return outcome.name


def _as_notice(notice: Message) -> Message | str:
    return notice
