"""Run `campaign-bot` as a shell does, in a process with an empty environment."""

import asyncio
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tests.plugins import machine_clock

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    """A command that ended: its exit status, and what it wrote to standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """All lines of `out`, then all lines of `err`."""
        return (self.out + self.err).splitlines()


async def run(*arguments: str, at: Path, **environment: str) -> Ran:
    """Run `campaign-bot` with these arguments in the folder `at`. Assert that it wrote no traceback."""
    with TemporaryFile() as out, TemporaryFile() as err:
        status = await _status(arguments, at, {**_bare(), **machine_clock.environment(), **environment}, out, err)
        ran = Ran(status, _all_of(out), _all_of(err))
    assert "Traceback" not in ran.err, ran.err
    return ran


def _bare() -> dict[str, str]:
    return {"PATH": "", "TZ": "UTC", "PYTHONUTF8": "1", "COLUMNS": "100"}


def _all_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


async def _status(arguments: tuple[str, ...], at: Path, env: dict[str, str], *files: IO[bytes]) -> int:
    """Return the exit status. Kill the process and raise TimeoutError after a minute."""
    ours, theirs = socket.socketpair()
    with theirs:
        socket.send_fds(_forks(), [b"1"], [theirs.fileno(), *(file.fileno() for file in files)])
    reader, writer = await asyncio.open_connection(sock=ours)
    writer.write(json.dumps({"arguments": arguments, "at": str(at), "env": env}).encode() + b"\n")
    pid = 0
    try:
        async with asyncio.timeout(60):
            pid = int(await reader.readline())
            return int(await reader.readline())
    except BaseException:
        with suppress(ProcessLookupError):
            if pid:
                os.kill(pid, signal.SIGKILL)
        raise
    finally:
        writer.close()


@cache
def _forks() -> socket.socket:
    """Start `forked_processes.py`, once for all tests, because importing takes longer than most commands."""
    ours, theirs = socket.socketpair()
    program = [sys.executable, str(Path(__file__).with_name("forked_processes.py"))]
    env = {**_bare(), **machine_clock.environment(), "PYTHONPATH": str(_ROOT)}  # this tree, wherever one is installed
    with theirs:
        process = subprocess.Popen(program, env=env, stdin=theirs.fileno())  # noqa: S603 - our own program

    def end() -> None:
        ours.close()
        process.wait(10)

    atexit.register(end)
    return ours


async def rest_of(process: Process, within: float = 60.0) -> tuple[bytes, bytes]:
    """Return what the process writes until it ends. Kill it and raise TimeoutError after `within` seconds."""
    try:
        return await asyncio.wait_for(process.communicate(), within)
    finally:
        if process.returncode is None:
            process.kill()


async def line_with(word: bytes, stream: asyncio.StreamReader | None, within: float = 60.0) -> bytes:
    """Read up to the line that holds `word`, and return all of it.

    Raise AssertionError when the stream ends first, and TimeoutError after `within` seconds.
    """
    assert stream
    said = b""
    async with asyncio.timeout(within):
        while word not in (line := await stream.readline()):
            said += line
            assert line, f"ended without “{word.decode()}”: {said.decode()}"
    return said + line
