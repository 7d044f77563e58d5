"""Decide when a delivery is tried again, and repeat its steps while our database does not answer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.clock import Clock
from bot.digests.digest import Delivery, Reason
from bot.errors import BotError, CareCycleError, KeyChanged, RateLimited, StoreUnavailable, Unreadable

T = TypeVar("T")
_PAUSES = (0.5, 1, 2, 4, 8, 16, 30, 30, 30)  # seconds between two tries of our database, in turn
_SOON, _LATEST = timedelta(seconds=20), timedelta(minutes=15)  # limits of a wait, which is half the lateness
_MARGIN = timedelta(minutes=5)  # the last try, at the end of the grace time, may have to wait for its turn


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Decides on tries within the grace time, which starts when a delivery was due or requested."""

    clock: Clock
    grace: timedelta

    def next(self, delivery: Delivery, least: timedelta = timedelta()) -> datetime | None:
        """Return when to try again, after at least `least`. Return None when no time is left for another try.

        The waits get longer. The last try is at the end of the grace time, and sends the campaigns that can be read.
        """
        now, deadline = self.clock.now(), self._deadline(delivery)
        if now + max(least, _SOON) > deadline:
            return None
        return min(now + max(least, _SOON, min((now - delivery.wanted_at) / 2, _LATEST)), deadline)

    def are_over(self, delivery: Delivery) -> bool:
        """Return whether it is too late for any try: the grace time ended more than five minutes ago."""
        return self.clock.now() > self._deadline(delivery) + _MARGIN

    def _deadline(self, delivery: Delivery) -> datetime:
        return delivery.wanted_at + self.grace


def wait_for(error: BotError) -> timedelta:
    """Return how long to wait after this error: zero, unless it is RateLimited."""
    return timedelta(seconds=error.retry_after + 1) if isinstance(error, RateLimited) else timedelta()


def late_because_of(error: BotError) -> Reason:
    """Return why a delivery is tried again. What cannot be read is, too: careCycle may have fixed it by then."""
    if isinstance(error, Unreadable):
        return "unreadable"
    return "carecycle" if isinstance(error, CareCycleError | KeyChanged) else "bug"


class RepeatedChange:
    """A change to be repeated until it is made: what an earlier try made, and could not say so, counts as made now."""

    def __init__(self, change: Callable[[], Awaitable[bool]]) -> None:
        self._change = change
        self._may_be_made = False

    async def try_once(self) -> bool:
        """Make the change, and return whether it was made by a try of this one. Raise StoreUnavailable."""
        try:
            return await self._change() or self._may_be_made
        except StoreUnavailable as error:
            self._may_be_made = self._may_be_made or error.is_unclear
            raise


async def retry_on_outage(work: Callable[..., Awaitable[T]], *args: object) -> T:
    """Repeat `work` until our database answers, and return its result. Raise StoreUnavailable after the last try."""
    for pause in _PAUSES:
        try:
            return await work(*args)
        except StoreUnavailable:
            await asyncio.sleep(pause)
    return await work(*args)
