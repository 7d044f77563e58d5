"""News of a workspace that left may be late, doubled or odd: what came after it stays, what was before it goes."""

import json
from typing import Any

import pytest

from bot.clock import Clock
from playground.carecycle import PLAYGROUND_KEY
from playground.slack.payloads import message_action, submission
from playground.slack.values import initial
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld, button
from tests.drivers.slash_command import ask_one, said
from tests.drivers.workspaces import HARBOR, SUNRISE, connect, kept, many, replica, rows, send, tell, typed

OTHER_KEY = "cc_playground_another"


@pytest.fixture
def time() -> Clockwork:
    return Clockwork()


@pytest.fixture
async def here(make_world: MakeWorld, time: Clockwork) -> World:
    """Sunrise, connected a minute ago."""
    here = await many(make_world, time)
    assert here.carecycle
    here.carecycle.keys[OTHER_KEY] = here.carecycle.keys[PLAYGROUND_KEY]
    await connect(here, SUNRISE)
    time.move(60)
    return here


async def test_late_news_leave_the_new_installation_and_what_was_connected_after_it(
    here: World, time: Clockwork
) -> None:
    late = await here.slack.uninstall(deliver=False)
    time.move(60)
    await here.slack.install()
    time.move(60)
    await connect(here, SUNRISE, OTHER_KEY)
    time.move(60)
    for event in late * 2:
        assert await tell(here, event) == 200
        assert {"installations", "connections"} <= await kept(here, SUNRISE)
        assert "AEP Outreach" in said(await ask_one(here, AEP))


async def test_late_news_take_what_was_connected_before_the_app_was_taken_out(here: World, time: Clockwork) -> None:
    late = await here.slack.uninstall(deliver=False)
    time.move(60)
    await here.slack.install()
    time.move(60)
    for event in late:
        await tell(here, event)
    assert await kept(here, SUNRISE) == {"installations"}
    assert "not connected to careCycle" in said(await ask_one(here, AEP))


@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.2, 5.0])
async def test_the_app_is_added_again_in_the_moment_in_which_it_was_taken_out(
    here: World, time: Clockwork, seconds: float
) -> None:
    time.move(0.2)
    late = await here.slack.uninstall(deliver=False)
    time.move(seconds)
    await here.slack.install()
    for event in late * 2:
        assert await tell(here, event) == 200
    assert await kept(here, SUNRISE) == {"installations"}
    await connect(here, SUNRISE)
    for event in late:
        await tell(here, event)
    assert {"installations", "connections"} <= await kept(here, SUNRISE)


@pytest.mark.parametrize("behind", [-8, -3, 0, 2])
async def test_a_removal_of_up_to_the_second_of_the_installation_is_asked_about(
    here: World, time: Clockwork, behind: int
) -> None:
    """This machine's clock may be some seconds ahead of Slack's; behind it, the event's own time is believed."""
    late = await here.slack.uninstall(deliver=False)
    time.move(2)
    await here.slack.install()
    for event in late:
        await tell(here, {**event, "event_time": event["event_time"] + behind})
    assert await kept(here, SUNRISE) == {"installations"}


async def test_the_app_is_taken_out_in_the_moment_in_which_it_was_added(here: World, time: Clockwork) -> None:
    await here.slack.install(HARBOR)
    for seconds in (0.0, 0.7):
        time.move(seconds)
        await here.slack.uninstall(HARBOR)
        assert await kept(here, HARBOR) == set()
        await here.slack.install(HARBOR)


async def test_a_replica_that_remembers_the_token_from_before_does_not_take_the_new_one_along(
    here: World, time: Clockwork
) -> None:
    async with replica(here, Clock(time.now, time.time)):
        await send(here, typed(here, SUNRISE, AEP))
        url, here.slack.deliveries.url = (
            here.slack.deliveries.url,
            f"{here.slack.redirect_uri}".replace("oauth_redirect", "events"),
        )
        late = await here.slack.uninstall(deliver=False)
        await here.slack.install()
        here.slack.deliveries.url = url
        for event in late:
            assert await tell(here, event) == 200
    assert await kept(here, SUNRISE) == {"installations"}


