"""Run several replicas' budgets of one key over one PostgreSQL, with time that is moved, and cut their database off."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import SimpleNamespace
from typing import Any

from pydantic import SecretStr

from bot.carecycle.rate_limit import PER_MINUTE, Arrived, Asker
from bot.clock import Clock
from bot.errors import RateLimited, StoreUnavailable
from bot.replicas.heartbeat import Heartbeat
from bot.replicas.shared_budget import SharedBudget
from bot.store.database import Database
from tests.conftest import Clockwork

KEY = SecretStr("cc_SHARED")


class Budgets:
    """The budgets of `count` replicas, and when each request arrived. Each clock begins at another number."""

    def __init__(self, db: Database, time: Clockwork, count: int = 3, key: SecretStr = KEY) -> None:
        self.time, self.key = time, key
        self.each = [self._budget(db, 1000.0 * number, count) for number in range(count)]
        self.sent: list[float] = []
        self._db = db

    def _budget(self, db: Database, ahead: float, count: int) -> SharedBudget:
        heartbeat = Heartbeat(db, 5, 20)
        heartbeat._known = frozenset(f"replica {number}" for number in range(count - 1))
        return SharedBudget(db, Clock(self.time.now, lambda: self.time.time() + ahead), heartbeat)

    async def take(self, number: int, asker: Asker = Asker.PERSON) -> Arrived:
        """Send a request. Its arrival is recorded now, and once more when it is known to have arrived."""
        arrived = await self.each[number].take(self.key, asker)
        self.sent.append(self.time.seconds)
        return arrived

    async def sends(self, number: int, most: int = 1_000, asker: Asker = Asker.PERSON) -> int:
        """Return how many requests, of `most`, a replica may send right now, all of which it does."""
        for sent in range(most):
            try:
                (await self.take(number, asker))()
            except RateLimited:
                return sent
        return most

    async def wait(self, number: int, asker: Asker = Asker.PERSON) -> float:
        """Return how long a replica is told to wait; 0 when it may send, which it does."""
        try:
            (await self.take(number, asker))()
        except RateLimited as error:
            return error.retry_after
        return 0.0

    async def look(self) -> None:
        """Let each replica look once, as it does all the time."""
        for one in self.each:
            await one.look()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Cut the database off from all replicas until the block ends."""

        @asynccontextmanager
        async def fails() -> AsyncIterator[Any]:
            raise StoreUnavailable("away")
            yield

        gone: Any = SimpleNamespace(reading=fails, writing=fails, stating=fails, tables=self._db.tables)
        for one in self.each:
            one._exchanges._db = gone
        try:
            yield
        finally:
            for one in self.each:
                one._exchanges._db = self._db

    def most_in_a_minute(self) -> int:
        """Return the most requests in any 60 seconds."""
        times = sorted(self.sent)
        return max((sum(at <= one < at + 60 for one in times) for at in times), default=0)

    def check(self) -> None:
        """Assert that no 60 seconds saw more requests than careCycle takes."""
        assert self.most_in_a_minute() <= PER_MINUTE
