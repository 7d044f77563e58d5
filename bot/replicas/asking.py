"""Ask the database for what other replicas know, and do not wait long for it: this replica can decide alone."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.store.database import Database

T = TypeVar("T")
P = ParamSpec("P")
_WITHIN = 2.0  # seconds: a person waits for the answer (`ANSWER_WITHIN`)


async def asked(
    db: Database,
    clock: Clock,
    query: Callable[Concatenate[Database, P], Awaitable[T]],
    *args: P.args,
    **more: P.kwargs,
) -> T:
    """Return what a function of the store returns.

    Raise StoreUnavailable after two seconds, and at once when the database did not answer a moment ago.
    """
    if db.breaker.is_down(clock.monotonic()):
        raise StoreUnavailable("it failed a moment ago")
    try:
        answer = await soon(query(db, *args, **more), _WITHIN)
    except StoreUnavailable as error:
        if not error.refused:  # one that only cannot be written can still be read
            db.breaker.note_failure(clock.monotonic())
        raise
    db.breaker.note_answer()
    return answer


async def soon(work: Awaitable[T], within: float) -> T:
    """Return what `work` returns. Raise StoreUnavailable when it takes more than `within` seconds."""
    try:
        async with asyncio.timeout(within):
            return await work
    except TimeoutError:
        raise StoreUnavailable("it is late") from None


async def twice(work: Callable[[], Awaitable[None]]) -> None:
    """Try once more what failed: one slow answer is no outage. Raise StoreUnavailable."""
    try:
        await work()
    except StoreUnavailable:
        await work()
