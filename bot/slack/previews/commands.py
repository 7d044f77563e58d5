"""Answer `/campaign mute`, `unmute` and `why LINK`."""

import blocks.previews.why
from blocks.kit import Message
from blocks.previews import classic as classic_preview
from blocks.previews.why import Decision
from bot.errors import BotError
from bot.slack.context.installed import need_installation
from bot.slack.context.interaction import Interaction
from bot.slack.context.preview_memory import Spot
from bot.slack.context.typed_command import TypedCommand
from bot.slack.previews.rules import NoPreview, allowed, decision, fresh


async def why(typed: TypedCommand) -> Message:
    """Say what happened to the last link to this campaign here, and what prevents a preview now."""
    interaction, words, command = typed.interaction, typed.rest, typed.command
    links = interaction.workspace.links
    ids = links.ids_in(words)
    if not ids:
        if links.has_other_link(words):
            return blocks.previews.why.other_link(links.host)
        return blocks.previews.why.no_id() if links.has_own_link(words) else blocks.previews.why.no_link(command)
    campaign_id = links.campaign_in(words.strip().strip("<>").partition("|")[0]) or ids[0]
    past = interaction.services.previews.last(Spot(interaction.workspace.id, interaction.channel, campaign_id))
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


async def mute(typed: TypedCommand) -> Message:
    """Turn previews in this channel off. Raise StoreUnavailable, NotInstalled."""
    interaction = typed.interaction
    new = await interaction.workspace.mute(interaction.channel, interaction.user)
    await need_installation(interaction.workspace, interaction.services)
    return classic_preview.muted(typed.command, before=not new)


async def unmute(typed: TypedCommand) -> Message:
    """Turn previews in this channel on again. Raise StoreUnavailable."""
    interaction = typed.interaction
    new = await interaction.workspace.unmute(interaction.channel, interaction.user)
    return classic_preview.unmuted(before=not new, off=not interaction.workspace.preferences.previews)
