"""Start `campaign-bot serve`, stop it at a chosen moment, and see what became of its work."""

import asyncio
import contextlib
import itertools
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings
from bot.store.database import open_database
from playground.carecycle import CareCycle
from playground.world import LOOPBACK, World
from tests.drivers import serving_processes as serving
from tests.drivers.ports import free_port
from tests.plugins import machine_clock
from tests.samples.digests import digest, keep
from tests.samples.store_rows import environment

LIMIT = 35.0  # seconds; what compose.yml gives a stop
_START = 30.0  # seconds for a start on a busy machine
_AT_ONCE = 6  # people who ask
_ANSWERED = 5.0  # seconds for what the bot has sent to be shown


@dataclass(frozen=True, slots=True)
class Stopped:
    """One stop of the bot: when and how it ended, and how many requests got no answer."""

    after: float
    took: float
    status: int
    said: str
    asked: int
    unanswered: int

    @property
    def is_well(self) -> bool:
        """Whether it ended cleanly and everybody was answered.

        A process that is stopped before Python can handle the signal dies of it, which counts as clean.
        """
        return self.status in (0, -signal.SIGTERM) and not self.unanswered and "Traceback" not in self.said


def slow_carecycle() -> CareCycle:
    """Make a careCycle that is so slow that the bot acks first."""
    carecycle = CareCycle(slow_seconds=0.6, limit=1_000_000)
    carecycle.fault = "slow"
    return carecycle


async def prepare(settings: Settings) -> None:
    """Put a digest into the database, so that every start opens the queue of digests."""
    async with open_database(settings) as db:
        await keep(db, digest())


async def stop_at(here: World, settings: Settings, folder: Path, after: float, *, ready: bool) -> Stopped:
    """Start a bot, and stop it `after` seconds while people ask for campaigns. `ready`: count from when it is ready."""
    over, out = asyncio.Event(), folder / "said"
    process = await _start(here, settings, folder, out)
    asking = asyncio.ensure_future(_ask(here, out, over))
    if ready:
        await _until_ready(process, out)
    await asyncio.sleep(after)
    began = time.monotonic()
    status = await _stop(process)
    took = time.monotonic() - began
    over.set()
    asked, unanswered = await asking
    return Stopped(after, took, status, out.read_text(), asked, unanswered)


async def _start(here: World, settings: Settings, folder: Path, out: Path) -> Process:
    port = free_port()
    here.slack.deliveries.url = f"http://{LOOPBACK}:{port}/slack/events"
    given = {**serving.settings(here), **environment(settings), "PORT": str(port), "REPLY_WITHIN": "0.2"}
    own = {"PATH": "", "TZ": "UTC", "PYTHONUTF8": "1", **machine_clock.environment(), **given}
    own["CARECYCLE_BASE_URL"] = str(here.carecycle_url)
    with out.open("wb") as log:
        command = (sys.executable, "-m", "bot", "serve")
        return await asyncio.create_subprocess_exec(*command, cwd=folder, env=own, stdin=DEVNULL, stderr=log)


async def _stop(process: Process) -> int:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(LIMIT):
            return await process.wait()
    except TimeoutError:
        process.kill()
        async with asyncio.timeout(LIMIT):
            return await process.wait()


async def _ask(here: World, out: Path, over: asyncio.Event) -> tuple[int, int]:
    """Ask until `over` is set. Return how often, and how many got neither an answer nor an error from Slack."""
    messages, asked = here.slack.workspace.messages, 0
    before = len(messages)
    ids = itertools.cycle(here.carecycle.campaigns if here.carecycle else ())

    async def one() -> None:
        nonlocal asked
        while not over.is_set():
            asked += 1
            await here.slack.say(f"/campaign {next(ids)}")

    async with asyncio.timeout(_START + 2 * LIMIT):
        while not (over.is_set() or _is_ready(out)):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.02)
    await asyncio.gather(*(one() for _ in range(_AT_ONCE)))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_ANSWERED):
            while len(messages) - before < asked:  # noqa: ASYNC110 - another process sends them
                await asyncio.sleep(0.05)
    return asked, asked - (len(messages) - before)


async def _until_ready(process: Process, out: Path) -> None:
    async with asyncio.timeout(_START):
        while not _is_ready(out):
            assert process.returncode is None, "it ended before it was ready"
            await asyncio.sleep(0.02)


def _is_ready(out: Path) -> bool:
    return b"ready" in out.read_bytes()
