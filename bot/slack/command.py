"""The slash command: ids become cards, and a first word may be a subcommand.

A new subcommand is a function and a row in SUBCOMMANDS; help follows by itself.
"""

import asyncio
import difflib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

import blocks.help
from blocks import campaign
from blocks.kit import Message
from bot.carecycle.models import Reading
from bot.errors import BotError, CampaignNotFound, NotUnderstood
from bot.links import has_nearly_an_id
from bot.slack.desk import Desk
from bot.slack.replies import Visit
from bot.workspace import Workspace

MOST_IDS = 10
_NEAR = 0.6  # of 1; `hlep` is 0.75 away from `help`


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: `words` after the command (and after the subcommand, for one), the `ids` in them, and where."""

    command: str
    words: str
    ids: tuple[str, ...]
    workspace: Workspace


@dataclass(frozen=True, slots=True)
class Subcommand:
    """What a first word does; `line` is what help says of it."""

    run: Callable[[Asked], Awaitable[Message]]
    line: str


def register(app: AsyncApp, command: str) -> None:
    """Listens for the slash command, whose name is a setting: the last app installed owns a name."""
    app.command(command)(show)


async def show(ack: AsyncAck, command: dict[str, Any], workspace: Workspace, desk: Desk) -> None:
    """Replies to one typed command."""
    visit = Visit(workspace.id, "command", command["response_url"])
    text = str(command.get("text") or "")
    if held := workspace.held(text.strip().lower()):
        # What happens all day: an id and nothing else, in memory. Straight through, it takes a fifth less.
        desk.replies.at_once(visit, ack, campaign.card(held), ["hit"])
        return
    visit.what = " ".join(("command", *(word for word in text.lower().split()[:1] if word in SUBCOMMANDS)))
    asked = Asked(command["command"], text, workspace.links.ids_in(text), workspace)
    await desk.replies.in_ack(visit, ack, partial(answer, asked), retry=" ".join(asked.ids[:MOST_IDS]))


async def answer(asked: Asked) -> Message:
    """The message for what was typed: subcommand first, then ids, then the nearest thing it may have meant."""
    first, _, rest = asked.words.strip().partition(" ")
    if chosen := SUBCOMMANDS.get(first.lower() or "help"):
        return await chosen.run(replace(asked, words=rest))
    if asked.ids:
        return await cards(asked.workspace, asked.ids)
    raise _not_understood(asked, first.lower())


async def cards(workspace: Workspace, ids: tuple[str, ...]) -> Message:
    """The card of one campaign, or up to ten in short; raises what went wrong with it, or with all of them."""
    if len(ids) == 1:
        return campaign.card(await workspace.campaign(ids[0]))
    found = await asyncio.gather(*(_try(workspace, campaign_id) for campaign_id in ids[:MOST_IDS]))
    kinds = {type(one) for one in found}
    if len(kinds) == 1 and isinstance(found[0], BotError) and not isinstance(found[0], CampaignNotFound):
        raise found[0]
    return campaign.condensed(list(zip(ids, found, strict=False)), left_out=len(ids) - len(found))


async def _help(asked: Asked) -> Message:
    return blocks.help.card(asked.command, {name: row.line for name, row in SUBCOMMANDS.items()})


async def _try(workspace: Workspace, campaign_id: str) -> Reading | BotError:
    try:
        return await workspace.campaign(campaign_id)
    except BotError as error:  # one bad id of several is a line in the answer, not its end
        return error


def _not_understood(asked: Asked, first: str) -> NotUnderstood:
    near = difflib.get_close_matches(first, SUBCOMMANDS, n=1, cutoff=_NEAR)
    return NotUnderstood(
        nearest=f"{asked.command} {near[0]}" if near else None,
        other_link=asked.workspace.links.has_other_link(asked.words),
        broken_id=has_nearly_an_id(asked.words),
        bare_link=asked.workspace.links.has_own_link(asked.words),
    )


SUBCOMMANDS = {"help": Subcommand(_help, "shows this")}
