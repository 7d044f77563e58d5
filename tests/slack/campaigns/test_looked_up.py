"""Whoever sees a campaign, by whichever way, finds it on their App Home, also after a restart and on every replica."""

from typing import Any

import pytest

from playground.samples import samples
from playground.world import World, world
from tests.conftest import AEP, MakeWorld
from tests.drivers.app_home import looked_up, open_home, press_home
from tests.drivers.modals import carecycle_of
from tests.drivers.slash_command import ask, ask_one, press
from tests.drivers.workspaces import CHANNELS, HARBOR, OWNERS, SUNRISE, rows, two_connected

MEMBER = "U03MEMBER"
FIRST, SECOND = (one["id"] for one in samples("sunrise")[:2])


async def test_a_command_that_asked_and_one_from_memory(here: World) -> None:
    for user in ("U01OWNER", MEMBER):
        await ask_one(here, AEP, user=user)
        await open_home(here, user)
        assert looked_up(here, user) == [AEP]


async def test_one_opened_from_a_list_but_not_the_list(here: World) -> None:
    card = await ask_one(here, f"{FIRST} {SECOND}")
    await open_home(here)
    assert looked_up(here) == []
    await press(here, card, "Open")
    await open_home(here)
    assert looked_up(here) == [FIRST]


async def test_one_that_another_try_brought(here: World) -> None:
    carecycle_of(here).fault = "server_error"
    notice = await ask_one(here, AEP)
    await open_home(here)
    assert looked_up(here) == []
    carecycle_of(here).fault = "none"
    await press(here, notice, "Try again")
    await open_home(here)
    assert looked_up(here) == [AEP]


@pytest.mark.parametrize("words", ["11111111-1111-4111-8111-111111111111", "help", "nothing of that name"])
async def test_what_was_not_found_is_no_lookup(here: World, words: str) -> None:
    await ask(here, words)
    await open_home(here)
    assert looked_up(here) == []


async def test_they_are_written_before_the_program_ends(database_options: dict[str, Any]) -> None:
    async with world(**database_options) as here:
        await ask_one(here, AEP)
    async with world(**database_options) as here:
        await open_home(here)
        assert looked_up(here) == [AEP]


async def test_a_workspace_that_leaves_takes_them_along_written_or_not(make_world: MakeWorld) -> None:
    here = await two_connected(make_world)
    for team in (SUNRISE, HARBOR):
        await ask_one(here, AEP, user=OWNERS[team], channel=CHANNELS[team])
    await here.slack.uninstall(SUNRISE)
    await here.slack.install(SUNRISE)
    assert "Not connected" in await open_home(here)
    assert looked_up(here) == []
    await open_home(here, OWNERS[HARBOR])
    assert looked_up(here, OWNERS[HARBOR]) == [AEP]


async def test_names_are_never_stored(database_options: dict[str, Any]) -> None:
    async with world(**database_options) as here:
        await ask_one(here, AEP)
        await open_home(here)
        await press_home(here, "Open")
    async with world(**database_options) as here:
        (row,) = await rows(here, "lookups")
        assert {name: value for name, value in row.items() if name != "at"} == {
            "workspace_id": "T01SUNRISE",
            "user_id": "U01OWNER",
            "campaign_id": AEP,
        }
