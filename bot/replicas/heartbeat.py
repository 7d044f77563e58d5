"""Say every few seconds that this process is alive, and know how many others are."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

from bot.errors import StoreUnavailable
from bot.replicas.outages import Outages
from bot.stopping import DidNotEnd, cancel
from bot.store import replicas
from bot.store.database import Database

_FORGET = timedelta(days=1)  # after which replicas that died are deleted
_FORGET_EVERY = 720  # beats: an hour
_OBEY = 1.0  # seconds for the loop to end


class Heartbeat:
    """The heartbeat of this process: every `every` seconds. Without one for `dead` seconds a process counts as dead."""

    def __init__(self, db: Database, every: float, dead: float) -> None:
        self.replica = str(uuid4())  # names this process
        self._db = db
        self._every = every
        self._dead = dead
        self._known: frozenset[str] = frozenset()
        self._beaten = self._steady = float("-inf")  # times of the event loop, in seconds
        self._outages = Outages("replicas")
        self._task: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        """How many processes were alive when the database last answered, with this one.

        One counts as dead only when this process was `is_steady`: while the database was away, nobody could beat.
        """
        return len(self._known | {self.replica})

    @property
    def is_steady(self) -> bool:
        """Whether this process has beaten without a gap for as long as makes another one count as dead."""
        late = asyncio.get_running_loop().time() - self._beaten > self._dead / 2
        return not late and self._beaten - self._steady >= self._dead

    def start(self) -> None:
        """Beat regularly from now on. Do nothing when it does already."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep_beating(), name="heartbeat")

    async def beat(self) -> None:
        """Beat once, and look who else is alive. Raise StoreUnavailable."""
        await replicas.beat(self._db, self.replica)
        now = asyncio.get_running_loop().time()
        if now - self._beaten > self._dead / 2:
            self._steady = now
        self._beaten = now
        alive = await replicas.alive(self._db, timedelta(seconds=self._dead))
        self._known = frozenset(alive) if self.is_steady else self._known | alive

    def abandon(self) -> None:
        """Go on under another name, as after a crash: the one until now falls silent."""
        self._known -= {self.replica}
        self.replica = str(uuid4())

    async def leave(self) -> None:
        """Go on under another name. Others hear at once that the one until now is gone; at the latest it falls silent.

        For a part of the program that has ended, so that others take over what it left.
        """
        before = self.replica
        self.abandon()
        with suppress(StoreUnavailable):
            await replicas.forget(self._db, [before])

    async def stop(self) -> None:
        """Stop beating, and tell the others. Raise DidNotEnd."""
        if self._task is None:
            return
        if await cancel({self._task}, _OBEY):
            raise DidNotEnd("heartbeat")
        self._task = None
        await self.leave()

    async def _keep_beating(self) -> None:
        beats = 0
        while True:
            await self._outages.run_and_log("beat", self.beat)
            if beats % _FORGET_EVERY == 0:
                await self._outages.run_and_log("forget silent replicas", self._forget)
            beats += 1
            await asyncio.sleep(self._every)

    async def _forget(self) -> None:
        await replicas.forget(self._db, [], silent_for=_FORGET)
