"""The durable queue of deliveries; knows DBOS, with runs.py beside it, and is imported only when there are digests.

DBOS keeps a run's id, its attempt, and how far it came: nothing that is a customer's.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

from bot.config import Settings
from bot.delivery import dbos_runs
from bot.delivery.dbos_runs import QUEUE, VERSION, WORKFLOW
from bot.delivery.dbos_threads import Threads
from bot.delivery.deliver import Deliverer, Prepared
from bot.delivery.retries import patiently
from bot.digests.due import Ticket
from bot.errors import StoreUnavailable
from bot.stopping import cancel, end
from bot.store.queue_database import count_anew, queue_engine

T = TypeVar("T")
_AT_ONCE = 20  # deliveries in one process
_OF_A_WORKSPACE = 2  # of them
_THREADS = 6  # for DBOS's own database work; as many connections, and a few for its watchers
_CONNECTIONS = _THREADS + 6
_OPEN = 5.0  # seconds for a queue that is to be closed before it is open
_MANY = 500  # new ones in the queue: the database is to know
_HAND_OVER = 3.0  # seconds for the workers of the queue that are just handing over a run
_OBEY = 2.0  # seconds for deliveries that are ended
_HAND_BACK = 2.0  # seconds for handing back those of this replica
_CLOSE = 3.0  # seconds for DBOS to end
_log = structlog.get_logger("digests")
_dbos_log = logging.getLogger("dbos")
_dbos_log.addHandler(logging.NullHandler())  # else DBOS adds one that writes past ours
Mistake = Callable[[str, BaseException], Coroutine[Any, Any, None]]  # Any: asyncio's own


class AlreadyOpen(Exception):
    """Another queue is open in this process."""


class Queue:
    """Takes tickets, and lets the courier deliver each once at a time, whichever process does it.

    `replica` names this process; `mistake` hears of what must not happen. `polling`: seconds between two looks.
    `left` names what did not end in time, once it was shut or killed, or given up while it opened.
    """

    current: ClassVar["Queue | None"] = None  # DBOS is one for a process, and so is the queue that is open

    def __init__(
        self, settings: Settings, deliverer: Deliverer, mistake: Mistake, replica: str, polling: float = 0.3
    ) -> None:
        self.left: list[str] = []  # what did not end in time
        self._settings = settings
        self._deliverer = deliverer
        self._mistake = mistake
        self._replica = replica
        self._polling = polling
        self._running: set[asyncio.Task[object]] = set()
        self._runs = self._uncounted = 0
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._threads = Threads(_THREADS)

    async def launch(self) -> None:
        """Open it; deliveries begin from now on. Raises AlreadyOpen, SettingsError, DBOS's own."""
        if Queue.current is not None:
            raise AlreadyOpen
        self._engine = queue_engine(self._settings, _CONNECTIONS)
        Queue.current = self
        # Not here: while it changes its tables it waits for every open transaction, also those of this loop.
        opening = asyncio.ensure_future(self._threads.run(self._open))
        try:
            await asyncio.shield(opening)
        except BaseException:
            await self._end("opening the queue", self._give_up(opening), _OPEN + _HAND_OVER + _CLOSE)
            raise  # whatever came out of giving up: who was cancelled has to hear of it

    async def _give_up(self, opening: "asyncio.Future[None]") -> None:
        """Closed before it is open, DBOS would begin its threads afterwards."""
        await asyncio.wait([opening], timeout=_OPEN)
        if opening.done() and not opening.cancelled() and not opening.exception():
            await self._end("workers of the queue", self._threads.run(self._take_no_more), _HAND_OVER)
        await self._close()

    async def enqueue(self, tickets: Iterable[Ticket]) -> None:
        """Put them into the queue; one that was put there before is left as it is."""
        some = list(tickets)
        parts = [some[start::_THREADS] for start in range(_THREADS)]
        await asyncio.gather(*(self._threads.run(dbos_runs.enqueue, part) for part in parts if part))
        self._uncounted += len(some)
        if self._uncounted >= _MANY:
            self._uncounted = 0
            await self._threads.run(count_anew, self._engine)

    async def begun(self) -> dict[str, str]:
        """Runs that somebody works on, or worked on when it died, each with the name of the replica."""
        return await self._threads.run(dbos_runs.begun)

    async def hand_back(self, some: Collection[str]) -> None:
        """Let somebody else go on with these."""
        await self._threads.run(dbos_runs.hand_back, some)

    async def is_behind(self) -> bool:
        """Whether something waits for a worker."""
        return await self._threads.run(dbos_runs.are_waiting)

    async def tidy(self, older: timedelta) -> int:
        """Forget runs that were over so long ago, at most a few hundred; how many."""
        return await self._threads.run(dbos_runs.forget, (datetime.now(UTC) - older).isoformat())

    async def shut(self, grace: float) -> None:
        """Take nothing new, let what runs finish for so many seconds, hand back the rest, and close."""
        loop = asyncio.get_running_loop()
        until = loop.time() + grace
        await self._end("workers of the queue", self._threads.run(self._take_no_more), _HAND_OVER)
        while self._runs and loop.time() < until:  # noqa: ASYNC110 - runs begin and end in DBOS's thread
            await asyncio.sleep(0.02)
        await self._cancel()
        await self._end("handing back", self._hand_back_own(), _HAND_BACK)
        await self._close()

    async def kill(self) -> None:
        """End it as a death would: nothing is finished and nothing handed back."""
        self._closing = True
        await self._end("workers of the queue", self._threads.run(self._take_no_more), _HAND_OVER)
        await self._cancel()
        await self._close()

    async def deliver(self, run: str, attempt: int) -> None:
        """One attempt at one delivery: what DBOS runs, and runs again from the start where somebody died.

        How far it came is in the ledger. DBOS notes one step, `ready`: that fails when another replica has taken over.
        """
        self._runs += 1  # all in one thread, DBOS's
        try:
            prepared = await self._at_home(patiently(self._deliverer.prepare, run, attempt))
            if prepared is None:
                return
            await DBOS.run_step_async({"name": "ready"}, _ready)
            await self._at_home(self._send(prepared, run, attempt))
        except Exception as error:  # whatever it is: DBOS would keep its text, and nobody would hear of it
            await self._at_home(self._mistake(run, error))
        finally:
            self._runs -= 1

    async def _at_home(self, work: Coroutine[Any, Any, T]) -> T:  # Any: asyncio's own
        """In the program's event loop, where its connections live; DBOS has a loop and threads of its own."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._tracked(work), self._loop))

    async def _tracked(self, work: Coroutine[Any, Any, T]) -> T:  # Any: as above
        if self._closing:
            work.close()
            raise asyncio.CancelledError
        if task := asyncio.current_task():
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await work

    async def _send(self, prepared: Prepared, run: str, attempt: int) -> None:
        if ts := await self._post(prepared, run, attempt):
            await patiently(self._deliverer.record, prepared, ts)

    async def _post(self, prepared: Prepared, run: str, attempt: int) -> str | None:
        """When our database did not answer, nobody knows how far it came: it is begun anew, and looks."""
        try:
            return await self._deliverer.post(prepared)
        except StoreUnavailable:
            again = await patiently(self._deliverer.prepare, run, attempt)
        return await patiently(self._deliverer.post, again) if again else None

    async def _cancel(self) -> None:
        self._closing = True
        if await cancel(self._running, _OBEY):
            self.left.append("deliveries")

    async def _hand_back_own(self) -> None:
        """Whoever lives finds them otherwise: this replica beats no more."""
        with suppress(Exception):
            await self.hand_back([run for run, replica in (await self.begun()).items() if replica == self._replica])

    async def _close(self) -> None:
        await self._end("the queue", self._threads.run(self._destroy), _CLOSE)
        await self._end("threads of the queue", self._threads.end(), _HAND_BACK)
        self._engine.dispose()

    async def _end(self, part: str, work: Awaitable[object], within: float) -> None:
        """A database that hangs holds our threads for ever: nothing waits for them without a limit."""
        self.left += await end(part, work, within)

    def _config(self) -> DBOSConfig:
        return {
            "name": "campaign-bot",
            "system_database_engine": self._engine,
            "serializer": DBOSPortableJSONSerializer(),  # the usual one is pickle, which runs what it reads
            "application_version": VERSION,
            "executor_id": self._replica,
            "use_listen_notify": False,  # nobody waits for a result
            "notification_listener_polling_interval_sec": self._polling,  # asks nothing, but its end is waited for
            "max_executor_threads": _THREADS,
            "log_level": "WARNING",
            "enable_otlp": False,
        }

    def _open(self) -> None:
        self._dbos = DBOS(config=self._config())
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=_AT_ONCE,
            partition_worker_concurrency=_OF_A_WORKSPACE,
            polling_interval_sec=self._polling,
            on_conflict="always_update",
        )

    def _take_no_more(self) -> None:
        dbos_runs.stop_workers(self._dbos, _HAND_OVER)

    def _destroy(self) -> None:
        """In a thread; only what has really ended lets another queue open in this process."""
        DBOS.destroy()
        Queue.current = None


@DBOS.workflow(name=WORKFLOW)
async def _deliver(run: str, attempt: int) -> None:
    if Queue.current:
        await Queue.current.deliver(run, attempt)


async def _ready() -> None:
    """Nothing: what counts is that it is written down by whoever owns the run."""
