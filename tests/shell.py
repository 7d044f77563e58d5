"""Runs `campaign-bot` as a shell would: a process of its own, an environment with nothing else in it."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path


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
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=at,
        env={"PATH": "", "TZ": "UTC", "PYTHONUTF8": "1", "COLUMNS": "100", **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    ran = Ran(process.returncode or 0, out.decode(), err.decode())
    assert "Traceback" not in ran.err, ran.err
    return ran
