"""Waits for our database, where a delivery under way cannot do without it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import StoreUnavailable

T = TypeVar("T")
_PATIENCE = (0.5, 1, 2, 4, 8, 16, 30, 30, 30)  # seconds, in turn


async def patiently(work: Callable[..., Awaitable[T]], *args: object) -> T:
    """What `work` gives, as soon as our database answers. Raises StoreUnavailable in the end."""
    for pause in _PATIENCE:
        try:
            return await work(*args)
        except StoreUnavailable:
            await asyncio.sleep(pause)
    return await work(*args)
