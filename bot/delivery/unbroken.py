"""Run work that must not break off in the middle: a message that was claimed and is on its way to Slack."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.stopping import cancel

_OBEY = 2.0  # seconds for canceled work to end


class Unbroken:
    """Work that goes on when whoever waits for it is canceled."""

    def __init__(self) -> None:
        self._begun: set[asyncio.Task[None]] = set()

    async def run(self, work: Coroutine[Any, Any, None]) -> None:  # Any: asyncio's own
        """Do the work. When canceled, raise CancelledError at once, while the work goes on."""
        task = asyncio.create_task(work)
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        await asyncio.shield(task)

    async def settle(self, grace: float) -> None:
        """Wait up to `grace` seconds for work under way: no other replica does what was claimed here."""
        if self._begun:
            await asyncio.wait(self._begun, timeout=grace)

    async def drop(self) -> bool:
        """Cancel the work under way, as a crash would. Return whether all of it ended."""
        return not await cancel(self._begun, _OBEY)
