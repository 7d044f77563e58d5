"""The App Home: opened, and its buttons."""

from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

import blocks.home
from blocks import campaign
from blocks.kit import Block
from bot.errors import OldButton
from bot.slack import connect, homes, settings
from bot.slack.cards import card_window
from bot.slack.desk import Desk
from bot.slack.places import Place, place_of
from bot.slack.replies import Visit
from bot.slack.windows import Window, open_window
from bot.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON


def register(app: AsyncApp) -> None:
    """Listens for the tab, and for what is pressed on it."""
    app.event("app_home_opened")(opened)
    app.action(blocks.home.OPEN)(open_card)
    app.action(blocks.home.CLEAR)(clear)
    app.action(blocks.home.CONNECT)(press_connect)
    app.action(blocks.home.SETTINGS)(press_settings)


async def opened(
    ack: AsyncAck, body: Payload, event: Payload, client: AsyncWebClient, workspace: Workspace, desk: Desk
) -> None:
    """Shows it as it is now. Slack tells of the tab beside it, *Messages*, with the same event."""
    await ack()
    if event.get("tab") == "home" and desk.once.is_first(body):
        homes.show_soon(Place(desk, client, workspace, "", event["user"]), "home")


async def open_card(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, desk: Desk
) -> None:
    """Shows the card of a look-up in a modal: there is no conversation to show it in."""
    await ack()
    place = place_of(body, desk, client, workspace)
    ids = workspace.links.ids_in(action.get("value") or "")

    async def view() -> Block:
        if not ids:
            raise OldButton
        return await card_window(place, ids[0])

    open_window(desk, _visit(place, "home open"), client, body["trigger_id"], Window(campaign.WINDOW, view))


async def clear(ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, desk: Desk) -> None:
    """Deletes this person's look-ups; Slack has asked whether they mean it."""
    await ack()
    place = place_of(body, desk, client, workspace)
    homes.show_soon(place, "home clear", partial(desk.lookups.clear, workspace.id, place.user))


async def press_connect(ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, desk: Desk) -> None:
    """Opens the form for the key."""
    await ack()
    place = place_of(body, desk, client, workspace)
    connect.open_form(place, _visit(place, "home connect"), body)


async def press_settings(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, desk: Desk
) -> None:
    """Opens the settings."""
    await ack()
    place = place_of(body, desk, client, workspace)
    settings.open_form(place, _visit(place, "home settings"), body)


def _visit(place: Place, what: str) -> Visit:
    return Visit(place.workspace.address, what, "", beside=partial(homes.tell, place))
