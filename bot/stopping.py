"""End tasks and parts of the program: cancel them until they end, and never wait without a limit.

A single cancellation can be lost, because an exception raised during cleanup may replace it. So nothing here relies
on a single one (docs/decisions/13-stopping.md).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from typing import Any, TypeAlias, TypeVar

import structlog

from bot.logs import places

T = TypeVar("T")
AnyTask: TypeAlias = "asyncio.Task[Any]"  # Any: tasks of every result
GRACE = 30.0  # seconds for a whole stop; 32 in compose.yml and docs/operating.md, with the watchdog's 2
_AGAIN = 1.0  # seconds until a task that has not ended is canceled again
_LEAST = 0.2  # seconds for each part, even when earlier parts used up the grace period
_log = structlog.get_logger("bot")


class DidNotEnd(Exception):
    """Parts of the program did not end in their time."""

    def __init__(self, *parts: str) -> None:
        super().__init__(", ".join(parts))
        self.parts = parts  # their names


def raise_if_cancelled(error: BaseException) -> None:
    """Raise CancelledError from `error` when the current task was canceled.

    Call it where an exception is caught and the task goes on: cleanup may have raised that exception in place of the
    cancellation.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError from error


async def cancel(
    tasks: Collection["asyncio.Task[Any]"], within: float
) -> set["asyncio.Task[Any]"]:  # Any: every result
    """Cancel tasks repeatedly until they have ended. Return those that have not ended after `within` seconds."""
    loop = asyncio.get_running_loop()
    given, until = set(tasks), loop.time() + within
    pending = given
    while pending and (left := until - loop.time()) > 0:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=min(left, _AGAIN))
    for task in given - pending:
        if not task.cancelled():
            task.exception()  # retrieved, or else asyncio would report it later
    return pending


async def end(part: str, work: Awaitable[object], within: float) -> list[str]:
    """Run `work`, which ends a part of the program, for at most `within` seconds. Return the names of what did not end.

    An error is logged, not raised, and `part` is returned; for a DidNotEnd, the parts it names are. When canceled,
    finish the work all the same and raise CancelledError afterwards: ending a part halfway would be worse than not
    ending it.
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
    """Wait for a task up to `within` seconds, even when canceled. Return whether the wait was canceled."""
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
    """Ends the parts of the program, each within its own time and all within the grace period."""

    def __init__(self, grace: float = GRACE) -> None:
        self.ending: list[str] = []  # parts that are being ended now
        self.left: list[str] = []  # parts that did not end
        self.is_delayed = False  # whether it waits in `delay`
        self._grace = grace
        self._until: float | None = None
        self._hurry = asyncio.Event()

    def begin(self) -> None:
        """Start the grace period, unless it has started. The first call of `end` starts it as well."""
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + self._grace

    async def delay(self, seconds: float) -> None:
        """Start the grace period, and wait so many seconds of it, or until `hurry` is called."""
        self.begin()
        self.is_delayed = True
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._hurry.wait()
        finally:
            self.is_delayed = False

    def hurry(self) -> None:
        """End the wait in `delay`."""
        self._hurry.set()

    async def end(self, part: str, work: Callable[[], Awaitable[object]], within: float) -> None:
        """Run `work`, which ends a part, for at most `within` seconds. Add what did not end to `left`."""
        self.begin()
        self.ending.append(part)
        try:
            self.left += await end(part, work(), min(within, max(self._remaining(), _LEAST)))
        finally:
            self.ending.remove(part)

    async def enter(
        self, stack: AsyncExitStack, part: str, manager: AbstractAsyncContextManager[T], within: float
    ) -> T:
        """Open a part and return it. `stack` ends it, as `end` does, when it unwinds."""
        value = await manager.__aenter__()
        stack.push_async_callback(self.end, part, lambda: manager.__aexit__(None, None, None), within)
        return value

    def _remaining(self) -> float:
        return (self._until or 0.0) - asyncio.get_running_loop().time()
