"""How many requests a careCycle key may still send this minute, and whether careCycle has shut its gate."""

from collections import deque
from enum import Enum

from cachetools import TTLCache
from pydantic import SecretStr

from bot.carecycle.api_key import fingerprint
from bot.clock import Clock
from bot.errors import RateLimited

PER_MINUTE = 60  # careCycle: 60 requests per minute
WINDOW = 60.0  # seconds
FOR_PEOPLE = 15  # of them, background work must leave so many


class Asker(Enum):
    """On whose behalf a request is sent: people come before background work."""

    PERSON = "person"
    BACKGROUND = "background"


class Budget:
    """A sliding minute per key: what was sent in the last 60 seconds counts, whatever the clock's minute."""

    def __init__(self, clock: Clock, per_minute: int = PER_MINUTE, for_people: int = FOR_PEOPLE) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._for_people = for_people
        # A key not used for an hour has nothing to remember: every gate and every minute is over by then.
        self._sent: TTLCache[str, deque[float]] = TTLCache(100_000, 3600, timer=clock.monotonic)
        self._closed_until: TTLCache[str, float] = TTLCache(100_000, 3600, timer=clock.monotonic)

    def take(self, key: SecretStr, asker: Asker) -> None:
        """Count one request; raises RateLimited with the seconds to wait when it must not be sent."""
        name, now = fingerprint(key), self._clock.monotonic()
        if (wait := self._closed_until.get(name, now) - now) > 0:
            raise RateLimited(wait)
        sent = self._recent(name, now)
        allowed = self._per_minute - (self._for_people if asker is Asker.BACKGROUND else 0)
        if len(sent) >= allowed:
            # There is room again when so many have left the window that fewer than `allowed` are in it.
            raise RateLimited(sent[len(sent) - allowed] + WINDOW - now)
        sent.append(now)
        self._sent[name] = sent

    def room(self, key: SecretStr, asker: Asker) -> int:
        """How many requests could be sent now."""
        if self.is_closed(key):
            return 0
        allowed = self._per_minute - (self._for_people if asker is Asker.BACKGROUND else 0)
        return max(allowed - len(self._recent(fingerprint(key), self._clock.monotonic())), 0)

    def close(self, key: SecretStr, seconds: float) -> None:
        """Shut the key's gate for everybody: careCycle said 429."""
        name, now = fingerprint(key), self._clock.monotonic()
        self._closed_until[name] = max(self._closed_until.get(name, now), now + seconds)

    def is_closed(self, key: SecretStr) -> bool:
        """Whether careCycle itself has shut the gate."""
        return self._closed_until.get(fingerprint(key), 0.0) > self._clock.monotonic()

    def _recent(self, name: str, now: float) -> deque[float]:
        sent: deque[float] = self._sent.get(name) or deque()
        while sent and sent[0] <= now - WINDOW:
            sent.popleft()
        return sent
