"""A load of signed slash commands over keep-alive connections, lean enough not to be what is measured."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import quantiles
from typing import Self
from urllib.parse import urlencode

from playground.slack.slack import SIGNING_SECRET
from tests.plugins import machine_clock

_CLOSE = 10.0  # seconds
CAMPAIGN = "497f6eca-6276-4993-bfeb-53cbbbba6f08"


@dataclass(frozen=True)
class Load:
    """What one burst measured: its requests, how many a second, and the middle and slow ends in milliseconds."""

    count: int
    rate: float
    p50: float
    p99: float


def command_body(
    text: str = CAMPAIGN,
    team: str = "T01SUNRISE",
    response_url: str = "http://127.0.0.1:9/response/none",
    *,
    channel: str = "C01AEP",
) -> str:
    """A slash command as Slack encodes it."""
    fields = {
        "token": "deprecated",
        "team_id": team,
        "team_domain": "sunrise-benefits",
        "channel_id": channel,
        "channel_name": "aep-outreach",
        "user_id": "U01OWNER",
        "user_name": "alice",
        "command": "/campaign",
        "text": text,
        "api_app_id": "A01PLAY",
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": "1.2.3",
    }
    return urlencode(fields)


def signed(body: str) -> dict[str, str]:
    """Slack's signature of this moment."""
    timestamp = str(int(machine_clock.seconds()))
    digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json" if body.startswith("{") else "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": f"v0={digest}",
    }


async def each_once(port: int, bodies: list[str], connections: int = 16) -> None:
    """Sends each body once, over so many connections."""

    async def some(mine: list[str]) -> None:
        async with Line.to(port) as line:
            for body in mine:
                await line.ask(body)

    await asyncio.gather(*(some(bodies[start::connections]) for start in range(connections)))


@dataclass(frozen=True)
class Line:
    """One connection, for asking one thing after the other."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    @asynccontextmanager
    async def to(cls, port: int) -> AsyncIterator[Self]:
        """Open until the block ends."""
        line = cls(*await asyncio.open_connection("127.0.0.1", port))
        try:
            yield line
        finally:
            line.writer.close()
            await asyncio.wait_for(line.writer.wait_closed(), _CLOSE)

    async def ask(self, body: str) -> bytes:
        """Sends it, waits for the answer, and returns its body."""
        self.writer.write(_request(body))
        return await _answer(self.reader)


async def load(port: int, connections: int, seconds: float) -> Load:
    """Sends the command over `connections` for `seconds`, each waiting for its answer before the next."""
    request = _request(command_body())
    started = time.perf_counter()
    taken = await asyncio.gather(*(_connection(port, request, started + seconds) for _ in range(connections)))
    times = [ms for one in taken for ms in one]
    cuts = quantiles(times, n=100)
    return Load(len(times), len(times) / (time.perf_counter() - started), cuts[49], cuts[98])


async def _connection(port: int, request: bytes, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times: list[float] = []
    while (began := time.perf_counter()) < until or len(times) < 2:  # of fewer there is no middle
        writer.write(request)
        await _answer(reader)
        times.append((time.perf_counter() - began) * 1000)
    writer.close()
    await asyncio.wait_for(writer.wait_closed(), _CLOSE)
    return times


def _request(body: str) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in signed(body).items())
    return f"POST /slack/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(body)}\r\n{head}\r\n{body}".encode()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode())
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return await reader.readexactly(length)
