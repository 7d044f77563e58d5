"""The slash command: ids become cards, and a first word may be a subcommand.

A new subcommand is a function and a row in SUBCOMMANDS; help follows by itself.
"""

import difflib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

import blocks.help
from blocks import campaign
from blocks.kit import Message
from bot.errors import NotConnected, NotUnderstood
from bot.links import has_nearly_an_id
from bot.slack import connect, settings
from bot.slack.cards import MOST_IDS, cards
from bot.slack.desk import Desk
from bot.slack.places import Place
from bot.slack.replies import Visit
from bot.slack.waiting import Waiter
from bot.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
_NEAR = 0.6  # of 1; `hlep` is 0.75 away from `help`


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: `words` after the command (and after the subcommand, for one), the `ids` in them, and where.

    `public`: the answer is for everybody there.
    """

    payload: Payload
    words: str
    ids: tuple[str, ...]
    place: Place
    public: bool = False


@dataclass(frozen=True, slots=True)
class Subcommand:
    """What a first word does: `run` gives a message, or `opens` a modal; `line` is what help says of it."""

    line: str
    run: Callable[[Asked], Awaitable[Message]] | None = None
    opens: Callable[[Place, Visit, Payload], None] | None = None


def register(app: AsyncApp, command: str) -> None:
    """Listens for the slash command, whose name is a setting: the last app installed owns a name."""
    app.command(command)(show)


async def show(ack: AsyncAck, command: Payload, client: AsyncWebClient, workspace: Workspace, desk: Desk) -> None:
    """Replies to one typed command."""
    visit = Visit(workspace.id, "command", command["response_url"])
    text = str(command.get("text") or "")
    place = Place(desk, client, workspace, str(command.get("channel_id") or ""), command["user_id"])
    if (at_hand := _at_hand(text, place)) is not None:
        desk.replies.at_once(visit, ack, at_hand, ["hit"])
        return
    word = next(iter(text.lower().split()), "help")
    if word not in SUBCOMMANDS:
        await _reply(
            ack, visit, Asked(command, text, workspace.links.ids_in(text), place, public=_is_public(workspace))
        )
        return
    visit.what = "command" if not text.strip() else f"command {word}"
    if opens := SUBCOMMANDS[word].opens:
        await ack()
        opens(place, visit, command)
    else:
        await _reply(ack, visit, Asked(command, text, (), place))


def _at_hand(text: str, place: Place) -> Message | None:
    """What happens all day: an id and nothing else, in memory. Straight through, it takes a fifth less."""
    if _is_public(place.workspace) or not (held := place.workspace.held(text.strip().lower())):
        return None
    form = place.desk.channels.known_form(place.workspace, place.channel)
    return None if form is None else campaign.card(held, form=form)


def _is_public(workspace: Workspace) -> bool:
    return workspace.preferences.audience == "channel"


async def _reply(ack: AsyncAck, visit: Visit, asked: Asked) -> None:
    retry = " ".join(asked.ids[:MOST_IDS]) or None
    await asked.place.desk.replies.in_ack(visit, ack, partial(answer, asked), retry=retry, public=asked.public)


async def answer(asked: Asked) -> Message:
    """The message for what was typed: subcommand first, then ids, then the nearest thing it may have meant."""
    first, _, rest = asked.words.strip().partition(" ")
    chosen = SUBCOMMANDS.get(first.lower() or "help")
    if chosen and chosen.run:
        return await chosen.run(replace(asked, words=rest))
    if asked.ids:
        return await _cards(asked)
    raise _not_understood(asked, first.lower())


async def _cards(asked: Asked) -> Message:
    place = asked.place
    try:
        return await cards(place, asked.ids, public=asked.public)
    except NotConnected:
        waiter = Waiter(place.user, place.channel, asked.ids, asked.payload["response_url"])
        place.desk.waiting.add(place.workspace.id, waiter)
        raise


async def _help(asked: Asked) -> Message:
    return blocks.help.card(asked.payload["command"], {name: row.line for name, row in SUBCOMMANDS.items()})


def _not_understood(asked: Asked, first: str) -> NotUnderstood:
    near = difflib.get_close_matches(first, SUBCOMMANDS, n=1, cutoff=_NEAR)
    return NotUnderstood(
        nearest=f"{asked.payload['command']} {near[0]}" if near else None,
        other_link=asked.place.workspace.links.has_other_link(asked.words),
        broken_id=has_nearly_an_id(asked.words),
        bare_link=asked.place.workspace.links.has_own_link(asked.words),
    )


SUBCOMMANDS = {
    "connect": Subcommand("sets or replaces the careCycle key", opens=connect.open_form),
    "disconnect": Subcommand("takes the key away again", opens=connect.open_farewell),
    "settings": Subcommand("who may do what, and how cards look", opens=settings.open_form),
    "help": Subcommand("shows this", run=_help),
}
