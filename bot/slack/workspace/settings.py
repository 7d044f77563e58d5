"""The settings of a workspace, for its managers."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, get_args

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

import blocks.workspace.settings
from blocks.card_options import SECTIONS
from blocks.kit import Block
from bot.config import parameter_names
from bot.records import AgentNames, Audience, Outsiders, Preferences, SharedChannels
from bot.slack.context.installed import need_installation
from bot.slack.context.interaction import Interaction
from bot.slack.reply.payload import Payload
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.form_submission import WrongField, answer_form, filled_in, value, values
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Modal, open_modal
from bot.workspaces.workspace import Workspace

_LATELY = 5  # rows of the audit trail under the form


def register(app: AsyncApp) -> None:
    """Listen for the submitted form."""
    app.view(blocks.workspace.settings.SAVE)(save)


def open_form(interaction: Interaction) -> None:
    """Open the form, from a typed command or the App Home."""
    workspace = interaction.workspace
    origin = ModalState(workspace.id, workspace.enterprise_id, interaction.channel)

    async def view() -> Block:
        await interaction.person.need_manager("settings", remembered=True)
        entries, offered = await workspace.audit_entries(_LATELY), _offered(workspace)
        now = interaction.services.clock.now()
        return blocks.workspace.settings.form(workspace.profile, entries, origin.text(), now, offered=offered)

    open_modal(interaction, Modal(blocks.workspace.settings.TITLE, view))


async def save(ack: AsyncAck, interaction: Interaction) -> None:
    """Save the settings, or show at a field why not."""
    origin, view = ModalState.read(interaction.metadata), interaction.view

    async def saved() -> Block:
        in_workspace = await origin.switch_to_workspace(interaction)
        await in_workspace.person.need_manager("settings")
        chosen, (added, removed) = _preferences(view, in_workspace.workspace), _managers(view)
        await _check(added, in_workspace)
        await in_workspace.workspace.save_preferences(chosen, added, in_workspace.user, removed=removed)
        await need_installation(in_workspace.workspace, in_workspace.services)
        changed = chosen.differing_from(in_workspace.workspace.preferences)
        if "readings" in changed:
            in_workspace.services.readings.forget(in_workspace.workspace.id)
        return blocks.workspace.settings.saved([*changed, *(("managers",) if added or removed else ())], chosen)

    async def then() -> None:
        home_tab.show_changed(origin, await origin.switch_to_workspace(interaction))

    saving = replace(interaction, name="settings save", opened_in=origin.address)
    title, field = blocks.workspace.settings.TITLE, blocks.workspace.settings.MANAGERS
    await answer_form(ack, saving, saved, title=title, field=field, then=then)


def _preferences(view: Payload, workspace: Workspace) -> Preferences:
    """Return the preferences as chosen in the form, and as before where the form has no field. Raise WrongField.

    A field can be missing because it was added to the form after this one was opened.
    """
    there, before = filled_in(view), workspace.preferences
    held = {name: value(view, name) for name in _READ} | {name: values(view, name) for name in _SEVERAL}
    read = {to: read(held[name], getattr(before, to)) for name, (to, read) in _READ.items() if name in there}
    return _with_link(
        replace(before, **read),
        workspace,
        value(view, blocks.workspace.settings.LINK) if blocks.workspace.settings.LINK in there else None,
    )


def _with_link(chosen: Preferences, workspace: Workspace, form: object) -> Preferences:
    """Return `chosen` with the form of links as accepted or undone. Anything else that was sent changes nothing."""
    if form == blocks.workspace.settings.OPENS_LIST:
        return replace(chosen, campaign_link="", link_tried=False)
    if form == chosen.campaign_link or not isinstance(form, str) or not workspace.resources.links.of(form).own:
        return chosen
    return replace(chosen, campaign_link=form, link_tried=workspace.resources.link_forms.is_tried(workspace.id, form))


def _offered(workspace: Workspace) -> str:
    """Return the form of links for a manager to accept; empty where CARECYCLE_LINK already opens campaigns."""
    shared = workspace.resources
    return "" if shared.links.open_campaigns else shared.link_forms.offered(workspace.id)


def _hidden(shown: "list[str] | None", _: object) -> frozenset[str]:
    return frozenset(name for name in SECTIONS if name not in (shown or ()))


def _params(typed: str | None, _: object) -> dict[str, str]:
    """Read the names of parameters from what was typed. Raise WrongField."""
    try:
        return parameter_names(typed or "")
    except ValueError as error:
        raise WrongField(blocks.workspace.settings.PARAMS, f"This {error}.") from error


def _managers(view: Payload) -> tuple[set[str], set[str]]:
    """Return who was added and who was removed, so that changes by others since the form was opened stay."""
    field: Payload = next(one for one in view["blocks"] if one["block_id"] == blocks.workspace.settings.MANAGERS)
    before, now = (
        set(field["element"].get("initial_users") or ()),
        set(values(view, blocks.workspace.settings.MANAGERS)),
    )
    return now - before, before - now


async def _check(new: set[str], interaction: Interaction) -> None:
    """Raise WrongField when a new manager is not a full member of the workspace, or Slack does not say."""
    found = await asyncio.gather(*(interaction.person.membership_of(one) for one in new))
    if any(who is None for who in found):
        raise WrongField(
            blocks.workspace.settings.MANAGERS, "Slack did not say who they are. Nothing was changed; try again."
        )
    if not all(who and who.member for who in found):
        raise WrongField(
            blocks.workspace.settings.MANAGERS, "Guests, apps and people from another company cannot be managers."
        )


def _one_of(allowed: tuple[Any, ...], chosen: object, before: object) -> Any:  # Any: one of a Literal's values
    """Return the chosen value, or the one from `before` for a value that this version does not know."""
    return chosen if chosen in allowed else before


def _yes_or_no(chosen: object, before: bool) -> bool:
    return {"yes": True, "no": False}.get(str(chosen), before)


# For each field of the form, its preference and the function that reads what Slack sends, given the value of before.
_READ: Mapping[str, tuple[str, Callable[[Any, Any], Any]]] = {  # Any: Slack's JSON, and each field's own type
    blocks.workspace.settings.AUDIENCE: ("audience", partial(_one_of, get_args(Audience))),
    blocks.workspace.settings.SHOWN: ("hidden", _hidden),
    blocks.workspace.settings.AGENTS: ("agents", partial(_one_of, get_args(AgentNames))),
    blocks.workspace.settings.SHARED: ("shared_channels", partial(_one_of, get_args(SharedChannels))),
    blocks.workspace.settings.OUTSIDERS: ("outsiders", partial(_one_of, get_args(Outsiders))),
    blocks.workspace.settings.PREVIEWS: ("previews", _yes_or_no),
    blocks.workspace.settings.READINGS: ("readings", _yes_or_no),
    blocks.workspace.settings.PARAMS: ("params", _params),
}
_SEVERAL = (blocks.workspace.settings.SHOWN,)  # fields that hold a list
