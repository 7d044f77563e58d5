"""Run a bot whose scheduler is in this process, with a clock that is moved."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.delivery.pace import Pace
from bot.delivery.scheduler import Scheduler
from bot.digests.digest import OVER, Delivery
from bot.digests.timetable import Timetable
from bot.store import deliveries
from playground.carecycle import CareCycle
from playground.world import World
from tests.conftest import Clockwork, MakeWorld
from tests.samples.digests import digest

CHANNEL, OWNER = "C02STANDUP", "U03MEMBER"
Wait = Callable[[], Any]


async def start(make_world: MakeWorld, clockwork: Clockwork, **more: Any) -> World:
    """Make a world in which everything has the moved clock, and the scheduler looks more often than usual."""
    more.setdefault("pace", Pace(tick=0.2, exist=0.2, polling=0.05))
    return await make_world(
        clock=Clock(clockwork.now, clockwork.time),
        now=clockwork.time,
        carecycle=CareCycle(now=clockwork.time, limit=100_000),
        **more,
    )


def move_to(clockwork: Clockwork, moment: datetime) -> None:
    clockwork.seconds = moment.timestamp()


async def opened(scheduler: Scheduler) -> None:
    """Wait until the scheduler has found a digest and runs deliveries."""
    async with asyncio.timeout(15):
        while not scheduler._workers:  # noqa: ASYNC110 - the scheduler tells nobody
            await asyncio.sleep(0.01)


async def until_quiet(here: World, id_: str, rows: int) -> list[Delivery]:
    """Wait until a digest has `rows` deliveries or more and all are over. Return them, oldest first."""
    here.bot.scheduler.wake()
    async with asyncio.timeout(15):
        while True:
            found = await deliveries.history(here.bot.db, id_, 1000)
            if len(found) >= rows and all(one.state in OVER for one in found):
                return found[::-1]
            await asyncio.sleep(0.02)


async def until(here: World, is_so: Callable[[Delivery], bool]) -> Delivery:
    """Wait until `is_so` holds for a delivery of the digest `d1`, and return that delivery."""
    async with asyncio.timeout(15):
        while True:
            for row in await deliveries.history(here.bot.db, "d1"):
                if is_so(row):
                    return row
            await asyncio.sleep(0.02)


def arrived(here: World) -> list[str]:
    """Return the runs whose messages were posted, in order."""
    return [one.metadata["event_payload"]["run"] for one in here.slack.workspace.messages if one.metadata]


def ours(id_: str, timetable: Timetable, after: datetime) -> Any:
    """Make a digest of the playground's stand-up channel that is next due after `after`."""
    due = next(timetable.after(after)).due
    return digest(id_, channel_id=CHANNEL, owner_id=OWNER, timetable=timetable, next_due=due)
