"""The settings of a workspace, for its managers."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, get_args

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

import blocks.workspace.settings
from blocks.card_options import SECTIONS
from blocks.kit import Block
from bot.config import parameter_names
from bot.records import AgentNames, Audience, Preferences, SharedChannels
from bot.slack.context.installed import need_installation
from bot.slack.context.place import Place
from bot.slack.context.services import Services
from bot.slack.reply.replies import Visit
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.form_submission import WrongField, answer_form, value
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Window, open_window
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
_LATELY = 5  # rows of the audit trail under the form


def register(app: AsyncApp) -> None:
    """Listens for the form."""
    app.view(blocks.workspace.settings.SAVE)(save)


def open_form(place: Place, visit: Visit, command: Payload) -> None:
    """Opens the form for a typed command."""
    workspace = place.workspace
    origin = ModalState(workspace.id, workspace.enterprise_id, place.channel)

    async def view() -> Block:
        await place.services.people.need_manager(place.client, workspace, place.user)
        return blocks.workspace.settings.form(workspace.profile, await workspace.deeds(_LATELY), origin.text())

    open_window(
        place.services, visit, place.client, command["trigger_id"], Window(blocks.workspace.settings.TITLE, view)
    )


async def save(
    ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Keeps what was chosen, or says at a field why not."""
    origin, user = ModalState.read(view["private_metadata"]), body["user"]["id"]

    async def saved() -> Block:
        home = await origin.home(services, workspace, client)
        await services.people.need_manager(client, home, user)
        chosen, (added, removed) = _preferences(view, home.preferences), _managers(view)
        await _check(added, client, home, services)
        await home.prefer(chosen, added, user, removed=removed)
        await need_installation(home, services)
        return blocks.workspace.settings.saved()

    async def then() -> None:
        home_tab.show_changed(origin, Place(services, client, await origin.home(services, workspace, client), "", user))

    visit, field = Visit(origin.address, "settings save", ""), blocks.workspace.settings.MANAGERS
    await answer_form(ack, visit, services, saved, title=blocks.workspace.settings.TITLE, field=field, then=then)


def _preferences(view: Payload, before: Preferences) -> Preferences:
    """What is chosen in the form; the rest stays as it was `before`. Raises WrongField.

    The rest: a preference without a field, or with one that came after this form was opened.
    """
    there = view["state"]["values"]
    return replace(before, **{to: read(value(view, name)) for name, (to, read) in _READ.items() if name in there})


def _hidden(shown: "list[str] | None") -> frozenset[str]:
    return frozenset(name for name in SECTIONS if name not in (shown or ()))


def _params(typed: str | None) -> dict[str, str]:
    """Raises WrongField."""
    try:
        return parameter_names(typed or "")
    except ValueError as error:
        raise WrongField(blocks.workspace.settings.PARAMS, f"This {error}.") from error


def _managers(view: Payload) -> tuple[set[str], set[str]]:
    """Who was put in and who was taken out. Others may have changed more since the form was opened: that stays."""
    field: Payload = next(one for one in view["blocks"] if one["block_id"] == blocks.workspace.settings.MANAGERS)
    before, now = (
        set(field["element"].get("initial_users") or ()),
        set(value(view, blocks.workspace.settings.MANAGERS) or ()),
    )
    return now - before, before - now


async def _check(new: set[str], client: AsyncWebClient, workspace: Workspace, services: Services) -> None:
    """Guests and people of another company cannot be managers. Raises WrongField."""
    found = await asyncio.gather(*(services.people.standing(client, workspace, one) for one in new))
    if any(who is None for who in found):
        raise WrongField(
            blocks.workspace.settings.MANAGERS, "Slack did not say who they are. Nothing was changed; try again."
        )
    if not all(who and who.member for who in found):
        raise WrongField(
            blocks.workspace.settings.MANAGERS, "Guests, apps and people of another company cannot be managers."
        )


def _one_of(allowed: tuple[Any, ...], chosen: object) -> Any:  # Any: one of a Literal's values
    """The first of them is the careful one: it is taken for what is none of them."""
    return chosen if chosen in allowed else allowed[0]


# Each field of the form: the preference it is about, and how what Slack sends is read.
_READ: Mapping[str, tuple[str, Callable[[Any], Any]]] = {  # Any: Slack's JSON, and each field's own type
    blocks.workspace.settings.AUDIENCE: ("audience", partial(_one_of, get_args(Audience))),
    blocks.workspace.settings.SHOWN: ("hidden", _hidden),
    blocks.workspace.settings.AGENTS: ("agents", partial(_one_of, get_args(AgentNames))),
    blocks.workspace.settings.SHARED: ("shared_channels", partial(_one_of, get_args(SharedChannels))),
    blocks.workspace.settings.PREVIEWS: ("previews", lambda chosen: chosen != "no"),
    blocks.workspace.settings.PARAMS: ("params", _params),
}
