"""How much room the database has left: readings stop while some is left for digests."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import text

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.store.database import Database

RESERVE = 64 * 1024 * 1024  # bytes that readings leave to everything else: thousands of deliveries
_PAUSE = timedelta(hours=1)  # without readings after a database without room; PostgreSQL says it in no other way
_log = structlog.get_logger("bot")


async def left(db: Database) -> int | None:
    """Return how many bytes may still be written; None for PostgreSQL, which does not say. Raise StoreUnavailable."""
    file = db.engine.url.database
    if db.engine.dialect.name != "sqlite" or file is None:
        return None
    async with db.reading() as connection:
        size, most, pages, free = [
            int(await connection.scalar(text(f"PRAGMA {name}")) or 0)
            for name in ("page_size", "max_page_count", "page_count", "freelist_count")
        ]
    disk = await asyncio.to_thread(shutil.disk_usage, Path(file).parent)
    unused = free * size  # pages of deleted rows, which are written again without making the file larger
    return min(disk.free + unused, (most - pages) * size + unused)


class Room:
    """Whether there is room for readings."""

    def __init__(self, db: Database, clock: Clock, reserve: int = RESERVE) -> None:
        self._db = db
        self._clock = clock
        self._reserve = reserve
        self._short_since: datetime | None = None
        self._full_at: datetime | None = None

    @property
    def short_since(self) -> datetime | None:
        """Since when no readings are kept for want of room; None: there is room."""
        return self._short_since

    @asynccontextmanager
    async def for_a_reading(self) -> AsyncIterator[None]:
        """Let the block write a reading. Raise StoreUnavailable, with `is_full` when there is no room for it.

        That is logged when it begins and when it is over.
        """
        try:
            await self._need()
            yield
        except StoreUnavailable as error:
            if error.is_full:
                self._note_short(error)
            raise
        if self._short_since:
            _log.info("readings are kept again", since=self._short_since.isoformat())
            self._short_since = None

    async def _need(self) -> None:
        if self._full_at and self._clock.now() - self._full_at < _PAUSE:
            raise _no_room("the database had none")
        self._full_at = None
        room = await left(self._db)
        if room is not None and room < self._reserve:
            raise _no_room(f"{room} bytes are left")

    def _note_short(self, error: StoreUnavailable) -> None:
        if self._short_since is None:
            self._short_since = self._clock.now()
            _log.error("no readings are kept: the database has no room", error=str(error), reserve=self._reserve)
        if error.__cause__ is not None and self._full_at is None:  # the database itself said so
            self._full_at = self._clock.now()


def _no_room(text: str) -> StoreUnavailable:
    error = StoreUnavailable(text)
    error.is_full = True
    return error
