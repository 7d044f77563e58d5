"""Limits of time, counted from the arrival of what a person did.

An ack is sent within three seconds, and an answer within five: what takes longer is answered with an error that says
so.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

from bot.errors import Slow

T = TypeVar("T")
ARRIVED = "arrived"  # the key in Bolt's context: when the request arrived, by `time.perf_counter`
ACK_WITHIN = 2.0  # seconds for all that is waited for before an ack, but a command's answer (`REPLY_WITHIN`); Slack: 3
ANSWER_WITHIN = 4.5  # seconds from the arrival of what a person did; half a second is left for sending the answer
FILL_WITHIN = 9.0  # seconds in which a loading view is replaced


def left(started: float, within: float) -> float:
    """Return the seconds that are left until `within` seconds after `started` (`time.perf_counter`), at least 0."""
    return max(started + within - time.perf_counter(), 0.0)


@asynccontextmanager
async def in_time(started: float | None, within: float = ANSWER_WITHIN) -> AsyncIterator[None]:
    """Give up the block `within` seconds after `started` (`time.perf_counter`), and raise Slow. None: no limit.

    What the block shares with others, such as a request under way, goes on.
    """
    limit = asyncio.timeout(None if started is None else left(started, within))
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if limit.expired():
            raise Slow from error
        raise


async def none_if_late(work: Awaitable[T], started: float, within: float | None) -> T | None:
    """Return what `work` gives, or None when it is given up (see `in_time`). Without `within` there is no limit."""
    try:
        async with in_time(None if within is None else started, within or 0.0):
            return await work
    except Slow:
        return None
