"""The message shortcut: every campaign that a message names, in any conversation, for the person who asked alone."""

from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from blocks.campaigns import search as campaign_search
from blocks.campaigns import short_list
from blocks.kit import Message
from bot.campaigns.ids import has_nearly_an_id
from bot.errors import NotConnected
from bot.slack.campaigns import find_shortcut
from bot.slack.campaigns.cards import MOST_IDS, cards
from bot.slack.campaigns.message_text import ids_in_message, texts_of
from bot.slack.context.pending_commands import PendingCommand
from bot.slack.context.place import Place, place_of, seen_in
from bot.slack.context.services import Services
from bot.slack.reply.replies import Visit
from bot.slack.reply.visibility import BESIDE
from bot.slack.surfaces.modals import open_window
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
SHORTCUT = "show_campaigns"


def register(app: AsyncApp) -> None:
    """Listens for the shortcut in a message's menu."""
    app.message_shortcut(SHORTCUT)(show)


async def show(ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, services: Services) -> None:
    """Answers beside the message, in the thread it stands in; without an id in it, with the search form."""
    place, message = place_of(body, services, client, workspace), body.get("message") or {}
    visit = Visit(workspace.address, "show campaigns", body.get("response_url", ""), thread=seen_in(body))
    if ids := ids_in_message(workspace.links, message):
        await _show(ack, place, visit, ids)
        return
    await ack()
    says = campaign_search.none_in_message(nearly=any(map(has_nearly_an_id, texts_of(message))))
    window = replace(find_shortcut.window(place, says), otherwise=campaign_search.without_form(says, services.command))
    open_window(services, visit, client, body["trigger_id"], window)


async def _show(ack: AsyncAck, place: Place, visit: Visit, ids: tuple[str, ...]) -> None:
    async def work() -> Message:
        try:
            return await cards(place, ids)
        except NotConnected:
            waiter = PendingCommand(place.user, place.channel, ids, visit.response_url, place.thread, visit.thread)
            place.services.waiting.add(place.workspace.id, waiter)
            raise

    retry = short_list.asks_for(ids[:MOST_IDS], place.thread)
    await place.services.replies.afterwards(visit, ack, work, BESIDE, retry=retry)
