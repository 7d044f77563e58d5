"""The pane beside a preview (Slack: the flexpane of a Work Object): details of a campaign, for whoever opened it."""

import asyncio
from contextlib import suppress
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from blocks import notices
from blocks.card_options import CardOptions
from blocks.kit import Block, Message
from blocks.previews import work_object
from bot import logs
from bot.campaigns.ids import Links
from bot.errors import Busy, NotUnderstood
from bot.slack.campaigns.buttons import sees_names
from bot.slack.context.place import Place
from bot.slack.context.services import Services
from bot.slack.reply.errors import SLACK_TROUBLE, explain, slack_word, warning
from bot.slack.reply.replies import Visit
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
WITHIN = 2.2  # seconds: a trigger_id lives about three


def register(app: AsyncApp) -> None:
    """Listens for panes that open."""
    app.event("entity_details_requested")(show)


async def show(
    ack: AsyncAck, body: Payload, event: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Fills the pane, or says in it what is wrong."""
    await ack()
    if not services.once.is_first(body):
        return
    # Doubtful: in a channel shared with another company its people can open the pane too.
    place = Place(
        services, client, workspace, str(event.get("channel") or ""), str(event.get("user") or ""), doubtful=True
    )
    visit = Visit(workspace.address, "preview details", "")
    try:
        services.tasks.start(_fill(place, visit, body, event))
    except Busy as error:
        services.replies.log(visit, "Busy", [], via="flexpane")
        with suppress(Busy):
            notice = notices.for_error(error, services.clock.now())
            services.tasks.start(_present(client, event, _instead(notice)), spare=True)


async def _fill(place: Place, visit: Visit, body: Payload, event: Payload) -> None:
    with logs.reads() as reads:
        outcome = await explain(_in_time(place, body, event), place.services.clock, _instead)
    refused = await _present(place.client, event, outcome.shown)
    if refused and outcome.ok:
        await _present(place.client, event, {"error": dict(work_object.trouble(work_object.NOT_TAKEN))})
    place.services.replies.log(visit, refused or outcome.name, reads, via="flexpane")


async def _in_time(place: Place, body: Payload, event: Payload) -> Payload:
    try:
        async with asyncio.timeout(WITHIN):
            return {"metadata": dict(await _details(place, body, event))}
    except TimeoutError:  # careCycle goes on being asked: the next try finds the answer in memory
        return {"error": dict(work_object.trouble(work_object.SLOW))}


async def _details(place: Place, body: Payload, event: Payload) -> Block:
    campaign_id, link = _meant(event, place.workspace.links)
    reading, form, names = await asyncio.gather(
        place.workspace.campaign(campaign_id),
        _form(place, outside=bool(body.get("is_ext_shared_channel"))),
        sees_names(place.user, place.client, place.workspace, place.services),
    )
    return work_object.pane(reading, link or reading.link, form, names=names)


async def _form(place: Place, *, outside: bool) -> CardOptions:
    return place.services.channels.outside(place.workspace) if outside else await place.form()


def _meant(event: Payload, links: Links) -> tuple[str, str]:
    """The campaign's id, and the link that opens it, as Slack has them. Raises NotUnderstood."""
    link = str(event.get("entity_url") or (event.get("link") or {}).get("url") or "")
    named = links.ids_in(str((event.get("external_ref") or {}).get("id") or ""))  # a search may give none
    campaign_id = named[0] if named else links.campaign_in(link)
    if campaign_id is None:
        raise NotUnderstood
    return campaign_id, link if links.has_own_link(link) else ""


async def _present(client: AsyncWebClient, event: Payload, shown: Payload) -> str:
    """Why Slack did not take it; nothing when it did."""
    try:
        answer = await client.entity_presentDetails(trigger_id=str(event.get("trigger_id") or ""), **shown)
    except SLACK_TROUBLE as error:
        return slack_word(error)
    return warning(answer)


def _instead(notice: Message) -> Payload:
    return {"error": dict(work_object.trouble(notice.text))}
