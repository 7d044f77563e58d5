"""Several replicas over one database, and one process over SQLite: what all other tests of replicas rely on."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp

from bot.config import Settings
from bot.store.encryption import new_key
from playground.carecycle import HARBOR_KEY, PLAYGROUND_KEY
from playground.slack import Slack, events
from playground.slack.workspace import Json
from tests.conftest import AEP
from tests.drivers.replicas import HARBOR, SUNRISE, replicas, until

_EVER = 60.0  # seconds


async def test_each_replica_gets_its_turn_and_everything_it_sends_is_told_apart(
    database_settings: Settings, tmp_path: Path
) -> None:
    async with replicas(database_settings, tmp_path) as here:
        numbers = list(range(len(here.each)))
        for _ in numbers:
            assert await here.ask(AEP)
            assert await here.ask(AEP, user="U11OWNER", channel="C12STANDUP", replica=0)
        assert sorted({one.replica for one in here.balancer.sent}) == numbers
        theirs = {(one.replica, one.key) for one in here.world.requests}
        assert theirs == {(number, PLAYGROUND_KEY) for number in numbers} | {(0, HARBOR_KEY)}
        assert all(one.status == 200 for one in here.world.requests)
        assert here.world.most_in_a_minute(HARBOR_KEY) == 1
        assert {one.team for one in here.world.called("conversations.info")} <= {SUNRISE, HARBOR}
        assert (here.balancer.refused, here.balancer.cut) == (0, 0)


async def test_what_a_stopped_replica_refuses_goes_to_the_next_one_and_is_counted(
    database_settings: Settings, tmp_path: Path
) -> None:
    async with replicas(database_settings, tmp_path, teams=None) as here:
        first, *others = here.each
        assert (await first.stop())[1] == 0
        ack = await here.balancer.send("events_api", _home(here.slack), retry=1)
        assert (ack.error is None) is bool(others)
        assert here.balancer.refused == 1
        await first.start()
        assert (await here.balancer.send("events_api", _home(here.slack), replica=0)).error is None
        await until(lambda: bool(here.slack.workspace.homes.get("U01OWNER")))


async def test_the_database_of_one_replica_can_hang_while_the_others_answer(postgres_url: str, tmp_path: Path) -> None:
    made: Any = {"data_dir": tmp_path / "data", "database_url": postgres_url, "encryption_keys": new_key()}  # as read
    settings = Settings(_env_file=None, **made)
    async with replicas(settings, tmp_path, count=2, proxied=True) as here:
        here.databases[1].freeze()
        await asyncio.gather(_becomes(here.each[0].address, 200), _becomes(here.each[1].address, 503))
        here.databases[1].thaw()


def _home(slack: Slack) -> Json:
    grant = slack.tokens.installed(slack.workspace)
    assert grant
    return events.app_home_opened(slack.workspace, grant, "U01OWNER")


async def _becomes(address: str, status: int) -> None:
    """Wait until `/readyz` says so. On a busy machine a database that answers may once take longer than it has."""
    async with asyncio.timeout(_EVER), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{address}/readyz") as answer:
                if answer.status == status:
                    return
            await asyncio.sleep(0.1)
