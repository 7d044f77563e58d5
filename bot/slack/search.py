"""Words after the command: search, the list page by page, and two campaigns side by side."""

import asyncio
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from blocks import compare as comparison
from blocks import picker
from blocks.kit import Message
from bot.carecycle.listing import Entry, Listing
from bot.errors import OldButton
from bot.slack.asked import Asked
from bot.slack.bodies import IN_PLACE
from bot.slack.cards import cards
from bot.slack.desk import Desk
from bot.slack.places import is_public, place_of
from bot.slack.replies import Visit
from bot.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
STATUSES = ("draft", "active", "paused", "completed", "archived", "inactive", "cancelled", "testing")
_READ_ON = 5 * picker.PER_PAGE  # campaigns read at least, when those of one status are looked for


def register(app: AsyncApp) -> None:
    """Listens for the buttons of the list."""
    app.action(f"{picker.PAGE}.back")(turn)
    app.action(f"{picker.PAGE}.more")(turn)


async def found(asked: Asked) -> Message:
    """What the words find: the card of one clear hit, a short list of several, or what was searched for."""
    typed = " ".join(asked.words.split())
    await asked.place.form()  # cards may be unwanted here
    listing = await asked.place.workspace.search(typed)
    if (hit := _clear_hit(listing, typed)) is not None:
        return await cards(asked.place, (hit.id,), public=asked.public)
    return picker.hits(typed, listing, asked.payload["command"])


async def listed(asked: Asked) -> Message:
    """The first page of the list, of one status when one is named."""
    status = asked.words.strip().lower() or None
    if status and status not in STATUSES:
        return picker.statuses(asked.payload["command"], STATUSES)
    await asked.place.form(public=asked.public)
    return await _page(asked.place.workspace, 0, status)


async def compared(asked: Asked) -> Message:
    """Two campaigns side by side."""
    if len(asked.ids) != 2:
        return comparison.usage(asked.payload["command"])
    workspace = asked.place.workspace
    first, second = asked.ids
    left, right, form = await asyncio.gather(
        workspace.campaign(first), workspace.campaign(second), asked.place.form(public=asked.public)
    )
    return comparison.card(left, right, form=form, shared_by=asked.place.user if asked.public else None)


async def turn(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, desk: Desk
) -> None:
    """Another page, in place of the one that is there."""

    async def other() -> Message:
        try:
            start, status = picker.read_page(action["value"])
        except ValueError as error:
            raise OldButton from error
        await place.need_ours()
        await place.form(public=is_public(body))
        return await _page(workspace, start, status)

    place = place_of(body, desk, client, workspace)
    visit = Visit(place.workspace.address, "list", body.get("response_url", ""))
    await desk.replies.afterwards(visit, ack, other, IN_PLACE)


async def _page(workspace: Workspace, start: int, status: str | None) -> Message:
    """Reads as much of the list as the page needs: of one status, until enough of it is found or the list ends."""
    least = start + picker.PER_PAGE + 1
    listing = await workspace.recent_campaigns(least)
    if status is None:
        return picker.page(listing, start, None)
    read, chosen = 0, _of(listing, status)
    while len(chosen.entries) < least and not listing.whole and not listing.problem and read < len(listing.entries):
        read = len(listing.entries)
        listing = await workspace.recent_campaigns(read + _READ_ON)
        chosen = _of(listing, status)
    return picker.page(chosen, start, status)


def _of(listing: Listing, status: str) -> Listing:
    entries = tuple(entry for entry in listing.entries if (entry.status or "").lower() == status)
    return Listing(entries, listing.whole, listing.problem)


def _clear_hit(listing: Listing, typed: str) -> Entry | None:
    """The only one there is, or the only one that is called exactly that."""
    if len(listing.entries) == 1 and listing.whole:
        return listing.entries[0]
    exact = [entry for entry in listing.entries if " ".join(entry.name.split()).casefold() == typed.casefold()]
    return exact[0] if len(exact) == 1 else None
