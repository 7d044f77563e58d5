"""Connecting a workspace to careCycle: the form, what becomes of the key, and disconnecting."""

from functools import partial
from typing import Any

from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

import blocks.workspace.connect
from blocks import notices
from blocks.campaigns import short_list
from blocks.kit import Block
from bot.config import KEY_PREFIX
from bot.errors import Busy, CareCycleError, KeyFixed
from bot.slack.campaigns.cards import MOST_IDS, cards
from bot.slack.context.installed import need_installation
from bot.slack.context.pending_commands import PendingCommand
from bot.slack.context.place import Place, is_modal, place_of, seen_in
from bot.slack.context.services import Services
from bot.slack.reply.replies import Visit
from bot.slack.reply.visibility import BESIDE, INSTEAD
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.form_submission import WrongField, answer_form, value
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Window, open_window
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
_AROUND = " \t\r\n\u00a0\u200b\ufeff\"'`“”‘’«»<>"  # what copying brings along, in any order


def register(app: AsyncApp) -> None:
    """Listens for the buttons that open the forms, and for the forms."""
    app.action(notices.CONNECT)(press)
    app.action(blocks.workspace.connect.FAREWELL)(press_farewell)
    app.action(notices.ADD)(follow_link)
    app.view(blocks.workspace.connect.SAVE)(save)
    app.view(blocks.workspace.connect.LEAVE)(leave)


def open_form(place: Place, visit: Visit, command: Payload) -> None:
    """Opens the form for a typed command."""
    _open(place, visit, command["trigger_id"], _origin(place.workspace, place.channel))


async def press(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Opens the form from a notice; the command that met it is answered afterwards, in its place."""
    await ack()
    place, url = place_of(body, services, client, workspace), body.get("response_url", "")
    ids = workspace.links.ids_in(action.get("value") or "")
    origin = ModalState(workspace.id, workspace.enterprise_id, place.channel, ids, url if ids else "", place.thread)
    visit = Visit(workspace.address, "connect", url, thread=seen_in(body))
    _open(place, visit, body["trigger_id"], origin, push=is_modal(body))


async def save(
    ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Proves the key and keeps it, or marks the field with the reason; then answers what was waiting."""
    origin, user = ModalState.read(view["private_metadata"]), body["user"]["id"]
    key = SecretStr(str(value(view, blocks.workspace.connect.KEY) or "").strip(_AROUND))

    async def connected() -> Block:
        home = await origin.home(services, workspace, client)
        await services.people.need_manager(client, home, user)
        if not key.get_secret_value().startswith(KEY_PREFIX):
            raise WrongField(blocks.workspace.connect.KEY, blocks.workspace.connect.wrong_prefix())
        try:
            kept = await home.connect(key, user)
        except (CareCycleError, KeyFixed) as error:
            raise WrongField(
                blocks.workspace.connect.KEY, blocks.workspace.connect.refusal(error, services.clock.now())
            ) from error
        await need_installation(home, services)
        waits = origin.ids or any(one.user == user for one in services.waiting.of(home.id))
        return blocks.workspace.connect.done(kept, services.command, answered=bool(waits))

    async def then() -> None:
        now = await origin.home(services, workspace, client)
        _answer_waiting(origin, now, Place(services, client, workspace, "", user))
        home_tab.show_changed(origin, Place(services, client, now, "", user))

    visit, field = Visit(origin.address, "connect save", origin.response_url), blocks.workspace.connect.KEY
    await answer_form(ack, visit, services, connected, title=blocks.workspace.connect.TITLE, field=field, then=then)


def open_farewell(place: Place, visit: Visit, command: Payload) -> None:
    """Asks before disconnecting."""
    origin = _origin(place.workspace, place.channel)
    open_window(place.services, visit, place.client, command["trigger_id"], _farewell(place, origin))


async def press_farewell(
    ack: AsyncAck, body: Payload, action: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """The same, from the form: over it."""
    await ack()
    origin = ModalState.read(action["value"])
    place = place_of(body, services, client, await origin.home(services, workspace, client))
    visit = Visit(origin.address, "disconnect", "")
    open_window(services, visit, client, body["trigger_id"], _farewell(place, origin, push=True))


async def leave(
    ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Disconnects. There is no field to mark: what goes wrong takes the form's place."""
    origin, user = ModalState.read(view["private_metadata"]), body["user"]["id"]

    async def disconnected() -> Block:
        home = await origin.home(services, workspace, client)
        await services.people.need_manager(client, home, user)
        await home.disconnect(user)
        return blocks.workspace.connect.gone()

    async def then() -> None:
        home_tab.show_changed(origin, Place(services, client, await origin.home(services, workspace, client), "", user))

    visit = Visit(origin.address, "disconnect", "")
    await answer_form(ack, visit, services, disconnected, title=blocks.workspace.connect.FAREWELL_TITLE, then=then)


async def follow_link(ack: AsyncAck) -> None:
    """Slack tells of a pressed link too, and shows a warning when nobody listens."""
    await ack()


def _open(place: Place, visit: Visit, trigger_id: str, origin: ModalState, *, push: bool = False) -> None:
    async def view() -> Block:
        await place.services.people.need_manager(place.client, place.workspace, place.user)
        return blocks.workspace.connect.form(place.workspace.connection, origin.text())

    open_window(
        place.services, visit, place.client, trigger_id, Window(blocks.workspace.connect.TITLE, view, push=push)
    )


def _farewell(place: Place, origin: ModalState, *, push: bool = False) -> Window:
    async def view() -> Block:
        await place.services.people.need_manager(place.client, place.workspace, place.user)
        if (connection := place.workspace.connection) is None:
            return blocks.workspace.connect.not_connected()
        if connection.is_fixed:
            raise KeyFixed
        return blocks.workspace.connect.farewell(connection, origin.text())

    return Window(blocks.workspace.connect.FAREWELL_TITLE, view, push=push)


def _origin(workspace: Workspace, channel: str) -> ModalState:
    return ModalState(workspace.id, workspace.enterprise_id, channel)


def _answer_waiting(origin: ModalState, home: Workspace, who: Place) -> None:
    """Answers the command that brought the form, in place of its notice, and what others asked for meanwhile."""
    services = who.services
    own = PendingCommand(who.user, origin.channel, origin.ids, origin.response_url, origin.thread)
    others = [one for one in services.waiting.take(home.id) if not _is_the_same(one, own)]
    for waiter in (*((own,) if own.ids else ()), *others):
        place = Place(services, who.client, home, waiter.channel, waiter.user, thread=waiter.thread)
        visit = Visit(home.address, "answered after connecting", waiter.response_url, thread=waiter.seen_in)
        work = partial(waiter.again, place) if waiter.again else partial(cards, place, waiter.ids)
        show = INSTEAD if waiter is own else BESIDE
        try:
            services.replies.later(visit, work, show, retry=short_list.asks_for(waiter.ids, waiter.thread))
        except Busy:
            services.replies.log(visit, "Busy", [], via="response_url")


def _is_the_same(waiter: PendingCommand, own: PendingCommand) -> bool:
    """Whether somebody waits for what the button brings already, which names ten ids at most."""
    asked = (waiter.user, waiter.channel, waiter.ids[:MOST_IDS])
    return bool(own.ids) and asked == (own.user, own.channel, own.ids[:MOST_IDS])
