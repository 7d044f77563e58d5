"""Answer whether a campaign is calling: `/campaign check`, and *Check* beside it."""

import asyncio
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

import blocks.campaigns.check
from blocks import notices
from blocks.campaigns.campaign import CHECK
from blocks.campaigns.card_state import CardState
from blocks.campaigns.check_answers import Watched
from blocks.campaigns.short_list import thread_in
from blocks.kit import Block, Message
from bot.errors import OldButton, StoreUnavailable, Unavailable
from bot.slack.campaigns import search, sharing
from bot.slack.campaigns.cards import each_of
from bot.slack.campaigns.sharing import Shared
from bot.slack.context.interaction import Interaction
from bot.slack.context.typed_command import MOST_IDS, TypedCommand
from bot.slack.reply.message_bodies import PRIVATE, REPLACE_UNLESS_ERROR
from bot.slack.surfaces.modals import Modal, open_modal
from bot.workspaces.finding import Unclear, find
from bot.workspaces.workspace import Workspace


def register(app: AsyncApp) -> None:
    """Listen for *Check*, and for the buttons of a check."""
    app.action(CHECK)(press)
    app.action(blocks.campaigns.check.REFRESH)(refresh)
    app.action(blocks.campaigns.check.SHARE)(share)
    app.action(blocks.campaigns.check.SHARE_IN_THREAD)(share_in_thread)


async def checked(typed: TypedCommand) -> Message:
    """Return the check of the campaign that was named, or ask which one. Raise what `find` raises."""
    interaction = typed.interaction
    await interaction.card_options(public=typed.public)  # raises NotShownHere where cards are unwanted
    if not typed.rest:
        return blocks.campaigns.check.usage(typed.command)
    named = await find(interaction.workspace, search.one_line(typed.rest))
    if isinstance(named, Unclear):
        return search.unclear(typed, named, "check")
    shown = await _checked(interaction, named.ids, public=typed.public)
    typed.note_shared(*named.ids[:MOST_IDS])
    return shown


async def press(ack: AsyncAck, interaction: Interaction) -> None:
    """Show the check beside the message with the button, or in a modal over the one with the button."""
    interaction = interaction.named("check")
    if interaction.view:
        await ack()
        modal = Modal(blocks.campaigns.check.TITLE, partial(_modal, interaction), push=interaction.is_in_modal)
        open_modal(interaction, modal)
        return

    async def message() -> Message:
        return await _checked(interaction, _ids(interaction)[:1], public=False)

    await interaction.services.replies.afterwards(interaction, ack, message, PRIVATE)


async def refresh(ack: AsyncAck, interaction: Interaction) -> None:
    """Check again, with newer figures. When careCycle gives nothing newer, leave the answer and say so."""

    async def newer() -> Message:
        seen = CardState.read(interaction.value)
        options = await interaction.card_options(public=interaction.is_public)
        try:
            reading = await interaction.workspace.campaign(seen.id, newer_than=seen.as_of)
        except Unavailable as error:
            return notices.still(error, interaction.services.clock.now())
        if reading.problem and reading.as_of <= seen.as_of:
            return notices.still(reading.problem, interaction.services.clock.now())
        watched = await _watched(interaction.workspace)
        return blocks.campaigns.check.card(
            reading, watched, options=options, shared_by=seen.shared_by, thread=seen.thread
        )

    await interaction.services.replies.afterwards(interaction.named("refresh"), ack, newer, REPLACE_UNLESS_ERROR)


async def share(ack: AsyncAck, interaction: Interaction) -> None:
    """Post the check for everybody, with the name of the person who shared it."""
    await sharing.share(ack, interaction, partial(_public, interaction))


async def share_in_thread(ack: AsyncAck, interaction: Interaction) -> None:
    """Post the check in the thread it belongs to."""
    await sharing.share_in_thread(ack, interaction, partial(_public, interaction))


async def _public(interaction: Interaction) -> Shared:
    seen = CardState.read(interaction.value)
    return Shared(await _checked(interaction, (seen.id,), public=True), (seen.id,))


async def _checked(interaction: Interaction, ids: tuple[str, ...], *, public: bool) -> Message:
    """Return the check of one campaign, or the last sentence of each of several."""
    workspace, shared_by = interaction.workspace, interaction.user if public else None
    if len(ids) > 1:
        options = await interaction.card_options(public=public)
        found, watched = await asyncio.gather(each_of(workspace, ids[:MOST_IDS]), _watched(workspace))
        left_out = max(len(ids) - MOST_IDS, 0)
        return blocks.campaigns.check.several(found, watched, left_out=left_out, shared_by=shared_by, options=options)
    reading, options, watched = await asyncio.gather(
        workspace.campaign(ids[0]), interaction.card_options(public=public), _watched(workspace)
    )
    interaction.services.lookups.note(workspace, interaction.user, ids[0])
    thread = None if public else thread_in(interaction.value) or interaction.thread
    return blocks.campaigns.check.card(reading, watched, options=options, shared_by=shared_by, thread=thread)


async def _modal(interaction: Interaction) -> Block:
    workspace = interaction.workspace
    reading, options, watched = await asyncio.gather(
        workspace.campaign(_ids(interaction)[0]), interaction.card_options(), _watched(workspace)
    )
    return blocks.campaigns.check.modal(reading, watched, options)


async def _watched(workspace: Workspace) -> Watched:
    """Return what this app's own readings say, or why it has none."""
    if not workspace.preferences.readings:
        return Watched(why_not="off")
    try:
        return Watched(await workspace.resources.assessments.latest(workspace.id))
    except StoreUnavailable:
        return Watched(why_not="database")


def _ids(interaction: Interaction) -> tuple[str, ...]:
    """Return the ids in a button's value. Raise OldButton when there are none."""
    ids = interaction.workspace.links.ids_in(interaction.value)
    if not ids:
        raise OldButton
    return ids
