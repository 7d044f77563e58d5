"""The threads for DBOS's database calls. A call blocks its thread, for as long as the database hangs."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
_LOOK = 0.02  # seconds between two checks whether the threads have ended


class Threads:
    """At most `most` threads. DBOS's async calls are not used: they replace asyncio's pool, and close it with DBOS."""

    def __init__(self, most: int) -> None:
        self._pool = ThreadPoolExecutor(most, "digests-queue")
        self._begun: set[Future[Any]] = set()  # Any: every result

    async def run(self, work: Callable[..., T], *args: object) -> T:
        """Run `work` in a thread and return its result. If the caller is canceled, work in progress goes on."""
        begun = self._pool.submit(work, *args)
        self._begun.add(begun)
        begun.add_done_callback(self._begun.discard)
        return await asyncio.wrap_future(begun)

    async def end(self) -> None:
        """Take nothing new, and wait for what was begun: at its exit, Python would wait without a time limit."""
        self._pool.shutdown(wait=False)
        while self._begun:  # noqa: ASYNC110 - they are threads
            await asyncio.sleep(_LOOK)
