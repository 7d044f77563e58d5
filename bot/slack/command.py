"""The slash command: ids become cards, and a first word may be a subcommand.

A new subcommand is a function and a row in SUBCOMMANDS; help follows by itself.
"""

import difflib
import re
from dataclasses import replace
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

import blocks.workspace.help
from blocks.campaigns import campaign as campaign_card
from blocks.kit import Message
from bot.campaigns.ids import has_nearly_an_id
from bot.campaigns.listing import STATUSES
from bot.errors import NotConnected, NotShownHere, NotUnderstood
from bot.slack.campaigns import search
from bot.slack.campaigns.cards import MOST_IDS, cards
from bot.slack.context.interaction import Interaction
from bot.slack.context.pending_commands import PendingCommand
from bot.slack.context.typed_command import Subcommand, TypedCommand
from bot.slack.digests import form as digest_form
from bot.slack.digests import listing
from bot.slack.previews import commands
from bot.slack.workspace import connect, settings
from bot.workspaces.workspace import Workspace

_NEAR = 0.6  # of 1; `hlep` is 0.75 away from `help`, and `health`, which may be a name, 0.6
_MAY_BE_A_KEY = re.compile(r"_|.{20}")


def register(app: AsyncApp, command: str) -> None:
    """Listens for the slash command, whose name is a setting: the last app installed owns a name."""
    app.command(command)(show)


async def show(ack: AsyncAck, interaction: Interaction) -> None:
    """Reply to one typed command."""
    command, workspace = interaction.body, interaction.workspace
    text = str(command.get("text") or "")
    if (at_hand := _at_hand(text, interaction)) is not None:
        interaction.services.replies.at_once(interaction, ack, at_hand, ["hit"])
        return
    word, *rest = text.lower().split() or ["help"]
    row = SUBCOMMANDS.get(word)
    if row and text.strip():
        interaction = interaction.named(f"command {word}")
    public = _is_public(workspace) and (row is None or row.shared)
    asked = TypedCommand(command, text, workspace.links.ids_in(text), interaction, public, is_subcommand=bool(row))
    if row and row.opens and (row.opens_after in rest[:1] if row.run else _is_meant(row, asked)):
        await ack()
        row.opens(interaction)
    else:
        await _reply(ack, asked)


def _at_hand(text: str, interaction: Interaction) -> Message | None:
    """What happens all day: an id and nothing else, in memory. Straight through, it takes a fifth less."""
    workspace, services = interaction.workspace, interaction.services
    if _is_public(workspace) or not (held := workspace.held(text.strip().lower())):
        return None
    if (form := services.channels.known_form(workspace, interaction.channel)) is None:
        return None
    services.lookups.note(workspace, interaction.user, held.campaign.id)
    return campaign_card.card(held, form=form)


def _is_public(workspace: Workspace) -> bool:
    return workspace.preferences.audience == "channel"


async def _reply(ack: AsyncAck, asked: TypedCommand) -> None:
    retry = None if asked.is_subcommand else " ".join(asked.ids[:MOST_IDS]) or None
    replies = asked.interaction.services.replies
    await replies.in_ack(asked.interaction, ack, partial(answer, asked), retry=retry, public=asked.public)


async def answer(asked: TypedCommand) -> Message:
    """The message for what was typed; what meets "not connected" is answered when somebody connects."""
    try:
        return await _answer(asked)
    except NotConnected:
        interaction, url = asked.interaction, asked.payload["response_url"]
        ids = () if asked.is_subcommand else asked.ids
        waiter = PendingCommand(
            interaction.user, interaction.channel, ids, url, again=None if ids else partial(_again, asked)
        )
        interaction.services.waiting.add(interaction.workspace.id, waiter)
        raise


async def _again(asked: TypedCommand, interaction: Interaction) -> Message:
    """The same, for the person alone: what comes half an hour later need not come to everybody."""
    return await _answer(replace(asked, interaction=interaction, public=False))


async def _answer(asked: TypedCommand) -> Message:
    """Subcommand first, then ids, then names, then what it may have meant."""
    first, _, rest = asked.words.strip().partition(" ")
    row = SUBCOMMANDS.get(first.lower() or "help")
    if row and row.run and _is_meant(row, asked):
        return await row.run(replace(asked, words=rest))
    if row:
        return await _named_like(row, asked)
    if asked.ids:
        shown = await cards(asked.interaction, asked.ids, public=asked.public)
        asked.note_shared(*asked.ids[:MOST_IDS])
        return shown
    if (error := _not_understood(asked)) is not None:
        raise error
    near = [] if rest else difflib.get_close_matches(first.lower(), SUBCOMMANDS, n=1, cutoff=_NEAR)
    return await search.found(asked, f"{asked.payload['command']} {near[0]}" if near else "")


def _is_meant(row: Subcommand, asked: TypedCommand) -> bool:
    """Whether what follows a subcommand can be for it. What may be a key is nothing to search for."""
    rest = asked.words.lower().split()[1:]
    if not rest or asked.ids or asked.interaction.workspace.connection is None or " ".join(rest) in row.takes:
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
    links = asked.interaction.workspace.links
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
