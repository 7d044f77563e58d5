"""Answer words typed after the command: find the campaigns that they name."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar

from blocks.campaigns import search as campaign_search
from blocks.campaigns import which
from blocks.card_options import CardOptions
from blocks.kit import Message
from bot.campaigns.listing import Listing
from bot.campaigns.matching import place_of, words_of
from bot.errors import CareCycleError, NotConnected, NotUnderstood, Unavailable
from bot.slack.campaigns.cards import cards
from bot.slack.campaigns.message_text import unescaped
from bot.slack.context.typed_command import TypedCommand, kept
from bot.workspaces.finding import Named, Unclear, find, find_one
from bot.workspaces.known_rows import learn, up_to_date

T = TypeVar("T")
# What people ask of a campaign that this app cannot do: it only reads.
_CHANGES = {"stop", "pause", "start", "resume", "restart", "delete", "remove", "cancel", "edit", "change", "rename",
            "launch", "archive", "activate", "deactivate", "create", "add"}  # fmt: skip
_IN_TIME = 2.0  # seconds for a search when a subcommand may have been meant


async def found(typed: TypedCommand, nearest: str = "") -> Message:
    """Return the cards of the campaigns that are named, or else what may be meant, or that there is nothing.

    `nearest` is a subcommand that may have been meant. With it, raise NotUnderstood when nothing is found, the search
    fails, or it takes too long. Without it, raise what `find` raises. Raise NotShownHere.
    """
    options = await typed.interaction.card_options()  # raises NotShownHere where cards are unwanted
    finding = find(typed.interaction.workspace, one_line(typed.text))
    named = await (_in_time(finding, nearest) if nearest else finding)
    if isinstance(named, Named):
        return await _cards(typed, named)
    if nearest and not (named.listing.entries or named.listing.near):
        raise NotUnderstood(nearest=nearest, unsearched=named.listing.problem)
    await learn(typed.interaction.workspace)
    return unclear(typed, named, options=options)


async def found_by_name(typed: TypedCommand, nearest: str) -> Message:
    """Return the campaigns with all of the text in their names, although it begins with a subcommand.

    Raise NotUnderstood when there is none, the search fails, or it takes too long. Raise NotShownHere.
    """
    text = one_line(typed.text)
    options = await typed.interaction.card_options()
    listing = await _in_time(find_one(typed.interaction.workspace, text), nearest)
    entries = tuple(entry for entry in listing.entries if place_of(entry, words_of(text)) == "name")
    if not entries:
        raise NotUnderstood(nearest=nearest, unsearched=listing.problem)
    if listing.hit and listing.hit in entries:
        return await _cards(typed, Named((listing.hit.id,)))
    await learn(typed.interaction.workspace)
    return campaign_search.hits(text, _current(typed, replace(listing, entries=entries)), typed.command, options)


def unclear(typed: TypedCommand, part: Unclear, subcommand: str = "", *, options: CardOptions | None = None) -> Message:
    """Return the question which campaign a part of the text means. Its buttons continue the command.

    They do not when the rest of it may hold a key: then *Open* shows the campaign alone. Without `options`
    nothing is said of transfers, which only the company itself may see.
    """

    def chosen(campaign_id: str) -> str:
        return f"{subcommand} {part.chosen(campaign_id)}".strip()

    if not (part.before or part.after or subcommand):
        if not part.listing.entries and words_of(part.typed)[0] in _CHANGES:
            rest = part.typed.split(maxsplit=1)[1:]
            return which.reads_only(typed.interaction.workspace.search_at_hand(rest[0]).best if rest else ())
        if part.listing.near:
            return which.card(part.typed, part.listing)
        return campaign_search.hits(part.typed, _current(typed, part.listing), typed.command, options)
    others = f"{subcommand} {part.chosen()}".strip() if part.before or part.after else ""
    if kept(others) is None:
        return which.card(part.typed, part.listing)
    return which.card(part.typed, part.listing, chosen=chosen, others="" if subcommand else others)


def one_line(text: str) -> str:
    """Return what a person typed, as they typed it, on one line."""
    return " ".join(unescaped(text).split())


async def _cards(typed: TypedCommand, named: Named) -> Message:
    shown = await cards(typed.interaction, named.ids, public=typed.public)
    typed.note_shared(*named.ids)
    if named.part is None:
        return shown
    return replace(shown, blocks=(*shown.blocks, which.only_one_known(named.part)))


def _current(typed: TypedCommand, listing: Listing) -> Listing:
    """Return the listing with the figures and problems of the campaigns that were read since."""
    return replace(listing, entries=up_to_date(typed.interaction.workspace, listing.entries))


async def _in_time(search: Awaitable[T], nearest: str) -> T:
    """Search, but raise NotUnderstood when careCycle fails or takes too long.

    Help with a mistyped subcommand must not wait for careCycle, nor be hidden by its errors.
    """
    try:
        async with asyncio.timeout(_IN_TIME):
            return await search
    except TimeoutError as error:
        raise NotUnderstood(nearest=nearest, unsearched=Unavailable("slow")) from error
    except (NotConnected, CareCycleError) as error:
        raise NotUnderstood(nearest=nearest, unsearched=error) from error
