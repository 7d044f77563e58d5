"""Run one replica: a `campaign-bot serve` in a process of its own, at a port that stays the same."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.drivers.fault_proxy import FaultProxy
from tests.plugins import machine_clock

_START = 60.0  # seconds for a start on a busy machine
_STOP = 40.0  # seconds; a stop takes 35 at most


@dataclass
class Replica:
    """One replica. `database` is the proxy before its database, when it was asked for one."""

    number: int
    port: int
    settings: Mapping[str, str]
    folder: Path
    database: FaultProxy | None = None
    logs: list[Path] = field(default_factory=list)  # one of each start
    _process: Process | None = None

    @property
    def address(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> Process:
        """Return the process of its last start. Raise RuntimeError before the first."""
        if self._process is None:
            raise RuntimeError("it was never started")
        return self._process

    @property
    def is_running(self) -> bool:
        """Return whether its process is alive."""
        return self._process is not None and self._process.returncode is None

    async def start(self, **more: str) -> None:
        """Start it, with `more` settings, and wait until it is ready."""
        log = self.folder / f"replica-{self.number}-{len(self.logs)}.log"
        own = {"PATH": "", "TZ": "UTC", "PYTHONUTF8": "1", **machine_clock.environment(), **self.settings, **more}
        command = (sys.executable, "-m", "bot", "serve")
        with log.open("wb") as said:
            self._process = await asyncio.create_subprocess_exec(
                *command, cwd=self.folder, env=own, stdin=DEVNULL, stderr=said
            )
        self.logs.append(log)
        async with asyncio.timeout(_START):
            while not _is_ready(log):
                if self._process.returncode is not None:
                    raise RuntimeError(log.read_text(encoding="utf-8"))
                await asyncio.sleep(0.02)

    def terminate(self) -> None:
        """Send SIGTERM, as a supervisor does, and do not wait."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)

    async def ended(self) -> int:
        """Wait for the end, and return the exit status. Raise TimeoutError after 40 s, when it is killed."""
        try:
            return await asyncio.wait_for(self.process.wait(), _STOP)
        except TimeoutError:
            await self.kill()
            raise

    async def stop(self) -> tuple[float, int]:
        """End it as a supervisor does. Return the seconds it took, and the exit status."""
        began = time.monotonic()
        self.terminate()
        status = await self.ended()
        return time.monotonic() - began, status

    async def kill(self) -> None:
        """End it with SIGKILL, if it runs."""
        if self.is_running:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await asyncio.wait_for(self.process.wait(), _STOP)

    def freeze(self) -> None:
        """Let it stand still (SIGSTOP) until `thaw`."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        self.process.send_signal(signal.SIGCONT)

    def said(self) -> str:
        """Return the log of all its starts, a line of JSON each."""
        return "".join(log.read_text(encoding="utf-8") for log in self.logs)

    def memory(self) -> float:
        """Return the resident memory in MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024

    def most_memory(self) -> float:
        """Return the most resident memory so far in MB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

    def cpu(self) -> float:
        """Return the seconds of CPU it has used since its last start."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime of proc(5)


def _is_ready(log: Path) -> bool:
    return any(b'"ready"' in line for line in log.read_bytes().splitlines())
