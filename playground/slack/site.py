"""What all workspaces of the stand-in share: time, ids, what was refused, and who waits for a change."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable


class Site:
    """Slack as one place; `now` gives seconds since 1970. `refusals` is what Slack would not have taken.

    `stopwatch` gives the seconds after which triggers and response_urls are over. It is not `now` where that runs
    faster than the people who press.
    """

    def __init__(self, now: Callable[[], float] = time.time, stopwatch: Callable[[], float] | None = None) -> None:
        self.now = now
        self.stopwatch = stopwatch or now
        self.refusals: list[str] = []
        self._last_ts = 0
        self._last_id = 0
        self._version = 0
        self._waiting = asyncio.Condition()

    def new_id(self, prefix: str) -> str:
        """An id as Slack's look."""
        self._last_id += 1
        return f"{prefix}{self._last_id:08d}"

    def new_ts(self) -> str:
        """The time of a message, which is its name too: never the same twice."""
        micros = max(int(self.now() * 1_000_000), self._last_ts + 1)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def touch(self) -> None:
        """Says that something changed."""
        self._version += 1
        asyncio.ensure_future(self._wake())  # noqa: RUF006 - it ends at once

    async def changes(self) -> AsyncIterator[None]:
        """Yields at once, and then after every change (several quick ones may come as one)."""
        seen = -1
        while True:
            async with self._waiting:
                await self._waiting.wait_for(lambda: self._version != seen)  # noqa: B023 - meant: the newest
            seen = self._version
            yield

    async def until(self, holds: Callable[[], bool], within: float = 15.0) -> None:
        """Waits for changes until `holds`; raises TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            async for _ in self.changes():
                if holds():
                    return

    async def _wake(self) -> None:
        async with self._waiting:
            self._waiting.notify_all()
