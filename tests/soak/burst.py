"""Thousands of commands at once to the real program: `python -m tests.soak.burst [--commands N] [--at-once N]`.

Each goes over a connection of its own, as without a proxy, or over one that is kept. Its time counts from when it was
sent. With ids that are in memory, an answer is a card; with others, careCycle's limit (60 requests a minute) makes
nearly all of them notices, which have to come in time, too. `busy` got the notice that the bot is.
"""

import argparse
import asyncio
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import cast

from tests.bench.client import CAMPAIGN, command_body, each_once, signed
from tests.bench.processes import cpu_of
from tests.bench.start import bot

COMMANDS, AT_ONCE = 10_000, 1_500
LATE = 3.0  # seconds; Slack waits no longer for an ack
_LIMIT = 300.0  # seconds for all commands
_ROW = "{:<44}{:>9}{:>8}{:>8}{:>8}{:>9}{:>8}{:>7}{:>7}{:>7}"
_HEADS = ("commands", "number", "median", "p99", "most", "seconds", "CPU ms", "late", "busy", "MB")
_BUSY = b"too much to do"


@dataclass
class Burst:
    """What became of the commands: the seconds until each answer, and how often there was which status."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)  # `busy` is a 200, too
    seconds: float = 0.0

    @property
    def late(self) -> int:
        """How many answers Slack would not have waited for, or did not come."""
        return (
            sum(one > LATE for one in self.times)
            + sum(self.statuses.values())
            - self.statuses["200"]
            - self.statuses["busy"]
        )


class _Exchange(asyncio.Protocol):
    """A connection for one request after the other, lean enough not to be what is measured."""

    def __init__(self, request: bytes) -> None:
        self._received = bytearray()
        self._answer: asyncio.Future[tuple[str, float]] = asyncio.get_running_loop().create_future()
        self._request, self._sent = request, 0.0
        self._transport: asyncio.Transport | None = None

    def ask(self, request: bytes) -> None:
        """Send it."""
        self._received.clear()
        self._answer = asyncio.get_running_loop().create_future()
        self._send(request)

    def answer(self) -> asyncio.Future[tuple[str, float]]:
        """Return the answer's status, which is empty when the connection ends before, and the seconds it took."""
        return self._answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = bytes(self._received).partition(b"\r\n\r\n")
        if found and len(rest) >= int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]):
            self._end("busy" if _BUSY in rest else head[9:12].decode())

    def connection_lost(self, _: Exception | None) -> None:
        self._end("")

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()

    def _send(self, request: bytes) -> None:
        self._sent = time.perf_counter()
        if self._transport:
            self._transport.write(request)

    def _end(self, status: str) -> None:
        if not self._answer.done():
            self._answer.set_result((status, time.perf_counter() - self._sent))


async def burst(port: int, texts: Iterator[str], commands: int, at_once: int, *, kept: bool) -> Burst:
    """Send so many commands, of which so many wait for their answers at the same time."""
    found, left, loop = Burst(), iter(range(commands)), asyncio.get_running_loop()
    requests = map(_request, texts)

    async def one_after_the_other() -> None:
        exchange: _Exchange | None = None
        for _ in left:
            if exchange:
                exchange.ask(next(requests))
            else:
                _transport, exchange = await loop.create_connection(
                    partial(_Exchange, next(requests)), "127.0.0.1", port
                )
            status, took = await exchange.answer()
            found.times.append(took)
            found.statuses[status] += 1
            if not kept or not status:
                exchange.close()
                exchange = None

    began = time.perf_counter()
    async with asyncio.timeout(_LIMIT):
        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    found.seconds = time.perf_counter() - began
    return found


def _request(text: str) -> bytes:
    body = command_body(text)
    head = "".join(f"{name}: {value}\r\n" for name, value in signed(body).items())
    return f"POST /slack/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(body)}\r\n{head}\r\n{body}".encode()


def others() -> Iterator[str]:
    """Yield ids of campaigns that are in no memory."""
    while True:
        yield str(uuid.uuid4())


KINDS: dict[str, tuple[Callable[[], Iterator[str]], bool]] = {
    "in memory, each over a new connection": (lambda: repeat(CAMPAIGN), False),
    "in memory, over connections that are kept": (lambda: repeat(CAMPAIGN), True),
    "not in memory, each over a new connection": (others, False),
}


async def soak(commands: int, at_once: int) -> int:
    """Print a row for each kind, and return how many answers were late."""
    print(_ROW.format(*_HEADS), flush=True)  # noqa: T201 - the table
    late = 0
    for name, (texts, kept) in KINDS.items():
        async with bot() as running:
            await each_once(running.port, [command_body()] * 3)
            before = cpu_of(running.pid)
            found = await burst(running.port, texts(), commands, at_once, kept=kept)
            late += found.late
            each = (cpu_of(running.pid) - before) / commands
            times = sorted(found.times)
            cells = (times[len(times) // 2], times[len(times) * 99 // 100], times[-1], found.seconds)
            shown = (
                *(f"{one:.2f}" for one in (*cells, each)),
                found.late,
                found.statuses["busy"],
                f"{running.memory:.0f}",
            )
            print(_ROW.format(name, len(times), *shown), dict(found.statuses), flush=True)  # noqa: T201 - as above
    return late


def main(arguments: Sequence[str]) -> int:
    """Exit status 1 when an answer was late."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.burst")
    parser.add_argument("--commands", type=int, default=COMMANDS)
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    asked = parser.parse_args(arguments)
    return 1 if asyncio.run(soak(asked.commands, asked.at_once)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
