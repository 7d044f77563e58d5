"""The real program in a process of its own: how long it takes to be ready, and how much memory it needs then."""

import asyncio
import os
import socket
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp

from .report import Result
from .servers import stand_ins

ROUNDS = 5


@dataclass(frozen=True)
class Running:
    """`campaign-bot serve`, ready on this port after so many seconds, with so much resident memory in MB."""

    port: int
    seconds: float
    memory: float


async def start_to_ready() -> list[Result]:
    """(d) From the start of `campaign-bot serve` to the first good `/healthz`."""
    found: list[Running] = []
    for _ in range(ROUNDS):
        async with bot() as running:
            found.append(running)
    return [
        Result("(d) start to ready, s", median(one.seconds for one in found), at_most=1.5),
        Result("(d) memory when ready, MB", median(one.memory for one in found), at_most=100),
    ]


@asynccontextmanager
async def bot() -> AsyncIterator[Running]:
    """The bot as it is run for real, against stand-ins in this process; its log lines are made and dropped."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {**os.environ, **await stand_ins(), "PORT": str(port)}
    started = time.perf_counter()
    command = (sys.executable, "-m", "bot", "serve")
    process = await asyncio.create_subprocess_exec(*command, env=settings, stderr=DEVNULL)
    try:
        await _healthy(port)
        yield Running(port, time.perf_counter() - started, _memory(process.pid))
    finally:
        process.terminate()
        await process.wait()


async def _healthy(port: int) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(20):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.01)


def _memory(pid: int) -> float:
    """Resident memory in MB (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
