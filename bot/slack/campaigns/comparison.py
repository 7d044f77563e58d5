"""Show two campaigns side by side."""

import asyncio
from dataclasses import replace
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.campaigns import compare, which
from blocks.campaigns.compare import CompareState
from blocks.kit import Message
from bot.errors import CampaignNotFound
from bot.slack.campaigns import search, sharing
from bot.slack.campaigns.buttons import open_card
from bot.slack.campaigns.cards import cards
from bot.slack.campaigns.sharing import Shared
from bot.slack.context.interaction import Interaction
from bot.slack.context.typed_command import TypedCommand
from bot.slack.reply.message_bodies import REPLACE_UNLESS_ERROR
from bot.workspaces.finding import Unclear, find

_COMPARE = "compare"


def register(app: AsyncApp) -> None:
    """Listen for the buttons of a comparison. *Open* is that of every list."""
    app.action(compare.REFRESH)(refresh)
    app.action(compare.OPEN_SECOND)(open_card)
    app.action(compare.SHARE)(share)
    app.action(compare.SHARE_IN_THREAD)(share_in_thread)


async def compared(typed: TypedCommand) -> Message:
    """Return the comparison of the two campaigns that were named, or ask which ones. Raise what `find` raises."""
    await typed.interaction.card_options(public=typed.public)  # raises NotShownHere where cards are unwanted
    if not typed.rest:
        return compare.usage(typed.command)
    named = await find(typed.interaction.workspace, search.one_line(typed.rest), pair=True)
    if isinstance(named, Unclear):
        shown = search.unclear(typed, named, _COMPARE)
        none = not (named.listing.entries or named.listing.near)
        return compare.not_found(shown, typed.command) if none else shown
    if len(named.ids) == 1:
        return await _with_which(typed, named.ids[0])
    if len(named.ids) != 2:
        return compare.usage(typed.command)
    first, second = named.ids
    shown = await compare_two(typed.interaction, first, second, public=typed.public)
    typed.note_shared(first, second)
    return shown


async def _with_which(typed: TypedCommand, first: str) -> Message:
    """Ask which campaign to compare with the only one that was named."""
    workspace = typed.interaction.workspace
    reading, listing = await asyncio.gather(workspace.campaign(first), workspace.recent_campaigns())
    others = replace(listing, entries=tuple(entry for entry in listing.entries if entry.id != first))
    return which.second(reading.campaign.name or "", others, lambda other: f"{_COMPARE} {first}, {other}")


async def compare_two(interaction: Interaction, first: str, second: str, *, public: bool = False) -> Message:
    """Return two campaigns (ids) side by side, or a short list that says which of them is missing.

    Whoever makes the answer public records that. Raise NotShownHere, or what went wrong with one of them.
    """
    thread = None if public else interaction.thread
    return await _compared(
        interaction, CompareState(first, second, interaction.user if public else None, thread), public=public
    )


async def refresh(ack: AsyncAck, interaction: Interaction) -> None:
    """Put newer numbers into the comparison that was pressed."""

    async def newer() -> Message:
        state = CompareState.read(interaction.value)
        if interaction.maybe_outsider:  # in a shared channel others can press its buttons, too
            await interaction.person.need_own_company(remembered=True)
        return await _compared(interaction, state, public=interaction.is_public)

    await interaction.services.replies.afterwards(interaction.named("refresh"), ack, newer, REPLACE_UNLESS_ERROR)


async def share(ack: AsyncAck, interaction: Interaction) -> None:
    """Post the comparison for everybody, with the name of the person who shared it."""
    await sharing.share(ack, interaction, partial(_public, interaction))


async def share_in_thread(ack: AsyncAck, interaction: Interaction) -> None:
    """Post the comparison in the thread it belongs to."""
    await sharing.share_in_thread(ack, interaction, partial(_public, interaction))


async def _public(interaction: Interaction) -> Shared:
    state = CompareState.read(interaction.value)
    return Shared(await compare_two(interaction, state.first, state.second, public=True), (state.first, state.second))


async def _compared(interaction: Interaction, state: CompareState, *, public: bool) -> Message:
    read = partial(interaction.workspace.campaign, newer_than=state.as_of)
    try:
        left, right, options = await asyncio.gather(
            read(state.first), read(state.second), interaction.card_options(public=public)
        )
    except CampaignNotFound:
        return await cards(interaction, (state.first, state.second), public=public)
    return compare.card(left, right, options=options, shared_by=state.shared_by, thread=state.thread)
