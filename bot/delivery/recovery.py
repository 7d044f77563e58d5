"""Recover what got stuck in the queue: runs of replicas that died, and runs that were lost."""

from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.clock import Clock
from bot.delivery.pace import Pace
from bot.replicas.heartbeat import Heartbeat
from bot.store import outbox, replicas
from bot.store.database import Database

if TYPE_CHECKING:
    from bot.delivery.queue import Queue

_LOOKS_BACK = 15  # minutes until a queued attempt without a result is tried again
_FORGET = timedelta(days=1)  # after which finished runs are deleted
_log = structlog.get_logger("digests")


class Recovery:
    """Looks after one open queue."""

    def __init__(self, db: Database, clock: Clock, pace: Pace, queue: "Queue", heartbeat: Heartbeat) -> None:
        self._db = db
        self._clock = clock
        self._pace = pace
        self._queue = queue
        self._heartbeat = heartbeat
        # The app's clock, minute by minute, of the last minutes: it may be moved.
        self.earlier: deque[datetime] = deque(maxlen=_LOOKS_BACK)

    async def hand_back(self) -> None:
        """Hand back the runs of dead replicas.

        Only a replica with a steady heartbeat of its own may judge: while the database was away, nobody had one.
        """
        if not self._heartbeat.is_steady:
            return
        async with replicas.handing_back_alone(self._db) as alone:
            if alone:
                # Before `alive`, so that a replica that starts in between is not taken for dead.
                begun = await self._queue.begun()
                alive = await replicas.alive(self._db, timedelta(seconds=self._pace.dead)) | {self._heartbeat.replica}
                orphans = [run for run, replica in begun.items() if replica not in alive]
                await self._queue.hand_back(orphans)
                if orphans:
                    _log.warning("digests of a replica that died are handed back", runs=len(orphans))

    async def find_lost(self) -> None:
        """Try lost runs again, and forget old ones. To be called once a minute."""
        now = self._clock.now()
        patient = len(self.earlier) == _LOOKS_BACK and not await self._queue.is_behind()
        if patient and (lost := await outbox.retry_lost(self._db, self.earlier[0], now)):
            _log.warning("digests were lost in the queue, and are tried again", runs=lost)
        self.earlier.append(now)
        await self._queue.tidy(_FORGET)
