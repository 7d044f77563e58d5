"""Show two campaigns side by side."""

import asyncio

from blocks.campaigns import compare
from blocks.kit import Message
from bot.errors import CampaignNotFound
from bot.slack.campaigns.cards import cards
from bot.slack.context.interaction import Interaction
from bot.slack.context.typed_command import TypedCommand


async def compared(typed: TypedCommand) -> Message:
    """Return the comparison of the two campaigns that were named. Without two ids, explain usage."""
    if len(typed.ids) != 2:
        return compare.usage(typed.command)
    first, second = typed.ids
    shown = await compare_two(typed.interaction, first, second, public=typed.public)
    typed.note_shared(first, second)
    return shown


async def compare_two(interaction: Interaction, first: str, second: str, *, public: bool = False) -> Message:
    """Return two campaigns (ids) side by side, or a short list that says which of them is missing.

    Whoever makes the answer public records that. Raise NotShownHere, or what went wrong with one of them.
    """
    workspace = interaction.workspace
    try:
        left, right, options = await asyncio.gather(
            workspace.campaign(first), workspace.campaign(second), interaction.card_options(public=public)
        )
    except CampaignNotFound:
        return await cards(interaction, (first, second), public=public)
    return compare.card(left, right, options=options, shared_by=interaction.user if public else None)
