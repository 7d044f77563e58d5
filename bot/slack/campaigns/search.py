"""Answer words typed after the command: a search, `list` page by page, and `compare`."""

import asyncio
from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.campaigns import compare
from blocks.campaigns import search as campaign_search
from blocks.kit import Message
from bot.campaigns.listing import STATUSES, Entry, Listing, words_of
from bot.errors import CampaignNotFound, CareCycleError, NotConnected, NotUnderstood, OldButton, Unavailable
from bot.slack.campaigns.cards import cards
from bot.slack.campaigns.message_text import unescaped
from bot.slack.context.interaction import Interaction
from bot.slack.context.typed_command import TypedCommand
from bot.slack.reply.message_bodies import REPLACE_UNLESS_ERROR
from bot.workspaces.workspace import Workspace

_IN_TIME = 2.0  # seconds for a search when a subcommand may have been meant
_READ_ON = 5  # how often more of the list is read, at most, to find campaigns of one status


def register(app: AsyncApp) -> None:
    """Listen for the buttons of the list."""
    app.action(f"{campaign_search.PAGE}.back")(turn)
    app.action(f"{campaign_search.PAGE}.more")(turn)


async def found(typed: TypedCommand, nearest: str = "") -> Message:
    """Return what the words find: the card of one clear hit, a short list of several, or a message that none fit.

    `nearest` is a subcommand that may have been meant. With it, raise NotUnderstood when the search finds nothing,
    fails, or takes too long. Without it, raise what `Workspace.search` raises. Raise NotShownHere.
    """
    words = " ".join(unescaped(typed.text).split())
    await typed.interaction.card_options()  # raises NotShownHere where cards are unwanted
    listing = await (_in_time(typed, words, nearest) if nearest else typed.interaction.workspace.search(words))
    if (hit := _clear_hit(listing, words)) is not None:
        card = await cards(typed.interaction, (hit.id,), public=typed.public)
        typed.note_shared(hit.id)
        return card
    return campaign_search.hits(words, listing, typed.command)


async def _in_time(typed: TypedCommand, words: str, nearest: str) -> Listing:
    """Search, but raise NotUnderstood when nothing is found in time or careCycle fails.

    Help with a mistyped subcommand must not wait for careCycle, nor be hidden by its errors.
    """
    try:
        async with asyncio.timeout(_IN_TIME):
            listing = await typed.interaction.workspace.search(words)
    except TimeoutError as error:
        raise NotUnderstood(nearest=nearest, unsearched=Unavailable("slow")) from error
    except (NotConnected, CareCycleError) as error:
        raise NotUnderstood(nearest=nearest, unsearched=error) from error
    if not listing.entries:
        raise NotUnderstood(nearest=nearest, unsearched=listing.problem)
    return listing


async def listed(typed: TypedCommand) -> Message:
    """Return the first page of the list, limited to one status when one was typed; for an unknown one, the statuses."""
    status = typed.rest.lower() or None
    if status and status not in STATUSES:
        return campaign_search.statuses(typed.command, STATUSES)
    await typed.interaction.card_options(public=typed.public)
    return await _page(typed.interaction.workspace, 0, status)


async def compared(typed: TypedCommand) -> Message:
    """Return two campaigns side by side, or a short list that says which is missing. Without two ids, explain usage."""
    if len(typed.ids) != 2:
        return compare.usage(typed.command)
    workspace = typed.interaction.workspace
    first, second = typed.ids
    try:
        left, right, options = await asyncio.gather(
            workspace.campaign(first), workspace.campaign(second), typed.interaction.card_options(public=typed.public)
        )
    except CampaignNotFound:
        shown = await cards(typed.interaction, typed.ids, public=typed.public)
        typed.note_shared(*typed.ids)
        return shown
    typed.note_shared(first, second)
    return compare.card(left, right, options=options, shared_by=typed.interaction.user if typed.public else None)


async def turn(ack: AsyncAck, interaction: Interaction) -> None:
    """Replace the page of the list with another one."""

    async def other() -> Message:
        try:
            start, status = campaign_search.read_page(interaction.action["value"])
        except ValueError as error:
            raise OldButton from error
        if interaction.maybe_outsider:  # in a shared channel others can press its buttons, too
            await interaction.need_own_company()
        await interaction.card_options(public=interaction.is_public)
        return await _page(interaction.workspace, start, status)

    listing = replace(interaction, name="list", seen_in=None)
    await interaction.services.replies.afterwards(listing, ack, other, REPLACE_UNLESS_ERROR)


async def _page(workspace: Workspace, start: int, status: str | None) -> Message:
    """Read as much of the list as the page needs, and return the page."""
    least = start + campaign_search.PER_PAGE + 1
    listing = await (_of_status(workspace, status, least) if status else workspace.recent_campaigns(least))
    return campaign_search.page(listing, start, status)


async def _of_status(workspace: Workspace, status: str, least: int) -> Listing:
    """Find campaigns of one status, in the list or, if that is not enough, by asking careCycle for the status.

    When careCycle ignores the status, read some more pages, but not all: there may be many.
    """
    listing = await workspace.recent_campaigns()
    wanted = least
    for _ in range(_READ_ON):
        chosen = _of(listing, status)
        if len(chosen.entries) >= least or chosen.whole or chosen.problem:
            break
        listing = await workspace.recent_campaigns(wanted, status)
        wanted = len(listing.entries) + 1
    return _of(listing, status)


def _of(listing: Listing, status: str) -> Listing:
    entries = tuple(entry for entry in listing.entries if (entry.status or "").lower() == status)
    return Listing(entries, listing.whole, listing.problem, len(listing.entries))


def _clear_hit(listing: Listing, typed: str) -> Entry | None:
    """Return the only hit of a complete search, or the only hit with exactly the typed name, or None."""
    if len(listing.entries) == 1 and listing.whole:
        return listing.entries[0]
    exact = [entry for entry in listing.entries if words_of(entry.name) == words_of(typed)]
    return exact[0] if len(exact) == 1 else None
