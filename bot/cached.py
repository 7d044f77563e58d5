"""Values remembered for a short while: one load for many askers, and the last known one while loading fails."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from functools import partial
from typing import Any, Generic, TypeVar

from cachetools import TTLCache

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.stopping import cancel

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_MOST = 20_000  # values
_OBEY = 1.0  # seconds for work that is ended


class SingleFlight(Generic[K, V]):
    """One piece of work for all who ask for the same while it goes on; whoever gives up does not end it."""

    def __init__(self) -> None:
        self._flights: dict[K, asyncio.Task[V]] = {}
        self._under_way: set[asyncio.Task[V]] = set()  # these, and those that were forgotten

    async def join(self, key: K, work: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """What the work under way for `key` gives, or else `work`."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.create_task(work())
            self._under_way.add(flight)
            flight.add_done_callback(lambda done: self._land(key, done))
        return await asyncio.shield(flight)

    def is_wanted(self, key: K) -> bool:
        """Whether the work that asks is still the one for `key`: it may have been forgotten meanwhile."""
        return self._flights.get(key) is asyncio.current_task()

    def forget(self, matches: Callable[[K], bool]) -> None:
        """Let go of keys: their work goes on for whoever waits for it, and nobody else joins it."""
        for key in [key for key in self._flights if matches(key)]:
            del self._flights[key]

    async def close(self) -> None:
        """End all work."""
        await cancel(self._under_way, _OBEY)

    def _land(self, key: K, flight: asyncio.Task[V]) -> None:
        self._under_way.discard(flight)
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # every asker may have gone: without this asyncio would complain


class StaleCache(Generic[K, V]):
    """Fresh for `seconds`; while `load` raises StoreUnavailable, the last value for up to `at_most` seconds."""

    def __init__(
        self, load: Callable[[K], Awaitable[V]], clock: Clock, *, seconds: float, at_most: float = 900
    ) -> None:
        self._load = load
        self._fresh: TTLCache[K, V] = TTLCache(_MOST, seconds, timer=clock.monotonic)
        self._last: TTLCache[K, V] = TTLCache(_MOST, at_most, timer=clock.monotonic)
        self._flights: SingleFlight[K, V] = SingleFlight()

    def known(self, key: K) -> V | None:
        """The fresh value, if there is one; never loads."""
        return self._fresh.get(key)

    async def of(self, key: K) -> V:
        """The value; raises what `load` raises, unless an older value may stand in."""
        if (value := self._fresh.get(key)) is not None:
            return value
        try:
            return await self._flights.join(key, partial(self._fly, key))
        except StoreUnavailable:
            if (last := self._last.get(key)) is not None:
                return last
            raise

    def held(self) -> set[K]:
        """The keys of all that is remembered, fresh or not."""
        return set(self._last)

    def forget(self, matches: Callable[[K], bool]) -> None:
        """Let go of every key that matches; what is being loaded for one of them is not remembered either."""
        for held in (self._fresh, self._last):
            for key in [key for key in list(held) if matches(key)]:
                held.pop(key, None)
        self._flights.forget(matches)

    async def _fly(self, key: K) -> V:
        value = await self._load(key)
        if self._flights.is_wanted(key):  # else it was changed meanwhile, and this may be from before
            self._fresh[key] = self._last[key] = value
        return value
