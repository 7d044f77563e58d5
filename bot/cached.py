"""Values remembered for a short while: one load for many askers, and the last known one while loading fails."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from cachetools import TTLCache

from bot.clock import Clock
from bot.errors import StoreUnavailable

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_MOST = 20_000  # values


class StaleCache(Generic[K, V]):
    """Fresh for `seconds`; while `load` raises StoreUnavailable, the last value for up to `at_most` seconds."""

    def __init__(
        self, load: Callable[[K], Awaitable[V]], clock: Clock, *, seconds: float, at_most: float = 900
    ) -> None:
        self._load = load
        self._fresh: TTLCache[K, V] = TTLCache(_MOST, seconds, timer=clock.monotonic)
        self._last: TTLCache[K, V] = TTLCache(_MOST, at_most, timer=clock.monotonic)
        self._flights: dict[K, asyncio.Task[V]] = {}

    def known(self, key: K) -> V | None:
        """The fresh value, if there is one; never loads."""
        return self._fresh.get(key)

    async def of(self, key: K) -> V:
        """The value; raises what `load` raises, unless an older value may stand in."""
        if (value := self._fresh.get(key)) is not None:
            return value
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.create_task(self._fly(key))
        try:
            return await asyncio.shield(flight)
        except StoreUnavailable:
            if (last := self._last.get(key)) is not None:
                return last
            raise

    def held(self) -> set[K]:
        """The keys of all that is remembered, fresh or not."""
        return set(self._last)

    def forget(self, matches: Callable[[K], bool]) -> None:
        """Lets go of every key that matches; what is being loaded for one of them is not remembered either."""
        for held in (self._fresh, self._last, self._flights):
            for key in [key for key in list(held) if matches(key)]:
                held.pop(key, None)

    async def _fly(self, key: K) -> V:
        me = asyncio.current_task()
        try:
            value = await self._load(key)
            if self._flights.get(key) is me:  # else it was changed meanwhile, and this may be from before
                self._fresh[key] = self._last[key] = value
            return value
        finally:
            if self._flights.get(key) is me:
                del self._flights[key]
