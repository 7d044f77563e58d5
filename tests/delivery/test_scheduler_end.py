"""The scheduler ends at the very moment at which something begins."""

import asyncio

import pytest

from tests.conftest import Clockwork, MakeWorld
from tests.drivers.scheduler import start


@pytest.mark.parametrize("what", ["a key breaks", "a digest is new"])
async def test_what_happens_at_the_very_moment_of_the_end_does_not_hold_it_up(make_world: MakeWorld, what: str) -> None:
    """Whatever the order in which the loop takes the two."""
    here = await start(make_world, Clockwork())
    scheduler, key_broke = here.bot.scheduler, here.bot.workspaces.key_broke
    for turns in range(6):
        await asyncio.sleep(0.05)  # until it waits for what there may be
        (key_broke.set if what == "a key breaks" else scheduler.wake)()
        for _ in range(turns):
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await scheduler.stop(1)
        await scheduler.start()
