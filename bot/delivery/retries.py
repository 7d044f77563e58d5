"""Decide when a delivery is tried again, and wait for our database while one is under way."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.clock import Clock
from bot.digests.digest import Delivery
from bot.errors import BotError, RateLimited, StoreUnavailable

T = TypeVar("T")
_PATIENCE = (0.5, 1, 2, 4, 8, 16, 30, 30, 30)  # seconds between two tries of our database, in turn
_SOON, _LATEST = timedelta(seconds=20), timedelta(minutes=15)  # between two tries, growing with the lateness
_SLACK = timedelta(minutes=5)  # a try at the end of the grace time may have to stand in line


@dataclass(frozen=True, slots=True)
class Tries:
    """Inside the grace time, which runs from when a delivery was due, or somebody asked for it."""

    clock: Clock
    grace: timedelta

    def next(self, delivery: Delivery, least: timedelta = timedelta()) -> datetime | None:
        """Later and later, and once more when the grace time ends: then what is there by then goes out.

        `least`: how long one has to wait at least. None: there is no time left for another try.
        """
        now, deadline = self.clock.now(), self._deadline(delivery)
        if now + max(least, _SOON) > deadline:
            return None
        return min(now + max(least, _SOON, min((now - delivery.wanted_at) / 2, _LATEST)), deadline)

    def are_over(self, delivery: Delivery) -> bool:
        """Whether it should not even be tried any more: nobody was there for too long."""
        return self.clock.now() > self._deadline(delivery) + _SLACK

    def _deadline(self, delivery: Delivery) -> datetime:
        return delivery.wanted_at + self.grace


def wait_for(error: BotError) -> timedelta:
    """How long careCycle asks to wait."""
    return timedelta(seconds=error.retry_after + 1) if isinstance(error, RateLimited) else timedelta()


async def patiently(work: Callable[..., Awaitable[T]], *args: object) -> T:
    """What `work` gives, as soon as our database answers. Raises StoreUnavailable in the end."""
    for pause in _PATIENCE:
        try:
            return await work(*args)
        except StoreUnavailable:
            await asyncio.sleep(pause)
    return await work(*args)
