"""Slack leaves out events, and says so: one line in the log, and managers read it on App Home for a day."""

from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.clock import Clock
from playground.slack.oauth import APP_ID
from playground.slack.payloads import Payload
from playground.world import World
from tests.conftest import Clockwork, MakeWorld
from tests.drivers.app_home import open_home
from tests.drivers.slash_command import finished
from tests.drivers.workspaces import HARBOR, SUNRISE, two_connected
from tests.plugins import machine_clock

LINE = "Slack left out events for this app until"
DAY = 24 * 60 * 60


def said_by_slack(minute: object, team: str = SUNRISE) -> Payload:
    """The request, as Slack's reference of `app_rate_limited` shows it."""
    return {
        "token": "deprecated",
        "type": "app_rate_limited",
        "team_id": team,
        "minute_rate_limited": minute,
        "api_app_id": APP_ID,
    }


async def hear(here: World, minute: object, team: str = SUNRISE) -> None:
    """Deliver it. Assert that it is taken, and wait until it is written down."""
    ack = await here.slack.deliveries.deliver("limited", "events_api", said_by_slack(minute, team))
    assert ack.error is None
    await finished(here)


async def kept(here: World) -> dict[str, Any]:
    """Return by workspace when it was."""
    table = here.bot.db.tables.workspaces
    async with here.bot.db.reading() as connection:
        found = (await connection.execute(select(table.c.id, table.c.left_out_at))).all()
    return {row.id: row.left_out_at for row in found if row.left_out_at}


@pytest.mark.parametrize("socket_mode", [False, True])
async def test_managers_read_it_on_app_home_for_a_day(make_world: MakeWorld, *, socket_mode: bool) -> None:
    time = Clockwork()
    clock = Clock(time.now, time.time)
    here = await make_world(clock=clock, now=machine_clock.seconds, socket_mode=socket_mode)
    assert LINE not in await open_home(here)
    await hear(here, minute := int(time.time()) - 120)
    assert f"{LINE} <!date^{minute}^" in await open_home(here)
    assert LINE not in await open_home(here, "U03MEMBER")
    time.move(DAY)
    assert LINE not in await open_home(here)


async def test_it_is_logged_once_for_a_minute_and_reaches_nobody_else(
    log_lines: list[dict[str, Any]], here: World
) -> None:
    minute = int(machine_clock.seconds()) // 60 * 60
    for _ in range(3):
        await hear(here, minute - 60)
        await hear(here, minute)
    lines = [line for line in log_lines if line["event"] == "Slack leaves out events"]
    assert [line["workspace"] for line in lines] == [SUNRISE] * 2
    assert not [line for line in log_lines if line["event"] in ("nobody listens for this", "bug")]
    assert here.slack.workspace.messages == []


@pytest.mark.parametrize("minute", [None, "soon", 0, -1, 10**30, 1.5, True, [], "1518467820"])
async def test_a_time_that_cannot_be_is_taken_for_now(here: World, minute: object) -> None:
    await hear(here, minute)
    (at,) = (await kept(here)).values()
    assert abs(at.timestamp() - machine_clock.seconds()) < 600


async def test_one_of_an_earlier_minute_that_comes_later_changes_nothing(here: World) -> None:
    now = int(machine_clock.seconds())
    await hear(here, now - 60)
    await hear(here, now - 600)
    (at,) = (await kept(here)).values()
    assert at.timestamp() == now - 60


async def test_it_is_of_its_workspace_alone_goes_with_it_and_does_not_come_back(make_world: MakeWorld) -> None:
    here = await two_connected(make_world)
    now = int(machine_clock.seconds())
    await hear(here, now)
    assert set(await kept(here)) == {SUNRISE}
    assert LINE not in await open_home(here, "U11OWNER")
    await hear(here, now, HARBOR)
    await here.slack.uninstall(SUNRISE)
    await finished(here)
    await hear(here, now + 60)
    await hear(here, now, "T99NEVER")
    assert set(await kept(here)) == {HARBOR}


async def test_the_metrics_count_the_workspaces(here: World) -> None:
    url = str(here.slack.deliveries.url).replace("/slack/events", "/metrics")
    name = "campaign_bot_workspaces_with_events_left_out"
    assert f"{name} 0.0" in await _text(url)
    await hear(here, int(machine_clock.seconds()))
    assert f"{name} 1.0" in await _text(url)
    assert SUNRISE not in await _text(url)


async def _text(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()
