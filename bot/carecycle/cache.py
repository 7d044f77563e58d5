"""Campaigns remembered for a short while: one request for many askers, and the last good one for bad times."""

import asyncio
import pickle
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from cachetools import TTLCache

from bot.cached import SingleFlight
from bot.campaigns.campaign import Reading
from bot.clock import Clock
from bot.errors import CampaignNotFound, CareCycleError, RateLimited, Unavailable

MOST = 10_000  # "not found", entries
FRESH_BYTES = 1_500_000  # packed; ready to be shown they take twenty times as much, so about 30 MB
LAST_GOOD_BYTES = 16_000_000  # packed, and kept that way: five thousand campaigns as they usually are
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
        self._fresh: TTLCache[CacheKey, Reading] = TTLCache(
            FRESH_BYTES, seconds, timer=clock.monotonic, getsizeof=attrgetter("weight")
        )
        self._missing: TTLCache[CacheKey, CampaignNotFound] = TTLCache(MOST, NOT_FOUND_SECONDS, timer=clock.monotonic)
        self._last_good: TTLCache[CacheKey, bytes] = TTLCache(
            LAST_GOOD_BYTES, LAST_GOOD_SECONDS, timer=clock.monotonic, getsizeof=len
        )
        self._flights: SingleFlight[CacheKey, Reading] = SingleFlight()

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
            return await self._flights.join(key, partial(self._fetch, key, fetch))
        except (RateLimited, Unavailable) as error:
            if packed := self._last_good.get(key):
                old = _unpacked(packed)
                wait = error.retry_after + 1 if isinstance(error, RateLimited) else None  # rounded up
                again_at = self._clock.now() + timedelta(seconds=wait) if wait else None
                return replace(old, problem=error, again_at=again_at)
            raise

    def held(self, key: CacheKey) -> Reading | None:
        """The fresh record, if there is one."""
        return self._fresh.get(key)

    def forget(self, workspace: str) -> None:
        """Let go of every record of a workspace, also of those that are on their way."""
        for held in (self._fresh, self._missing, self._last_good):
            for key in [key for key in list(held) if key.workspace == workspace]:
                held.pop(key, None)
        self._flights.forget(lambda key: key.workspace == workspace)

    async def close(self) -> None:
        """End the requests in flight."""
        await self._flights.close()

    def _held(self, key: CacheKey, newer_than: datetime | None) -> Reading | None:
        held = self._fresh.get(key)
        if held and (newer_than is None or held.as_of > newer_than):
            return held
        if missing := self._missing.get(key):
            raise CampaignNotFound(str(missing)) from missing  # a new one: a raised error remembers who raised it
        return None

    async def _fetch(self, key: CacheKey, fetch: Callable[[], Awaitable[Reading]]) -> Reading:
        try:
            fresh = await fetch()
        except (RateLimited, Unavailable):
            raise
        except CareCycleError as error:  # an answer: what we knew is no longer true, or no longer ours to show
            self._fresh.pop(key, None)
            self._last_good.pop(key, None)
            if isinstance(error, CampaignNotFound) and self._flights.is_wanted(key):
                self._missing[key] = error
            raise
        # In a thread: of ten thousand agents it takes a fifth of a second, in which others must have their turn.
        packed = await asyncio.to_thread(_packed, fresh)
        if self._flights.is_wanted(key):
            self._keep(key, fresh, packed)
        return fresh

    def _keep(self, key: CacheKey, reading: Reading, packed: bytes) -> None:
        if len(packed) < FRESH_BYTES:  # else it alone would push out everybody's
            self._last_good[key] = packed
            self._fresh[key] = replace(reading, cached=True, weight=len(packed))


def _packed(reading: Reading) -> bytes:
    """A record in a twentieth of the memory it takes ready to be shown: 0.3 ms to pack and to unpack."""
    return zlib.compress(pickle.dumps((reading.campaign, reading.as_of, reading.link)), level=1)


def _unpacked(packed: bytes) -> Reading:
    campaign, as_of, link = pickle.loads(zlib.decompress(packed))  # noqa: S301 - our own bytes, out of our own memory
    return Reading(campaign, as_of, cached=True, link=link)
