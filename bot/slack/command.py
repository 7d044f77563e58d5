"""The slash command: ids become cards, and a first word may be a subcommand.

A new subcommand is a function and a row in SUBCOMMANDS; help follows by itself.
"""

import difflib
import re
from dataclasses import replace
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

import blocks.workspace.help
from blocks.campaigns import campaign as campaign_card
from blocks.kit import Message
from bot.campaigns.ids import has_nearly_an_id
from bot.campaigns.listing import STATUSES
from bot.errors import NotConnected, NotShownHere, NotUnderstood
from bot.slack.campaigns import search
from bot.slack.campaigns.cards import MOST_IDS, cards
from bot.slack.context.pending_commands import PendingCommand
from bot.slack.context.place import Place
from bot.slack.context.services import Services
from bot.slack.context.typed_command import Payload, Subcommand, TypedCommand
from bot.slack.digests import form as digest_form
from bot.slack.digests import listing
from bot.slack.previews import commands
from bot.slack.reply.replies import Visit
from bot.slack.workspace import connect, settings
from bot.workspaces.workspace import Workspace

_NEAR = 0.6  # of 1; `hlep` is 0.75 away from `help`, and `health`, which may be a name, 0.6
_MAY_BE_A_KEY = re.compile(r"_|.{20}")


def register(app: AsyncApp, command: str) -> None:
    """Listens for the slash command, whose name is a setting: the last app installed owns a name."""
    app.command(command)(show)


async def show(
    ack: AsyncAck, command: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Replies to one typed command."""
    visit = Visit(workspace.address, "command", command["response_url"])
    text = str(command.get("text") or "")
    place = Place(services, client, workspace, str(command.get("channel_id") or ""), command["user_id"])
    if (at_hand := _at_hand(text, place)) is not None:
        services.replies.at_once(visit, ack, at_hand, ["hit"])
        return
    word, *rest = text.lower().split() or ["help"]
    row = SUBCOMMANDS.get(word)
    asked = TypedCommand(
        command, text, workspace.links.ids_in(text), place, _is_public(workspace), is_subcommand=bool(row)
    )
    if row:
        visit.what = "command" if not text.strip() else f"command {word}"
        asked = replace(asked, public=asked.public and row.shared)
    if row and row.opens and (row.opens_after in rest[:1] if row.run else _is_meant(row, asked)):
        await ack()
        row.opens(place, visit, command)
    else:
        await _reply(ack, visit, asked)


def _at_hand(text: str, place: Place) -> Message | None:
    """What happens all day: an id and nothing else, in memory. Straight through, it takes a fifth less."""
    if _is_public(place.workspace) or not (held := place.workspace.held(text.strip().lower())):
        return None
    if (form := place.services.channels.known_form(place.workspace, place.channel)) is None:
        return None
    place.services.lookups.note(place.workspace, place.user, held.campaign.id)
    return campaign_card.card(held, form=form)


def _is_public(workspace: Workspace) -> bool:
    return workspace.preferences.audience == "channel"


async def _reply(ack: AsyncAck, visit: Visit, asked: TypedCommand) -> None:
    retry = None if asked.is_subcommand else " ".join(asked.ids[:MOST_IDS]) or None
    await asked.place.services.replies.in_ack(visit, ack, partial(answer, asked), retry=retry, public=asked.public)


async def answer(asked: TypedCommand) -> Message:
    """The message for what was typed; what meets "not connected" is answered when somebody connects."""
    try:
        return await _answer(asked)
    except NotConnected:
        place, url = asked.place, asked.payload["response_url"]
        ids = () if asked.is_subcommand else asked.ids
        waiter = PendingCommand(place.user, place.channel, ids, url, again=None if ids else partial(_again, asked))
        place.services.waiting.add(place.workspace.id, waiter)
        raise


async def _again(asked: TypedCommand, place: Place) -> Message:
    """The same, for the person alone: what comes half an hour later need not come to everybody."""
    return await _answer(replace(asked, place=place, public=False))


async def _answer(asked: TypedCommand) -> Message:
    """Subcommand first, then ids, then names, then what it may have meant."""
    first, _, rest = asked.words.strip().partition(" ")
    row = SUBCOMMANDS.get(first.lower() or "help")
    if row and row.run and _is_meant(row, asked):
        return await row.run(replace(asked, words=rest))
    if row:
        return await _named_like(row, asked)
    if asked.ids:
        shown = await cards(asked.place, asked.ids, public=asked.public)
        asked.note_shared(*asked.ids[:MOST_IDS])
        return shown
    if (error := _not_understood(asked)) is not None:
        raise error
    near = [] if rest else difflib.get_close_matches(first.lower(), SUBCOMMANDS, n=1, cutoff=_NEAR)
    return await search.found(asked, f"{asked.payload['command']} {near[0]}" if near else "")


def _is_meant(row: Subcommand, asked: TypedCommand) -> bool:
    """Whether what follows a subcommand can be for it. What may be a key is nothing to search for."""
    rest = asked.words.lower().split()[1:]
    if not rest or asked.ids or asked.place.workspace.connection is None or " ".join(rest) in row.takes:
        return True
    return "://" in asked.words or has_nearly_an_id(asked.words) or any(map(_MAY_BE_A_KEY.search, rest))


async def _named_like(row: Subcommand, asked: TypedCommand) -> Message:
    """A campaign whose name begins like a subcommand; without one, the subcommand."""
    first, _, rest = asked.words.strip().partition(" ")
    try:
        return await search.found(asked, f"{asked.payload['command']} {first.lower()}")
    except (NotUnderstood, NotShownHere):
        if row.run is None:
            raise
        return await row.run(replace(asked, words=rest))


def help_card(command: str) -> Message:
    """What the command understands; every subcommand has its line."""
    return blocks.workspace.help.card(command, {name: row.line for name, row in SUBCOMMANDS.items()})


async def _help(asked: TypedCommand) -> Message:
    return help_card(asked.payload["command"])


def _not_understood(asked: TypedCommand) -> NotUnderstood | None:
    """Why it makes no sense to look for a campaign of that name."""
    links = asked.place.workspace.links
    error = NotUnderstood(
        other_link=links.has_other_link(asked.words),
        broken_id=has_nearly_an_id(asked.words),
        bare_link=links.has_own_link(asked.words),
    )
    return error if error.other_link or error.broken_id or error.bare_link else None


SUBCOMMANDS = {
    "list": Subcommand(
        "all campaigns, or those of one status: `list paused`", run=search.listed, takes=STATUSES, shared=True
    ),
    "compare": Subcommand("two campaigns side by side: `compare ID ID`", run=search.compared, shared=True),
    "digest": Subcommand(
        "what this channel gets by itself; `digest new` makes one",
        run=listing.listed,
        opens=digest_form.open_form,
        opens_after="new",
    ),
    "connect": Subcommand("sets or replaces the careCycle key", opens=connect.open_form),
    "disconnect": Subcommand("takes the key away again", opens=connect.open_farewell),
    "mute": Subcommand("no previews of links in this channel", run=commands.mute),
    "unmute": Subcommand("previews of links in this channel again", run=commands.unmute),
    "why": Subcommand("why a link has no preview here: `why LINK`", run=commands.why),
    "settings": Subcommand("who may do what, and how cards look", opens=settings.open_form),
    "help": Subcommand("shows this", run=_help),
}
