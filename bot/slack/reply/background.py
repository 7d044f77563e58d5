"""Run work after the ack: held by strong references, limited, and finished before the program ends."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from blocks import formats
from bot.errors import Busy
from bot.slack.reply.errors import report
from bot.stopping import cancel

T = TypeVar("T")
MOST = 1_000  # tasks at once; each may wait ten seconds for careCycle
SPARE = 200  # further tasks, for small work such as the notice that the bot is busy
_OBEY = 1.0  # seconds for canceled tasks to end


class BackgroundTasks:
    """The tasks under way. An exception that a task does not handle is logged."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._running: set[asyncio.Task[Any]] = set()  # Any: tasks of every result

    def start(self, work: Coroutine[Any, Any, T], *, spare: bool = False) -> asyncio.Task[T]:
        """Start `work` now. Close it and raise Busy when too much is under way; `spare` work has more room."""
        if len(self._running) >= self._most + (SPARE if spare else 0):
            work.close()
            raise Busy
        with formats.written_for(formats.EN_US):  # what it draws may be for many; work for one says so
            task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    @contextmanager
    def beside(self, work: Coroutine[Any, Any, T]) -> Iterator[asyncio.Task[T]]:
        """Run `work` while the block runs, and yield its task. When the block ends first, the work is given up."""
        task = asyncio.create_task(work)
        try:
            yield task
        finally:
            self.give_up(task)

    def give_up(self, task: asyncio.Task[Any]) -> None:
        """Cancel a task, if it is not done. It is kept until it has ended, which `drain` waits for.

        Ending may take a while, for example to give back a connection of a database that hangs.
        """
        task.cancel()
        if not task.done():
            self._running.add(task)
        task.add_done_callback(self._given_up)

    def _given_up(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # retrieved: whoever gave it up has answered with something else

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            report(error)

    async def drain(self, within: float) -> int:
        """Wait up to `within` seconds for all tasks, cancel the rest, and return how many were canceled."""
        end = time.monotonic() + within
        while running := set(self._running):  # includes tasks that earlier ones have started
            _, late = await asyncio.wait(running, timeout=max(0.0, end - time.monotonic()))
            if late:
                await cancel(late, _OBEY)
                return len(late)
        return 0
