"""Show the list of campaigns page by page: all, or those of one status."""

from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.campaigns import listing as campaign_list
from blocks.kit import Message
from bot.campaigns.listing import STATUSES, Listing
from bot.errors import OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.context.typed_command import TypedCommand
from bot.slack.reply.message_bodies import REPLACE_UNLESS_ERROR
from bot.workspaces.workspace import Workspace

_READ_ON = 5  # how often more of the list is read, at most, to find campaigns of one status


def register(app: AsyncApp) -> None:
    """Listen for the buttons of the list."""
    app.action(f"{campaign_list.PAGE}.back")(turn)
    app.action(f"{campaign_list.PAGE}.more")(turn)


async def listed(typed: TypedCommand) -> Message:
    """Return the first page of the list, limited to one status when one was typed; for an unknown one, the statuses."""
    status = typed.rest.lower() or None
    if status and status not in STATUSES:
        return campaign_list.statuses(typed.command, STATUSES)
    await typed.interaction.card_options(public=typed.public)
    return await _page(typed.interaction.workspace, 0, status)


async def turn(ack: AsyncAck, interaction: Interaction) -> None:
    """Replace the page of the list with another one."""

    async def other() -> Message:
        try:
            start, status = campaign_list.read_page(interaction.action["value"])
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
    least = start + campaign_list.PER_PAGE + 1
    listing = await (_of_status(workspace, status, least) if status else workspace.recent_campaigns(least))
    return campaign_list.page(listing, start, status)


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
