"""Answer the buttons on a card: refresh, share, details, open, try again."""

import asyncio
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

import blocks.campaigns.details
from blocks import notices
from blocks.campaigns import campaign as campaign_card
from blocks.kit import Block, Message
from bot.errors import OldButton
from bot.slack.campaigns.cards import card_window, cards
from bot.slack.context.place import Place, is_modal, is_public, place_of, seen_in
from bot.slack.context.services import Services
from bot.slack.reply.replies import Visit
from bot.slack.reply.visibility import BESIDE, IN_CHANNEL, IN_PLACE, INSTEAD
from bot.slack.surfaces.modals import Window, open_window
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON


def register(app: AsyncApp) -> None:
    """Listens for every button of a card."""
    app.action(campaign_card.REFRESH)(refresh)
    app.action(campaign_card.SHARE)(share)
    app.action(campaign_card.DETAILS)(show_details)
    app.action(campaign_card.OPEN)(open_card)
    app.action(campaign_card.LINK)(follow_link)
    app.action(notices.RETRY)(try_again)


async def refresh(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Puts newer numbers into the card that was pressed; a second click finds the first one's."""

    async def newer() -> Message:
        seen = campaign_card.CardState.read(action["value"])
        form = await place_of(body, services, client, workspace).form(public=is_public(body))
        reading = await workspace.campaign(seen.id, newer_than=seen.as_of)
        same = seen.digest == campaign_card.digest(reading.campaign) and not reading.problem
        return campaign_card.card(
            reading,
            shared_by=seen.shared_by,
            form=form,
            thread=seen.thread,
            unchanged_since=seen.as_of if same else None,
        )

    await services.replies.afterwards(_visit("refresh", body, workspace), ack, newer, IN_PLACE)


async def share(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Posts the card for everybody, named after who shared it, and takes the private one away."""
    if not services.shares.claim(body):
        await ack()
        return
    place = place_of(body, services, client, workspace)

    async def public() -> Message:
        seen = campaign_card.CardState.read(action["value"])
        form = await place.form(public=True)
        return campaign_card.card(await workspace.campaign(seen.id), shared_by=place.user, form=form)

    async def then(shared: bool) -> None:
        if shared:
            await services.response_urls.send(body.get("response_url", ""), {"delete_original": True})
            await place.note_shared(campaign_card.CardState.read(action["value"]).id)
        else:
            services.shares.release(body)

    await services.replies.afterwards(_visit("share", body, workspace), ack, public, IN_CHANNEL, then=then)


async def open_card(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Shows the whole card of one campaign of a list: beside the list, or over it where the list is in a window."""
    place, visit = place_of(body, services, client, workspace), _visit("open", body, workspace)
    if body.get("view"):
        await ack()
        window = Window(campaign_card.WINDOW, partial(_window, place, action["value"]), push=is_modal(body))
        open_window(services, visit, client, body["trigger_id"], window)
        return
    await services.replies.afterwards(
        visit, ack, partial(_cards, place, action["value"]), BESIDE, retry=action["value"]
    )


async def try_again(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Asks once more, and puts the card where the notice was."""
    work = partial(_cards, place_of(body, services, client, workspace), action["value"])
    await services.replies.afterwards(_visit("retry", body, workspace), ack, work, INSTEAD, retry=action["value"])


async def follow_link(ack: AsyncAck) -> None:
    """Slack tells of a pressed link too, and shows a warning when nobody listens."""
    await ack()


async def _cards(place: Place, value: str) -> Message:
    return await cards(place, _ids(place, value))


async def _window(place: Place, value: str) -> Block:
    return await card_window(place, _ids(place, value)[0])


def _ids(place: Place, value: str) -> tuple[str, ...]:
    """The ids in a button's value; raises OldButton when there is none."""
    ids = place.workspace.links.ids_in(value)
    if not ids:
        raise OldButton
    return ids


def _visit(what: str, body: Payload, workspace: Workspace) -> Visit:
    return Visit(workspace.address, what, body.get("response_url", ""), thread=seen_in(body))


async def show_details(
    ack: AsyncAck,
    body: Payload,
    action: Payload,
    client: AsyncWebClient,
    workspace: Workspace,
    services: Services,
) -> None:
    """Opens the modal, with a loading view first when careCycle is slow."""
    await ack()

    async def view() -> Block:
        seen = campaign_card.CardState.read(action["value"])
        reading, form, names = await asyncio.gather(
            workspace.campaign(seen.id),
            place_of(body, services, client, workspace).form(),
            sees_names(body["user"]["id"], client, workspace, services),
        )
        return blocks.campaigns.details.card(reading, names=names, form=form)

    visit = Visit(workspace.address, "details", body.get("response_url", ""), thread=seen_in(body))
    open_window(
        services, visit, client, body["trigger_id"], Window(blocks.campaigns.details.TITLE, view, push=is_modal(body))
    )


async def sees_names(user: str, client: AsyncWebClient, workspace: Workspace, services: Services) -> bool:
    """Whether this person sees agents by name."""
    wanted = workspace.preferences.agents == "managers"
    return wanted and await services.people.is_manager(client, workspace, user)
