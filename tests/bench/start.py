"""The real program in a process of its own: how long it takes to be ready, and how much memory it needs then."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp

from playground.carecycle import CareCycle
from playground.slack import Slack
from tests.bench.processes import memory_of
from tests.bench.report import Result
from tests.bench.servers import stand_ins
from tests.bench.size import Size
from tests.drivers.ports import free_port


@dataclass(frozen=True)
class Running:
    """`campaign-bot serve`, ready on this port after so many seconds, and the Slack it talks to."""

    port: int
    seconds: float
    pid: int
    slack: Slack

    @property
    def memory(self) -> float:
        """Resident memory in MB now."""
        return memory_of(self.pid)


async def start_to_ready(size: Size) -> list[Result]:
    """(d) From the start of `campaign-bot serve` to the first good `/healthz`, with a database that is there."""
    found: list[tuple[float, float]] = []
    with TemporaryDirectory() as folder:
        for _ in range(size.starts):
            async with bot(DATA_DIR=folder) as running:
                found.append((running.seconds, running.memory))
    first, later = found[0], found[1:] or found
    return [
        Result("(d) start to ready, s", median(seconds for seconds, _ in later), at_most=1.5),
        Result("    the very first start, which makes the database, s", first[0]),
        Result("(d) memory when ready, MB", median(memory for _, memory in later), at_most=104),
    ]


@asynccontextmanager
async def bot(carecycle: CareCycle | None = None, **settings: str) -> AsyncIterator[Running]:
    """The bot as it is run for real, against stand-ins in this process; its log lines are made and dropped."""
    port, slack = free_port(), Slack()
    with TemporaryDirectory() as folder:
        async with stand_ins(slack, carecycle or CareCycle()) as there:
            own = {**os.environ, **there, "DATA_DIR": folder, "PORT": str(port), **settings}
            started = time.perf_counter()
            command = (sys.executable, "-m", "bot", "serve")
            process = await asyncio.create_subprocess_exec(*command, env=own, stderr=DEVNULL)
            try:
                await _healthy(port)
                yield Running(port, time.perf_counter() - started, process.pid, slack)
            finally:
                process.terminate()
                await asyncio.wait_for(process.wait(), 60)


async def _healthy(port: int) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.01)
