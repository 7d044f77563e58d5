"""Answer the slash command: ids become cards, and the first word may be a subcommand.

To add a subcommand, write a function and add a row to SUBCOMMANDS; the help lists it automatically.
"""

import difflib
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import get_args

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

import blocks.workspace.help
from blocks import notices
from blocks.campaigns import short_list
from blocks.kit import Message
from blocks.not_understood import RUN
from bot.campaigns.naming import named_beside
from bot.campaigns.pasted_secrets import secret_in
from bot.errors import Busy, NotConnected, NotShownHere, NotUnderstood
from bot.records import Role
from bot.slack.campaigns import at_hand, check, comparison, lists, pasted_links, problems, search
from bot.slack.campaigns.cards import cards
from bot.slack.context.interaction import Interaction
from bot.slack.context.pending_commands import PendingCommand
from bot.slack.context.typed_command import MOST_IDS, Subcommand, TypedCommand, kept
from bot.slack.digests import form as digest_form
from bot.slack.digests import listing
from bot.slack.previews import muting
from bot.slack.previews.why import why
from bot.slack.reply.message_bodies import REPLACE
from bot.slack.workspace import connect, settings
from bot.workspaces.finding import refuse_secret

_NEAR = 0.6  # the least difflib ratio (of 1) of a mistyped subcommand; to `help`, `hlep` has 0.75 and `health` 0.6


def register(app: AsyncApp, command: str) -> None:
    """Listen for the slash command. Its name is a setting: if two apps use the same name, Slack runs the newer app."""
    app.command(command)(show)
    app.action(RUN)(run)
    app.action(notices.RETRY)(run)


async def show(ack: AsyncAck, interaction: Interaction) -> None:
    """Reply to one typed command."""
    text = at_hand.typed(interaction)
    if (card := at_hand.card(interaction, text)) is not None:  # in Socket Mode; over HTTP it is answered before Bolt
        ack.response = interaction.services.replies.at_once(interaction, card, ["hit"])
        return
    typed = TypedCommand.parse(interaction, text)
    row = None if secret_in(text) else SUBCOMMANDS.get(typed.first)
    if row and text:
        typed = replace(typed, interaction=interaction.named(f"command {typed.first}"))
    if row and row.opens and row.is_opened(typed):
        await ack()
        row.opens(typed.interaction)
        return
    public = at_hand.is_public(interaction) and (row is None or row.shared)
    retry = " ".join(typed.ids[:MOST_IDS]) if _is_only_ids(typed) else kept(text)
    work = partial(answer, replace(typed, public=public))
    await interaction.services.replies.in_ack(typed.interaction, ack, work, retry=retry, public=public)


async def run(ack: AsyncAck, interaction: Interaction) -> None:
    """Run the command in a button's value, and show its answer in place of the message with the button."""
    typed = TypedCommand.parse(interaction.named("chosen"), short_list.without_thread(interaction.value))
    row = SUBCOMMANDS.get(typed.first)
    if row and row.opens and row.is_opened(typed):
        await ack()
        row.opens(typed.interaction)
        return
    work = partial(_run, typed)
    await interaction.services.replies.afterwards(typed.interaction, ack, work, REPLACE, retry=interaction.value)


async def _run(typed: TypedCommand) -> Message:
    """Answer a command from a button. In a shared channel others can press it, too: they only get cards of ids."""
    if _is_only_ids(typed):
        return await cards(typed.interaction, typed.ids)
    if typed.interaction.maybe_outsider:
        await typed.interaction.person.need_own_company(remembered=True)
    return await answer(typed)


async def answer(typed: TypedCommand) -> Message:
    """Return the message for a typed command.

    When the workspace is not connected, remember the command, to answer it afterwards, and raise NotConnected.
    """
    try:
        shown = await _work(typed)
    except NotConnected:
        _remember(typed)
        raise
    if _is_only_ids(typed):
        typed.note_shared(*typed.ids[:MOST_IDS])
    pasted_links.learn(typed.interaction, [typed.text])
    return shown


async def answer_again(interaction: Interaction, text: str) -> Message:
    """Answer a command again, privately: up to half an hour later, the others need not see the answer.

    Campaign ids, perhaps with a thread (`short_list.asks_for`), are such a command, too.
    """
    return await _work(TypedCommand.parse(interaction, text))


