"""Before a stop the bot is not ready for a while, and serves all the same, so that a load balancer moves on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.config import Settings, SettingsError
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.replicas import replicas, until
from tests.drivers.slash_command import ask_one

_LEAVING = (503, "the program is being stopped")


async def probe(address: str) -> tuple[int, str, str]:
    """What a load balancer sees, and what becomes of its connection."""
    async with aiohttp.ClientSession() as session, session.get(f"{address}/readyz") as answer:
        return answer.status, await answer.text(), answer.headers.get("connection", "kept")


@asynccontextmanager
async def leaving(here: World) -> AsyncIterator[None]:
    """Let it leave until the block ends."""
    waits = asyncio.ensure_future(here.bot.leaving.let_clients_go(3600))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        here.bot.leaving.shutdown.hurry()
        await asyncio.wait_for(waits, 60)


async def test_it_is_not_ready_and_answers_all_the_same_and_asks_for_other_connections(make_world: MakeWorld) -> None:
    here = await make_world()
    assert await probe(here.slack.bot) == (200, "ready", "kept")
    async with leaving(here):
        assert await probe(here.slack.bot) == (*_LEAVING, "close")
        assert (await ask_one(here, AEP)).blocks
    assert (await ask_one(here, AEP)).blocks  # until the door closes


async def test_socket_mode_ends_at_once_since_slack_then_uses_another_connection(make_world: MakeWorld) -> None:
    here = await make_world(socket_mode=True)
    async with leaving(here):
        await until(lambda: not here.slack.deliveries._sockets)


async def test_digests_are_left_to_others_at_once(make_world: MakeWorld) -> None:
    here = await make_world()
    assert here.bot.scheduler.running
    async with leaving(here):
        await until(lambda: not here.bot.scheduler.running)


async def test_a_stop_is_delayed_by_the_setting_and_a_second_sigterm_ends_the_delay(
    database_settings: Settings, tmp_path: Path
) -> None:
    async with replicas(database_settings, tmp_path, count=2, SHUTDOWN_DELAY="12") as here:
        first = here.each[0]
        first.terminate()
        await until(lambda: "stopping" in first.said())
        assert (await probe(first.address))[:2] == _LEAVING
        assert await here.ask(AEP, replica=0)
        await asyncio.sleep(1.0)  # a repetition of the first signal changes nothing
        took, status = await first.stop()
        assert (status, here.balancer.refused, here.balancer.cut) == (0, 0, 0)
        assert took < 12


@pytest.mark.parametrize("seconds", ["13", "-1", "nan"])
def test_a_delay_that_leaves_a_stop_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    monkeypatch.setenv("SHUTDOWN_DELAY", seconds)
    with pytest.raises(SettingsError, match="SHUTDOWN_DELAY must be a number of seconds from 0 to 12: the rest of a"):
        Settings.load()
