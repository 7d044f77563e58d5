"""Ten thousand digests due in one minute, three replicas on PostgreSQL; and one digest of 500 campaigns."""

import asyncio
import os
import resource
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlalchemy import func, select

from blocks.digests import message as digest_message
from blocks.digests.edition import Edition
from bot.config import Settings
from bot.digests.changes import Leavers
from bot.digests.compare import Account, report
from bot.digests.digest import CampaignFilter, Digest
from bot.digests.snapshot import Snapshot
from bot.digests.timetable import Timetable
from bot.store.database import Database, open_database
from bot.store.encryption import new_key
from playground.carecycle import CareCycle
from playground.samples import hundreds
from playground.slack.rules import refusals
from playground.slack.slack import SIGNING_SECRET
from playground.world import world
from tests.bench.digest_world import DIGESTS, Counted, active, fill, make_due
from tests.bench.report import Result
from tests.bench.servers import serve
from tests.bench.size import Size
from tests.plugins import machine_clock
from tests.plugins.postgres import NoServer, Server, postgres

_PATIENCE = 600  # seconds


async def one_big(size: Size) -> list[Result]:
    """(f) A digest of 500 campaigns: what is asked of careCycle, and how long it takes to compose."""
    async with world(carecycle=CareCycle(list(hundreds(500)))) as here:
        assert here.carecycle
        before = len(here.carecycle.requests)
        read = await (await here.bot.workspaces.of("T01SUNRISE", None)).digest_figures(CampaignFilter(), 500)
        requests = len(here.carecycle.requests) - before
    now = machine_clock.now()
    made = Digest("d1", "T01SUNRISE", "All of them", "C1", "U1", Timetable("America/New_York"))
    snapshot = Snapshot(read.as_of, now.date(), read.campaigns, read.missing)
    took = []
    for _ in range(2 * size.rounds + 1):
        started = time.perf_counter()
        edition = Edition(
            made, report(snapshot, None, Leavers(), Account(), now), read.as_of, now, "d1:x", count=len(read.campaigns)
        )
        messages = [digest_message.message(edition), digest_message.message(edition, plain=True)]
        took.append((time.perf_counter() - started) * 500)
    wrong = sum(len(refusals(list(message.blocks), "message")) for message in messages)
    return [
        Result("(f) digest of 500 campaigns: requests to careCycle", requests, at_most=5, at_least=5),
        Result(f"(f) composed ({len(read.campaigns)} campaigns), ms", median(took), at_most=50),
        Result("(f) what Slack would refuse in it", wrong, at_most=0),
    ]


async def many(size: Size) -> list[Result]:
    """(f) Due in one minute: how soon they are claimed and delivered, what it takes, and that each comes once."""
    try:
        with postgres() as server:
            alone = await _bare(server, size)
            reference = Result(f"    DBOS alone, {size.digests:,} times nothing, s", alone.seconds)
            return [reference, *await _delivered(server, size, alone)]
    except NoServer as error:
        return [Result(f"(f) digests: not measured, {error}", 0)]


class Used(NamedTuple):
    """What it took, on the clock and of the processor."""

    seconds: float
    processor: float


