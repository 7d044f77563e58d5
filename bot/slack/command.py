"""The slash command: ids become cards, and a first word may be a subcommand.

A new subcommand is a function and a row in SUBCOMMANDS; help follows by itself.
"""

import difflib
from dataclasses import replace
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

import blocks.help
from blocks import campaign
from blocks.kit import Message
from bot.errors import NotConnected, NotUnderstood
from bot.links import has_nearly_an_id
from bot.slack import connect, mute, search, settings, why
from bot.slack.asked import Asked, Payload, Subcommand
from bot.slack.cards import MOST_IDS, cards
from bot.slack.desk import Desk
from bot.slack.digests import form as digest_form
from bot.slack.digests import listing
from bot.slack.places import Place
from bot.slack.replies import Visit
from bot.slack.waiting import Waiter
from bot.workspace import Workspace

_NEAR = 0.6  # of 1; `hlep` is 0.75 away from `help`


def register(app: AsyncApp, command: str) -> None:
    """Listens for the slash command, whose name is a setting: the last app installed owns a name."""
    app.command(command)(show)


async def show(ack: AsyncAck, command: Payload, client: AsyncWebClient, workspace: Workspace, desk: Desk) -> None:
    """Replies to one typed command."""
    visit = Visit(workspace.address, "command", command["response_url"])
    text = str(command.get("text") or "")
    place = Place(desk, client, workspace, str(command.get("channel_id") or ""), command["user_id"])
    if (at_hand := _at_hand(text, place)) is not None:
        desk.replies.at_once(visit, ack, at_hand, ["hit"])
        return
    word, *rest = text.lower().split() or ["help"]
    if word not in SUBCOMMANDS:
        await _reply(
            ack, visit, Asked(command, text, workspace.links.ids_in(text), place, public=_is_public(workspace))
        )
        return
    visit.what = "command" if not text.strip() else f"command {word}"
    row = SUBCOMMANDS[word]
    if (opens := row.opens) and (not row.run or row.opens_after in rest[:1]):
        await ack()
        opens(place, visit, command)
    else:
        public = _is_public(workspace) and row.shared
        await _reply(
            ack, visit, Asked(command, text, workspace.links.ids_in(text), place, public=public, is_subcommand=True)
        )


def _at_hand(text: str, place: Place) -> Message | None:
    """What happens all day: an id and nothing else, in memory. Straight through, it takes a fifth less."""
    if _is_public(place.workspace) or not (held := place.workspace.held(text.strip().lower())):
        return None
    if (form := place.desk.channels.known_form(place.workspace, place.channel)) is None:
        return None
    place.desk.lookups.note(place.workspace, place.user, held.campaign.id)
    return campaign.card(held, form=form)


def _is_public(workspace: Workspace) -> bool:
    return workspace.preferences.audience == "channel"


async def _reply(ack: AsyncAck, visit: Visit, asked: Asked) -> None:
    retry = None if asked.is_subcommand else " ".join(asked.ids[:MOST_IDS]) or None
    await asked.place.desk.replies.in_ack(visit, ack, partial(answer, asked), retry=retry, public=asked.public)


async def answer(asked: Asked) -> Message:
    """The message for what was typed; what meets "not connected" is answered when somebody connects."""
    try:
        return await _answer(asked)
    except NotConnected:
        place, url = asked.place, asked.payload["response_url"]
        ids = () if asked.is_subcommand else asked.ids
        waiter = Waiter(place.user, place.channel, ids, url, again=None if ids else partial(_again, asked))
        place.desk.waiting.add(place.workspace.id, waiter)
        raise


async def _again(asked: Asked, place: Place) -> Message:
    """The same, for the person alone: what comes half an hour later need not come to everybody."""
    return await _answer(replace(asked, place=place, public=False))


async def _answer(asked: Asked) -> Message:
    """Subcommand first, then ids, then names, then what it may have meant."""
    first, _, rest = asked.words.strip().partition(" ")
    chosen = SUBCOMMANDS.get(first.lower() or "help")
    if chosen and chosen.run:
        return await chosen.run(replace(asked, words=rest))
    if asked.ids:
        return await cards(asked.place, asked.ids, public=asked.public)
    if (error := _not_understood(asked, first.lower())) is not None:
        raise error
    return await search.found(asked)


def help_card(command: str) -> Message:
    """What the command understands; every subcommand has its line."""
    return blocks.help.card(command, {name: row.line for name, row in SUBCOMMANDS.items()})


async def _help(asked: Asked) -> Message:
    return help_card(asked.payload["command"])


def _not_understood(asked: Asked, first: str) -> NotUnderstood | None:
    """Why it makes no sense to look for a campaign of that name."""
    links = asked.place.workspace.links
    near = None if " " in asked.words.strip() else difflib.get_close_matches(first, SUBCOMMANDS, n=1, cutoff=_NEAR)
    error = NotUnderstood(
        nearest=f"{asked.payload['command']} {near[0]}" if near else None,
        other_link=links.has_other_link(asked.words),
        broken_id=has_nearly_an_id(asked.words),
        bare_link=links.has_own_link(asked.words),
    )
    return error if near or error.other_link or error.broken_id or error.bare_link else None


SUBCOMMANDS = {
    "list": Subcommand("all campaigns, or those of one status: `list paused`", run=search.listed, shared=True),
    "compare": Subcommand("two campaigns side by side: `compare ID ID`", run=search.compared, shared=True),
    "digest": Subcommand(
        "what this channel gets by itself; `digest new` makes one",
        run=listing.listed,
        opens=digest_form.open_form,
        opens_after="new",
    ),
    "connect": Subcommand("sets or replaces the careCycle key", opens=connect.open_form),
    "disconnect": Subcommand("takes the key away again", opens=connect.open_farewell),
    "mute": Subcommand("no previews of links in this channel", run=mute.mute),
    "unmute": Subcommand("previews of links in this channel again", run=mute.unmute),
    "why": Subcommand("why a link has no preview here: `why LINK`", run=why.why),
    "settings": Subcommand("who may do what, and how cards look", opens=settings.open_form),
    "help": Subcommand("shows this", run=_help),
}