@pytest.mark.parametrize("audit_entry", ["mute", "settings", "share"])
async def test_what_a_replica_is_asked_to_keep_before_it_hears_of_the_removal_is_not_kept(
    here: World, time: Clockwork, audit_entry: str
) -> None:
    slack, workspace, user = here.slack, here.slack.workspace, here.slack.workspace.people["U01OWNER"]
    first, grant = str(slack.deliveries.url), slack.tokens.installed(workspace)
    assert grant
    async with replica(here, Clock(time.now, time.time)) as other:
        for words in (AEP, "settings"):
            await slack.say(f"/campaign {words}")
            await other.tasks.drain(30)
        card, form = workspace.messages[-1], workspace.modals[-1]
        place, ids = workspace.channels[card.channel], typed(here, SUNRISE, "mute")
        told = await slack.uninstall(deliver=False)
        for event in told:
            await tell(here, event, at=first)
        assert await kept(here, SUNRISE) == set()
        if audit_entry == "mute":
            await send(here, ids)
        else:
            filled = submission(workspace, grant, user, form, initial(form.view["blocks"]), ids)
            urls = {name: ids[name] for name in ("trigger_id", "response_url")}
            pressed = message_action(workspace, grant, place, user, card, button(card, "Share to channel"), urls)
            await slack.deliveries.deliver("press", "interactive", filled if audit_entry == "settings" else pressed)
        await other.tasks.drain(30)
    assert await kept(here, SUNRISE) == set()


ODD: dict[str, Any] = {
    "missing": None,
    "empty": "",
    "a word": "yesterday",
    "a list": [1],
    "negative": -(10**9),
    "before there was time": -(10**15),
    "in a year": 1_827_000_000,
    "far future": 10**15,
    "no number can hold it": 10**400,
    "a fraction": 1795424531.75,
    "a boolean": True,
}


@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_time_takes_nothing_from_whoever_has_the_app(here: World, time: Clockwork, odd: str) -> None:
    late = await here.slack.uninstall(deliver=False)
    time.move(60)
    await here.slack.install()
    time.move(60)
    await connect(here, SUNRISE)
    for event in late:
        assert await tell(here, _at(event, ODD[odd])) == 200
    assert {"installations", "connections"} <= await kept(here, SUNRISE)


@pytest.mark.parametrize("odd", sorted(set(ODD) - {"a fraction"}))
async def test_and_everything_from_whoever_has_not(here: World, odd: str) -> None:
    for event in await here.slack.uninstall(deliver=False):
        assert await tell(here, _at(event, ODD[odd])) == 200
    assert await kept(here, SUNRISE) == set()


async def test_slack_that_cannot_be_asked_tells_again_where_there_is_doubt(here: World, time: Clockwork) -> None:
    late = await here.slack.uninstall(deliver=False)
    time.move(1)
    await here.slack.install()
    here.slack.faults.set("web_api_down")
    assert await tell(here, late[1]) >= 500
    assert "installations" in await kept(here, SUNRISE)
    here.slack.faults.set("none")
    assert await tell(here, late[1]) == 200
    assert await kept(here, SUNRISE) == {"installations"}


async def test_nobody_left_who_was_never_there(here: World) -> None:
    event = (await here.slack.uninstall(deliver=False))[1]
    before = await rows(here, "installations")
    for team in ("T99NOBODY", "", None, "T" * 5_000, "' OR 1=1 --"):
        odd = json.loads(json.dumps(event).replace(SUNRISE, "T99"))
        odd["team_id"] = odd["authorizations"][0]["team_id"] = team
        assert await tell(here, odd) == 200
    assert await rows(here, "installations") == before


def _at(event: dict[str, Any], time: Any) -> dict[str, Any]:
    changed = {**event, "event_time": time}
    return {name: value for name, value in changed.items() if value is not None}
