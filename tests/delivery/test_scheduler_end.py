"""The scheduler ends while its queue is just opening, or handing a delivery to a worker."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest
from dbos import DBOS
from dbos._core import execute_dequeued_workflow
from dbos._dbos import DBOSRegistry
from dbos._event_loop import BackgroundEventLoop

from bot.delivery.pace import Pace
from bot.digests.timetable import Timetable
from bot.store import deliveries
from tests.conftest import Clockwork, MakeWorld
from tests.drivers.scheduler import arrived, ours, start, until_quiet
from tests.samples.digests import keep

_MOMENT, _ENOUGH = 1.0, 30.0  # seconds


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_what_is_just_handed_to_a_worker_does_not_hold_up_the_end(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    clockwork, handing, ended = Clockwork(), threading.Event(), threading.Event()
    end_loop = BackgroundEventLoop.stop

    def slowly(*given: Any) -> Any:
        handing.set()
        ended.wait(_MOMENT)
        return execute_dequeued_workflow(*given)

    def noted(loop: BackgroundEventLoop, *given: Any) -> None:
        end_loop(loop, *given)
        ended.set()

    monkeypatch.setattr("dbos._queue.execute_dequeued_workflow", slowly)
    monkeypatch.setattr(BackgroundEventLoop, "stop", noted)
    here = await start(make_world, clockwork, pace=Pace(beat=0.2, dead=1))
    scheduler = here.bot.scheduler
    await keep(here.bot.db, ours("d1", Timetable("UTC", cron="0 * * * *"), clockwork.now()))
    clockwork.move(3600)
    scheduler.wake()
    assert await asyncio.to_thread(handing.wait, _ENOUGH)
    await (scheduler.stop(1) if how == "stop" else scheduler.kill())
    assert _workers() == []
    monkeypatch.undo()
    clockwork.move(60)
    await scheduler.start()
    assert [row.state for row in await until_quiet(here, "d1", 1)] == ["sent"]
    assert len(arrived(here)) == 1
    assert (await deliveries.history(here.bot.db, "d1"))[0].due <= clockwork.now() - timedelta(seconds=60)


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_a_queue_that_is_just_opening_is_closed_once_it_is_open(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    clockwork, opening, ended = Clockwork(), threading.Event(), threading.Event()
    internal_queue, destroy = DBOSRegistry.get_internal_queue, DBOS.destroy

    def slowly(registry: DBOSRegistry) -> Any:  # the last thing before it begins its threads
        opening.set()
        ended.wait(_MOMENT)
        return internal_queue(registry)

    def noted() -> None:
        destroy()
        ended.set()

    monkeypatch.setattr(DBOSRegistry, "get_internal_queue", slowly)
    monkeypatch.setattr(DBOS, "destroy", noted)
    here = await start(make_world, clockwork)
    await keep(here.bot.db, ours("d1", Timetable("UTC", cron="0 * * * *"), clockwork.now()))
    here.bot.scheduler.wake()
    assert await asyncio.to_thread(opening.wait, _ENOUGH)
    await (here.bot.scheduler.stop(1) if how == "stop" else here.bot.scheduler.kill())
    assert await asyncio.to_thread(ended.wait, _ENOUGH)
    assert _workers() == []


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


def _workers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("queue-worker-")]
