"""Load values into a cache: each load ends when it is told to, with what it is told to."""

import asyncio

from bot.cached import StaleCache
from bot.circuit_breaker import CircuitBreaker
from bot.clock import Clock
from tests.conftest import Clockwork


class Store:
    """A cache and what it loads."""

    def __init__(self) -> None:
        self.time = Clockwork()
        self.loads: list[asyncio.Future[str]] = []
        clock = Clock(self.time.now, self.time.time)
        self.breaker = CircuitBreaker()
        self.remembered = StaleCache[str, str](self._load, clock, self.breaker, seconds=30, at_most=900)

    async def _load(self, _: str) -> str:
        self.loads.append(asyncio.get_running_loop().create_future())
        return await self.loads[-1]

    async def ask(self, key: str = "T1") -> asyncio.Task[str]:
        """Somebody who asks, and waits."""
        task = asyncio.create_task(self.remembered.of(key))
        for _ in range(3):
            await asyncio.sleep(0)  # no time: whoever can go on does
        return task

    async def answered(self, value: str, key: str = "T1") -> str:
        """What somebody gets whose load is answered at once."""
        asking = await self.ask(key)
        self.loads[-1].set_result(value)
        return await asking
