"""Runs `campaign-bot` as a shell would: a process of its own, an environment with nothing else in it."""

import asyncio
import sys
from asyncio.subprocess import Process
from dataclasses import dataclass
from pathlib import Path

import machine_clock


@dataclass(frozen=True)
class Ran:
    """How a command ended; `out` and `err` are what it wrote."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Every line it wrote, wherever to."""
        return (self.out + self.err).splitlines()


async def run(*arguments: str, at: Path, **environment: str) -> Ran:
    """Runs `campaign-bot` with these arguments in the folder `at`; there was no traceback."""
    own = {"PATH": "", "TZ": "UTC", "PYTHONUTF8": "1", "COLUMNS": "100", **machine_clock.environment(), **environment}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=at,
        env=own,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await rest_of(process)
    ran = Ran(process.returncode or 0, out.decode(), err.decode())
    assert "Traceback" not in ran.err, ran.err
    return ran


async def rest_of(process: Process, within: float = 60.0) -> tuple[bytes, bytes]:
    """What it still writes until it ends; one that does not end in that many seconds is killed. Raises TimeoutError."""
    try:
        return await asyncio.wait_for(process.communicate(), within)
    finally:
        if process.returncode is None:
            process.kill()


async def line_with(word: bytes, stream: asyncio.StreamReader | None, within: float = 60.0) -> bytes:
    """All up to the end of the line with this word. It comes before the stream ends, and in that many seconds."""
    assert stream
    said = b""
    async with asyncio.timeout(within):
        while word not in (line := await stream.readline()):
            said += line
            assert line, f"ended without “{word.decode()}”: {said.decode()}"
    return said + line
