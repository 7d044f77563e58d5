"""A workspace that left while the bot was down is forgotten all the same."""

import pytest

from bot.slack.install.uninstall_check import look
from playground.world import World
from tests.conftest import Clockwork, MakeWorld
from tests.drivers.workspaces import HARBOR, SUNRISE, kept, two_connected


@pytest.fixture
def time() -> Clockwork:
    return Clockwork()


@pytest.fixture
async def here(make_world: MakeWorld, time: Clockwork) -> World:
    return await two_connected(make_world, time)


async def test_a_removal_nobody_was_told_of_is_found_at_the_second_look(here: World, time: Clockwork) -> None:
    await here.slack.uninstall(HARBOR, deliver=False)
    suspects = await look(here.bot.bolt.client, here.bot.services, {})
    assert set(suspects) == {HARBOR}
    assert "connections" in await kept(here, HARBOR)
    time.move(3600)
    assert await look(here.bot.bolt.client, here.bot.services, suspects) == {}
    assert await kept(here, HARBOR) == set()
    assert {"installations", "connections"} <= await kept(here, SUNRISE)


async def test_added_again_between_two_looks_it_stays(here: World, time: Clockwork) -> None:
    await here.slack.uninstall(HARBOR, deliver=False)
    suspects = await look(here.bot.bolt.client, here.bot.services, {})
    time.move(3600)
    await here.slack.install(HARBOR)
    assert await look(here.bot.bolt.client, here.bot.services, suspects) == {}
    assert "installations" in await kept(here, HARBOR)


@pytest.mark.parametrize("fault", ["web_api_down", "web_api_limited"])
async def test_slacks_own_trouble_makes_nobody_a_suspect(here: World, fault: str) -> None:
    here.slack.faults.set(fault, 8)
    assert await look(here.bot.bolt.client, here.bot.services, {}) == {}
