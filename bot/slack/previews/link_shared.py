"""Show a preview of the campaign under a message with a link to careCycle, for everybody there.

Nobody waits for a preview, so errors are not shown to anybody: they are logged, and `/campaign why` explains them.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

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
from bot.slack.campaigns import pasted_links
from bot.slack.context.assessed import assessed, read_beside
from bot.slack.context.interaction import Interaction
from bot.slack.previews.rules import NoPreview, allowed, decision, fresh
from bot.slack.previews.shared_links import SharedLinks
from bot.slack.reply.errors import slack_word, warning
from bot.slack.reply.payload import Payload
from bot.slack.reply.workspace_tags import tagged_blocks

# Slack's errors for a call it does not understand: then the classic preview is worth a try
_NOT_UNDERSTOOD = {"missing_unfurls", "invalid_arguments", "invalid_arg_name", "invalid_array_arg"}


def register(app: AsyncApp) -> None:
    """Listen for links to careCycle."""
    app.event("link_shared")(link_shared)


async def link_shared(ack: AsyncAck, interaction: Interaction) -> None:
    """Show previews in a separate task, since Slack does not wait for them."""
    await ack()
    showing = interaction.named("preview")
    showing.start(showing.once(_preview), via="unfurl")


async def _preview(interaction: Interaction) -> None:
    services, shared = interaction.services, SharedLinks.read(interaction)
    with logs.reads() as reads:
        came_of = await _came_of(shared)
        posted = replace(shared.interaction, maybe_outsider=shared.outside)
        pasted_links.learn(posted, shared.links.values())
    names = ", ".join(sorted({decided.name for decided in came_of.values()})) or "no campaign"
    services.replies.log(shared.interaction, names, reads, via="unfurl")
    for campaign_id, decided in came_of.items() if shared.is_new else ():
        await services.previews.remember(shared.spot(campaign_id), decided)


async def _came_of(shared: SharedLinks) -> dict[str, Decision]:
    """Show the previews, and return the outcome of each campaign's link."""
    if not shared.links:
        return {}
    try:
        options = await _options(shared)
    except Exception as error:
        return dict.fromkeys(shared.links, decision(error, shared.interaction))
    known = {campaign_id: await _claimed(shared, campaign_id) for campaign_id in shared.links}
    again = {campaign_id: decided for campaign_id, decided in known.items() if decided}
    return again | await _shown(shared, [one for one in shared.links if one not in again], options)


async def _options(shared: SharedLinks) -> CardOptions:
    """Return the options of previews here. Raise NoPreview for too many links, Outsider, and as `allowed` does."""
    if len(shared.links) > FEW:
        raise NoPreview("many")
    options = await allowed(shared.interaction, outside=shared.outside)
    if options.short:  # then who posted the link may be of another company
        await replace(shared.interaction, maybe_outsider=True).need_welcome()
    return options


async def _claimed(shared: SharedLinks, campaign_id: str) -> Decision | None:
    """Claim a campaign's preview in this channel. Return None, or a decision when it was shown here recently."""
    services = shared.interaction.services
    shown = await services.previews.claim(shared.spot(campaign_id), shared.message) if shared.is_new else None
    return Decision("again", services.clock.now(), shown=shown) if shown else None


async def _shown(shared: SharedLinks, ids: list[str], options: CardOptions) -> dict[str, Decision]:
    read_beside(shared.interaction)
    found = dict(zip(ids, await asyncio.gather(*(_read(shared.interaction, one) for one in ids)), strict=True))
    readings = {campaign_id: one for campaign_id, one in found.items() if isinstance(one, Reading)}
    decided = {campaign_id: one for campaign_id, one in found.items() if isinstance(one, Decision)}
    if readings:
        decided |= dict.fromkeys(readings, await _sent(shared, readings, options))
    previews = shared.interaction.services.previews
    for campaign_id, known in decided.items() if shared.is_new else ():
        is_over = previews.finish if known.what == "shown" else previews.release
        await is_over(shared.spot(campaign_id), shared.message)
    return decided


async def _read(interaction: Interaction, campaign_id: str) -> Reading | Decision:
    try:
        return await fresh(interaction.workspace, campaign_id)
    except Exception as error:
        return decision(error, interaction)


async def _sent(shared: SharedLinks, readings: Mapping[str, Reading], options: CardOptions) -> Decision:
    """Send the previews as Work Objects, or as classic ones where Slack does not accept those."""
    previews, workspace = shared.interaction.services.previews, shared.interaction.workspace.id
    try:
        await shared.interaction.workspace.need_key()
        if previews.wants_classic(workspace) or not await _takes_work_objects(shared, readings, options):
            await shared.interaction.client.chat_unfurl(**shared.target, unfurls=_classic(shared, readings, options))
    except Exception as error:
        return decision(error, shared.interaction)
    return Decision("shown", shared.interaction.services.clock.now())


async def _takes_work_objects(shared: SharedLinks, readings: Mapping[str, Reading], options: CardOptions) -> bool:
    """Send the previews as Work Objects, and return whether Slack accepted them.

    Slack may answer `ok` and refuse them in a warning. After a refusal the workspace gets classic previews for a day.
    """
    current = assessed(shared.interaction)
    entities = [
        dict(
            work_object.preview(
                one, shared.links[campaign_id], _opens(shared, one), options, brief=_is_brief(shared), current=current
            )
        )
        for campaign_id, one in readings.items()
    ]
    try:
        taken = not warning(
            await shared.interaction.client.chat_unfurl(**shared.target, metadata={"entities": entities})
        )
    except SlackApiError as error:
        if (word := slack_word(error)) not in _NOT_UNDERSTOOD and "metadata" not in word:
            raise
        taken = False
    if not taken:
        shared.interaction.services.previews.refuse_work_objects(shared.interaction.workspace.id)
    return taken


def _classic(shared: SharedLinks, readings: Mapping[str, Reading], options: CardOptions) -> dict[str, Payload]:
    return {
        shared.links[campaign_id]: {"blocks": [dict(one) for one in _preview_blocks(shared, reading, options)]}
        for campaign_id, reading in readings.items()
    }


def _preview_blocks(shared: SharedLinks, reading: Reading, options: CardOptions) -> tuple[Block, ...]:
    opening, workspace = replace(reading, link=_opens(shared, reading)), shared.interaction.workspace
    current = assessed(shared.interaction)
    shown = classic_preview.blocks(opening, options, brief=_is_brief(shared), current=current)
    return tagged_blocks(shown, workspace.address, f"{reading.campaign.id}.")


def _is_brief(shared: SharedLinks) -> bool:
    """Return whether previews are short: when there are several, or when the channel is not known yet."""
    return shared.is_draft or len(shared.links) > 1


def _opens(shared: SharedLinks, reading: Reading) -> str:
    """Return a link to this campaign: the posted one, if the app only knows the link to the list of campaigns."""
    return reading.link if shared.interaction.workspace.links.open_campaigns else shared.links[reading.campaign.id]
