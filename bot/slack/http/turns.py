"""Let requests begin a few at a time, so that those that wait are seen to wait."""

import asyncio
from collections import deque


class Turns:
    """Turns to begin: at most `at_once` between two looks of the event loop at the network.

    Without them a thousand requests begin in one step of the loop. What comes meanwhile waits unseen in the kernel, and
    counts as new when it is read.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = self._left = at_once
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_due = False

    async def take(self) -> None:
        """Wait for a turn, the first first."""
        self._renew_soon()
        if self._left and not self._waiting:
            self._left -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        await turn

    def _renew_soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._renew)

    def _renew(self) -> None:
        self._is_due, self._left = False, self._at_once
        while self._waiting and self._left:
            turn = self._waiting.popleft()
            if not turn.done():  # else its client is gone
                turn.set_result(None)
                self._left -= 1
        if self._waiting:
            self._renew_soon()
