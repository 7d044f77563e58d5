"""The App Home says whether careCycle is connected, what is wrong with that, and who can mend it."""

from bot.clock import Clock
from playground.carecycle import CareCycle
from playground.samples import HARBOR
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.app_home import labels, looked_up, open_home, press_home, published, told_of_home, words_of
from tests.drivers.modals import (
    KEY,
    NEW_KEY,
    carecycle_of,
    carecycle_with_keys,
    choose,
    connected,
    connected_timed,
    set_up,
    submit,
    type_key,
    unconnected,
)
from tests.drivers.slash_command import ask_one, finished
from tests.drivers.workspaces import HARBOR as HARBOR_TEAM
from tests.drivers.workspaces import ORG, OWNERS, SUNRISE, connect, many

MEMBER = "U03MEMBER"


async def test_a_key_from_the_environment_has_no_owner_in_slack(here: World) -> None:
    assert "The key was set by the person who set up this app" in await open_home(here)


async def test_a_key_from_the_environment_that_is_refused_is_said_until_it_is_taken_again(
    make_world: MakeWorld,
) -> None:
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time), now=time.time)
    await ask_one(here, AEP)
    time.move(60)
    carecycle_of(here).fault = "unauthorized"
    await ask_one(here, AEP)
    shown = await open_home(here)
    assert "*careCycle has refused the key* since <!date^" in shown
    assert "The key was set by the person who set up this app" in shown
    assert "Connected" not in shown
    assert not {"Connect a new key", "Connect careCycle"} & set(labels(here))
    carecycle_of(here).fault = "none"
    time.move(60)
    await ask_one(here, AEP)
    assert "*Connected to careCycle.*" in await open_home(here)


async def test_it_shows_the_connection_but_not_the_key(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    shown = await open_home(here)
    assert "*Connected to careCycle.*" in shown
    assert "`1111` was set by <@U01OWNER>, <!date^" in shown
    assert KEY not in shown
    assert labels(here) == ["Make a digest", "Settings"]


async def test_who_may_connect_has_a_button_for_it_and_sees_at_once_that_it_worked(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    assert "*Not connected to careCycle.*" in await open_home(here)
    assert labels(here) == ["Connect careCycle", "Settings"]
    await press_home(here, "Connect careCycle")
    (modal,) = here.slack.modals_of("U01OWNER")
    await type_key(here, modal, KEY)
    assert "*Connected to careCycle.*" in words_of(here)


async def test_everybody_else_is_told_who_to_ask(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await set_up(here, managers=["U02ADMIN"])
    shown = await open_home(here, MEMBER)
    assert "Ask <@U02ADMIN>, or any admin or owner of this Slack workspace." in shown
    assert labels(here, MEMBER) == ["Ask Ben Okafor to connect"]


async def test_a_key_that_broke_says_since_when_and_can_be_replaced(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    time.move(60)
    del carecycle_of(here).keys[KEY]
    await ask_one(here, AEP)
    assert "*careCycle has refused the key* since <!date^" in await open_home(here)
    await press_home(here, "Connect a new key")
    await type_key(here, here.slack.modals_of("U01OWNER")[-1], NEW_KEY)
    assert "*Connected to careCycle.* The key ending in `2222`" in words_of(here)
    del carecycle_of(here).keys[NEW_KEY]
    time.move(60)
    await ask_one(here, AEP)
    shown = await open_home(here, MEMBER)
    assert "*careCycle has refused the key*" in shown
    assert "Ask <@U01OWNER>, or any admin or owner" in shown


async def test_a_key_that_is_refused_only_now_is_said_too(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    await ask_one(here, AEP)
    time.move(60)
    carecycle_of(here).keys.clear()
    shown = await open_home(here)
    assert "no longer accepts this workspace’s key" in shown
    assert "Connect a new key" in labels(here)
    assert looked_up(here) == [AEP]


async def test_settings_and_disconnecting_open_there_and_it_shows_what_came_of_them(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await open_home(here)
    await press_home(here, "Settings")
    before = published(here)
    await choose(here, here.slack.modals_of("U01OWNER")[-1], managers=[MEMBER])
    assert published(here) == before + 1
    await here.slack.say("/campaign disconnect")
    await finished(here)
    await submit(here, here.slack.modals_of("U01OWNER")[-1])
    assert published(here) == before + 1  # it was opened elsewhere
    assert "*Not connected to careCycle.*" in await open_home(here)


async def test_a_form_that_was_opened_in_a_channel_does_not_touch_it(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await set_up(here, managers=[MEMBER])
    assert published(here) == 0


async def test_of_another_key_no_names_are_told(make_world: MakeWorld) -> None:
    """Whoever connects another account sees that there were look-ups, and none of the other account's names."""
    keys = {KEY: carecycle_with_keys().keys[KEY], NEW_KEY: HARBOR}
    here = await connected(make_world, carecycle=CareCycle(keys=keys))
    await ask_one(here, AEP)
    assert "AEP Outreach 2026" in await open_home(here)
    await here.slack.connect(NEW_KEY)
    shown = await open_home(here)
    assert "AEP Outreach 2026" not in shown
    assert looked_up(here) == [AEP]


async def test_in_an_organization_it_is_of_the_workspace_it_is_opened_in(make_world: MakeWorld) -> None:
    here = await many(make_world, installed=())
    here.slack.make_organization(ORG)
    await here.slack.install(enterprise=True)
    await connect(here, SUNRISE)
    await ask_one(here, AEP)
    for team, says in ((SUNRISE, "*Connected to careCycle.*"), (HARBOR_TEAM, "*Not connected to careCycle.*")):
        await here.slack.deliver_event(told_of_home(here, OWNERS[team]) | {"team_id": team})
        await finished(here)
        assert says in words_of(here, OWNERS[team])
    assert looked_up(here, OWNERS[SUNRISE]) == [AEP]
    assert looked_up(here, OWNERS[HARBOR_TEAM]) == []
