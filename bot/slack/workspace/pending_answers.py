"""Answer the commands that waited for the workspace to be connected, each on the replica that remembers it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from blocks.campaigns.short_list import asks_for
from blocks.kit import Message
from bot.errors import Busy, NotInstalled, StoreUnavailable
from bot.replicas.listener import Listener
from bot.slack.campaigns.cards import cards
from bot.slack.context.interaction import Interaction
from bot.slack.context.pending_commands import PendingCommand
from bot.slack.context.services import Services
from bot.slack.context.typed_command import MOST_IDS
from bot.slack.context.web_client import client_of
from bot.slack.reply.message_bodies import PRIVATE, REPLACE, Visibility
from bot.slack.surfaces.modal_state import ModalState
from bot.store import notices
from bot.store.claims import fingerprint

AnswerAgain = Callable[[Interaction, str], Awaitable[Message]]  # answers what was typed, as if it were typed now
_log = structlog.get_logger("bot")


async def answer_pending(origin: ModalState, interaction: Interaction, answer_again: AnswerAgain) -> None:
    """Answer the command whose notice opened the form, in place of the notice, and all others, on every replica."""
    services, workspace = interaction.services, interaction.workspace
    own = PendingCommand(interaction.user, origin.channel, origin.ids, origin.response_url, origin.thread)
    if own.ids:
        _answer(interaction, own, answer_again, REPLACE)
    answered = _fingerprint(own)
    for pending in _take(services, workspace.id, answered):
        _answer(interaction, pending, answer_again, PRIVATE)
    with suppress(StoreUnavailable):  # whoever waits on another replica types the command again
        await notices.tell(services.db, notices.CONNECTED, f"{workspace.id} {workspace.enterprise_id or ''} {answered}")


def answer_when_told(listener: Listener, services: Services, client: AsyncWebClient, answer_again: AnswerAgain) -> None:
    """Answer what waits on this replica when another one has connected the workspace."""

    def hear(payload: str) -> None:
        workspace_id, enterprise_id, answered = payload.split(" ")
        if waiting := _take(services, workspace_id, answered):
            with suppress(Busy):
                address = workspace_id, enterprise_id or None
                services.tasks.start(_answer_all(waiting, *address, services, client, answer_again))

    listener.on(notices.CONNECTED, hear, of_others=True)


async def _answer_all(
    waiting: list[PendingCommand],
    workspace_id: str,
    enterprise_id: str | None,
    services: Services,
    client: AsyncWebClient,
    answer_again: AnswerAgain,
) -> None:
    try:
        own = client_of(client, await services.authorize.tokens(workspace_id, enterprise_id))
        workspace = await services.workspaces.of(workspace_id, enterprise_id)
    except (NotInstalled, StoreUnavailable) as error:
        _log.warning("commands that waited are not answered", error=type(error).__name__)
        return
    for pending in waiting:
        _answer(Interaction(services, own, workspace, {}, "", ""), pending, answer_again, PRIVATE)


def _answer(interaction: Interaction, pending: PendingCommand, answer_again: AnswerAgain, show: Visibility) -> None:
    asked = Interaction(
        interaction.services,
        interaction.client,
        interaction.workspace,
        {},
        pending.channel,
        pending.user,
        thread=pending.thread,
        name="answered after connecting",
        response_url=pending.response_url,
        seen_in=pending.seen_in,
    )
    work = partial(answer_again, asked, pending.text) if pending.text else partial(cards, asked, pending.ids)
    retry = asks_for(pending.ids, pending.thread)
    asked.start(asked.services.replies.follow_up(asked, work, show, retry=retry), via="response_url")


def _take(services: Services, workspace_id: str, answered: str) -> list[PendingCommand]:
    """Take what waits here, besides the command with this fingerprint, whose notice opened the form."""
    return [
        one for one in services.pending_commands.take(workspace_id) if not answered or _fingerprint(one) != answered
    ]


def _fingerprint(pending: PendingCommand) -> str:
    """Tell a command by its person, conversation and campaigns; its notice names ten of them at most."""
    return fingerprint(pending.user, pending.channel, *pending.ids[:MOST_IDS]) if pending.ids else ""
