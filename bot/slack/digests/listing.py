"""Answer `/campaign digest` with the digests of the channel, visible only to the person who asked."""

import asyncio

from blocks.digests import listing as digest_listing
from blocks.digests.listing import Note
from blocks.kit import Message
from bot.slack.context.interaction import Interaction
from bot.slack.context.typed_command import TypedCommand
from bot.slack.digests import channel_access


async def listed(typed: TypedCommand) -> Message:
    """Return the list for a typed command. Raise Outsider, StoreUnavailable."""
    return await message(typed.interaction)


async def message(interaction: Interaction, *, note: Note | None = None) -> Message:
    """Return the current list. `note` says what a button did. Raise Outsider, StoreUnavailable."""
    await interaction.need_own_company()
    services = interaction.services
    if channel_access.is_direct(interaction.channel):
        return digest_listing.direct(services.command)
    found, why = await asyncio.gather(
        services.digests.of_channel(interaction.workspace, interaction.channel),
        channel_access.why_not(interaction, interaction.channel),
    )
    if why == "direct":
        return digest_listing.direct(services.command)
    waiting = await services.digests.waiting(found)
    return digest_listing.card(found, services.clock.now(), note=note, cannot_post=why, waiting=waiting)
