"""Answer the field of the App Home that searches campaigns: their cards, or those that may be meant, in a window."""

from dataclasses import replace
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import inputs, kit
from blocks.campaigns import search, which
from blocks.kit import Block, Message
from blocks.workspace.home import SEARCH
from bot.slack.campaigns.cards import card_window, cards
from bot.slack.campaigns.search import one_line
from bot.slack.context.interaction import Interaction
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.modals import Modal, open_modal
from bot.workspaces.finding import Named, find
from bot.workspaces.known_rows import learn, up_to_date


def register(app: AsyncApp) -> None:
    """Listen for what is typed into the field."""
    app.action({"action_id": inputs.VALUE, "block_id": SEARCH})(typed)


async def typed(ack: AsyncAck, interaction: Interaction) -> None:
    """Open a window with what was found. Slack tells when Enter is pressed."""
    await ack()
    text = one_line(interaction.value)
    if text:
        work = home_tab.at_home(interaction).named("home search")
        open_modal(work, Modal(search.TITLE, partial(_found, work, text)))


async def _found(interaction: Interaction, text: str) -> Block:
    """Raise Outsider, or what `find` raises."""
    await interaction.person.need_own_company(remembered=True)  # it searches the whole account
    named = await find(interaction.workspace, text)
    if isinstance(named, Named):
        if len(named.ids) == 1:
            return await card_window(interaction, named.ids[0])
        return _window(await cards(interaction, named.ids))
    await learn(interaction.workspace)
    if named.listing.near or named.before or named.after:
        return _window(which.card(named.typed, named.listing))
    listing = replace(named.listing, entries=up_to_date(interaction.workspace, named.listing.entries))
    return _window(search.hits(named.typed, listing, interaction.services.command))


def _window(answer: Message) -> Block:
    """Return the answer without its buttons to share it: here is no conversation. Each row has its own *Open*."""
    return kit.modal(search.TITLE, [block for block in answer.blocks if block["type"] != "actions"])
