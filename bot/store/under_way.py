"""Count the transactions under way."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class UnderWay:
    """Counts transactions, so that the database is not closed under work that was given up and is still ending."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count a transaction for as long as the block runs."""
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    async def ended(self, within: float) -> None:
        """Wait up to `within` seconds until there is none."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._none.wait()