def _work(typed: TypedCommand) -> Awaitable[Message]:
    """Choose a subcommand, or else find the campaigns that are named. Raise NotUnderstood for a key or a token."""
    refuse_secret(typed.text)
    row = SUBCOMMANDS.get(typed.first)
    if row and row.run and row.is_meant(typed):
        return row.run(typed)
    if row:
        return _named_like(row, typed)
    if _is_only_ids(typed):
        return cards(typed.interaction, typed.ids, public=typed.public)
    near = [] if typed.rest else difflib.get_close_matches(typed.first, SUBCOMMANDS, n=1, cutoff=_NEAR)
    return search.found(typed, f"{typed.command} {near[0]}" if near else "")


def _remember(typed: TypedCommand) -> None:
    """Keep a command that needs careCycle until the workspace is connected."""
    interaction = typed.interaction
    ids = typed.ids if _is_only_ids(typed) else ()
    pending = PendingCommand(
        interaction.user, interaction.channel, ids, interaction.response_url, text="" if ids else typed.text
    )
    interaction.services.pending_commands.add(interaction.workspace.id, pending)


def _is_only_ids(typed: TypedCommand) -> bool:
    """Return whether the command names campaigns by whole ids alone, perhaps in a sentence."""
    return bool(typed.ids) and typed.first not in SUBCOMMANDS and not named_beside(typed.text, typed.ids)


async def _named_like(row: Subcommand, typed: TypedCommand) -> Message:
    """Search for the whole text, the subcommand's word included. If that finds nothing or fails, run the subcommand.

    Raise NotUnderstood or NotShownHere when the subcommand only opens a modal.
    """
    try:
        return await search.found_by_name(typed, f"{typed.command} {typed.first}")
    except (NotUnderstood, NotShownHere):
        if row.run is None:
            raise
        return await row.run(typed)


def help_cards(command: str) -> Mapping[Role | None, Message]:
    """Return the help message for everybody there is: with a line for every subcommand they can use.

    None is for people of whom it is not known who they are.
    """
    return {role: _help_card(command, role) for role in (*get_args(Role), None)}


def _help_card(command: str, role: Role | None) -> Message:
    lines = [line for name, row in SUBCOMMANDS.items() for line in row.help_lines(name, role)]
    return blocks.workspace.help.card(command, lines, unsure=role is None)


async def _help(typed: TypedCommand) -> Message:
    """Return the help for this person. It does not wait for Slack to say who that is, but asks for the next time."""
    interaction = typed.interaction
    role = interaction.person.known_role()
    if role is None:
        with suppress(Busy):
            interaction.services.tasks.start(interaction.person.membership(remembered=True))
    return interaction.services.help[role]


SUBCOMMANDS = {
    "check": Subcommand(
        "whether a campaign is calling, and if not, why: `check NAME`",
        run=check.checked,
        fits=bool,  # also the rest of a name that begins like this names its campaign
        shared=True,
    ),
    "list": Subcommand(
        "all campaigns, or those with one status: `list paused`",
        run=lists.listed,
        takes=lists.TAKES,
        shared=True,
        group="lists",
    ),
    "problems": Subcommand(
        "what needs a person, and how it was found", run=problems.problems, shared=True, group="lists"
    ),
    "compare": Subcommand(
        "two campaigns side by side: `compare NAME, NAME`", run=comparison.compared, shared=True, group="lists"
    ),
    "digest": Subcommand(
        "the digests of this channel",
        run=listing.listed,
        fits=listing.fits,
        opens=digest_form.open_form,
        opens_after="new",
        group="digests",
        more="new: sets up a digest for this channel",
    ),
    "connect": Subcommand("sets or replaces the careCycle key", opens=connect.open_form, group="managers"),
    "disconnect": Subcommand("removes the careCycle key", opens=connect.open_disconnect, group="managers"),
    "mute": Subcommand("no previews of links here", run=muting.mute, fits=muting.fits, group="previews"),
    "unmute": Subcommand("previews of links here again", run=muting.unmute, fits=muting.fits, group="previews"),
    "why": Subcommand("why a link has no preview here: `why LINK`", run=why, group="previews"),
    "settings": Subcommand("who may do what, and how cards look", opens=settings.open_form, group="managers"),
    "help": Subcommand("shows this", run=_help, group="look up"),
}
