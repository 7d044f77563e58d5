"""The form for a digest while it is open: what would come of it, looking for campaigns and zones, the preview."""

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from blocks import inputs
from blocks.campaigns import search as campaign_search
from blocks.digests import form as digest_form
from blocks.digests import listing as digest_listing
from blocks.digests import message as digest_message
from blocks.kit import Block, Message
from bot.delivery.operations import new_id
from bot.errors import BotError, Busy, DigestGone
from bot.slack.campaigns import find_shortcut
from bot.slack.context.place import Place, is_modal, is_public
from bot.slack.context.services import Services
from bot.slack.digests import (
    channel_access,
    form_outlook,
    form_values,
    permissions,
    time_zones,
)
from bot.slack.digests.draft import Draft, base, view_of
from bot.slack.digests.form_values import Editing, place_in, visit_of
from bot.slack.digests.show_privately import show_to
from bot.slack.reply.errors import explain
from bot.slack.reply.replies import Visit
from bot.slack.surfaces.form_submission import WrongField, typed_into
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import AT_ONCE, Window, open_window
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
_FIELDS = re.compile(f"^{re.escape(digest_form.FIELD)}")
_NAMES_WITHIN = 1.5  # seconds for the names of campaigns that were picked before
_MAKING = "Making the preview …"


def register(app: AsyncApp) -> None:
    """Listens for what opens the form, for what is changed in it, and for its buttons."""
    app.action(digest_message.EDIT)(edit)
    app.action(digest_listing.MAKE)(make)
    app.action({"action_id": inputs.VALUE, "block_id": _FIELDS})(change)
    app.action(digest_form.MORE)(more)
    app.action(digest_form.PREVIEW)(preview)
    app.action(digest_form.SEND)(send)
    for name, suggest in ((digest_form.PICKS, suggest_campaigns), (digest_form.ZONE, suggest_zones)):
        app.options({"action_id": inputs.VALUE, "block_id": name}, matchers=[typed_into(name)])(suggest)


def open_form(place: Place, visit: Visit, command: Payload) -> None:
    """Opens a new one for a typed command."""
    _open_new(place, visit, command["trigger_id"])


async def make(ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, services: Services) -> None:
    """Opens a new one from a button."""
    place = await place_in(body, services, client, workspace)
    await ack()
    _open_new(place, visit_of(body, place, "digest new"), body["trigger_id"], _list_url(body))


