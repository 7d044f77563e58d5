"""Clients that connect and never finish what they say, by the thousand, in a thread of their own."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from playground.world import LOOPBACK
from tests.plugins import machine_clock

_AT_ONCE = 50  # that connect at the same moment
_PATIENCE = 10.0  # seconds for one to connect and to send
_CALL = 120.0  # seconds for all of them
_HALF_A_HEAD = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nX-Slack-Requ"


class SilentClients:
    """Connections to the bot at `port` that stay open as long as it lets them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="silent clients", daemon=True)
        self._thread.start()

    async def connect(self, count: int) -> None:
        """Open so many connections: half of them say nothing, half stop within the headers."""
        await self._aside(self._all([b"" if n % 2 else _HALF_A_HEAD for n in range(count)]))

    async def begin_bodies(self, count: int, size: int) -> None:
        """Send so many requests that stop after `size` bytes of a body that should be twice as long."""
        await self._aside(self._all([_unfinished(size)] * count))

    def close(self) -> None:
        """Hang up, and end the thread."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result(_CALL)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.close()

    async def _aside(self, work: Coroutine[Any, Any, None]) -> None:  # Any: of every coroutine
        done: Future[None] = asyncio.run_coroutine_threadsafe(work, self._loop)
        await asyncio.wait_for(asyncio.wrap_future(done), _CALL)

    async def _all(self, heads: list[bytes]) -> None:
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(said: bytes) -> None:
            async with turns:
                with contextlib.suppress(OSError, TimeoutError):
                    async with asyncio.timeout(_PATIENCE):
                        await self._say(said)

        await asyncio.gather(*map(one, heads))

    async def _say(self, said: bytes) -> None:
        reader, writer = await asyncio.open_connection(LOOPBACK, self._port)
        self._open.append((reader, writer))
        writer.write(said)
        await writer.drain()

    async def _hang_up(self) -> None:
        for _, writer in self._open:
            writer.transport.abort()
        self._open.clear()


@contextmanager
def silent_clients(port: int) -> Iterator[SilentClients]:
    """Yield clients of the bot at `port`. They hang up at the end of the block."""
    clients = SilentClients(port)
    try:
        yield clients
    finally:
        clients.close()


def _unfinished(size: int) -> bytes:
    """A request as anybody can send it: the signature is only known to be wrong once the body is there."""
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: {2 * size}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {int(machine_clock.seconds())}\r\nX-Slack-Signature: v0={'0' * 64}\r\n\r\n"
    )
    return head.encode() + b"x" * size
