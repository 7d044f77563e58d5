"""A server that the bot is compared with, in a process of its own."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Server:
    """A process, and the port it listens at."""

    pid: int
    port: int


@asynccontextmanager
async def other(*name: str) -> AsyncIterator[Server]:
    """One of `tests.bench.servers`, until the block ends."""
    process: Process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.servers", *name, stdout=PIPE
    )
    try:
        if process.stdout is None:
            raise RuntimeError("no output")
        yield Server(process.pid, int(await asyncio.wait_for(process.stdout.readline(), 30)))
    finally:
        process.kill()
        await asyncio.wait_for(process.wait(), 30)
