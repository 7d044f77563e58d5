"""Work that goes on after the ack: held by strong references, bounded, and finished before the program ends."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.errors import Busy
from bot.slack.reply.errors import report
from bot.stopping import cancel

T = TypeVar("T")
MOST = 1_000  # at once; each may hold a request to careCycle for ten seconds
SPARE = 200  # more, for saying that there is no room
_OBEY = 1.0  # seconds for those that are ended


class Tasks:
    """The tasks under way. What they raise is theirs to handle; what they do not handle is in the log."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._running: set[asyncio.Task[Any]] = set()  # Any: tasks of every result

    def start(self, work: Coroutine[Any, Any, T], *, spare: bool = False) -> asyncio.Task[T]:
        """Start `work` now; raises Busy, with `work` closed, when too much is under way."""
        if len(self._running) >= self._most + (SPARE if spare else 0):
            work.close()
            raise Busy
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            report(error)

    async def drain(self, within: float) -> int:
        """Wait up to `within` seconds for all of them, ends the rest, and say how many those were."""
        end = time.monotonic() + within
        while running := set(self._running):  # what one of them has started meanwhile, too
            _, late = await asyncio.wait(running, timeout=max(0.0, end - time.monotonic()))
            if late:
                await cancel(late, _OBEY)
                return len(late)
        return 0
