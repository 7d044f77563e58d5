"""The bot's process as the kernel sees it, its log, and how it ends."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.plugins import machine_clock

_START = 60.0  # seconds on a busy machine
_COUNTED = 3.0  # seconds for the process to count; a blocked event loop does not
_STOP = 45.0  # seconds; more than the 35 it may take, to see how much


@dataclass(frozen=True, slots=True)
class Size:
    """What a process has: resident memory in MB, tasks (-1: it did not say), threads, open files, seconds of CPU."""

    memory: float
    tasks: int
    threads: int
    files: int
    cpu: float


@dataclass(frozen=True, slots=True)
class Serving:
    """A running `campaign-bot serve`. `log` is the file of its log."""

    process: Process
    log: Path
    counts: Path

    async def size(self) -> Size:
        """Ask the kernel, and the process itself for its tasks."""
        self.counts.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_COUNTED):
                while not self.counts.exists():  # noqa: ASYNC110 - another process writes it
                    await asyncio.sleep(0.02)
        tasks = int(self.counts.read_text(encoding="ascii")) if self.counts.exists() else -1
        folder = Path(f"/proc/{self.process.pid}")
        files, threads = len(list((folder / "fd").iterdir())), len(list((folder / "task").iterdir()))
        return Size(self.memory(), tasks, threads, files, self._cpu())

    def memory(self) -> float:
        """Return the resident memory in MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime of proc(5)

    async def stop(self) -> tuple[float, int | str]:
        """Send SIGTERM. Return the seconds until it has ended, and its exit status; `killed` if it had to be."""
        began = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            status = await asyncio.wait_for(self.process.wait(), _STOP)
            return time.monotonic() - began, status
        self.process.kill()
        await asyncio.wait_for(self.process.wait(), _STOP)
        return time.monotonic() - began, "killed"


async def serve(folder: Path, settings: Mapping[str, str]) -> Serving:
    """Start the bot with these settings, and those of `counting.py`, and return it once it is ready."""
    counts, log = folder / "counts", folder / f"log-{time.monotonic_ns()}"
    root = str(Path(__file__).parents[3])
    own = {
        "PATH": "",
        "TZ": "UTC",
        "PYTHONUTF8": "1",
        "COUNTS": str(counts),
        **machine_clock.environment(root),
        **settings,
    }
    with log.open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.soak.hanging.counting"), cwd=folder, env=own, stdin=DEVNULL, stderr=said
        )
    async with asyncio.timeout(_START):
        while b"ready" not in log.read_bytes():
            if process.returncode is not None:
                raise RuntimeError(log.read_text(encoding="utf-8"))
            await asyncio.sleep(0.05)
    return Serving(process, log, counts)
