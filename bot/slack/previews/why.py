"""Answer `/campaign why LINK`."""

import blocks.previews.why
from blocks.kit import Message
from blocks.previews.why import Decision
from bot.campaigns.ids import with_dashes
from bot.errors import BotError
from bot.slack.campaigns import search
from bot.slack.context.interaction import Interaction
from bot.slack.context.preview_memory import Spot
from bot.slack.context.typed_command import TypedCommand
from bot.slack.previews.rules import NoPreview, allowed, decision, fresh
from bot.workspaces.finding import Unclear, find


async def why(typed: TypedCommand) -> Message:
    """Say what happened to the last link to this campaign here, and what prevents a preview now."""
    interaction, words, command = typed.interaction, typed.rest, typed.command
    links = interaction.workspace.links
    if not words:
        return blocks.previews.why.no_link(command)
    if not (ids := links.ids_in(with_dashes(words))):
        if links.has_other_link(words):
            return blocks.previews.why.other_link(links.host)
        if links.has_own_link(words) and not links.has_customer_link(words):
            return blocks.previews.why.no_id()
        await interaction.card_options()  # raises NotShownHere where cards are unwanted
        named = await find(interaction.workspace, search.one_line(words))
        if isinstance(named, Unclear):
            known = named.listing.entries or named.listing.near
            return search.unclear(typed, named, "why") if known else blocks.previews.why.no_link(command)
        ids = named.ids
    campaign_id = links.campaign_in(words.strip().strip("<>").partition("|")[0]) or ids[0]
    spot = Spot(interaction.workspace.address, interaction.channel, campaign_id)
    past = await interaction.services.previews.last(spot)
    present = await _why_no_preview(interaction, None if past else campaign_id)
    return blocks.previews.why.card(past, present, command, interaction.services.clock.now())


async def _why_no_preview(interaction: Interaction, campaign_id: str | None) -> Decision | None:
    """Return what prevents a preview here now, or None. With `campaign_id`, check that campaign, too."""
    try:
        await allowed(interaction)
        if campaign_id:
            await fresh(interaction.workspace, campaign_id)
    except (NoPreview, BotError) as error:
        return decision(error, interaction)
    return None
