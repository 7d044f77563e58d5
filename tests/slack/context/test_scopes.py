"""Optional scopes: what was granted, at the installation or to the token in the environment, and nothing guessed."""

import pytest

from bot.manifest import CHANNELS_JOIN, FILES_WRITE, optional_scopes
from bot.slack.context.scopes import has_scope
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.scopes import grant
from tests.drivers.workspaces import HARBOR, SUNRISE, begin, code_for, come_back, many, store_down


class Asking:
    """The part of an interaction that `has_scope` looks at."""

    def __init__(self, here: World, team: str) -> None:
        self.services = here.bot.services
        self.workspace = type("Workspace", (), {"id": team, "enterprise_id": None})()


async def granted(here: World, team: str = SUNRISE) -> set[str]:
    return {one for one in optional_scopes() if await has_scope(Asking(here, team), one)}  # type: ignore[arg-type]  # a part


async def test_of_a_token_in_the_environment_slack_says_it_at_the_start(here: World) -> None:
    assert await granted(here) == set()
    await grant(here, FILES_WRITE)
    assert await granted(here) == {FILES_WRITE}


@pytest.mark.parametrize("ticked", [(), (CHANNELS_JOIN,), (CHANNELS_JOIN, FILES_WRITE)], ids=len)
async def test_who_adds_the_app_chooses_and_another_workspace_has_its_own(
    make_world: MakeWorld, ticked: tuple[str, ...]
) -> None:
    here = await many(make_world, installed=(HARBOR,))
    cookie = await begin(here)
    asked = ",".join(("commands", "users:read", *optional_scopes()))
    code = await code_for(here, SUNRISE, scope=asked, **dict.fromkeys(ticked, "on"))
    assert (await come_back(here, cookie, code=code, state=cookie)).status == 200
    assert await granted(here, SUNRISE) == set(ticked)
    assert await granted(here, HARBOR) == set()


async def test_what_cannot_be_found_out_is_not_granted(make_world: MakeWorld) -> None:
    here = await many(make_world, installed=())
    assert await granted(here) == set()
    async with store_down(here):
        assert await granted(here, HARBOR) == set()