async def _bare(server: Server, size: Size) -> Used:
    with server.new_database() as url:
        started, used = time.perf_counter(), _processor_of_children()
        address = url.replace("postgresql://", "postgresql+psycopg://")
        command = (sys.executable, "-m", "tests.bench.bare_queue", address, str(size.digests // size.replicas))
        some = [await asyncio.create_subprocess_exec(*command, stderr=DEVNULL) for _ in range(size.replicas)]
        try:
            async with asyncio.timeout(_PATIENCE):  # one that dies leaves something behind, and the others wait for it
                await asyncio.gather(*(one.wait() for one in some))
        finally:
            for one in some:
                if one.returncode is None:
                    one.kill()
        return Used(time.perf_counter() - started, _processor_of_children() - used)


def _processor_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _delivered(server: Server, size: Size, alone: Used) -> list[Result]:
    workspaces, now = max(size.digests // DIGESTS, 1), machine_clock.now()
    with server.new_database() as url, TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder), database_url=url, encryption_keys=new_key())
        await fill(settings, workspaces, now + timedelta(days=1))
        counted = Counted(campaigns=active())
        async with _replicas(settings, counted, size.replicas) as some, open_database(settings) as db:
            await asyncio.sleep(size.settling)
            due = machine_clock.now().replace(second=0, microsecond=0)
            await make_due(settings, workspaces, due)
            began, claimed, used = machine_clock.now(), 0.0, sum(map(_processor, some))
            while (rows := await _count(db))["sent"] < workspaces * DIGESTS and _seconds(began) < _PATIENCE:
                claimed = claimed or (_seconds(began) if sum(rows.values()) == workspaces * DIGESTS else 0)
                await asyncio.sleep(0.25)  # without a limit: the condition has one
            took, memory = _seconds(began), max(map(_memory, some))
            used = sum(map(_processor, some)) - used
            lags = sorted((ended - began).total_seconds() for ended in await _ended(db))
        return [
            *_results(counted, workspaces * DIGESTS, size.replicas, claimed or took, took, memory, lags),
            Result("(f) processor time of the bot for one, ms", used / (workspaces * DIGESTS) * 1000),
            Result("(f) processor time, of DBOS alone doing nothing", used / alone.processor),
            Result("(f) time to deliver them all, of DBOS alone doing nothing", took / alone.seconds, at_most=1.8),
        ]


def _results(
    counted: Counted, count: int, replicas: int, claimed: float, took: float, memory: float, lags: list[float]
) -> list[Result]:
    lost, workspaces = count - len(lags), max(count // DIGESTS, 1)
    most = replicas * (int(took // 60) + 1)  # of a workspace: each replica once a minute
    doubled = sum(more - 1 for more in counted.messages.values())
    cuts = quantiles(lags, n=20) if len(lags) > 1 else [0.0] * 19
    return [
        Result(f"(f) {count:,} digests due at once, {replicas} replicas: claimed a second", count / claimed),
        Result("    delivered after, p50, s", cuts[9]),
        Result("    delivered after, p95, s", cuts[18]),
        Result("    the last delivered after, s", took),
        Result("    memory of the largest replica, MB", memory, at_most=200),
        Result("(f) requests to careCycle", counted.asked, at_least=workspaces, at_most=workspaces * most),
        Result("(f) requests for what the same replica had read within a minute", counted.needless, at_most=0),
        Result("(f) digests lost", lost, at_most=0),
        Result("(f) messages doubled", doubled, at_most=0),
    ]


async def _count(db: Database) -> dict[str, int]:
    table = db.tables.deliveries
    async with db.reading() as connection:
        rows = await connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
        return {"sent": 0, **{row[0]: row[1] for row in rows}}


async def _ended(db: Database) -> list[datetime]:
    table = db.tables.deliveries
    async with db.reading() as connection:
        return list((await connection.execute(select(table.c.ended_at).where(table.c.state == "sent"))).scalars())


def _seconds(since: datetime) -> float:
    return (machine_clock.now() - since).total_seconds()


def _memory(process: Process) -> float:
    pages = int(Path(f"/proc/{process.pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def _processor(process: Process) -> float:
    """Seconds of processor time until now."""
    said = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def _replicas(settings: Settings, counted: Counted, count: int) -> AsyncIterator[list[Process]]:
    """The real program, so many times."""
    async with AsyncExitStack() as stack:
        slack = await serve(stack, counted.slack())
        carecycle = await serve(stack, counted.carecycle())
        usual = {
            "SLACK_CLIENT_ID": "1.2",
            "SLACK_CLIENT_SECRET": "secret",
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"http://127.0.0.1:{slack}/api/",
            "DATABASE_URL": settings.database_url.get_secret_value() if settings.database_url else "",
            "ENCRYPTION_KEYS": settings.encryption_keys[0].get_secret_value(),
            "PORT": "0",
            "LOG_FORMAT": "json",
        }
        some = []
        for number in range(count):
            own = {**os.environ, **usual, "CARECYCLE_BASE_URL": f"http://127.0.0.1:{carecycle}/{number}"}
            command = (sys.executable, "-m", "bot", "serve")
            some.append(await asyncio.create_subprocess_exec(*command, env=own, stderr=DEVNULL))
        try:
            yield some
        finally:
            for process in some:
                process.terminate()
            async with asyncio.timeout(_PATIENCE):
                await asyncio.gather(*(process.wait() for process in some))
