"""*Add to a digest* on a campaign's card: a window with the digests that can take it, and putting it into one."""

import asyncio
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from blocks.campaigns import campaign as campaign_card
from blocks.digests import add_campaign
from blocks.digests.add_campaign import Offer
from blocks.kit import Block
from bot.delivery.operations import new_id
from bot.errors import BotError, Busy, CampaignNotFound, OldButton
from bot.slack.context.place import Place, is_modal, place_of
from bot.slack.context.services import Services
from bot.slack.digests import channel_access, form_values, permissions
from bot.slack.digests.draft import Draft
from bot.slack.digests.form_values import Editing, place_in, visit_of
from bot.slack.reply.replies import Visit
from bot.slack.surfaces.form_submission import WrongField, answer_form, value
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Window, open_window
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
_NAME_WITHIN = 1.5  # seconds for careCycle to say what the campaign is called


def register(app: AsyncApp) -> None:
    """Listens for the button on a card, for the window it opens, and for the button in it."""
    app.action(campaign_card.TO_DIGEST)(offer)
    app.action(add_campaign.MAKE)(make)
    app.view(add_campaign.ADD)(add)


async def offer(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Opens the window: the digests this person may change, for full members alone. It carries the campaign's id."""
    await ack()
    place = place_of(body, services, client, workspace)

    async def view() -> Block:
        campaign_id = _id(place, str(action.get("value") or ""))
        await permissions.need_member(place)
        name, offered = await asyncio.gather(_name(place, campaign_id, body), _offer(place, campaign_id))
        origin = ModalState(workspace.id, workspace.enterprise_id, place.channel, ids=(campaign_id,))
        return add_campaign.window(replace(offered, name=name), Editing(origin, new_id(), new=True).text())

    window = Window(add_campaign.TITLE, view, push=is_modal(body))
    open_window(services, visit_of(body, place, "digest add"), client, body["trigger_id"], window)


async def make(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Turns the window into the form of a new digest, of this campaign, for the card's channel."""
    place = await place_in(body, services, client, workspace)
    draft = Draft(place, body["view"])
    campaign_id = _id(place, *draft.about.origin.ids)
    await ack()
    visit = Visit(place.workspace.address, "digest new", "")

    async def renewed() -> None:
        who = await services.people.standing(client, place.workspace, place.user)  # who may is asked when it is saved
        channel = None if channel_access.is_direct(place.channel) else place.channel or None
        blank = form_values.blank(channel, who.zone if who else "")
        picked = {campaign_id: str(action.get("value") or campaign_card.UNNAMED)}
        draft.chosen = replace(blank, kind="these", picked=picked)
        services.replies.log(visit, await draft.renew(), [], via="modal")

    work = renewed()
    try:
        services.tasks.start(work)
    except Busy:  # the window stays as it is
        work.close()
        services.replies.log(visit, "Busy", [], via="modal")


async def add(
    ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Puts the campaign into the digest that was chosen, as that is by then."""
    place = await place_in(body, services, client, workspace)
    ids = Editing.read(view["private_metadata"]).origin.ids

    async def added() -> Block:
        campaign_id = _id(place, *ids)
        chosen = await permissions.seen(place, str(value(view, add_campaign.PICK) or ""))
        await permissions.need_keeper(place, chosen)
        kept = await services.digests.add_campaign(chosen, campaign_id, place.user)
        if campaign_id not in kept.choice.ids:
            raise WrongField(add_campaign.PICK, add_campaign.why_not(kept))
        return add_campaign.added(kept, services.clock.now())

    visit = Visit(place.workspace.address, "digest add", "")
    await answer_form(ack, visit, services, added, title=add_campaign.TITLE, field=add_campaign.PICK)


async def _offer(place: Place, campaign_id: str) -> Offer:
    """Raises StoreUnavailable."""
    most = place.services.digests.limits.campaigns
    theirs = [
        one for one in await place.services.digests.of_workspace(place.workspace) if await permissions.keeps(place, one)
    ]
    naming = [one for one in theirs if one.choice.ids]
    without = [one for one in naming if campaign_id not in one.choice.ids]
    return Offer(
        name="",
        free=[one for one in without if len(one.choice.ids) < most],
        having=[one for one in naming if campaign_id in one.choice.ids],
        full=[one for one in without if len(one.choice.ids) >= most],
        most=most,
        filters=len(theirs) - len(naming),
    )


async def _name(place: Place, campaign_id: str, body: Payload) -> str:
    """What it is called; while careCycle is silent, as far as that is known here. Raises CampaignNotFound."""
    try:
        async with asyncio.timeout(_NAME_WITHIN):
            return (await place.workspace.campaign(campaign_id)).campaign.name or ""
    except CampaignNotFound:
        raise
    except (TimeoutError, BotError):
        known = place.workspace.names_at_hand().get(campaign_id)
        return known or _headline(body) or f"Campaign {campaign_id[:8]}"


def _headline(body: Payload) -> str:
    """Of the card that was pressed; of one for a single person Slack tells nothing."""
    shown = (body.get("message") or {}).get("blocks") or ()
    return next((one["text"]["text"] for one in shown if one.get("type") == "header"), "")


def _id(place: Place, *held: str) -> str:
    """The one id that a button or window carries. Raises OldButton."""
    found = place.workspace.links.ids_in(" ".join(held))
    if len(found) != 1 or found != tuple(one.lower() for one in held):
        raise OldButton
    return found[0]
