"""The settings form: what it shows, what it takes, and that it is kept."""

from pathlib import Path
from typing import Any

import pytest

from blocks.card_options import SECTIONS
from bot.records import Profile
from bot.store import audit, profiles
from playground.slack.workspace import Person
from playground.world import World, world
from tests.conftest import MakeWorld
from tests.drivers.modals import KEY, choose, connected, opened, set_up, submit, unconnected
from tests.drivers.slash_command import ask, said

OWNER, MEMBER, TEAM = "U01OWNER", "U03MEMBER", "T01SUNRISE"
EVERYTHING: dict[str, Any] = {
    "managers": [MEMBER],
    "audience": "channel",
    "shown": ["states", "transfers"],
    "agents": "nobody",
    "shared": "none",
    "params": "limit=pageSize, search=q",
}


async def _profile(here: World) -> Profile:
    return await profiles.read(here.bot.db, TEAM)


def _initial(modal: Any) -> dict[str, Any]:
    """What the form is filled in with, by field."""
    found: dict[str, Any] = {}
    for block in modal.view["blocks"]:
        if element := block.get("element"):
            chosen = next((element[name] for name in element if name.startswith("initial_")), None)
            found[block["block_id"]] = [_value(one) for one in chosen] if isinstance(chosen, list) else _value(chosen)
    return found


def _value(one: Any) -> Any:
    return one["value"] if isinstance(one, dict) else one


