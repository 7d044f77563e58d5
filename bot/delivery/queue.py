"""The durable queue of deliveries, built on DBOS. It is imported only when there are digests.

Only this file and dbos_runs.py know DBOS. DBOS stores a run's id, its attempt and how far it came: no customer data.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

from bot.config import Settings
from bot.delivery import dbos_log, dbos_runs
from bot.delivery.dbos_runs import QUEUE, VERSION, WORKFLOW
from bot.delivery.dbos_threads import Threads
from bot.delivery.deliver import Deliverer, Prepared
from bot.delivery.retries import retry_on_outage
from bot.digests.due import Ticket
from bot.errors import StoreUnavailable
from bot.stopping import cancel, end
from bot.store.queue_database import queue_engine, refresh_statistics

T = TypeVar("T")
_AT_ONCE = 20  # deliveries in one process
_OF_A_WORKSPACE = 2  # of them, for one workspace
_THREADS = 6  # for DBOS's own database work; as many connections, and a few for its watchers
_CONNECTIONS = _THREADS + 6
_OPEN = 5.0  # seconds to let an opening queue finish opening before it is closed
_MANY = 500  # new runs after which PostgreSQL renews its statistics of the queue
_HAND_OVER = 3.0  # seconds for queue workers that are handing over a run
_OBEY = 2.0  # seconds for canceled deliveries to end
_HAND_BACK = 2.0  # seconds for handing back this replica's own runs, and for its threads to end
_CLOSE = 3.0  # seconds for DBOS to end
_log = structlog.get_logger("digests")
BugHandler = Callable[[str, BaseException], Coroutine[Any, Any, None]]  # Any: asyncio's own


class AlreadyOpen(Exception):
    """Another queue is open in this process."""


class Queue:
    """Takes tickets and lets the deliverer work on them, on each run in one process at a time.

    `replica` names this process. `on_bug` is called with a run and its unexpected error. `polling` is the number of
    seconds between two looks into the queue.
    """

    current: ClassVar["Queue | None"] = None  # a process has one DBOS, so one open queue

    def __init__(
        self, settings: Settings, deliverer: Deliverer, on_bug: BugHandler, replica: str, polling: float = 0.3
    ) -> None:
        self.left: list[str] = []  # what did not end in time: after `shut`, `kill` or a failed `launch`
        self._settings = settings
        self._deliverer = deliverer
        self._on_bug = on_bug
        self._replica = replica
        self._polling = polling
        self._running: set[asyncio.Task[object]] = set()
        self._runs = self._uncounted = 0
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._threads = Threads(_THREADS)

    async def launch(self) -> None:
        """Open the queue; deliveries begin from now on. Raise AlreadyOpen, SettingsError or an error of DBOS."""
        if Queue.current is not None:
            raise AlreadyOpen
        self._engine = queue_engine(self._settings, _CONNECTIONS)
        Queue.current = self
        # In a thread: when DBOS changes its tables, it waits for every open transaction, also those of this loop.
        opening = asyncio.ensure_future(self._threads.run(self._open))
        try:
            await asyncio.shield(opening)
        except BaseException:
            await self._end("opening the queue", self._give_up(opening), _OPEN + _HAND_OVER + _CLOSE)
            raise  # whatever `_end` returned: a cancellation must reach the caller

    async def _give_up(self, opening: "asyncio.Future[None]") -> None:
        """Wait until DBOS is open, then close it. If it were closed earlier, it would still start its threads."""
        await asyncio.wait([opening], timeout=_OPEN)
        if opening.done() and not opening.cancelled() and not opening.exception():
            await self._end("workers of the queue", self._threads.run(self._take_no_more), _HAND_OVER)
        await self._close()

    async def enqueue(self, tickets: Iterable[Ticket]) -> None:
        """Put these attempts into the queue. One that was put there before is left as it is."""
        some = list(tickets)
        parts = [some[start::_THREADS] for start in range(_THREADS)]
        await asyncio.gather(*(self._threads.run(dbos_runs.enqueue, part) for part in parts if part))
        self._uncounted += len(some)
        if self._uncounted >= _MANY:
            self._uncounted = 0
            await self._threads.run(refresh_statistics, self._engine)

    async def begun(self) -> dict[str, str]:
        """Return the ids of the workflows in progress, each with the name of its replica, which may have died."""
        return await self._threads.run(dbos_runs.begun)

    async def hand_back(self, some: Collection[str]) -> None:
        """Put the workflows with these ids back into the queue, for another replica to repeat."""
        await self._threads.run(dbos_runs.hand_back, some)

    async def is_behind(self) -> bool:
        """Return whether workflows wait for a worker."""
        return await self._threads.run(dbos_runs.are_waiting)

    async def tidy(self, older: timedelta) -> int:
        """Delete at most 500 workflows that ended longer than `older` ago. Return how many."""
        return await self._threads.run(dbos_runs.forget, (datetime.now(UTC) - older).isoformat())

    async def shut(self, grace: float) -> None:
        """Take nothing new, let running deliveries finish for `grace` seconds, hand back the rest, and close."""
        loop = asyncio.get_running_loop()
        until = loop.time() + grace
        await self._end("workers of the queue", self._threads.run(self._take_no_more), _HAND_OVER)
        while self._runs and loop.time() < until:  # noqa: ASYNC110 - runs begin and end in DBOS's thread
            await asyncio.sleep(0.02)
        await self._cancel()
        await self._end("handing back", self._hand_back_own(), _HAND_BACK)
        await self._close()

    async def kill(self) -> None:
        """Close as after a crash: nothing is finished and nothing handed back."""
        self._closing = True
        await self._end("workers of the queue", self._threads.run(self._take_no_more), _HAND_OVER)
        await self._cancel()
        await self._close()

    async def deliver(self, run: str, attempt: int) -> None:
        """Make one attempt at one delivery. DBOS runs this, and runs it again from the start when a replica died.

        The ledger says how far the delivery came. DBOS records only one step, `ready`, which fails when another
        replica has taken over.
        """
        self._runs += 1  # only DBOS's one thread changes it
        try:
            prepared = await self._in_main_loop(retry_on_outage(self._deliverer.prepare, run, attempt))
            if prepared is None:
                return
            await DBOS.run_step_async({"name": "ready"}, _ready)
            await self._in_main_loop(self._send(prepared, run, attempt))
        except Exception as error:  # any error: DBOS would store its text, and nobody would see it
            await self._in_main_loop(self._on_bug(run, error))
        finally:
            self._runs -= 1

    async def _in_main_loop(self, work: Coroutine[Any, Any, T]) -> T:  # Any: asyncio's own
        """Run `work` in the program's event loop, where its connections live. DBOS has a loop of its own."""
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
            await retry_on_outage(self._deliverer.record, prepared, ts)

    async def _post(self, prepared: Prepared, run: str, attempt: int) -> str | None:
        """Post. When our database does not answer, prepare again, which reads how far the delivery came."""
        try:
            return await self._deliverer.post(prepared)
        except StoreUnavailable:
            again = await retry_on_outage(self._deliverer.prepare, run, attempt)
        return await retry_on_outage(self._deliverer.post, again) if again else None

    async def _cancel(self) -> None:
        self._closing = True
        if await cancel(self._running, _OBEY):
            self.left.append("deliveries")

    async def _hand_back_own(self) -> None:
        """Hand back this replica's workflows. If that fails, other replicas do so, since its heartbeat has stopped."""
        with suppress(Exception):
            await self.hand_back([run for run, replica in (await self.begun()).items() if replica == self._replica])

    async def _close(self) -> None:
        await self._end("the queue", self._threads.run(self._destroy), _CLOSE)
        await self._end("threads of the queue", self._threads.end(), _HAND_BACK)
        self._engine.dispose()

    async def _end(self, part: str, work: Awaitable[object], within: float) -> None:
        """End a part within a time limit, since a database that hangs may hold its threads forever."""
        self.left += await end(part, work, within)

    def _config(self) -> DBOSConfig:
        return {
            "name": "campaign-bot",
            "system_database_engine": self._engine,
            "serializer": DBOSPortableJSONSerializer(),  # the usual one is pickle, which runs what it reads
            "application_version": VERSION,
            "executor_id": self._replica,
            "use_listen_notify": False,  # nobody waits for a result
            "notification_listener_polling_interval_sec": self._polling,  # polls for nothing, but closing waits for it
            "max_executor_threads": _THREADS,
            "log_level": "WARNING",
            "enable_otlp": False,
        }

    def _open(self) -> None:
        dbos_log.keep_short()
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
        """Close DBOS, in a thread. Another queue may open in this process only after that."""
        DBOS.destroy()
        Queue.current = None


@DBOS.workflow(name=WORKFLOW)
async def _deliver(run: str, attempt: int) -> None:
    if Queue.current:
        await Queue.current.deliver(run, attempt)


async def _ready() -> None:
    """Do nothing. DBOS records the step, and only for the replica that owns the workflow."""
