"""The settings form and the preferences are the same list: each is shown, taken, kept, and shown again."""

import re
from copy import deepcopy
from dataclasses import fields
from typing import Any

from blocks.workspace.settings import MANAGERS, PARAMS
from bot.records import Preferences
from bot.store import audit, profiles
from playground.slack import values
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.modals import opened, unconnected
from tests.drivers.slash_command import finished, said

TEAM = "T01SUNRISE"
ALL = {one.name for one in fields(Preferences)}
# Preferences that are set elsewhere: saving the form keeps them.
NOT_IN_THE_FORM = {"campaign_link", "link_tried"}  # in a row that is there once a link was pasted: test_link_form.py
TYPED = {PARAMS: "limit=pageSize, search=q"}  # what is typed into a field for text


async def test_each_field_changes_one_preference_and_shows_it_the_next_time(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    form = await _form(here)
    changed = []
    for name in _about_preferences(form):
        before, state = await _kept(here), _with_another(form, name)
        await _save(here, state)
        differs = _differing(before, await _kept(here))
        assert len(differs) == 1, f"{name} changed {differs}"
        (audit_entry,) = await audit.newest(here.bot.db, TEAM, 1)
        assert audit_entry.details["changed"] == differs
        form = await _form(here)
        assert _shown(form) == state, name
        changed += differs
    assert sorted(changed) == sorted(ALL - NOT_IN_THE_FORM), "each preference has one field in the form"


async def test_what_a_form_has_no_field_for_stays_as_it_is(make_world: MakeWorld) -> None:
    """As when it was opened before the program was brought up to date."""
    here = await unconnected(make_world)
    form = await _form(here)
    for name in _about_preferences(form):
        await _save(here, _with_another(form, name))
        form = await _form(here)
    kept = await _kept(here)
    assert set(_differing(Preferences(), kept)) == ALL - NOT_IN_THE_FORM
    for name in _about_preferences(form):
        await _save(here, _shown(form), without=name)
        assert await _kept(here) == kept, name


async def _kept(here: World) -> Preferences:
    return (await profiles.read(here.bot.db, TEAM)).preferences


async def _form(here: World) -> dict[str, Any]:
    """The fields of the form, as it is opened now."""
    modal = await opened(here, "settings")
    here.slack.close(modal)
    return {block["block_id"]: block for block in modal.view["blocks"] if block["type"] == "input"}


async def _save(here: World, state: dict[str, Any], without: str | None = None) -> None:
    modal = await opened(here, "settings")
    modal.view["blocks"] = [block for block in modal.view["blocks"] if block.get("block_id") != without]
    await here.slack.submit(modal, {name: held for name, held in state.items() if name != without})
    await finished(here)
    assert re.search(r"\*Saved\.\* \w", said(modal.view)), "say in `_COUNTS` when the setting counts"
    here.slack.close(modal)


def _about_preferences(form: dict[str, Any]) -> list[str]:
    return [name for name in form if name != MANAGERS]


def _shown(form: dict[str, Any]) -> dict[str, Any]:
    return values.initial(list(form.values()))


def _with_another(form: dict[str, Any], name: str) -> dict[str, Any]:
    """What Slack sends when this field is filled in otherwise than it is."""
    state = deepcopy(_shown(form))
    held, options = state[name]["value"], form[name]["element"].get("options")
    if "selected_options" in held:
        held["selected_options"] = options[1:]
    elif "selected_option" in held:
        held["selected_option"] = next(option for option in options if option != held["selected_option"])
    else:
        held["value"] = TYPED[name]
    return state


def _differing(before: Preferences, after: Preferences) -> list[str]:
    return [one.name for one in fields(Preferences) if getattr(before, one.name) != getattr(after, one.name)]
