"""Show the list of campaigns page by page: all, those of one status, or those with problems."""

import difflib
from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.campaigns import listing as campaign_list
from blocks.campaigns.listing import PROBLEMS, PageState
from blocks.card_options import CardOptions
from blocks.kit import Message
from bot.campaigns.listing import PROBLEM_WORDS, STATUSES, Listing, in_order, status_called
from bot.errors import NotUnderstood
from bot.slack.campaigns import problems, search, sharing
from bot.slack.campaigns.sharing import Shared
from bot.slack.context.interaction import Interaction
from bot.slack.context.typed_command import TypedCommand
from bot.slack.reply.message_bodies import REPLACE_UNLESS_ERROR
from bot.workspaces.known_rows import learn, up_to_date
from bot.workspaces.workspace import Workspace

_ALL = ("", "all", "everything", "campaigns", "all campaigns")
TAKES = (*STATUSES, *PROBLEM_WORDS, *_ALL)  # what may follow `list`
_NEAR = 0.7  # the least difflib ratio (of 1) of a mistyped status; to `active`, `actve` has 0.91
_READ_ON = 5  # how often more of the list is read, at most, to find campaigns of one status


def register(app: AsyncApp) -> None:
    """Listen for the buttons of the list."""
    for name in ("back", "more", *campaign_list.FILTERS):
        app.action(f"{campaign_list.PAGE}.{name}")(turn)
    app.action(campaign_list.SHARE)(share)


async def listed(typed: TypedCommand) -> Message:
    """Return the first page of the list, limited by what was typed after `list`; for unknown words, what it takes."""
    asked = " ".join(typed.rest.lower().split())
    known: dict[str, str | None] = dict.fromkeys(_ALL) | dict.fromkeys(PROBLEM_WORDS, PROBLEMS)
    which = known.get(asked) or status_called(asked)
    if which is None and asked not in known:
        nearest = difflib.get_close_matches(asked, (*STATUSES, PROBLEMS), n=1, cutoff=_NEAR)
        if nearest:
            raise NotUnderstood("status", nearest=f"{typed.command} list {nearest[0]}")
        return await search.found(replace(typed, text=typed.rest))
    by = typed.interaction.user if typed.public else None
    options = await typed.interaction.card_options(public=typed.public)
    return (await _page(typed.interaction, PageState(0, which, by), options)).message


async def turn(ack: AsyncAck, interaction: Interaction) -> None:
    """Replace the page of the list with another one, or with that of another filter."""

    async def other() -> Message:
        state = PageState.read(interaction.value)
        if interaction.maybe_outsider:  # in a shared channel others can press its buttons, too
            await interaction.person.need_own_company(remembered=True)
        options = await interaction.card_options(public=interaction.is_public)
        return (await _page(interaction, state, options)).message

    listing = replace(interaction, name="list", seen_in=None)
    await interaction.services.replies.afterwards(listing, ack, other, REPLACE_UNLESS_ERROR)


async def share(ack: AsyncAck, interaction: Interaction) -> None:
    """Post the page for everybody, with the name of the person who shared it."""

    async def public() -> Shared:
        state = replace(PageState.read(interaction.value), shared_by=interaction.user)
        return await _page(interaction, state, await interaction.card_options(public=True))

    await sharing.share(ack, interaction, public)


async def _page(interaction: Interaction, state: PageState, options: CardOptions) -> Shared:
    """Read as much of the list as the page needs, and return the page."""
    if state.which == PROBLEMS:
        return await problems.page(interaction, state, options)
    workspace, least = interaction.workspace, state.start + campaign_list.PER_PAGE + 1
    listing = await (_of_status(workspace, state.which, least) if state.which else workspace.recent_campaigns(least))
    await learn(workspace)
    entries = up_to_date(workspace, listing.entries)
    listing, order = in_order(replace(listing, entries=entries, among=listing.among or len(listing.entries)))
    message = campaign_list.page(listing, state, order=order, options=options)
    shown = listing.entries[state.start : state.start + campaign_list.PER_PAGE]
    return Shared(message, tuple(entry.id for entry in shown))


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
