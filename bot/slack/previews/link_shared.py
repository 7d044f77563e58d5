"""Previews: when Slack tells of a link to careCycle, the campaign appears under the message, for everybody there.

Nobody waits for one, so what goes wrong is never said to anybody: it is in the log, and `/campaign why` tells.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from blocks.card_options import CardOptions
from blocks.kit import Block
from blocks.previews import classic as classic_preview
from blocks.previews import work_object
from blocks.previews.why import FEW, Decision
from bot import logs
from bot.campaigns.campaign import Reading
from bot.errors import Busy
from bot.slack.context.place import Place
from bot.slack.context.services import Services
from bot.slack.previews.rules import NoPreview, allowed, decision, fresh
from bot.slack.previews.shared_links import SharedLinks
from bot.slack.reply.errors import slack_word, warning
from bot.slack.reply.replies import Visit
from bot.slack.reply.workspace_tags import marked_blocks
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
# Slack's words for a call it does not understand: where the other form is worth a try
_NOT_UNDERSTOOD = {"missing_unfurls", "invalid_arguments", "invalid_arg_name", "invalid_array_arg"}


def register(app: AsyncApp) -> None:
    """Listens for links to careCycle."""
    app.event("link_shared")(link_shared)


async def link_shared(
    ack: AsyncAck, body: Payload, event: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Shows previews, in a task of its own: Slack does not wait for them."""
    await ack()
    if not services.once.is_first(body):
        return
    channel = str(event.get("channel") or event.get("channel_id") or "")
    place = Place(services, client, workspace, channel, str(event.get("user") or ""))
    visit = Visit(workspace.address, "preview", "")
    try:
        services.tasks.start(_preview(SharedLinks.read(body, event, place), visit))
    except Busy:
        services.replies.log(visit, "Busy", [], via="unfurl")


async def _preview(told: SharedLinks, visit: Visit) -> None:
    with logs.reads() as reads:
        came_of = await _came_of(told)
    names = ", ".join(sorted({decided.name for decided in came_of.values()})) or "no campaign"
    told.place.services.replies.log(visit, names, reads, via="unfurl")
    for campaign_id, decided in came_of.items() if told.is_new else ():
        told.place.services.previews.remember(told.spot(campaign_id), decided)


async def _came_of(told: SharedLinks) -> dict[str, Decision]:
    """What came of each campaign's link."""
    if not told.links:
        return {}
    try:
        form = await _form(told)
    except Exception as error:
        return dict.fromkeys(told.links, decision(error, told.place))
    known = {campaign_id: _claimed(told, campaign_id) for campaign_id in told.links}
    again = {campaign_id: decided for campaign_id, decided in known.items() if decided}
    return again | await _shown(told, [one for one in told.links if one not in again], form)


async def _form(told: SharedLinks) -> CardOptions:
    """How previews look here; raises where none are wanted."""
    if len(told.links) > FEW:
        raise NoPreview("many")
    return await allowed(told.place, outside=told.outside)


def _claimed(told: SharedLinks, campaign_id: str) -> Decision | None:
    """That it was shown here a while ago; None, and from now on nobody else shows it."""
    services = told.place.services
    shown = services.previews.claim(told.spot(campaign_id), told.message) if told.is_new else None
    return Decision("again", services.clock.now(), shown=shown) if shown else None


async def _shown(told: SharedLinks, ids: list[str], form: CardOptions) -> dict[str, Decision]:
    found = dict(zip(ids, await asyncio.gather(*(_read(told.place, one) for one in ids)), strict=True))
    readings = {campaign_id: one for campaign_id, one in found.items() if isinstance(one, Reading)}
    decided = {campaign_id: one for campaign_id, one in found.items() if isinstance(one, Decision)}
    if readings:
        decided |= dict.fromkeys(readings, await _sent(told, readings, form))
    for campaign_id, known in decided.items() if told.is_new else ():
        if known.what != "shown":
            told.place.services.previews.release(told.spot(campaign_id), told.message)
    return decided


async def _read(place: Place, campaign_id: str) -> Reading | Decision:
    try:
        return await fresh(place.workspace, campaign_id)
    except Exception as error:
        return decision(error, place)


async def _sent(told: SharedLinks, readings: Mapping[str, Reading], form: CardOptions) -> Decision:
    """As Work Objects, or where Slack does not take those in the classic form."""
    previews, workspace = told.place.services.previews, told.place.workspace.id
    try:
        if previews.wants_classic(workspace) or not await _takes_work_objects(told, readings, form):
            await told.place.client.chat_unfurl(**told.target, unfurls=_classic(told, readings, form))
    except Exception as error:
        return decision(error, told.place)
    return Decision("shown", told.place.services.clock.now())


async def _takes_work_objects(told: SharedLinks, readings: Mapping[str, Reading], form: CardOptions) -> bool:
    """Whether Slack did; else it is not asked again for a day. It may say `ok` and in a warning that it did not."""
    entities = [
        dict(work_object.preview(one, told.links[campaign_id], _opens(told, one), form, brief=_is_brief(told)))
        for campaign_id, one in readings.items()
    ]
    try:
        taken = not warning(await told.place.client.chat_unfurl(**told.target, metadata={"entities": entities}))
    except SlackApiError as error:
        if (word := slack_word(error)) not in _NOT_UNDERSTOOD and "metadata" not in word:
            raise
        taken = False
    if not taken:
        told.place.services.previews.refuse_work_objects(told.place.workspace.id)
    return taken


def _classic(told: SharedLinks, readings: Mapping[str, Reading], form: CardOptions) -> dict[str, Payload]:
    return {
        told.links[campaign_id]: {"blocks": [dict(one) for one in _preview_blocks(told, reading, form)]}
        for campaign_id, reading in readings.items()
    }


def _preview_blocks(told: SharedLinks, reading: Reading, form: CardOptions) -> tuple[Block, ...]:
    shown, workspace = classic_preview.blocks(reading, form, brief=_is_brief(told)), told.place.workspace
    return marked_blocks(shown, workspace.address, f"{reading.campaign.id}.")


def _is_brief(told: SharedLinks) -> bool:
    """One of several is short; and so is what is shown before anybody knows where it goes."""
    return told.is_draft or len(told.links) > 1


def _opens(told: SharedLinks, reading: Reading) -> str:
    """A link of this campaign alone: the posted one, where this program knows only the list of all."""
    template = told.place.workspace.links.template
    return reading.link if "{id}" in template else told.links[reading.campaign.id]
