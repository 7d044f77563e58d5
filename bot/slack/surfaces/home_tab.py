"""Publish a person's App Home: at once with what is known, and again when the rest is there."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import structlog

from blocks.digests.list_page import ListPage
from blocks.kit import Message
from blocks.workspace.home_state import Home
from bot import logs
from bot.slack.context.interaction import Interaction
from bot.slack.reply.errors import SLACK_TROUBLE, Outcome, explain, slack_word
from bot.slack.reply.limited import is_logged
from bot.slack.surfaces.home_draft import Draft
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import AT_ONCE

Action = Callable[[], Awaitable[None]]
_log = structlog.get_logger("slack")


def show_soon(
    interaction: Interaction, name: str, action: Action | None = None, *, page: ListPage | None = None
) -> None:
    """Show the App Home in a task of its own, after `action`. An error of `action` appears on it.

    `page` is that of its digests; None: the one that is shown.
    """
    showing = replace(interaction, name=name, started=time.perf_counter())
    showing.start(_show(showing, action, page), via="home")  # when the bot is busy, the App Home stays as it was


async def show(interaction: Interaction) -> None:
    """Show the App Home now."""
    await _show(replace(interaction, started=time.perf_counter()), None, None)


def show_changed(origin: ModalState, interaction: Interaction) -> None:
    """Show what a form has changed, if it was opened on the App Home."""
    if origin.at_home:
        show_soon(interaction, "home")


def at_home(interaction: Interaction) -> Interaction:
    """Return a copy whose private messages appear on the App Home, because there is no conversation for them."""
    return replace(interaction, send_private=partial(tell, interaction), response_url="", on_home=None)


async def tell(interaction: Interaction, message: Message) -> bool:
    """Show a message on the App Home, instead of in a conversation. Return whether that worked."""
    with interaction.for_reader():
        return await _publish(Draft(interaction, message)) not in ("lost", "overtaken")


async def _show(interaction: Interaction, action: Action | None, page: ListPage | None) -> None:
    with logs.reads() as reads, interaction.for_reader():
        done = await explain(action() if action else _nothing(), interaction.services.clock, _as_notice)
        outcome = await _publish(Draft(interaction, done.shown, page), at_once=action is None)
    interaction.services.replies.log(interaction, outcome if done.ok else done.name, reads, via="home")


async def _publish(draft: Draft, *, at_once: bool = False) -> str:
    """Publish a Home and return the outcome for the log. Only log a refusal by Slack: nowhere else can show it.

    `at_once`: what is in memory is published first, and then everything, if that is something else.
    """
    services = draft.interaction.services
    shown = draft.view(draft.home) if at_once and draft.remember() else None
    publishing = asyncio.create_task(draft.publish(shown)) if shown else None  # it leaves before anything is read
    try:
        with services.tasks.beside(explain(draft.learn(), services.clock, draft.with_notice)) as learning:
            seen = await publishing if publishing else None
            done, _ = await asyncio.wait({learning}, timeout=None if publishing else AT_ONCE)
            if not done:
                seen = await draft.publish(draft.view(replace(draft.home, asking=True)))
            outcome: Outcome[Home] = await learning
        if (last := draft.view(outcome.shown)) != shown:
            await draft.publish(last, over=seen)
    except SLACK_TROUBLE as error:
        word = slack_word(error)
        if word == "hash_conflict":  # the Home was published again in the meantime
            return "overtaken"
        if not is_logged(error):
            _log.error("an App Home could not be published", workspace=draft.interaction.workspace.id, error=word)
        return "lost"
    else:
        return outcome.name


async def _nothing() -> None:
    """Do nothing before the Home is shown."""


def _as_notice(notice: Message) -> Message | None:
    return notice
