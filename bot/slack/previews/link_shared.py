"""Show a preview of the campaign under a message with a link to careCycle, for everybody there.

Nobody waits for a preview, so errors are not shown to anybody: they are logged, and `/campaign why` explains them.
"""

import asyncio
from collections.abc import Mapping

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError

from blocks.card_options import CardOptions
from blocks.kit import Block
from blocks.previews import classic as classic_preview
from blocks.previews import work_object
from blocks.previews.why import FEW, Decision
from bot import logs
from bot.campaigns.campaign import Reading
from bot.slack.context.interaction import Interaction
from bot.slack.previews.rules import NoPreview, allowed, decision, fresh
from bot.slack.previews.shared_links import SharedLinks
from bot.slack.reply.errors import slack_word, warning
from bot.slack.reply.payload import Payload
from bot.slack.reply.workspace_tags import marked_blocks

# Slack's errors for a call it does not understand: then the classic preview is worth a try
_NOT_UNDERSTOOD = {"missing_unfurls", "invalid_arguments", "invalid_arg_name", "invalid_array_arg"}


def register(app: AsyncApp) -> None:
    """Listen for links to careCycle."""
    app.event("link_shared")(link_shared)


async def link_shared(ack: AsyncAck, interaction: Interaction) -> None:
    """Show previews in a separate task, since Slack does not wait for them."""
    await ack()
    if not interaction.services.once.is_first(interaction.body):
        return
    showing = interaction.named("preview")
    showing.start(_preview(SharedLinks.read(showing)), via="unfurl")


async def _preview(told: SharedLinks) -> None:
    services = told.interaction.services
    with logs.reads() as reads:
        came_of = await _came_of(told)
    names = ", ".join(sorted({decided.name for decided in came_of.values()})) or "no campaign"
    services.replies.log(told.interaction, names, reads, via="unfurl")
    for campaign_id, decided in came_of.items() if told.is_new else ():
        services.previews.remember(told.spot(campaign_id), decided)


async def _came_of(told: SharedLinks) -> dict[str, Decision]:
    """Show the previews, and return what came of each campaign's link."""
    if not told.links:
        return {}
    try:
        form = await _form(told)
    except Exception as error:
        return dict.fromkeys(told.links, decision(error, told.interaction))
    known = {campaign_id: _claimed(told, campaign_id) for campaign_id in told.links}
    again = {campaign_id: decided for campaign_id, decided in known.items() if decided}
    return again | await _shown(told, [one for one in told.links if one not in again], form)


async def _form(told: SharedLinks) -> CardOptions:
    """Return the options of previews here. Raise NoPreview when there are too many links, and as `allowed` does."""
    if len(told.links) > FEW:
        raise NoPreview("many")
    return await allowed(told.interaction, outside=told.outside)


def _claimed(told: SharedLinks, campaign_id: str) -> Decision | None:
    """Claim a campaign's preview in this channel. Return None, or a decision when it was shown here recently."""
    services = told.interaction.services
    shown = services.previews.claim(told.spot(campaign_id), told.message) if told.is_new else None
    return Decision("again", services.clock.now(), shown=shown) if shown else None


async def _shown(told: SharedLinks, ids: list[str], form: CardOptions) -> dict[str, Decision]:
    found = dict(zip(ids, await asyncio.gather(*(_read(told.interaction, one) for one in ids)), strict=True))
    readings = {campaign_id: one for campaign_id, one in found.items() if isinstance(one, Reading)}
    decided = {campaign_id: one for campaign_id, one in found.items() if isinstance(one, Decision)}
    if readings:
        decided |= dict.fromkeys(readings, await _sent(told, readings, form))
    for campaign_id, known in decided.items() if told.is_new else ():
        if known.what != "shown":
            told.interaction.services.previews.release(told.spot(campaign_id), told.message)
    return decided


async def _read(interaction: Interaction, campaign_id: str) -> Reading | Decision:
    try:
        return await fresh(interaction.workspace, campaign_id)
    except Exception as error:
        return decision(error, interaction)


async def _sent(told: SharedLinks, readings: Mapping[str, Reading], form: CardOptions) -> Decision:
    """Send the previews as Work Objects, or as classic ones where Slack does not accept those."""
    previews, workspace = told.interaction.services.previews, told.interaction.workspace.id
    try:
        if previews.wants_classic(workspace) or not await _takes_work_objects(told, readings, form):
            await told.interaction.client.chat_unfurl(**told.target, unfurls=_classic(told, readings, form))
    except Exception as error:
        return decision(error, told.interaction)
    return Decision("shown", told.interaction.services.clock.now())


async def _takes_work_objects(told: SharedLinks, readings: Mapping[str, Reading], form: CardOptions) -> bool:
    """Send the previews as Work Objects, and return whether Slack accepted them.

    Slack may answer `ok` and refuse them in a warning. After a refusal the workspace gets classic previews for a day.
    """
    entities = [
        dict(work_object.preview(one, told.links[campaign_id], _opens(told, one), form, brief=_is_brief(told)))
        for campaign_id, one in readings.items()
    ]
    try:
        taken = not warning(await told.interaction.client.chat_unfurl(**told.target, metadata={"entities": entities}))
    except SlackApiError as error:
        if (word := slack_word(error)) not in _NOT_UNDERSTOOD and "metadata" not in word:
            raise
        taken = False
    if not taken:
        told.interaction.services.previews.refuse_work_objects(told.interaction.workspace.id)
    return taken


def _classic(told: SharedLinks, readings: Mapping[str, Reading], form: CardOptions) -> dict[str, Payload]:
    return {
        told.links[campaign_id]: {"blocks": [dict(one) for one in _preview_blocks(told, reading, form)]}
        for campaign_id, reading in readings.items()
    }


def _preview_blocks(told: SharedLinks, reading: Reading, form: CardOptions) -> tuple[Block, ...]:
    shown, workspace = classic_preview.blocks(reading, form, brief=_is_brief(told)), told.interaction.workspace
    return marked_blocks(shown, workspace.address, f"{reading.campaign.id}.")


def _is_brief(told: SharedLinks) -> bool:
    """Return whether previews are short: one of several is, and one shown before the channel is known."""
    return told.is_draft or len(told.links) > 1


def _opens(told: SharedLinks, reading: Reading) -> str:
    """Return a link to this campaign: the posted one, if the app only knows the link to the list of campaigns."""
    template = told.interaction.workspace.links.template
    return reading.link if "{id}" in template else told.links[reading.campaign.id]
