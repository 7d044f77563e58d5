"""Mentioned with an id, the app answers in the thread: slash commands do not work there."""

from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

import blocks.workspace.help
from blocks.campaigns import short_list
from blocks.kit import Message
from bot import logs
from bot.campaigns.ids import has_nearly_an_id
from bot.errors import Busy, NotUnderstood, Outsider
from bot.slack.campaigns.cards import MOST_IDS, cards
from bot.slack.campaigns.message_text import ids_in_message, texts_of
from bot.slack.campaigns.threads import post, tell
from bot.slack.context.place import Place
from bot.slack.context.services import Services
from bot.slack.reply.errors import explain
from bot.slack.reply.replies import Visit
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
_OF_PEOPLE = (None, "file_share", "thread_broadcast", "me_message")  # the kinds of messages that people write


def register(app: AsyncApp) -> None:
    """Listens for mentions."""
    app.event("app_mention")(mentioned)


async def mentioned(
    ack: AsyncAck, body: Payload, event: Payload, context: AsyncBoltContext, client: AsyncWebClient,
    workspace: Workspace, services: Services,
) -> None:  # fmt: skip
    """Answers everybody in the thread; what goes wrong is told to the person alone."""
    await ack()
    if not _is_of_a_person(event, context.bot_user_id) or not services.once.is_first(body):
        return
    team = event.get("user_team") or event.get("team")
    doubtful = bool(body.get("is_ext_shared_channel")) or team not in (None, workspace.id)
    thread = event.get("thread_ts") or event["ts"]
    place = Place(services, client, workspace, event["channel"], event["user"], doubtful, thread)
    visit = Visit(workspace.address, "mention", "", beside=partial(tell, place, event.get("thread_ts")))
    try:
        services.tasks.start(_answer(place, thread, event, visit))
    except Busy as error:
        services.replies.no_room(visit, error)


async def _answer(place: Place, thread: str, event: Payload, visit: Visit) -> None:
    ids = ids_in_message(place.workspace.links, event)
    retry = short_list.asks_for(ids[:MOST_IDS], thread) if ids else None
    work = _posted(place, thread, ids) if ids else _hint(place, event)
    with logs.reads() as reads:
        outcome = await explain(work, place.services.clock, _as_it_is, retry=retry)
    replies, private = place.services.replies, outcome.shown
    sent = private is None or await replies.tell(visit, private)
    replies.log(visit, outcome.name if sent else "lost", reads, via="thread" if private is None else "ephemeral")


async def _posted(place: Place, thread: str, ids: tuple[str, ...]) -> Message | None:
    """Nothing is left to say to the person. Raises what went wrong."""
    await _need_own_company(place)
    await post(place, await cards(place, ids, public=True), thread)
    await place.note_shared(*ids[:MOST_IDS])
    return None


async def _need_own_company(place: Place) -> None:
    """In a shared channel others can mention the app; its commands and shortcuts Slack does not let them use either."""
    if not place.doubtful:
        return
    who = await place.services.people.standing(place.client, place.workspace, place.user)
    if who is None or not who.ours:
        raise Outsider(unsure=who is None)


async def _hint(place: Place, event: Payload) -> Message | None:
    texts, links = list(texts_of(event)), place.workspace.links
    if any(map(has_nearly_an_id, texts)):
        raise NotUnderstood(broken_id=True)
    if any(map(links.has_own_link, texts)):
        raise NotUnderstood(bare_link=True)
    return blocks.workspace.help.mention(place.services.command)


def _is_of_a_person(event: Payload, bot_user_id: str | None) -> bool:
    """Not of an app, this one included; and new: an edited message was answered when it was."""
    is_known = event.get("user") and event.get("channel") and event.get("ts")
    by_an_app = event.get("bot_id") or event.get("user") == bot_user_id
    return bool(is_known and not by_an_app and not event.get("edited") and event.get("subtype") in _OF_PEOPLE)


def _as_it_is(notice: Message) -> Message | None:
    return notice
