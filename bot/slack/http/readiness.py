"""Find out whether the bot can serve, within a second, whatever hangs."""

import asyncio

from bot.cached import SingleFlight
from bot.delivery.scheduler import Scheduler
from bot.store.database import Database
from bot.store.write_check import why_not_written

_WITHIN = 0.8  # seconds for an answer: who probes often waits one second
_EVERY = 10.0  # seconds between two checks of writing


class Readiness:
    """Looks at the database and the scheduler. Probes at the same time share one look."""

    def __init__(self, db: Database, scheduler: Scheduler) -> None:
        self._db = db
        self._scheduler = scheduler
        self._reads: SingleFlight[None, bool] = SingleFlight()
        self._writes: SingleFlight[None, None] = SingleFlight()
        self._check_at = 0.0  # time of the event loop, in seconds
        self._refused = ""  # why the last check of writing failed
        self.is_leaving = False  # whether the program is being stopped

    async def trouble(self) -> str:
        """Return why requests cannot be served or digests are not sent; an empty string when all is well."""
        if self.is_leaving:
            return "the program is being stopped"
        reading = self._reads.begin(None, self._db.answers)
        looks: set[asyncio.Task[bool] | asyncio.Task[None]] = {reading}
        if asyncio.get_running_loop().time() >= self._check_at:
            looks.add(self._writes.begin(None, self._check))
        await asyncio.wait(looks, timeout=_WITHIN)
        if not reading.done() or not reading.result():
            return "the database does not answer"
        if not await self._scheduler.answers():
            return "the scheduler does not answer"
        return f"the database cannot be written: {self._refused}" if self._refused else ""

    async def close(self) -> None:
        """End the looks under way."""
        await self._reads.close()
        await self._writes.close()

    async def _check(self) -> None:
        """Check whether the database can be written. Until that is known, the last check counts."""
        self._refused = await why_not_written(self._db)
        self._check_at = asyncio.get_running_loop().time() + _EVERY
