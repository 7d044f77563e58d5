"""The App Home: opened, and its buttons."""

from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

import blocks.workspace.home
from blocks.campaigns import campaign as campaign_card
from blocks.kit import Block
from bot.errors import OldButton
from bot.slack.campaigns.cards import card_window
from bot.slack.context.place import Place, place_of
from bot.slack.context.services import Services
from bot.slack.reply.replies import Visit
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.modals import Window, open_window
from bot.slack.workspace import connect, settings
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON


def register(app: AsyncApp) -> None:
    """Listens for the tab, and for what is pressed on it."""
    app.event("app_home_opened")(opened)
    app.action(blocks.workspace.home.OPEN)(open_card)
    app.action(blocks.workspace.home.CLEAR)(clear)
    app.action(blocks.workspace.home.CONNECT)(press_connect)
    app.action(blocks.workspace.home.SETTINGS)(press_settings)


async def opened(
    ack: AsyncAck, body: Payload, event: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Shows it as it is now. Slack tells of the tab beside it, *Messages*, with the same event."""
    await ack()
    if event.get("tab") == "home" and services.once.is_first(body):
        home_tab.show_soon(Place(services, client, workspace, "", event["user"]), "home")


async def open_card(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Shows the card of a look-up in a modal: there is no conversation to show it in."""
    await ack()
    place = place_of(body, services, client, workspace)
    ids = workspace.links.ids_in(action.get("value") or "")

    async def view() -> Block:
        if not ids:
            raise OldButton
        return await card_window(place, ids[0])

    open_window(services, _visit(place, "home open"), client, body["trigger_id"], Window(campaign_card.WINDOW, view))


async def clear(ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, services: Services) -> None:
    """Deletes this person's look-ups; Slack has asked whether they mean it."""
    await ack()
    place = place_of(body, services, client, workspace)
    home_tab.show_soon(place, "home clear", partial(services.lookups.clear, workspace.id, place.user))


async def press_connect(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Opens the form for the key."""
    await ack()
    place = place_of(body, services, client, workspace)
    connect.open_form(place, _visit(place, "home connect"), body)


async def press_settings(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Opens the settings."""
    await ack()
    place = place_of(body, services, client, workspace)
    settings.open_form(place, _visit(place, "home settings"), body)


def _visit(place: Place, what: str) -> Visit:
    return Visit(place.workspace.address, what, "", beside=partial(home_tab.tell, place))
