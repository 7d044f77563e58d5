"""Nobody waits longer than five seconds for an answer: what takes longer is answered with an error that says so."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.errors import Slow

ANSWER_WITHIN = 4.5  # seconds from the arrival of what a person did; half a second is left for sending the answer
FILL_WITHIN = 9.0  # seconds in which a loading view is replaced


@asynccontextmanager
async def in_time(started: float | None, within: float = ANSWER_WITHIN) -> AsyncIterator[None]:
    """Give up the block `within` seconds after `started` (`time.perf_counter`), and raise Slow. None: no limit.

    What the block shares with others, such as a request under way, goes on.
    """
    limit = asyncio.timeout(None if started is None else max(started + within - time.perf_counter(), 0))
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if limit.expired():
            raise Slow from error
        raise
