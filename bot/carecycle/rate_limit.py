"""Limit the requests sent per careCycle key, and stop them for a while after careCycle answers 429."""

from collections.abc import Callable
from enum import Enum
from typing import Protocol, TypeAlias

from cachetools import TTLCache
from pydantic import SecretStr

from bot.carecycle.api_key import fingerprint
from bot.clock import Clock
from bot.errors import RateLimited

PER_MINUTE = 60  # careCycle: 60 requests per minute
WINDOW = 60.0  # seconds
FOR_PEOPLE = 15  # requests of PER_MINUTE that background work must leave unused


class Asker(Enum):
    """Who a request is sent for: a waiting person, or background work, which may use less of the budget."""

    PERSON = "person"
    BACKGROUND = "background"


Arrived: TypeAlias = Callable[[], None]


class RequestBudget(Protocol):
    """A limit on the requests sent with each key in the last 60 seconds, by this process or by all together."""

    async def take(self, key: SecretStr, asker: Asker) -> Arrived:
        """Count one request, and return what to call once careCycle has answered it, or cannot any more.

        Raise RateLimited with the seconds to wait when it must not be sent.
        """
        ...

    def room(self, key: SecretStr, asker: Asker) -> int:
        """Return how many requests may be sent with the key now."""
        ...

    def close(self, key: SecretStr, seconds: float) -> None:
        """Stop all requests with the key for `seconds`, after careCycle answered 429."""
        ...

    def is_closed(self, key: SecretStr) -> bool:
        """Return whether the key must still wait because careCycle answered 429."""
        ...


class Budget:
    """The limit of one process: of the last 60 seconds, not of a minute of the clock."""

    def __init__(self, clock: Clock, per_minute: int = PER_MINUTE, for_people: int = FOR_PEOPLE) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._for_people = for_people
        # A key can be forgotten after an hour: no wait and no request counts for longer.
        self._sent: TTLCache[str, list[float]] = TTLCache(100_000, 3600, timer=clock.monotonic)
        self._closed_until: TTLCache[str, float] = TTLCache(100_000, 3600, timer=clock.monotonic)

    async def take(self, key: SecretStr, asker: Asker) -> Arrived:
        """Count one request, as it is sent now. Raise RateLimited with the seconds to wait when it must not be sent."""
        name, now = fingerprint(key), self._clock.monotonic()
        if (wait := self._closed_until.get(name, now) - now) > 0:
            raise RateLimited(wait)
        sent = self._recent(name, now)
        allowed = self._per_minute - (self._for_people if asker is Asker.BACKGROUND else 0)
        if len(sent) >= allowed:
            # There is room again when fewer than `allowed` requests are younger than WINDOW.
            raise RateLimited(sent[len(sent) - allowed] + WINDOW - now)
        sent.append(now)
        self._sent[name] = sent
        return _nothing

    def room(self, key: SecretStr, asker: Asker) -> int:
        """Return how many requests may be sent with the key now."""
        if self.is_closed(key):
            return 0
        allowed = self._per_minute - (self._for_people if asker is Asker.BACKGROUND else 0)
        return max(allowed - len(self._recent(fingerprint(key), self._clock.monotonic())), 0)

    def close(self, key: SecretStr, seconds: float) -> None:
        """Stop all requests with the key for `seconds`, after careCycle answered 429."""
        name, now = fingerprint(key), self._clock.monotonic()
        self._closed_until[name] = max(self._closed_until.get(name, now), now + seconds)

    def is_closed(self, key: SecretStr) -> bool:
        """Return whether the key must still wait because careCycle answered 429."""
        return self._closed_until.get(fingerprint(key), 0.0) > self._clock.monotonic()

    def _recent(self, name: str, now: float) -> list[float]:
        return [at for at in self._sent.get(name, ()) if at > now - WINDOW]


def _nothing() -> None:
    """Count nothing more."""
