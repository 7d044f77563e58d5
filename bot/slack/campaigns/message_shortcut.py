"""The message shortcut *Show campaigns*: show one person the campaigns that a message names, in any conversation."""

from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.campaigns import search as campaign_search
from blocks.campaigns import short_list
from blocks.kit import Message
from bot.campaigns.ids import has_nearly_an_id
from bot.errors import NotConnected
from bot.slack.campaigns import find_shortcut, pasted_links
from bot.slack.campaigns.cards import cards
from bot.slack.campaigns.message_text import ids_in_message, texts_of
from bot.slack.context.interaction import Interaction
from bot.slack.context.pending_commands import PendingCommand
from bot.slack.context.typed_command import MOST_IDS
from bot.slack.reply.message_bodies import PRIVATE
from bot.slack.surfaces.modals import open_modal

SHORTCUT = "show_campaigns"


def register(app: AsyncApp) -> None:
    """Listen for the shortcut in a message's menu."""
    app.message_shortcut(SHORTCUT)(show)


async def show(ack: AsyncAck, interaction: Interaction) -> None:
    """Show the message's campaigns: in the thread if the message is only there, else in the conversation.

    When the message names none, open the search form.
    """
    interaction, message = interaction.named("show campaigns"), interaction.body.get("message") or {}
    if ids := ids_in_message(interaction.workspace.links, message):
        await _show(ack, interaction, ids)
        return
    await ack()
    says = campaign_search.none_in_message(nearly=any(map(has_nearly_an_id, texts_of(message))))
    otherwise = campaign_search.without_form(says, interaction.services.command)
    open_modal(interaction, replace(find_shortcut.modal(interaction, says), otherwise=otherwise))


async def _show(ack: AsyncAck, interaction: Interaction, ids: tuple[str, ...]) -> None:
    async def work() -> Message:
        try:
            shown = await cards(interaction, ids)
        except NotConnected:
            pending = PendingCommand(
                interaction.user,
                interaction.channel,
                ids,
                interaction.response_url,
                interaction.thread,
                interaction.seen_in,
            )
            interaction.services.pending_commands.add(interaction.workspace.id, pending)
            raise
        message = interaction.body.get("message") or {}
        if (message.get("user_team") or message.get("team")) in (None, interaction.workspace.id):
            pasted_links.learn(interaction, texts_of(message))
        return shown

    retry = short_list.asks_for(ids[:MOST_IDS], interaction.thread)
    await interaction.services.replies.afterwards(interaction, ack, work, PRIVATE, retry=retry)
