"""The threads in which the queue's library works on its database: it blocks, and a database that hangs holds them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
_LOOK = 0.02  # seconds between two looks whether they have ended


class Threads:
    """At most `most` at once. Ours: DBOS's own asynchronous calls take asyncio's over, and along when it ends."""

    def __init__(self, most: int) -> None:
        self._pool = ThreadPoolExecutor(most, "digests-queue")
        self._begun: set[Future[Any]] = set()  # Any: every result

    async def run(self, work: Callable[..., T], *args: object) -> T:
        """What `work` gives; when the caller is cancelled the thread goes on."""
        begun = self._pool.submit(work, *args)
        self._begun.add(begun)
        begun.add_done_callback(self._begun.discard)
        return await asyncio.wrap_future(begun)

    async def end(self) -> None:
        """Take nothing new, and wait for what was begun: Python would, when it ends, and without a limit."""
        self._pool.shutdown(wait=False)
        while self._begun:  # noqa: ASYNC110 - they are threads
            await asyncio.sleep(_LOOK)
