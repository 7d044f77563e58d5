"""What is done with a digest by a button: in the list, under what was delivered, in a notice."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from blocks import notices
from blocks.digests import listing as digest_listing
from blocks.digests import message as digest_message
from blocks.digests.listing import Note
from blocks.kit import Message
from bot.digests.digest import Digest
from bot.errors import DigestGone, OldButton
from bot.slack.context.place import Place, place_of
from bot.slack.context.services import Services
from bot.slack.digests import listing, permissions
from bot.slack.digests.form_values import visit_of
from bot.slack.reply.visibility import BESIDE, IN_PLACE, INSTEAD
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
Action = Callable[[Place, Digest], Awaitable[Note]]


def register(app: AsyncApp) -> None:
    """Listens for the buttons of the list, for *Pause* under a digest, and for the one that follows it."""
    for action_id in _IN_LIST:
        app.action(action_id)(in_list)
    app.action(digest_message.PAUSE)(pause)
    app.action(digest_listing.HOLD_HERE)(hold)
    app.action(digest_message.LINK)(follow_link)


async def in_list(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Does it, and shows the list as it is then."""
    place = place_of(body, services, client, workspace)

    async def done() -> Message:
        try:
            note = await _IN_LIST[action["action_id"]](place, await permissions.seen(place, _id(action)))
        except DigestGone as error:
            note = Note(notices.reason(error, services.clock.now()))
        return await listing.message(place, note=note)

    visit = visit_of(body, place, "digest list")
    await services.replies.afterwards(visit, ack, done, IN_PLACE)


async def pause(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Pauses it for a day, and says so to who pressed it; what was delivered stays as it is."""
    place = place_of(body, services, client, workspace)

    async def done() -> Message:
        seen = await permissions.seen(place, _id(action))
        now = await services.digests.pause(seen, place.user, for_a_day=True)
        return digest_listing.paused(now, services.clock.now(), keeper=await permissions.keeps(place, now))

    visit = visit_of(body, place, "digest pause")
    await services.replies.afterwards(visit, ack, done, BESIDE)


async def hold(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Pauses it without an end, and says so instead of what was said of the day."""
    place = place_of(body, services, client, workspace)

    async def done() -> Message:
        now = await _held(place, await permissions.seen(place, _id(action)))
        return digest_listing.paused(now, services.clock.now(), keeper=True)

    visit = visit_of(body, place, "digest pause")
    await services.replies.afterwards(visit, ack, done, INSTEAD)


async def follow_link(ack: AsyncAck) -> None:
    """Slack tells of a pressed link too, and shows a warning when nobody listens."""
    await ack()


async def resumed(place: Place, digest_: Digest) -> Digest:
    """Goes on with it; who paused it for a day may take that back. Raises NotAllowed, DigestGone."""
    if digest_.pause is None or digest_.pause.why != "person" or digest_.pause.by != place.user:
        await permissions.need_keeper(place, digest_)
    return await place.services.digests.resume(digest_, place.user)


async def _held(place: Place, digest_: Digest) -> Digest:
    await permissions.need_keeper(place, digest_)
    return await place.services.digests.pause(digest_, place.user, for_a_day=False)


async def _pause(place: Place, digest_: Digest) -> Note:
    now = await place.services.digests.pause(digest_, place.user, for_a_day=True)
    return digest_listing.paused_note(now, place.services.clock.now(), keeper=await permissions.keeps(place, now))


async def _hold(place: Place, digest_: Digest) -> Note:
    return digest_listing.paused_note(await _held(place, digest_), place.services.clock.now(), keeper=True)


async def _resume(place: Place, digest_: Digest) -> Note:
    return Note(digest_listing.resumed_note(await resumed(place, digest_), place.services.clock.now()))


async def _send(place: Place, digest_: Digest) -> Note:
    await permissions.need_keeper(place, digest_)
    await place.services.digests.send_now(digest_, place.user)
    return Note(digest_listing.sent_note(digest_))


async def _delete(place: Place, digest_: Digest) -> Note:
    await permissions.need_keeper(place, digest_)
    await place.services.digests.delete(digest_, place.user)
    return Note(digest_listing.deleted_note(digest_))


def _id(action: Payload) -> str:
    if not (value := str(action.get("value") or "")):
        raise OldButton
    return value


_IN_LIST: dict[str, Action] = {
    digest_listing.PAUSE: _pause,
    digest_listing.HOLD: _hold,
    digest_listing.RESUME: _resume,
    digest_listing.SEND: _send,
    digest_listing.DELETE: _delete,
}
