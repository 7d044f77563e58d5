"""Share one load among many callers, and cache values that are shown while a newer one is loaded, or cannot be."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from functools import partial
from typing import Any, Generic, TypeVar

from cachetools import TTLCache

from bot.circuit_breaker import CircuitBreaker
from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.stopping import cancel

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_OBEY = 1.0  # seconds for canceled work to end
# Seconds from the arrival of a request in which the database may be waited for before the ack, by all caches together.
_RENEWED_WITHIN = 0.3  # for the renewal of what is in memory
_LOADED_WITHIN = 1.5  # for what is not in memory: then the ack, within Slack's three, says that it cannot be read


class SingleFlight(Generic[K, V]):
    """Work that runs once for all who ask for the same key at the same time.

    A caller that is canceled does not end the work.
    """

    def __init__(self) -> None:
        self._flights: dict[K, asyncio.Task[V]] = {}
        self._under_way: set[asyncio.Task[V]] = set()  # also work whose key was forgotten

    async def join(self, key: K, work: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """Return the result of the work under way for `key`, or start `work` when there is none. Raise its error."""
        return await asyncio.shield(self.begin(key, work))

    def begin(self, key: K, work: Callable[[], Coroutine[Any, Any, V]]) -> asyncio.Task[V]:
        """Return the task under way for `key`, or start `work` when there is none. Never cancel it."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.create_task(work())
            self._under_way.add(flight)
            flight.add_done_callback(lambda done: self._land(key, done))
        return flight

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
    """A cache of what is in a database, with HTTP's rules for stale values (RFC 5861).

    A value is fresh for `seconds`, then stale: until it is `at_most` seconds old, it stands in while a newer one is
    loaded (stale-while-revalidate), and while `load` raises StoreUnavailable (stale-if-error). It keeps `most` values.
    """

    def __init__(
        self,
        load: Callable[[K], Awaitable[V]],
        clock: Clock,
        breaker: CircuitBreaker,
        *,
        seconds: float,
        at_most: float = 900,
        most: int = 20_000,
    ) -> None:
        self._load = load
        self._monotonic = clock.monotonic
        self._breaker = breaker
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
        should_be_loaded = not self._flights.has(key) and not self._breaker.is_slow(self._monotonic())
        return self._last.get(key), should_be_loaded

    async def of(self, key: K, arrived: float | None = None) -> V:
        """Return the fresh value, or else load it.

        When `load` raises StoreUnavailable, return the stale value, or raise if there is none. Raise its other errors.

        Before an ack, `arrived` is when the request arrived (`time.perf_counter`): a stale value is returned 0.3 s
        after that, and the load goes on; without one, StoreUnavailable is raised 1.5 s after that.
        """
        if (value := self.known(key)) is not None:
            return value
        if (stale := self._last.get(key)) is None:
            return await self._loaded(key, arrived)
        return await self._renewed(key, stale, arrived)

    def put(self, key: K, value: V) -> None:
        """Keep a value that is newer than any that is being loaded."""
        self._flights.forget(lambda flying: flying == key)
        self._keep(key, value)

    def held(self) -> set[K]:
        """Return the keys of all values in memory, fresh or not."""
        return set(self._last)

    def forget(self, matches: Callable[[K], bool]) -> None:
        """Forget every key that matches. A value that is being loaded for one of them is not kept either."""
        for key in [key for key in {*self._fresh, *self._last} if matches(key)]:
            self._drop(key)
        self._flights.forget(matches)

    def reload(self, matches: Callable[[K], bool]) -> None:
        """Forget every key that matches, and load those that were in memory at once: nobody has asked for them yet."""
        known = [key for key in self.held() if matches(key)]
        self.forget(matches)
        for key in known:
            self._flights.begin(key, partial(self._fly, key))

    def expire(self, matches: Callable[[K], bool]) -> None:
        """Let every value that matches be stale: it is loaded anew as soon as somebody asks for it."""
        for key in [key for key in self._fresh if matches(key)]:
            del self._fresh[key]
        self._flights.forget(matches)

    def renew(self, matches: Callable[[K], bool]) -> None:
        """Let every value that matches be stale, and load at once those that were fresh, which are in use."""
        used = [key for key in self._fresh if matches(key) and self.known(key) is not None]
        self.expire(matches)
        for key in used:
            self._flights.begin(key, partial(self._fly, key))

    async def close(self) -> None:
        """Cancel all loads under way."""
        await self._flights.close()

    async def _renewed(self, key: K, stale: V, arrived: float | None) -> V:
        """Load the value. Return the stale one when that takes too long, or the database fails or failed just now."""
        now = self._monotonic()
        if self._breaker.is_down(now) or (arrived is not None and self._breaker.is_slow(now)):
            return stale
        load, waited = await self._wait(key, arrived, _RENEWED_WITHIN)
        if not load.done():
            if waited:
                self._breaker.note_slow(self._monotonic())
            return stale
        try:
            return load.result()
        except StoreUnavailable:
            return stale

    async def _loaded(self, key: K, arrived: float | None) -> V:
        """Load the value. Raise StoreUnavailable when that takes too long, or the database fails or failed just now."""
        if arrived is not None and self._breaker.is_down(self._monotonic()):
            raise StoreUnavailable("it failed a moment ago")
        load, waited = await self._wait(key, arrived, _LOADED_WITHIN)
        if load.done():
            return load.result()
        if waited:
            self._breaker.note_failure(self._monotonic())
        raise StoreUnavailable("it is late")

    async def _wait(self, key: K, arrived: float | None, within: float) -> tuple[asyncio.Task[V], bool]:
        """Begin the load, and wait for it until `within` seconds after `arrived`. It goes on beside when it is late.

        Return the load, and whether it was waited for long enough to say something of the database.
        """
        load = self._flights.begin(key, partial(self._fly, key))
        left = None if arrived is None else max(arrived + within - time.perf_counter(), 0.0)
        await asyncio.wait({load}, timeout=left)
        return load, left is None or left > within / 2

    async def _fly(self, key: K) -> V:
        try:
            value = await self._load(key)
        except StoreUnavailable:
            self._breaker.note_failure(self._monotonic())
            raise
        except Exception:  # such as NotInstalled, maybe while nobody waits: the stale value is wrong now
            if self._flights.is_wanted(key):
                self._drop(key)
            raise
        self._breaker.note_answer()
        if self._flights.is_wanted(key):  # else it was forgotten while it loaded, and may be out of date
            self._keep(key, value)
        return value

    def _drop(self, key: K) -> None:
        self._fresh.pop(key, None)
        self._last.pop(key, None)

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
