"""Answer words typed after the command with a search."""

import asyncio

from blocks.campaigns import search as campaign_search
from blocks.kit import Message
from bot.campaigns.listing import Listing
from bot.errors import CareCycleError, NotConnected, NotUnderstood, Unavailable
from bot.slack.campaigns.cards import cards
from bot.slack.campaigns.message_text import unescaped
from bot.slack.context.typed_command import TypedCommand

_IN_TIME = 2.0  # seconds for a search when a subcommand may have been meant


async def found(typed: TypedCommand, nearest: str = "") -> Message:
    """Return what the words find: the card of one clear hit, a short list of several, or a message that none fit.

    `nearest` is a subcommand that may have been meant. With it, raise NotUnderstood when the search finds nothing,
    fails, or takes too long. Without it, raise what `Workspace.search` raises. Raise NotShownHere.
    """
    words = " ".join(unescaped(typed.text).split())
    await typed.interaction.card_options()  # raises NotShownHere where cards are unwanted
    listing = await (_in_time(typed, words, nearest) if nearest else typed.interaction.workspace.search(words))
    if (hit := listing.hit) is not None:
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
