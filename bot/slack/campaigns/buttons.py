"""Answer the buttons on a card: refresh, share, details, open."""

import asyncio
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

import blocks.campaigns.details
from blocks import notices
from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import outlook
from blocks.campaigns.card_state import CardState
from blocks.kit import Block, Message
from bot.errors import OldButton, Unavailable
from bot.slack.campaigns import sharing
from bot.slack.campaigns.cards import card_window, cards
from bot.slack.campaigns.sharing import Shared
from bot.slack.context.assessed import assessed, last_days, read_beside
from bot.slack.context.interaction import Interaction
from bot.slack.reply.message_bodies import PRIVATE, REPLACE_UNLESS_ERROR
from bot.slack.surfaces.modals import Modal, open_modal


def register(app: AsyncApp) -> None:
    """Listen for every button of a card."""
    app.action(campaign_card.REFRESH)(refresh)
    app.action(campaign_card.SHARE)(share)
    app.action(campaign_card.DETAILS)(show_details)
    app.action(campaign_card.OPEN)(open_card)
    app.action(campaign_card.LINK)(follow_link)


async def refresh(ack: AsyncAck, interaction: Interaction) -> None:
    """Put newer numbers into the card that was pressed. A second click reuses what the first one read.

    When careCycle gives nothing newer, leave the card and say so to this person.
    """

    async def newer() -> Message:
        seen = CardState.read(interaction.value)
        read_beside(interaction)
        options = await interaction.card_options(public=interaction.is_public)
        try:
            reading = await interaction.workspace.campaign(seen.id, newer_than=seen.as_of)
        except Unavailable as error:
            return notices.still(error, interaction.services.clock.now())
        if reading.problem and reading.as_of <= seen.as_of:
            return notices.still(reading.problem, interaction.services.clock.now())
        current = assessed(interaction)
        same = seen.fingerprint == campaign_card.fingerprint(reading.campaign) and not reading.problem
        return campaign_card.card(
            reading,
            shared_by=seen.shared_by,
            options=options,
            thread=seen.thread,
            unchanged_since=seen.as_of if same and not outlook.is_newer(reading, current, seen.as_of) else None,
            current=current,
        )

    await interaction.services.replies.afterwards(interaction.named("refresh"), ack, newer, REPLACE_UNLESS_ERROR)


async def share(ack: AsyncAck, interaction: Interaction) -> None:
    """Post the card for everybody, with the name of the person who shared it, and delete the private card."""

    async def public() -> Shared:
        seen = CardState.read(interaction.value)
        read_beside(interaction)
        options = await interaction.card_options(public=True)
        reading, shared_by = await interaction.workspace.campaign(seen.id), interaction.user
        shown = campaign_card.card(reading, shared_by=shared_by, options=options, current=assessed(interaction))
        return Shared(shown, (seen.id,))

    await sharing.share(ack, interaction, public)


async def show_details(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the modal with details, or a loading view first when careCycle is slow."""
    await ack()

    async def view() -> Block:
        seen = CardState.read(interaction.value)
        reading, options, names, days = await asyncio.gather(
            interaction.workspace.campaign(seen.id),
            interaction.card_options(),
            sees_names(interaction),
            last_days(interaction, seen.id),
        )
        return blocks.campaigns.details.card(reading, names=names, options=options, days=days)

    open_modal(interaction.named("details"), Modal(blocks.campaigns.details.TITLE, view, push=interaction.is_in_modal))


async def open_card(ack: AsyncAck, interaction: Interaction) -> None:
    """Show the whole card of a campaign in a list: beside the list, or in a modal over it if the list is in a modal."""
    opening, value = interaction.named("open"), interaction.value
    if interaction.view:
        await ack()
        view = partial(_modal, interaction, value)
        open_modal(opening, Modal(campaign_card.MODAL_TITLE, view, push=interaction.is_in_modal))
        return
    await interaction.services.replies.afterwards(
        opening, ack, partial(_cards, interaction, value), PRIVATE, retry=value
    )


async def follow_link(ack: AsyncAck) -> None:
    """Acknowledge a pressed link button. Without that, Slack shows a warning."""
    await ack()


async def _cards(interaction: Interaction, value: str) -> Message:
    return await cards(interaction, _ids(interaction, value))


async def _modal(interaction: Interaction, value: str) -> Block:
    return await card_window(interaction, _ids(interaction, value)[0])


def _ids(interaction: Interaction, value: str) -> tuple[str, ...]:
    """Return the ids in a button's value. Raise OldButton when there are none."""
    ids = interaction.workspace.links.ids_in(value)
    if not ids:
        raise OldButton
    return ids


async def sees_names(interaction: Interaction) -> bool:
    """Return whether this person sees agents by name."""
    shown_to = interaction.workspace.preferences.agents
    return shown_to == "managers" and await interaction.person.is_manager(remembered=True)
