"""Campaigns remembered for a short while: one request for many askers, and the last good one for bad times."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from cachetools import TTLCache

from bot.carecycle.models import Reading
from bot.clock import Clock
from bot.errors import CampaignNotFound, CareCycleError, RateLimited, Unavailable

MOST = 10_000  # entries
NOT_FOUND_SECONDS = 10.0
LAST_GOOD_SECONDS = 15 * 60.0


class CacheKey(NamedTuple):
    """What a record belongs to: nobody else's question may be answered with it."""

    workspace: str
    fingerprint: str
    campaign_id: str


class CampaignCache:
    """Fresh records for `seconds`, "not found" for 10 s, the last good record for 15 minutes."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._fresh: TTLCache[CacheKey, Reading] = TTLCache(MOST, seconds, timer=clock.monotonic)
        self._missing: TTLCache[CacheKey, CampaignNotFound] = TTLCache(MOST, NOT_FOUND_SECONDS, timer=clock.monotonic)
        self._last_good: TTLCache[CacheKey, Reading] = TTLCache(MOST, LAST_GOOD_SECONDS, timer=clock.monotonic)
        self._flights: dict[CacheKey, asyncio.Task[Reading]] = {}

    async def get(
        self, key: CacheKey, fetch: Callable[[], Awaitable[Reading]], *, newer_than: datetime | None = None
    ) -> Reading:
        """The record at `key`, from memory or by `fetch`; with `newer_than`, only one fetched after that.

        Any number of askers share one `fetch`, and one who is cancelled does not cancel the others.
        Raises what `fetch` raises, unless careCycle is in trouble and a last good record is there to show.
        """
        if held := self._held(key, newer_than):
            return held
        try:
            return await asyncio.shield(self._flight(key, fetch))
        except (RateLimited, Unavailable) as error:
            if old := self._last_good.get(key):
                wait = error.retry_after + 1 if isinstance(error, RateLimited) else None  # rounded up
                again_at = self._clock.now() + timedelta(seconds=wait) if wait else None
                return replace(old, problem=error, again_at=again_at)
            raise

    def held(self, key: CacheKey) -> Reading | None:
        """The fresh record, if there is one."""
        return self._fresh.get(key)

    async def close(self) -> None:
        """Ends the requests in flight."""
        for flight in (flights := list(self._flights.values())):
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def _held(self, key: CacheKey, newer_than: datetime | None) -> Reading | None:
        held = self._fresh.get(key)
        if held and (newer_than is None or held.as_of > newer_than):
            return held
        if missing := self._missing.get(key):
            raise CampaignNotFound(str(missing)) from missing  # a new one: a raised error remembers who raised it
        return None

    def _flight(self, key: CacheKey, fetch: Callable[[], Awaitable[Reading]]) -> asyncio.Task[Reading]:
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.create_task(self._fetch(key, fetch))
            flight.add_done_callback(lambda done: self._land(key, done))
        return flight

    def _land(self, key: CacheKey, flight: asyncio.Task[Reading]) -> None:
        del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # every asker may have gone: without this asyncio would complain

    async def _fetch(self, key: CacheKey, fetch: Callable[[], Awaitable[Reading]]) -> Reading:
        try:
            fresh = await fetch()
        except (RateLimited, Unavailable):
            raise
        except CareCycleError as error:  # an answer: what we knew is no longer true, or no longer ours to show
            self._fresh.pop(key, None)
            self._last_good.pop(key, None)
            if isinstance(error, CampaignNotFound):
                self._missing[key] = error
            raise
        self._fresh[key] = self._last_good[key] = replace(fresh, cached=True)
        return fresh
