"""What became of a digest's deliveries, in a window; *Send again* and *Resume*, there and in direct messages."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from blocks import kit
from blocks.digests import form as digest_form
from blocks.digests import history as digest_history
from blocks.digests import listing as digest_listing
from blocks.digests import message as digest_message
from blocks.kit import Block, Message
from bot.errors import Busy, OldButton
from bot.slack.context.place import Place, is_modal
from bot.slack.context.services import Services
from bot.slack.digests import permissions
from bot.slack.digests.buttons import resumed
from bot.slack.digests.form_values import Editing, place_in, visit_of
from bot.slack.reply.errors import SLACK_TROUBLE, explain, slack_word
from bot.slack.reply.replies import Visit
from bot.slack.reply.visibility import INSTEAD
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Window, open_window
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
Action = Callable[[], Awaitable[str]]


def register(app: AsyncApp) -> None:
    """Listens for *History*, and for what mends a delivery."""
    app.action(digest_message.HISTORY)(show)
    app.action(digest_history.AGAIN)(send_again)
    app.action(digest_form.SEND_SAVED)(send_saved)
    app.action(digest_listing.RESUME_HERE)(resume)


async def show(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Opens the history."""
    place = await place_in(body, services, client, workspace)
    await ack()
    visit = visit_of(body, place, "digest history")
    view = partial(_window, place, str(action.get("value") or ""))
    window = Window(digest_history.TITLE, view, push=is_modal(body))
    open_window(services, visit, client, body["trigger_id"], window)


async def send_saved(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Sends one that was just saved, and opens its history; Slack has asked whether they mean it."""
    place = await place_in(body, services, client, workspace)
    await ack()

    async def sent() -> Block:
        seen = await permissions.seen(place, str(action.get("value") or ""))
        await permissions.need_keeper(place, seen)
        await services.digests.send_now(seen, place.user)
        return await _window(place, seen.id, note=digest_listing.sent_note(seen))

    visit = visit_of(body, place, "digest send")
    open_window(services, visit, client, body["trigger_id"], Window(digest_history.TITLE, sent, push=True))


async def send_again(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Tries a delivery again that did not come, or of which nobody knows."""
    place = await place_in(body, services, client, workspace)
    id_, _, run = str(action.get("value") or "").partition(" ")

    async def sent() -> str:
        seen = await permissions.seen(place, id_)
        await permissions.need_keeper(place, seen)
        if run not in {one.id for one in await services.digests.history(seen)}:
            raise OldButton
        began = await services.digests.send_again(seen, run, place.user)
        return digest_history.again(seen, began=began)

    await _done(ack, body, place, id_, sent)


async def resume(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Goes on with it."""
    place = await place_in(body, services, client, workspace)
    id_ = str(action.get("value") or "")

    async def going_on() -> str:
        return digest_listing.resumed_note(
            await resumed(place, await permissions.seen(place, id_)), services.clock.now()
        )

    await _done(ack, body, place, id_, going_on)


async def _done(ack: AsyncAck, body: Payload, place: Place, id_: str, deed: Action) -> None:
    """Does it, and says so: in the window it was pressed in, or instead of the message."""
    services, visit = place.services, visit_of(body, place, "digest mend")

    async def said() -> Message:
        text = await deed()
        return Message(text, (kit.section(text),))

    if not is_modal(body):
        await services.replies.afterwards(visit, ack, said, INSTEAD)
        return
    await ack()
    try:
        services.tasks.start(_in_window(place, visit, str(body["view"]["id"]), id_, deed))
    except Busy:  # the window stays as it is
        services.replies.log(visit, "Busy", [], via="modal")


async def _in_window(place: Place, visit: Visit, view_id: str, id_: str, deed: Action) -> None:
    clock = place.services.clock
    done = await explain(deed(), clock, _as_note)
    shown = await explain(_window(place, id_, note=done.shown), clock, _as_window)
    try:
        await place.client.views_update(view_id=view_id, view=place.marked_view(shown.shown))
    except SLACK_TROUBLE as error:
        closed = slack_word(error) == "not_found"
        place.services.replies.log(visit, "closed" if closed else "lost", [], via="modal")
    else:
        place.services.replies.log(visit, done.name, [], via="modal")


async def _window(place: Place, id_: str, *, note: str = "") -> Block:
    seen, workspace = await permissions.seen(place, id_), place.workspace
    deliveries = await place.services.digests.history(seen)
    about = Editing(ModalState(workspace.id, workspace.enterprise_id, place.channel), seen.id)
    return digest_history.window(seen, deliveries, about.text(), place.services.clock.now(), note=note)


def _as_note(notice: Message) -> str:
    return f"⚠️ {notice.text}"


def _as_window(notice: Message) -> Block:
    return kit.modal(digest_history.TITLE, notice.blocks)
