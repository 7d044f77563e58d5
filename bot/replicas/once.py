"""Do what must be done once in one replica only: an event that Slack sent twice, a double click, a preview.

What this replica did is in its memory first, so that what comes to it again costs no query. With
SQLite there is one process, and its memory is enough: nothing here asks the database.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import TypeAlias

from cachetools import TTLCache

from bot import logs
from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.replicas.asking import asked
from bot.stopping import cancel
from bot.store import claims
from bot.store.claims import LEASE, Deed, Taken
from bot.store.database import Database

Memory: TypeAlias = TTLCache[str, bool]  # the deeds that this replica does or did, by key
Done: TypeAlias = tuple[Deed, str]  # with its holder
_RENEWED = LEASE.total_seconds() / 3  # seconds between two renewals: one may fail
_LOOK = 1.0  # seconds between two looks whether another replica is done, or died
_AGAIN = 5.0  # seconds until what could not be recorded is tried again
_MOST, _FORGOTTEN = 10_000, 60 * 60.0  # deeds that wait to be recorded, and seconds until nobody asks any more
_OBEY = 1.0  # seconds for a renewal to end


@dataclass(slots=True)
class Turn:
    """Whose turn a deed is."""

    is_mine: bool
    was_waited_for: bool = False  # another replica had it first, and died
    give_up: Callable[[], Awaitable[None]] | None = None
    failed: bool = False

    async def release(self) -> None:
        """Give it up, after it was tried in vain: the next attempt counts at once."""
        self.failed = True
        if self.give_up:
            await self.give_up()


class Once:
    """The claims of this replica. While the database is away, every claim is granted: memory alone decides.

    What was done then is recorded when the database is back, for what Slack sends again a minute later.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._granted: TTLCache[str, bool] = TTLCache(_MOST, _FORGOTTEN, timer=clock.monotonic)  # without a row, by key
        self._unrecorded: TTLCache[str, Done] = TTLCache(_MOST, _FORGOTTEN, timer=clock.monotonic)  # by key
        self._log = logs.Seldom("bot")

    @asynccontextmanager
    async def turn(self, deed: Deed, memory: Memory, *, waits: bool = False) -> AsyncIterator[Turn]:
        """Yield whether this replica does the deed, which is done when the block ends without an error or a release.

        With `waits`, wait while another replica is at it, and take over when that one died.
        """
        if deed.key in memory:
            yield Turn(is_mine=False)
            return
        memory[deed.key] = True
        try:
            async with self._claimed(deed, memory, waits=waits) as turn:
                yield turn
        except BaseException:  # canceled, too
            memory.pop(deed.key, None)
            raise

    @asynccontextmanager
    async def _claimed(self, deed: Deed, memory: Memory, *, waits: bool) -> AsyncIterator[Turn]:
        holder = token_hex(8)
        taken, waited = await self.take(deed, holder), False
        while waits and not taken.is_mine and not taken.is_done:
            waited = True
            await asyncio.sleep(_LOOK)
            taken = await self.take(deed, holder)

        async def give_up() -> None:
            memory.pop(deed.key, None)
            await self.release(deed, holder)

        turn = Turn(taken.is_mine, waited, give_up)
        if not turn.is_mine:
            memory.pop(deed.key, None)  # the other may fail, or its claim end
            yield turn
            return
        async with self._renewed(deed, holder):
            yield turn
        if not turn.failed:
            await self.finish(deed, holder)

    async def take(self, deed: Deed, holder: str) -> Taken:
        """Claim the deed for `holder` for ten seconds, or return who has it."""
        if not self._db.is_shared:
            return Taken(is_mine=True, holder=holder)
        try:
            return await asked(self._db, self._clock, claims.take, deed, holder, self._clock.now())
        except StoreUnavailable:
            self._log.warning("this replica alone decides what is done once: the database does not answer")
            self._granted[deed.key] = True
            return Taken(is_mine=True, holder=holder)

    async def finish(self, deed: Deed, holder: str) -> None:
        """Note that the claimed deed is done. When the database is away, it is noted once that is back."""
        if not self._db.is_shared:
            return
        try:
            if self._granted.pop(deed.key, False):
                await asked(self._db, self._clock, claims.add_done, [(deed, holder)], self._clock.now())
            else:
                await asked(self._db, self._clock, claims.finish, deed, holder)
        except StoreUnavailable:
            self._unrecorded[deed.key] = deed, holder

    async def release(self, deed: Deed, holder: str) -> None:
        """Give up a claim, so that the next attempt counts at once. When the database is away, it ends by itself."""
        if self._db.is_shared and not self._granted.pop(deed.key, False):
            with suppress(StoreUnavailable):
                await asked(self._db, self._clock, claims.release, deed, holder)

    def forget(self, workspace_id: str) -> None:
        """Record nothing more of a workspace that left."""
        for key, (deed, _) in list(self._unrecorded.items()):
            if deed.address[0] == workspace_id:
                self._unrecorded.pop(key, None)

    async def keep_recording(self) -> None:
        """Record what was done while the database was away, once it is back, until canceled."""
        while True:
            await asyncio.sleep(_AGAIN)
            if done := dict(self._unrecorded):
                with suppress(StoreUnavailable):
                    await asked(self._db, self._clock, claims.add_done, list(done.values()), self._clock.now())
                    for key in done:
                        self._unrecorded.pop(key, None)

    @asynccontextmanager
    async def _renewed(self, deed: Deed, holder: str) -> AsyncIterator[None]:
        """Keep the claim for as long as the block takes."""
        if not self._db.is_shared:
            yield
            return
        renewing = asyncio.create_task(self._renew(deed, holder))
        try:
            yield
        finally:
            await cancel({renewing}, _OBEY)

    async def _renew(self, deed: Deed, holder: str) -> None:
        while True:
            await asyncio.sleep(_RENEWED)
            with suppress(StoreUnavailable):
                await asked(self._db, self._clock, claims.renew, deed, holder)
