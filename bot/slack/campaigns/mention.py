"""Answer mentions that name a campaign, in their thread, where slash commands do not work."""

import re
from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

import blocks.workspace.help
from blocks.campaigns import short_list, which
from blocks.kit import Message
from bot import logs
from bot.campaigns.matching import without_fillers, words_of
from bot.slack.campaigns import pasted_links
from bot.slack.campaigns.cards import cards
from bot.slack.campaigns.message_text import ids_in_message, texts_of, unescaped
from bot.slack.campaigns.threads import post
from bot.slack.context.interaction import Interaction
from bot.slack.context.typed_command import MOST_IDS
from bot.slack.reply.errors import explain
from bot.slack.reply.payload import Payload
from bot.slack.reply.time_limit import ANSWER_WITHIN, in_time
from bot.workspaces.finding import Named, find, refuse_secret

_MENTION = re.compile(r"<[@#!][^<>]*>")
_MOST_WORDS = 8  # of a campaign's name; more are a sentence, and the app was only mentioned in it
_OF_PEOPLE = (None, "file_share", "thread_broadcast", "me_message")  # subtypes of messages that people write


def register(app: AsyncApp) -> None:
    """Listen for mentions."""
    app.event("app_mention")(mentioned)


async def mentioned(ack: AsyncAck, interaction: Interaction, context: AsyncBoltContext) -> None:
    """Answer in the thread, for everybody. Show errors only to the person who mentioned the app."""
    await ack()
    event = interaction.event
    if not _is_of_a_person(event, context.bot_user_id):
        return
    team = event.get("user_team") or event.get("team")
    maybe_outsider = bool(interaction.body.get("is_ext_shared_channel")) or team not in (None, interaction.workspace.id)
    thread = event.get("thread_ts") or event["ts"]
    there = replace(interaction, name="mention", maybe_outsider=maybe_outsider, thread=thread)
    there = replace(there, seen_in=event.get("thread_ts"))
    there.start_or_say(there.once(_answer))


async def _answer(interaction: Interaction) -> None:
    thread = interaction.thread or ""
    ids = ids_in_message(interaction.workspace.links, interaction.event)
    retry = short_list.asks_for(ids[:MOST_IDS], thread) if ids else None
    work = _posted(interaction, thread, ids) if ids else _named(interaction, thread)
    with logs.reads() as reads:
        outcome = await explain(work, interaction.services.clock, _as_it_is, retry=retry, remedied=interaction.remedied)
    replies, private = interaction.services.replies, outcome.shown
    sent = private is None or await replies.tell(interaction, private)
    via = "thread" if private is None else "ephemeral"
    replies.log(interaction, outcome.name if sent else "lost", reads, via=via)


async def _posted(interaction: Interaction, thread: str, ids: tuple[str, ...]) -> Message | None:
    """Post the cards in the thread. Return None, since nothing is left to say in private. Raise what went wrong."""
    refuse_secret(_typed(interaction.event), seen_by_all=True)
    if interaction.maybe_outsider:  # in a shared channel others can mention the app, too
        await interaction.person.need_own_company(remembered=True)
    async with in_time(interaction.started):
        shown = await cards(interaction, ids, public=True)
    await post(interaction, shown, thread)
    await interaction.note_shared(*ids[:MOST_IDS])
    pasted_links.learn(interaction, texts_of(interaction.event))
    return None


async def _named(interaction: Interaction, thread: str) -> Message | None:
    """Post the card of a campaign that is named, or return what may be meant, for the person alone."""
    await interaction.need_welcome(ANSWER_WITHIN)
    typed, workspace = _typed(interaction.event), interaction.workspace
    refuse_secret(typed, seen_by_all=True)
    if not 0 < len(without_fillers(words_of(typed))) <= _MOST_WORDS:
        return await _hint(interaction)
    if interaction.maybe_outsider:
        await interaction.person.need_own_company(remembered=True)
    async with in_time(interaction.started):
        await interaction.card_options()  # raises NotShownHere where cards are unwanted
        named = await find(workspace, typed)
    if isinstance(named, Named):
        return await _posted(interaction, thread, named.ids)
    if named.listing.entries or named.listing.near:
        return which.card(named.typed, named.listing)
    return await _hint(interaction)


async def _hint(interaction: Interaction) -> Message | None:
    return blocks.workspace.help.mention(interaction.services.command)


def _typed(event: Payload) -> str:
    """Return what was typed beside the mention, on one line."""
    return " ".join(unescaped(_MENTION.sub(" ", str(event.get("text") or ""))).split())


def _is_of_a_person(event: Payload, bot_user_id: str | None) -> bool:
    """Return whether the message is new and was written by a person, not by an app (this one included).

    An edited message is not new: it was answered before the edit.
    """
    is_known = event.get("user") and event.get("channel") and event.get("ts")
    by_an_app = event.get("bot_id") or event.get("user") == bot_user_id
    return bool(is_known and not by_an_app and not event.get("edited") and event.get("subtype") in _OF_PEOPLE)


def _as_it_is(notice: Message) -> Message | None:
    return notice
