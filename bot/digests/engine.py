"""Runs digests: looks every second what is due, puts it into the queue, and looks after what got stuck.

Nothing is opened before there is a digest: a bot without any pays neither time nor memory.
"""

import asyncio
import importlib
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog

from bot.clock import Clock
from bot.config import Settings
from bot.digests.courier import Courier
from bot.digests.due import decide
from bot.errors import StoreUnavailable
from bot.logs import places
from bot.store import digests, due, replicas
from bot.store.database import Database
from bot.store.digest_records import Digest
from bot.store.due import Due, Ticket

if TYPE_CHECKING:
    from bot.digests.queue import Queue

_BATCH = 100  # digests in one transaction
_LOOKS_BACK = 15  # minutes after which an attempt that is in the queue and not heard of is tried anew
_LAST_WORD = 1.0  # seconds for telling people, when deliveries took all the grace there was
_FORGET = timedelta(days=1)  # replicas and runs of the queue that are over
_log = structlog.get_logger("digests")


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds of real time, but for `lease`: how long one has for putting what it took into the queue.

    `dead`: a replica is, that was not heard of for so long. `silent`: an engine that did not look for so long.
    """

    tick: float = 1.0
    exist: float = 5.0
    beat: float = 5.0
    dead: float = 20.0
    lease: float = 30.0
    polling: float = 0.3
    silent: float = 30.0


class Engine:
    """One for a process. It may be started again after it was stopped or killed."""

    def __init__(
        self, settings: Settings, db: Database, clock: Clock, courier: Courier, pace: Pace | None = None
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._courier = courier
        self._pace = pace or Pace()
        self._grace = timedelta(minutes=settings.digest_grace)
        self._queue: Queue | None = None
        self._replica = ""
        self._tasks: list[asyncio.Task[None]] = []
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()  # ending takes a second or two, in which somebody may start it again
        self._looked = self._beaten = self._steady = 0.0
        self._trouble: set[str] = set()  # what it could not do the last time, so that it is said once

    @property
    def running(self) -> bool:
        """Whether it looks for what is due, or for the first digest."""
        return bool(self._tasks)

    async def start(self) -> None:
        """Begins to look; nothing when it does already."""
        async with self._turn:
            if not self._tasks:
                self._looked = asyncio.get_running_loop().time()
                self._tasks = [asyncio.create_task(work()) for work in (self._look, self._look_after, self._tell)]

    async def stop(self, grace: float) -> None:
        """Takes no new work, lets what runs finish for so many seconds, and hands back the rest."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            until = loop.time() + grace
            await self._end_tasks()
            if queue := self._queue:
                self._queue = None
                await queue.shut(grace)
                with suppress(StoreUnavailable):  # then the others find out in a while
                    await replicas.forget(self._db, [self._replica])
            await self._courier.telling.settle(max(until - loop.time(), _LAST_WORD))

    async def kill(self) -> None:
        """Ends as the process would by a death: at once, nothing finished, nothing handed back."""
        async with self._turn:
            await self._end_tasks()
            if queue := self._queue:
                self._queue = None
                await queue.kill()
            await self._courier.telling.drop()  # last: what was being delivered may have begun to tell

    async def answers(self) -> bool:
        """Whether it has looked lately, be it only for the first digest."""
        return self.running and asyncio.get_running_loop().time() - self._looked <= self._pace.silent

    def wake(self) -> None:
        """There may be something new: looks at once."""
        self._wake.set()

    async def _end_tasks(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            self._wake.clear()
            if await self._carefully("look", self._tick if self._queue else self._begin):
                self._looked = asyncio.get_running_loop().time()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.tick if self._queue else self._pace.exist):
                    await self._wake.wait()

    async def _begin(self) -> None:
        """Opens the queue once there is a digest."""
        if not await digests.exist(self._db):
            return
        loop = asyncio.get_running_loop()
        module = await loop.run_in_executor(None, importlib.import_module, "bot.digests.queue")  # it takes a while
        self._replica = str(uuid4())
        await replicas.beat(self._db, self._replica)  # before it can begin anything
        queue: Queue = module.Queue(self._settings, self._courier, self._mistaken, self._replica, self._pace.polling)
        await queue.launch()
        self._queue = queue
        _log.info("digests are run", replica=self._replica)
        await self._tick()

    async def _tick(self) -> None:
        """All that is due, then what somebody else wrote down and did not get to put into the queue."""
        found = _BATCH
        while found == _BATCH:
            now = self._clock.now()
            found, tickets = await due.take_due(self._db, now, self._lease(now), self._decide, _BATCH)
            await self._enqueue(tickets)
        waiting = [Ticket("", 0, "")] * _BATCH
        while len(waiting) == _BATCH:
            now = self._clock.now()
            waiting = await due.lease(self._db, now, self._lease(now), _BATCH)
            await self._enqueue(waiting)

    async def _enqueue(self, tickets: list[Ticket]) -> None:
        if tickets and self._queue:
            await self._queue.enqueue(tickets)
            await due.handed(self._db, tickets, self._clock.now())
            self._looked = asyncio.get_running_loop().time()  # there may be many more

    def _decide(self, digest: Digest, now: datetime) -> Due:
        return decide(digest, now, self._grace)

    def _lease(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self._pace.lease)

    async def _look_after(self) -> None:
        """Beats, hands back what the dead had begun, and now and then looks for what was lost."""
        loop, minute = asyncio.get_running_loop(), 0.0
        earlier: deque[datetime] = deque(maxlen=_LOOKS_BACK)  # the clock, minute by minute: it may be moved
        while True:
            if self._queue:
                await self._carefully("look after", self._hand_back)
                if loop.time() >= minute:
                    minute = loop.time() + 60
                    await self._carefully("look for what was lost", lambda: self._find_lost(earlier))
            await asyncio.sleep(self._pace.beat)

    async def _tell(self) -> None:
        """What people are to be told, also by somebody who died; what is due does not wait for it."""
        while True:
            await self._carefully("tell people", self._courier.telling.tell)
            await self._courier.telling.wanted(self._pace.beat)

    async def _hand_back(self) -> None:
        """What the dead had begun.

        Only who has beaten for long enough itself may say who is dead: while the database was away nobody could.
        """
        loop = asyncio.get_running_loop()
        await replicas.beat(self._db, self._replica)
        if loop.time() - self._beaten > self._pace.dead / 2:
            self._steady = loop.time()
        self._beaten = loop.time()
        if self._beaten - self._steady < self._pace.dead:
            return
        async with replicas.sweeping(self._db) as alone:
            if alone and self._queue:
                begun = await self._queue.begun()  # first: who lives is asked after, so a newcomer is not missed
                alive = await replicas.alive(self._db, timedelta(seconds=self._pace.dead)) | {self._replica}
                orphans = [run for run, replica in begun.items() if replica not in alive]
                await self._queue.hand_back(orphans)
                if orphans:
                    _log.warning("digests of a replica that died are handed back", runs=len(orphans))

    async def _find_lost(self, earlier: deque[datetime]) -> None:
        queue, now = self._queue, self._clock.now()
        if not queue:
            return
        patient = len(earlier) == _LOOKS_BACK and not await queue.is_behind()
        if patient and (lost := await due.take_back(self._db, earlier[0], now)):
            _log.warning("digests were lost in the queue, and are tried anew", runs=lost)
        earlier.append(now)
        await queue.tidy(_FORGET)
        await replicas.forget(self._db, [], silent_for=_FORGET)

    async def _carefully(self, what: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Whether it went well. Whatever happens is in the log, once, and does not end the loop."""
        try:
            await work()
        except StoreUnavailable as error:
            self._note(what, f"could not {what}: the database does not answer", error)
        except Exception as error:
            self._note(what, f"could not {what}", error)
        else:
            if what in self._trouble:
                self._trouble.discard(what)
                _log.info(f"digests: can {what} again")
            return True
        return False

    def _note(self, what: str, said: str, error: Exception) -> None:
        if what not in self._trouble:
            self._trouble.add(what)
            _log.error(f"digests: {said}", error=type(error).__name__, at=places(error))

    async def _mistaken(self, run: str, error: BaseException) -> None:
        """A mistake of ours, or our database is gone for long: what is in the ledger then is what people read."""
        _log.error("bug", run=run, error=type(error).__name__, at=places(error))
        if isinstance(error, StoreUnavailable):
            return  # it is tried anew, as everything that is lost
        with suppress(StoreUnavailable):
            await self._courier.mistaken(run)
