"""The deadline of a transaction: nobody waits for the database much longer, whatever state its connection is in.

It is kept in the context, so that the tasks in which SQLAlchemy returns and closes connections have it, too.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

_CLEANUP = 0.2  # seconds for each step of a transaction that was given up: it takes milliseconds, or else would hang
_STATEMENT = 120.0  # seconds for a statement of a transaction without a deadline: a migration, which may copy a table
_until: ContextVar[float | None] = ContextVar("until", default=None)


@asynccontextmanager
async def deadline(seconds: float) -> AsyncIterator[None]:
    """Let the block, and each of its statements, take at most `seconds`. Raise TimeoutError then."""
    token = _until.set(asyncio.get_running_loop().time() + seconds)
    try:
        async with asyncio.timeout(seconds):
            yield
    finally:
        _until.reset(token)


def left() -> float:
    """Return how many seconds the next answer of the database may take."""
    task = asyncio.current_task()
    if task and task.cancelling():
        return _CLEANUP
    until = _until.get()
    return _STATEMENT if until is None else max(until - asyncio.get_running_loop().time(), _CLEANUP)
