"""The scheduler can be stopped at every wait: of its beginning, ticking, claiming, and of stopping itself."""

import asyncio
from typing import Any

import pytest

from bot.delivery.pace import Pace
from bot.delivery.scheduler import Scheduler
from bot.digests.timetable import Timetable
from bot.stopping import DidNotEnd
from playground.world import World
from tests.conftest import Clockwork, MakeWorld
from tests.drivers.interruptions import Interrupted
from tests.drivers.scheduler import opened, ours, start, until_quiet
from tests.samples.digests import keep

_IN_TIME = 20.0  # seconds; a stop takes less than one on a machine with nothing else to do
_HOUR = 3600
_QUICK = Pace(tick=0.05, exist=0.05, beat=0.2, dead=5, polling=0.05)


async def _world(make_world: MakeWorld, clockwork: Clockwork, **more: Any) -> World:
    """One whose scheduler does not run, with a digest that is due every hour."""
    here = await start(make_world, clockwork, pace=_QUICK, **more)
    await _stop(here.bot.scheduler)
    await keep(here.bot.db, ours("d1", Timetable("UTC", cron="0 * * * *"), clockwork.now()))
    return here


async def _stop(scheduler: Scheduler) -> None:
    """In time, or the test fails: it must not hang with the scheduler."""
    stopping = asyncio.ensure_future(scheduler.stop(1))
    done, _ = await asyncio.wait([stopping], timeout=_IN_TIME)
    assert done, "the scheduler does not stop"
    assert not isinstance(stopping.exception(), DidNotEnd), stopping.exception()


def _tasks(scheduler: Scheduler) -> list[str]:
    """Return the names of its tasks: of its loops, and of deliveries."""
    loops = {"look", "tell", "claim", "look after", *scheduler.regular}
    names = [task.get_name() for task in asyncio.all_tasks()]
    return [name for name in names if name in loops or name.startswith("digest ")]


class Points:
    """Start the scheduler again and again, and stop it at its first wait, its second, its third."""

    def __init__(self, here: World, monkeypatch: pytest.MonkeyPatch, *, spoil: bool) -> None:
        self.spoiled = 0
        self._here, self._engine, self._spoil = here, here.bot.scheduler, spoil
        self._begin = Scheduler._begin
        self._stopping: asyncio.Task[None] | None = None
        monkeypatch.setattr(Scheduler, "_begin", self._interrupted)

    async def stop_at(self, at: int) -> bool:
        """Stops it at its wait number `at`, and sees that it ends; False when it does not wait so often."""
        self._at, self._stopping = at, None
        self._met = asyncio.Event()
        await self._engine.start()
        async with asyncio.timeout(_IN_TIME):
            await self._met.wait()
        if self._stopping is None:
            return False
        await self._stopping
        self.spoiled += self._run.spoiled
        assert _tasks(self._engine) == []
        return True

    async def _interrupted(self) -> None:
        self._run = Interrupted(self._begin(self._engine), self._at, self._stop, spoil=self._spoil)
        await self._run
        self._met.set()

    def _stop(self) -> None:
        self._stopping = asyncio.ensure_future(_stop(self._engine))
        self._met.set()


@pytest.mark.parametrize("spoil", [False, True], ids=["cleaning goes well", "cleaning goes wrong"])
async def test_the_end_comes_at_any_wait_of_opening_ticking_and_enqueuing(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, database_options: dict[str, Any], spoil: bool
) -> None:
    clockwork = Clockwork()
    here = await _world(make_world, clockwork, **database_options)
    points, at = Points(here, monkeypatch, spoil=spoil), 1
    while await points.stop_at(at):
        clockwork.move(_HOUR)
        at += 1
    assert at > 20, "these are not all of its waits"
    assert (points.spoiled > 5) is spoil
    monkeypatch.undo()
    await _stop(here.bot.scheduler)
    await here.bot.scheduler.start()
    assert (await until_quiet(here, "d1", 1))[-1].state == "sent"


async def test_an_end_that_is_cancelled_at_any_moment_goes_on_to_its_end(
    make_world: MakeWorld, database_options: dict[str, Any]
) -> None:
    here = await _world(make_world, Clockwork(), **database_options)
    scheduler = here.bot.scheduler
    for turns in (1, 2, 3, 5, 8, 13, 30, 100):
        await scheduler.start()
        await opened(scheduler)
        stopping = asyncio.ensure_future(scheduler.stop(1))
        for _ in range(turns):
            await asyncio.sleep(0)
        was_under_way = stopping.cancel()
        assert was_under_way or turns > 13, "it ends at the earliest after some more turns"
        await asyncio.wait([stopping], timeout=_IN_TIME)
        assert stopping.cancelled() == was_under_way, "who cancels the end hears of it"
        assert (_tasks(scheduler), scheduler.running) == ([], False)
