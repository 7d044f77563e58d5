"""Run digests: look every second for what is due, write it into the ledger, and have it delivered.

Nothing is claimed before there is a digest, so a bot without digests only looks for the first one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from bot.clock import Clock
from bot.config import Settings
from bot.delivery.deliver import Deliverer
from bot.delivery.notifications import Notifications
from bot.delivery.pace import Pace
from bot.delivery.recovery import Recovery
from bot.delivery.unbroken import Unbroken
from bot.delivery.workers import Workers
from bot.digests.due import decide
from bot.errors import StoreUnavailable
from bot.logs import places
from bot.replicas.heartbeat import Heartbeat
from bot.replicas.outages import Outages
from bot.stopping import DidNotEnd, cancel, end
from bot.store import deletions, digests, outbox
from bot.store.database import Database

Work = Callable[[], Awaitable[None]]
Loop = Callable[[asyncio.Event], Coroutine[Any, Any, None]]  # Any: asyncio's own
_BATCH = 100  # digests in one transaction
_LAST_WORD = 1.0  # seconds for leaving and notifications, when deliveries used up the grace
_OBEY = 2.0  # seconds for the loops to end
_CLOSING = 8.0  # seconds for everything but deliveries
_log = structlog.get_logger("digests")


class Scheduler:
    """The one scheduler of a process. It may be started again after it was stopped or killed.

    `regular` is done every few seconds (`Pace.beat`) once there is a digest, by the name under which errors are logged.
    What of it must not break off in the middle is in `unbroken`.
    """

    def __init__(
        self,
        settings: Settings,
        db: Database,
        clock: Clock,
        deliverer: Deliverer,
        notifications: Notifications,
        heartbeat: Heartbeat,
        pace: Pace | None = None,
        regular: Mapping[str, Work] | None = None,
        unbroken: Unbroken | None = None,
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._deliverer = deliverer
        self._notifications = notifications
        self._heartbeat = heartbeat
        self._pace = pace or Pace()
        self.regular = dict(regular or {})
        self._unbroken = unbroken or Unbroken()
        self._decide = partial(decide, grace=timedelta(minutes=settings.digest_grace))
        self._workers: Workers | None = None  # once there is a digest
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()  # of the current tasks; each start makes a new one
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()  # stopping takes a second or two, and a start must wait for it
        self._looked = 0.0  # time of the event loop, in seconds
        self._outages = Outages("digests")

    @property
    def running(self) -> bool:
        """Whether it looks for what is due, or for the first digest."""
        return bool(self._tasks)

    async def start(self) -> None:
        """Start looking. Do nothing when it is running already."""
        async with self._turn:
            if not self._tasks:
                self._looked = asyncio.get_running_loop().time()
                self._stopping = stopping = asyncio.Event()
                works: dict[str, Loop] = {"look": self._look, "tell": self._tell}
                works |= {name: partial(self._keep_doing, name, work) for name, work in self.regular.items()}
                self._tasks = [asyncio.create_task(work(stopping), name=name) for name, work in works.items()]

    async def stop(self, grace: float) -> None:
        """Take no new work, let running deliveries finish for `grace` seconds, and hand back the rest.

        Raise DidNotEnd when a part did not end in time. When the call is canceled, the scheduler stops all the same.
        """
        if left := await end("digests", self._stop(grace), grace + _CLOSING):
            raise DidNotEnd(*left)

    async def kill(self) -> None:
        """End at once as after a crash: nothing is finished and nothing handed back. Raise DidNotEnd."""
        if left := await end("digests", self._kill(), _CLOSING):
            raise DidNotEnd(*left)

    async def answers(self) -> bool:
        """Return whether it has looked without an error recently (`Pace.silent`), if only for the first digest."""
        return self.running and asyncio.get_running_loop().time() - self._looked <= self._pace.silent

    def wake(self) -> None:
        """Look at once, because there may be something new."""
        self._wake.set()

    async def _stop(self, grace: float) -> None:
        loop = asyncio.get_running_loop()
        async with self._turn:
            until = loop.time() + grace
            left = await self._end_tasks()
            if workers := self._end_work():
                await workers.shut(max(until - loop.time(), 0.0))
                left += workers.left + await end("leaving", self._heartbeat.leave(), _LAST_WORD)
            left_over = max(until - loop.time(), _LAST_WORD)
            await asyncio.gather(self._notifications.settle(left_over), self._unbroken.settle(left_over))
        _need_ended(left)

    async def _kill(self) -> None:
        async with self._turn:
            left = await self._end_tasks()
            if workers := self._end_work():
                await workers.kill()
                self._heartbeat.abandon()
                left += workers.left
            left += await self._notifications.drop()  # last: a delivery may have begun to notify
            left += [] if await self._unbroken.drop() else ["announcing digests"]
        _need_ended(left)

    def _end_work(self) -> Workers | None:
        workers, self._workers = self._workers, None
        return workers

    async def _end_tasks(self) -> list[str]:
        """Cancel the tasks and return the names of those that did not end; these end when they see the flag."""
        self._stopping.set()
        tasks, self._tasks = self._tasks, []
        return [task.get_name() for task in await cancel(tasks, _OBEY)]

    async def _look(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            self._wake.clear()
            if await self._outages.run_and_log("look", self._tick if self._workers else self._begin):
                self._looked = asyncio.get_running_loop().time()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.tick if self._workers else self._pace.exist):
                    await self._wake.wait()

    async def _begin(self) -> None:
        """Begin to claim deliveries once there is a digest."""
        if not await digests.exist(self._db):
            return
        self._heartbeat.start()
        await self._heartbeat.beat()  # before it can claim anything
        replica = self._heartbeat.replica
        if self._stopping.is_set():
            return
        workers = Workers(self._db, self._clock, self._deliverer, self._handle_bug, replica, self._pace)
        recovery = Recovery(self._db, self._pace, self._heartbeat)
        works: dict[str, Loop] = {"claim": workers.run, "look after": partial(self._look_after, recovery)}
        self._tasks += [asyncio.create_task(work(self._stopping), name=name) for name, work in works.items()]
        self._workers = workers
        _log.info("digests are run", replica=replica)
        await self._tick()

    async def _tick(self) -> None:
        """Write what is due into the ledger, where the workers find it."""
        await deletions.keep_over(self._db)
        found = _BATCH
        while found == _BATCH:
            found = await outbox.take_due(self._db, self._clock.now(), self._decide, _BATCH)
            self._looked = asyncio.get_running_loop().time()  # a long backlog must not look like silence
            if self._workers:
                self._workers.wake()

    async def _look_after(self, recovery: Recovery, stopping: asyncio.Event) -> None:
        """Hand back the deliveries of dead replicas."""
        while not stopping.is_set():
            await self._outages.run_and_log("look after", recovery.hand_back)
            await asyncio.sleep(self._pace.beat)

    async def _keep_doing(self, name: str, work: Work, stopping: asyncio.Event) -> None:
        """Do something every few seconds once there is a digest. Deliveries do not wait for it."""
        while not stopping.is_set():
            if self._workers:
                await self._outages.run_and_log(name, work)
            await asyncio.sleep(self._pace.beat)

    async def _tell(self, stopping: asyncio.Event) -> None:
        """Send waiting notifications, also those of dead replicas. Deliveries do not wait for this loop."""
        while not stopping.is_set():
            await self._outages.run_and_log("tell people", self._notifications.tell)
            await self._notifications.wait_for_broken_key(self._pace.beat)

    async def _handle_bug(self, run: str, error: BaseException) -> None:
        """Log the unexpected error of a run. A bug is also recorded in the ledger, so that people see it."""
        _log.error("bug", run=run, error=type(error).__name__, at=places(error))
        if isinstance(error, StoreUnavailable):
            return  # it is tried again, like every lost run
        with suppress(StoreUnavailable):
            await self._deliverer.record_bug(run)


def _need_ended(left: list[str]) -> None:
    if left:
        raise DidNotEnd(*left)