async def test_the_form_shows_the_careful_defaults_where_nothing_was_set(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modal = await opened(here, "settings")
    shown = _initial(modal)
    assert (shown["managers"], shown["audience"], shown["agents"], shown["shared"]) == (
        None, "private", "managers", "short",
    )  # fmt: skip
    assert shown["shown"] == list(SECTIONS)
    assert "Recent changes" not in said(modal.view)


async def test_saving_what_the_form_shows_changes_nothing(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    before = await _profile(here)
    modal = await opened(here, "settings")
    await submit(here, modal)
    assert "*Saved.*" in said(modal.view)
    assert await _profile(here) == before
    await set_up(here, **EVERYTHING)
    set_ = await _profile(here)
    await set_up(here)
    assert await _profile(here) == set_


async def test_what_was_saved_stands_in_the_form_the_next_time(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    assert (await set_up(here, **EVERYTHING)).errors == {}
    assert _initial(await opened(here, "settings")).items() >= EVERYTHING.items()


async def test_all_sections_can_be_left_out_and_brought_back(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await set_up(here, shown=[])
    assert (await _profile(here)).preferences.hidden == set(SECTIONS)
    await set_up(here, shown=list(SECTIONS))
    assert (await _profile(here)).preferences.hidden == set()


async def test_the_form_shows_lately_who_did_what(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await set_up(here, audience="channel")
    words = said((await opened(here, "settings")).view)
    assert "<@U01OWNER> connected careCycle" in words
    assert words.index("changed these settings") < words.index("connected careCycle")


async def test_the_audit_trail_names_what_was_changed(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await set_up(here, managers=[MEMBER], audience="channel")
    await set_up(here, managers=["U02ADMIN"])
    newest, first = [one.details for one in await audit.newest(here.bot.db, TEAM)]
    assert first == {"changed": ["audience"], "managers_added": [MEMBER], "managers_removed": []}
    assert newest == {"changed": [], "managers_added": ["U02ADMIN"], "managers_removed": [MEMBER]}


@pytest.mark.parametrize("who", ["guest", "another company's", "both"])
async def test_guests_and_people_of_another_company_are_refused_at_the_field(make_world: MakeWorld, who: str) -> None:
    here = await unconnected(make_world)
    named = {"guest": ["U04GUEST"], "another company's": ["U09PARTNER"], "both": [MEMBER, "U04GUEST", "U09PARTNER"]}
    modal = await set_up(here, managers=named[who], audience="channel")
    assert modal.errors == {"managers": "Guests, apps and people from another company cannot be managers."}
    assert await _profile(here) == Profile()


async def test_when_slack_does_not_say_who_somebody_is_nothing_is_changed(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modal = await opened(here, "settings")
    await choose(here, modal, managers=["U77NOBODY"], audience="channel")
    assert modal.errors == {"managers": "Slack did not say who they are. Nothing was changed; try again."}
    assert await _profile(here) == Profile()


async def test_somebody_named_before_who_is_a_guest_by_now_does_not_stand_in_the_way(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await set_up(here, managers=[MEMBER])
    here.slack.workspace.people[MEMBER].role = "guest"
    assert (await set_up(here, audience="channel")).errors == {}
    assert (await _profile(here)).preferences.audience == "channel"


async def test_fifty_managers_can_be_named_at_once(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    many = [f"U5{number:02d}" for number in range(50)]
    here.slack.workspace.people |= {one: Person(one, one, "member") for one in many}
    assert (await set_up(here, managers=many)).errors == {}
    assert (await _profile(here)).managers == set(many)


async def test_parameter_names_that_cannot_be_read_are_marked_at_their_field(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modal = await opened(here, "settings")
    for typed in ("pageSize", "limit", "limit=", "=q", "lim=it", "limit:pageSize"):
        await choose(here, modal, params=typed, audience="channel")
        says = "This must look like limit=pageSize,search=q, with names out of page,"
        assert modal.errors["params"].startswith(says), typed
    assert await _profile(here) == Profile()


async def test_parameter_names_are_read_however_they_are_spaced(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    for typed, kept in (
        (" limit = pageSize ,, search=q, ", {"limit": "pageSize", "search": "q"}),
        ("includeClient=with[client]", {"includeClient": "with[client]"}),
        ("  ", {}),
    ):
        assert (await set_up(here, params=typed)).errors == {}
        assert (await _profile(here)).preferences.params == kept


async def test_what_was_set_survives_a_restart(tmp_path: Path) -> None:
    async with world(carecycle_api_key=None, data_dir=tmp_path) as before:
        assert (await before.slack.connect()).errors == {}
        await set_up(before, **EVERYTHING)
    async with world(carecycle_api_key=None, data_dir=tmp_path) as after:
        assert (await ask(after, "497f6eca-6276-4993-bfeb-53cbbbba6f08"))[-1].ephemeral_for is None
        assert _initial(await opened(after, "settings", user=MEMBER)).items() >= EVERYTHING.items()
        assert "set by <@U01OWNER>" in said((await opened(after, "connect", user=MEMBER)).view)
        assert before.slack.workspace.refusals == after.slack.workspace.refusals == []


async def test_two_managers_saving_one_after_the_other_keep_what_the_last_one_saw(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    first, second = [await opened(here, "settings", user=user) for user in (OWNER, "U02ADMIN")]
    await choose(here, first, audience="channel")
    await choose(here, second, agents="nobody")
    kept = (await _profile(here)).preferences
    assert (kept.audience, kept.agents) == ("private", "nobody")


async def test_of_managers_a_form_changes_only_what_was_changed_in_it(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    here.slack.workspace.people |= {one: Person(one, one, "member") for one in ("U51", "U52")}
    await set_up(here, managers=[MEMBER, "U51"])
    left_open = await opened(here, "settings", user="U02ADMIN")
    await set_up(here, managers=["U51"])
    await choose(here, left_open, managers=[MEMBER, "U52"])
    assert (await _profile(here)).managers == {"U52"}
    (told,) = [one.details for one in await audit.newest(here.bot.db, TEAM, 1)]
    assert (told["managers_added"], told["managers_removed"]) == (["U52"], ["U51"])


async def test_settings_can_be_made_before_a_key_is_there_and_with_one_from_the_environment(
    make_world: MakeWorld,
) -> None:
    here = await make_world(carecycle_api_key=KEY)
    assert (await set_up(here, audience="channel")).errors == {}
    assert (await _profile(here)).preferences.audience == "channel"