async def edit(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Opens the form of one that is kept, for who may change it."""
    place = await place_in(body, services, client, workspace)
    await ack()
    about = Editing(_origin(place, _list_url(body)), str(action.get("value") or ""))

    async def view() -> Block:
        kept = await base(place, about)
        chosen = form_values.filled(kept, await _names(place.workspace, kept.choice.ids))
        seen = replace(about, opened=kept.changed_at)
        return view_of(place, chosen, await form_outlook.learn(place, chosen), seen)

    window = Window(digest_form.EDIT, view, push=is_modal(body))
    open_window(services, visit_of(body, place, "digest edit"), client, body["trigger_id"], window)


async def change(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Shows what would come of what was just chosen or typed."""
    draft = Draft(await place_in(body, services, client, workspace), body["view"])
    await ack()
    _soon(draft, "digest form", draft.renew())


async def more(ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, services: Services) -> None:
    """Shows the rest of the fields."""
    draft = Draft(await place_in(body, services, client, workspace), body["view"])
    await ack()
    draft.chosen = replace(draft.chosen, more=True)
    _soon(draft, "digest more", draft.renew())


async def preview(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Shows the exact message to this person alone, outside the window: a window cannot hold its blocks."""
    draft = Draft(await place_in(body, services, client, workspace), body["view"])
    await ack()
    _soon(draft, "digest preview", _with_note(draft, _preview(draft)))


async def send(ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, services: Services) -> None:
    """Sends the digest as it is kept; Slack has asked whether they mean it."""
    draft = Draft(await place_in(body, services, client, workspace), body["view"])
    await ack()
    _soon(draft, "digest send", _with_note(draft, _send(draft)))


async def suggest_campaigns(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Campaigns that hold what was typed."""
    place = await place_in(body, services, client, workspace)
    await ack(options=await find_shortcut.offered(str(body.get("value") or ""), place.workspace, services, place.user))


async def suggest_zones(ack: AsyncAck, body: Payload, services: Services) -> None:
    """Time zones whose city holds what was typed."""
    found = time_zones.options(str(body.get("value") or ""), services.clock.now())
    await ack(options=found or campaign_search.only_says("No time zone is called that: type a big city"))


def _open_new(place: Place, visit: Visit, trigger_id: str, url: str = "") -> None:
    about = Editing(_origin(place, url), new_id(), new=True)

    async def view() -> Block:
        who = await permissions.need_member(place)
        channel = None if channel_access.is_direct(place.channel) else place.channel or None
        chosen = form_values.blank(channel, who.zone)
        return view_of(place, chosen, await form_outlook.learn(place, chosen), about)

    open_window(place.services, visit, place.client, trigger_id, Window(digest_form.NEW, view))


def _origin(place: Place, url: str) -> ModalState:
    return ModalState(place.workspace.id, place.workspace.enterprise_id, place.channel, response_url=url)


def _list_url(body: Payload) -> str:
    """Where a private list can be replaced by what it is afterwards; a message for everybody stays as it is."""
    return "" if is_public(body) else str(body.get("response_url") or "")


async def _names(workspace: Workspace, ids: tuple[str, ...]) -> dict[str, str]:
    """Of campaigns, as far as they are known or careCycle says them soon."""
    if all(one in workspace.names_at_hand() for one in ids):
        return workspace.names_at_hand()
    try:
        async with asyncio.timeout(_NAMES_WITHIN):
            await workspace.recent_campaigns()
    except (TimeoutError, BotError):
        pass  # then they are shown by the beginning of their id
    return workspace.names_at_hand()


def _soon(draft: Draft, what: str, work: Coroutine[Any, Any, str]) -> None:
    """In a task of its own: the form stays as it is until then."""
    services, visit = draft.place.services, Visit(draft.place.workspace.address, what, "")

    async def logged() -> None:
        services.replies.log(visit, await work, [], via="modal")

    try:
        services.tasks.start(logged())
    except Busy:
        work.close()
        services.replies.log(visit, "Busy", [], via="modal")


async def _with_note(draft: Draft, work: Coroutine[Any, Any, str]) -> str:
    """Does it, and says in the form what came of it."""
    task = asyncio.create_task(explain(work, draft.place.services.clock, _as_note))
    done, _ = await asyncio.wait({task}, timeout=AT_ONCE)
    if not done:
        await draft.renew(_MAKING, form_outlook.PATIENCE)  # what comes of it is said after that
    outcome = await task
    shown = await draft.renew(outcome.shown)
    return outcome.name if shown == "answered" else shown


async def _preview(draft: Draft) -> str:
    try:
        made = await draft.digest()
    except WrongField as error:
        return f"⚠️ *{digest_form.LABELS[error.name]}:* {error.says}"
    place = draft.place
    form = await place.services.channels.form(place.client, place.workspace, made.channel_id, public=True)
    composed = await place.services.digests.preview(place.workspace, made, form)
    direct = await show_to(replace(place, channel=made.channel_id), composed.message, composed.plain)
    return digest_form.previewed(made.channel_id, direct=direct)


async def _send(draft: Draft) -> str:
    kept = await base(draft.place, draft.about)
    if kept.created_at is None:
        raise DigestGone  # it was not saved yet: its id may be anybody's
    await draft.place.services.digests.send_now(kept, draft.place.user)
    changed = draft.seen(kept) not in (None, kept.changed_at)
    return digest_listing.sent_note(kept) + (
        digest_form.sent_over(kept.changed_by, draft.place.user) if changed else ""
    )


def _as_note(notice: Message) -> str:
    return f"⚠️ {notice.text}"
