"""Send bytes to the bot as any client may: unfinished, malformed, or one by one."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from yarl import URL

from playground.slack.slack import SIGNING_SECRET
from playground.world import World
from tests.plugins import machine_clock

FORM = "application/x-www-form-urlencoded"
_AT_ONCE = 65_536  # bytes
_LIMIT = 30.0  # seconds; nothing here is meant to take a tenth of it


@dataclass(frozen=True)
class Client:
    """One connection to the bot."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self.writer.write(data)

    async def rest(self) -> bytes:
        """Return everything that still comes, until the bot closes the connection."""
        came = b""
        async with asyncio.timeout(_LIMIT):
            with suppress(ConnectionError):  # after the answer, when the bot had not read all that was sent
                while part := await self.reader.read(_AT_ONCE):
                    came += part
        return came

    async def answer(self) -> bytes:
        """Return one answer with its headers; empty when the bot closes the connection instead."""
        async with asyncio.timeout(_LIMIT):
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                head = await self.reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
                return head + await self.reader.readexactly(int(length or 0))
        return b""


@asynccontextmanager
async def client(at: World | int) -> AsyncIterator[Client]:
    """Connect to the bot of a world, or to a port of this machine, until the block ends."""
    port = at if isinstance(at, int) else URL(str(at.slack.deliveries.url)).port
    async with asyncio.timeout(_LIMIT):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(_LIMIT):
                await writer.wait_closed()


async def say(at: World | int, data: bytes) -> bytes:
    """Send bytes, and return everything that comes until the bot closes the connection."""
    async with client(at) as one:
        one.send(data)
        return await one.rest()


def signature(body: bytes, timestamp: str | None = None) -> dict[str, str]:
    """Return Slack's two headers for a body of any bytes, of this moment unless another is given."""
    timestamp = timestamp or str(int(machine_clock.seconds()))
    signed = hmac.new(SIGNING_SECRET.encode(), b"v0:%b:%b" % (timestamp.encode(), body), hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={signed}"}


def post(body: bytes, headers: Mapping[str, str], *, length: int | None = None, kind: str = FORM) -> bytes:
    """Return a request to the endpoint of Slack's requests. `length` is what its headers promise."""
    about = {"host": "bot", "content-type": kind, "content-length": str(len(body) if length is None else length)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**about, **headers}.items())
    return b"POST /slack/events HTTP/1.1\r\n" + lines.encode() + b"\r\n" + body


def signed(body: bytes, kind: str = FORM) -> bytes:
    """Return a request with Slack's signature."""
    return post(body, signature(body), kind=kind)
