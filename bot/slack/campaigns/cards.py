"""Turn campaign ids into a message: the whole card of one, or a short list of several."""

import asyncio

from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import short_list
from blocks.kit import Block, Message
from bot.campaigns.campaign import Reading
from bot.errors import BotError, CampaignNotFound
from bot.slack.context.assessed import assessed, read_beside
from bot.slack.context.interaction import Interaction
from bot.slack.context.typed_command import MOST_IDS
from bot.workspaces.workspace import Workspace


async def cards(interaction: Interaction, ids: tuple[str, ...], *, public: bool = False) -> Message:
    """Return the card of one campaign, or a short list of the first ten.

    Raise what went wrong with a single campaign. For several, raise only an error that they all share, other than
    CampaignNotFound. Raise NotShownHere where managers want no cards.
    """
    shared_by = interaction.user if public else None
    if len(ids) == 1:
        read_beside(interaction)
        reading, options = await asyncio.gather(
            interaction.workspace.campaign(ids[0]), interaction.card_options(public=public)
        )
        interaction.services.lookups.note(interaction.workspace, interaction.user, ids[0])
        return campaign_card.card(
            reading,
            options=options,
            shared_by=shared_by,
            thread=None if public else interaction.thread,
            current=assessed(interaction),
        )
    options = await interaction.card_options(public=public)
    found = await each_of(interaction.workspace, ids[:MOST_IDS])
    return short_list.card(
        found, left_out=len(ids) - len(found), shared_by=shared_by, thread=interaction.thread, options=options
    )


async def each_of(workspace: Workspace, ids: tuple[str, ...]) -> list[tuple[str, Reading | BotError]]:
    """Return the campaign of each id, or why it could not be read.

    Raise only an error that they all share, other than CampaignNotFound.
    """
    found = await asyncio.gather(*(_try(workspace, campaign_id) for campaign_id in ids))
    kinds = {type(one) for one in found}
    if len(kinds) == 1 and isinstance(found[0], BotError) and not isinstance(found[0], CampaignNotFound):
        raise found[0]
    return list(zip(ids, found, strict=True))


async def card_window(interaction: Interaction, campaign_id: str) -> Block:
    """Return a modal with the card of one campaign, for this person only. Raise what went wrong."""
    read_beside(interaction)
    reading, options = await asyncio.gather(interaction.workspace.campaign(campaign_id), interaction.card_options())
    interaction.services.lookups.note(interaction.workspace, interaction.user, campaign_id)
    return campaign_card.modal(reading, options, assessed(interaction))


async def _try(workspace: Workspace, campaign_id: str) -> Reading | BotError:
    try:
        return await workspace.campaign(campaign_id)
    except BotError as error:  # one bad id becomes a line of the list, and the other campaigns are still shown
        return error
