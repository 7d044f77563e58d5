"""Claim deliveries in the ledger, a few at a time, and make them: each in one process at a time."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

import structlog

from bot.clock import Clock
from bot.delivery.deliver import Deliverer, Prepared
from bot.delivery.pace import Pace
from bot.delivery.retries import retry_on_outage
from bot.digests.due import Ticket
from bot.errors import StoreUnavailable
from bot.replicas.outages import Outages
from bot.stopping import cancel, end, raise_if_cancelled
from bot.store import delivery_claims
from bot.store.database import Database

_AT_ONCE = 20  # deliveries in one process
_AHEAD = 10  # claimed beside them, so that several are claimed in one transaction
_OBEY = 2.0  # seconds for canceled deliveries to end
_HAND_BACK = 3.0  # seconds for handing back what did not end in time
_MINUTE = 60.0  # seconds between two looks for what was lost
_log = structlog.get_logger("digests")
BugHandler = Callable[[str, BaseException], Coroutine[Any, Any, None]]  # Any: asyncio's own


class Workers:
    """Makes the deliveries that this replica claims, until it is shut or killed.

    `replica` names it: another one starts under another name. `on_bug` is called with a run and its unexpected error.
    """

    def __init__(
        self, db: Database, clock: Clock, deliverer: Deliverer, on_bug: BugHandler, replica: str, pace: Pace
    ) -> None:
        self.left: list[str] = []  # what did not end in time: after `shut` or `kill`
        self.replica = replica
        self._db = db
        self._clock = clock
        self._deliverer = deliverer
        self._on_bug = on_bug
        self._pace = pace
        self._outages = Outages("digests")
        self._tasks: dict[str, asyncio.Task[None]] = {}  # by run, what is claimed
        self._busy: Counter[str] = Counter()  # by workspace, how many of them
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._wake = asyncio.Event()
        self._more = False  # whether more was waiting when it claimed the last time
        self._unsure = False  # whether something may be claimed that nobody works on
        self._look_for_lost = asyncio.get_running_loop().time() + _MINUTE

    def wake(self) -> None:
        """Claim at once, because there may be something new."""
        self._wake.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Claim what is due, until `stopping` is set."""
        while not stopping.is_set():
            self._wake.clear()
            if len(self._tasks) <= _AT_ONCE:
                await self._outages.run_and_log("claim what is due", self._claim)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.polling):
                    await self._wake.wait()

    async def shut(self, grace: float) -> None:
        """Claim nothing new, let running deliveries finish for `grace` seconds, and hand back the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=grace)
        await self._cancel()
        self.left += await end("handing back", self._hand_back(), _HAND_BACK)

    async def kill(self) -> None:
        """End as after a crash: nothing is finished and nothing handed back."""
        await self._cancel()

    async def _claim(self) -> None:
        """Claim as much as there is room for. Raise StoreUnavailable."""
        await self._hand_back_lost()
        self._unsure = True  # until the claim is known: it may be made, and the answer lost
        room = _AT_ONCE + _AHEAD - len(self._tasks)
        found = await delivery_claims.claim(self._db, self._clock.now(), self.replica, room, self._busy, self._tasks)
        self._unsure, self._more = False, found.more
        for ticket in found.tickets:
            self._begin(ticket)
        if found.tickets:
            self._wake_if_more()

    async def _hand_back_lost(self) -> None:
        """Hand back what is claimed and nobody works on: whenever that may be, and once a minute. No claim is made now.

        Raise StoreUnavailable.
        """
        now = asyncio.get_running_loop().time()
        if self._unsure or now >= self._look_for_lost:
            lost = await delivery_claims.hand_back(self._db, self.replica, self._tasks, anew=True)
            self._unsure, self._look_for_lost = False, now + _MINUTE
            if lost:
                _log.warning("digests were lost, and are tried again", runs=lost)

    def _begin(self, ticket: Ticket) -> None:
        self._busy[ticket.workspace_id] += 1
        self._tasks[ticket.run] = task = asyncio.create_task(self._deliver(ticket), name=f"digest {ticket.run}")
        task.add_done_callback(partial(self._ended, ticket))

    def _ended(self, ticket: Ticket, _: "asyncio.Task[None]") -> None:
        del self._tasks[ticket.run]
        self._busy[ticket.workspace_id] -= 1
        if not self._busy[ticket.workspace_id]:
            del self._busy[ticket.workspace_id]
        self._wake_if_more()

    def _wake_if_more(self) -> None:
        if self._more and len(self._tasks) <= _AT_ONCE:
            self._wake.set()

    async def _deliver(self, ticket: Ticket) -> None:
        async with self._turns:
            try:
                await self._attempt(ticket.run, ticket.attempt)
            except Exception as error:  # any error: nobody else would see it
                raise_if_cancelled(error)
                self._unsure = True
                await self._on_bug(ticket.run, error)

    async def _attempt(self, run: str, attempt: int) -> None:
        """Make one attempt at one delivery. The ledger says how far an earlier one came."""
        prepared = await retry_on_outage(self._deliverer.prepare, run, attempt)
        if prepared and (ts := await self._post(prepared, run, attempt)):
            await self._deliverer.record(prepared, ts)

    async def _post(self, prepared: Prepared, run: str, attempt: int) -> str | None:
        """Post. When our database does not answer, prepare again, which reads how far the delivery came."""
        try:
            return await self._deliverer.post(prepared)
        except StoreUnavailable:
            again = await retry_on_outage(self._deliverer.prepare, run, attempt)
        return await retry_on_outage(self._deliverer.post, again) if again else None

    async def _cancel(self) -> None:
        if await cancel(self._tasks.values(), _OBEY):
            self.left.append("deliveries")

    async def _hand_back(self) -> None:
        """Hand back what has ended. If that fails, other replicas do so, since this one's heartbeat has stopped."""
        with suppress(StoreUnavailable):
            await delivery_claims.hand_back(self._db, self.replica, self._tasks)
