"""Ends what runs: asks again until it obeys, and waits for nothing without a limit.

One delivery of one cancellation can be lost: an exception out of the cleaning may take its place. Nothing here
depends on it (docs/decisions/13-stopping.md).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any, TypeAlias, TypeVar

import structlog

from bot.logs import places

T = TypeVar("T")
AnyTask: TypeAlias = "asyncio.Task[Any]"  # Any: of every result
GRACE = 30.0  # seconds for a whole stop; compose.yml and docs/operating.md promise it
_AGAIN = 1.0  # seconds until a task that has not ended is cancelled once more
_LEAST = 0.2  # seconds for each part, also when those before it took all the grace
_log = structlog.get_logger("bot")


class DidNotEnd(Exception):
    """Parts of the program that went on when their time was over; they are named in `parts`."""

    def __init__(self, *parts: str) -> None:
        super().__init__(", ".join(parts))
        self.parts = parts


def raise_if_cancelled(error: BaseException) -> None:
    """Raise CancelledError from `error` when the current task was cancelled.

    To be called where an exception is caught and the task goes on: cleaning up may have raised it in place of the
    cancellation.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError from error


async def cancel(
    tasks: Collection["asyncio.Task[Any]"], within: float
) -> set["asyncio.Task[Any]"]:  # Any: every result
    """Cancel tasks, again and again, until they have ended; those that have not after `within` seconds."""
    loop = asyncio.get_running_loop()
    given, until = set(tasks), loop.time() + within
    pending = given
    while pending and (left := until - loop.time()) > 0:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=min(left, _AGAIN))
    for task in given - pending:
        if not task.cancelled():
            task.exception()  # looked at, else asyncio complains of it later
    return pending


async def end(part: str, work: Awaitable[object], within: float) -> list[str]:
    """Do what ends a part of the program, for at most `within` seconds; the names of what did not end.

    What goes wrong is in the log and holds nothing up. Cancelled, it goes on all the same, and raises CancelledError
    afterwards: half an end would be worse than none.
    """
    task = asyncio.ensure_future(work)
    cancelled = await _wait(task, within)
    if not task.done():
        task.cancel()
        left = [part]
        _log.error("did not end in time", part=part)
    else:
        left = _what_went_wrong(part, task)
    if cancelled:
        raise asyncio.CancelledError
    return left


async def _wait(task: "asyncio.Future[object]", within: float) -> bool:
    """Wait for a task whatever comes; whether the waiting was cancelled."""
    loop = asyncio.get_running_loop()
    until, cancelled = loop.time() + within, False
    while not task.done() and (left := until - loop.time()) > 0:
        try:
            await asyncio.wait([task], timeout=left)
        except asyncio.CancelledError:
            cancelled = True
    return cancelled


def _what_went_wrong(part: str, task: "asyncio.Future[object]") -> list[str]:
    if task.cancelled():
        _log.error("was cancelled while it ended", part=part)
    elif isinstance(error := task.exception(), DidNotEnd):
        return list(error.parts)
    elif error:
        _log.error("could not end", part=part, error=type(error).__name__, at=places(error))
    else:
        return []
    return [part]


class Shutdown:
    """Ends the parts of the program one after the other, each within its own time and all within the grace.

    `ending` names the parts that are being ended now, `left` those that did not end.
    """

    def __init__(self, grace: float = GRACE) -> None:
        self.ending: list[str] = []
        self.left: list[str] = []
        self._grace = grace
        self._until: float | None = None

    def begin(self) -> None:
        """Count the grace from now; the first part that is ended does it otherwise."""
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + self._grace

    async def end(self, part: str, work: Callable[[], Awaitable[object]], within: float) -> None:
        """Do what ends a part, for at most `within` seconds."""
        self.begin()
        self.ending.append(part)
        try:
            self.left += await end(part, work(), min(within, max(self._remaining(), _LEAST)))
        finally:
            self.ending.remove(part)

    async def enter(
        self, stack: AsyncExitStack, part: str, manager: AbstractAsyncContextManager[T], within: float
    ) -> T:
        """Open a part that `stack` ends, as `end` does, when it unwinds."""
        value = await manager.__aenter__()
        stack.push_async_callback(self.end, part, lambda: manager.__aexit__(None, None, None), within)
        return value

    def _remaining(self) -> float:
        return (self._until or 0.0) - asyncio.get_running_loop().time()
