"""Share one load among many callers, and cache values with a fallback for when loading fails."""

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
_OBEY = 1.0  # seconds for canceled work to end


class SingleFlight(Generic[K, V]):
    """Work that runs once for all who ask for the same key at the same time.

    A caller that is canceled does not end the work.
    """

    def __init__(self) -> None:
        self._flights: dict[K, asyncio.Task[V]] = {}
        self._under_way: set[asyncio.Task[V]] = set()  # also work whose key was forgotten

    async def join(self, key: K, work: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """Return the result of the work under way for `key`, or start `work` when there is none. Raise its error."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.create_task(work())
            self._under_way.add(flight)
            flight.add_done_callback(lambda done: self._land(key, done))
        return await asyncio.shield(flight)

    def has(self, key: K) -> bool:
        """Return whether work for `key` is under way, so that `join` would start none."""
        return key in self._flights

    def is_wanted(self, key: K) -> bool:
        """Return whether the task that calls this is still the work for `key`. It is not after `forget`."""
        return self._flights.get(key) is asyncio.current_task()

    def forget(self, matches: Callable[[K], bool]) -> None:
        """Forget matching keys: their work goes on for callers that wait for it, but no new caller joins it."""
        for key in [key for key in self._flights if matches(key)]:
            del self._flights[key]

    async def close(self) -> None:
        """Cancel all work under way."""
        await cancel(self._under_way, _OBEY)

    def _land(self, key: K, flight: asyncio.Task[V]) -> None:
        self._under_way.discard(flight)
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # retrieved here, or asyncio would report it when no caller waits any more


class StaleCache(Generic[K, V]):
    """A cache that falls back to the last value while `load` raises StoreUnavailable.

    A value is fresh for `seconds`, and can be the fallback until it is `at_most` seconds old. It keeps `most` values.
    """

    def __init__(
        self,
        load: Callable[[K], Awaitable[V]],
        clock: Clock,
        *,
        seconds: float,
        at_most: float = 900,
        most: int = 20_000,
    ) -> None:
        self._load = load
        self._monotonic = clock.monotonic
        self._seconds = seconds
        self._most = most
        # Fresh values with the end of their time, which is in the order of the keys. A TTLCache takes twice as long to
        # look into, and every request looks into three of these.
        self._fresh: dict[K, tuple[float, V]] = {}
        self._last: TTLCache[K, V] = TTLCache(most, at_most, timer=clock.monotonic)
        self._flights: SingleFlight[K, V] = SingleFlight()

    def known(self, key: K) -> V | None:
        """Return the fresh value, or None when there is none. Never load one."""
        held = self._fresh.get(key)
        return held[1] if held is not None and self._monotonic() < held[0] else None

    def glance(self, key: K) -> tuple[V | None, bool]:
        """Return the value in memory, and whether it should be loaded: it is not fresh, and nobody is loading it."""
        if (value := self.known(key)) is not None:
            return value, False
        return self._last.get(key), not self._flights.has(key)

    async def of(self, key: K) -> V:
        """Return the fresh value, or else load it.

        When `load` raises StoreUnavailable, return the last value, or raise when there is none. Raise its other errors.
        """
        if (value := self.known(key)) is not None:
            return value
        try:
            return await self._flights.join(key, partial(self._fly, key))
        except StoreUnavailable:
            if (last := self._last.get(key)) is not None:
                return last
            raise

    def put(self, key: K, value: V) -> None:
        """Keep a value that is newer than any that is being loaded."""
        self._flights.forget(lambda flying: flying == key)
        self._keep(key, value)

    def held(self) -> set[K]:
        """Return the keys of all values in memory, fresh or not."""
        return set(self._last)

    def forget(self, matches: Callable[[K], bool]) -> None:
        """Forget every key that matches. A value that is being loaded for one of them is not kept either."""
        for held in (self._fresh, self._last):
            for key in [key for key in list(held) if matches(key)]:
                held.pop(key, None)
        self._flights.forget(matches)

    async def _fly(self, key: K) -> V:
        value = await self._load(key)
        if self._flights.is_wanted(key):  # else it was forgotten while it loaded, and may be out of date
            self._keep(key, value)
        return value

    def _keep(self, key: K, value: V) -> None:
        """Keep a value, and drop those that are no longer fresh, or too many."""
        now = self._monotonic()
        self._fresh.pop(key, None)
        self._fresh[key] = (now + self._seconds, value)
        self._last[key] = value
        while (first := next(iter(self._fresh))) != key and (
            self._fresh[first][0] <= now or len(self._fresh) > self._most
        ):
            del self._fresh[first]
