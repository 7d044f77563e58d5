"""`campaign-bot serve` ends when it is told to, whenever that is and whatever hangs, and answers what it acked."""

import asyncio
import os
import random
import signal
import sys
import time
from asyncio.subprocess import DEVNULL
from pathlib import Path

import pytest

from bot.config import Settings
from bot.store import deliveries
from bot.store.database import open_database
from bot.store.encryption import new_key
from tests.conftest import MakeWorld
from tests.drivers import serving_processes as serving
from tests.drivers.fault_proxy import postgres_proxy
from tests.drivers.stopping_processes import LIMIT, prepare, slow_carecycle, stop_at
from tests.samples.store_rows import environment

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("ready", [False, True], ids=["while it starts", "under load"])
async def test_it_ends_at_any_moment_and_leaves_nobody_without_an_answer(
    make_world: MakeWorld, database_settings: Settings, tmp_path: Path, ready: bool
) -> None:
    here = await make_world(carecycle=slow_carecycle())
    await prepare(database_settings)
    for moment in (0.3, 0.9):
        stopped = await stop_at(here, database_settings, tmp_path, moment * random.uniform(0.5, 1.5), ready=ready)
        assert stopped.is_well, stopped
        assert stopped.took < LIMIT
        assert stopped.asked > 5 or not ready
    here.slack.workspace.refusals.clear()  # of a bot that was gone


@pytest.mark.parametrize("when", ["it is ready", "digests are run"])
async def test_a_postgresql_that_hangs_does_not_hold_up_the_end(
    make_world: MakeWorld, postgres_url: str, tmp_path: Path, when: str
) -> None:
    """It accepts and never answers, as one that is stopped (SIGSTOP) or behind a firewall that forgot."""
    here = await make_world()
    settings = Settings(_env_file=None, data_dir=tmp_path, database_url=postgres_url, encryption_keys=new_key())
    await prepare(settings)
    with postgres_proxy(postgres_url) as (url, proxy):
        own = {**environment(settings), "DATABASE_URL": url}
        process = await serving.start(tmp_path, **serving.settings(here), **own)
        if when == "digests are run":
            await _until_opened(settings)
        proxy.freeze()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(LIMIT):
            _, said = await process.communicate()
        if when == "digests are run":
            assert "stopped, but not whole" in said.decode()
            assert process.returncode == 1
        assert time.monotonic() - began < LIMIT


async def _until_opened(settings: Settings) -> None:
    async with open_database(settings) as db, asyncio.timeout(LIMIT):
        while not await deliveries.history(db, "d1"):  # noqa: ASYNC110 - it is due, and gets a row once digests are run
            await asyncio.sleep(0.1)


_WATCHED = """
import asyncio, os, signal, threading, time
from bot import logs
from bot.stopping import Shutdown
from bot.cli.watchdog import Watchdog, leave

async def swallows():
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue

async def main():
    stop = asyncio.Event()
    shutdown = Shutdown(grace=0.5)
    Watchdog(shutdown, grace={grace}).listen(stop)
    os.kill(os.getpid(), signal.SIGTERM)
    await stop.wait()
    again = asyncio.get_running_loop().call_later
    {hangs}

logs.set_up("INFO", "text")
asyncio.run(main())
"""
_HANGS = {
    "the event loop is blocked": "time.sleep(60)",
    "a thread goes on": "threading.Thread(target=time.sleep, args=[60], name='stubborn').start()",
    "a task swallows every cancellation": "asyncio.create_task(swallows(), name='stubborn')",
    "a part does not end": "await shutdown.end('stubborn', lambda: asyncio.sleep(60), 60); await asyncio.sleep(60)",
    "nobody reads the log": "os.write(2, bytes(10_000_000))",
}


@pytest.mark.parametrize("what", _HANGS)
async def test_the_process_ends_after_its_grace_whatever_hangs_and_says_what(what: str) -> None:
    status, said = await _watched(_HANGS[what], grace=1)
    assert status == 1
    if what != "nobody reads the log":
        assert "ended without waiting" in said
        assert "stopping took longer than" in said
        assert "stubborn" in said or what == "the event loop is blocked"


async def test_a_second_interrupt_ends_it_at_once() -> None:
    status, said = await _watched("os.kill(os.getpid(), signal.SIGINT); time.sleep(60)", grace=50)
    assert status == 1
    assert "told to stop twice" in said


async def test_a_second_sigterm_changes_nothing() -> None:
    status, said = await _watched("os.kill(os.getpid(), signal.SIGTERM); await asyncio.sleep(0.3)", grace=50)
    assert (status, said) == (0, "")


@pytest.mark.parametrize(("number", "after"), [("SIGTERM", 1.1), ("SIGINT", 0.1)])
async def test_a_second_signal_ends_the_delay_of_a_stop_and_not_the_process(number: str, after: float) -> None:
    signaled = f"again({after}, os.kill, os.getpid(), signal.{number})"
    status, said = await _watched(f"{signaled}; await shutdown.delay(3600)", grace=50)
    assert (status, said) == (0, "")


async def test_a_sigterm_that_a_supervisor_repeats_at_once_does_not_end_the_delay_of_a_stop() -> None:
    repeated = "again(0.1, os.kill, os.getpid(), signal.SIGTERM)"
    status, said = await _watched(f"{repeated}; await shutdown.delay(3600)", grace=3)
    assert status == 1
    assert "stopping took longer than" in said


async def _watched(hangs: str, grace: float) -> tuple[int | None, str]:
    """The status and the log of a process that was told to stop and does this then; its log is read afterwards."""
    script = _WATCHED.format(hangs=hangs, grace=grace)
    log, end = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script), cwd=ROOT, stdin=DEVNULL, stdout=DEVNULL, stderr=end
    )
    os.close(end)
    with os.fdopen(log, "rb") as said:
        try:
            async with asyncio.timeout(LIMIT):
                status = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
        return status, said.read().decode(errors="replace")
