"""Readings: what one costs, and how long acks wait while one of thousands of campaigns is written."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from slack_bolt.request.async_request import AsyncBoltRequest

from bot.digests.read_numbers import Asked, read_numbers
from bot.digests.timetable import Timetable
from bot.insight import packing
from bot.insight.history import AccountHistory
from bot.insight.judge import judge
from bot.insight.series import AccountReading
from bot.slack.reply.time_limit import ARRIVED
from bot.store import audit, readings
from bot.store.database import Database
from playground.world import World, world
from tests.bench.client import command_body, signed
from tests.bench.report import Result
from tests.bench.size import Size
from tests.samples.busy_account import END, QUARTER, ZONE, kept_moments
from tests.samples.busy_account import readings as busy

_WORKSPACE = "T01SUNRISE"
_USUAL = 500  # campaigns of a large account, of which a fifth calls
_DAY = timedelta(days=1)


async def beside_acks(size: Size) -> list[Result]:
    """(r) The card from memory, again and again, while an account is written; and what a reading costs."""
    async with _there() as here:
        alone = await _acks(here, asyncio.sleep(0.2 * size.rounds))
        many = list(busy(_moments(size.rounds + 1), size.names, size.names))
        gc.freeze()  # as `campaign-bot serve` does; what is made here is no garbage to look through
        longest = [
            max(await _acks(here, _append(here.bot.db, after, before))) for before, after in pairwise([None, *many])
        ]
        gc.unfreeze()
        campaigns = f"{size.names:,} campaigns"
        return [
            Result(f"(r) longest ack while {campaigns} are written, median ms", median(longest), at_most=50),
            Result("    the longest of all, ms", max(longest)),
            Result("    longest ack without, ms", max(alone)),
            *await _costs(here.bot.db, size),
        ]


async def _costs(db: Database, size: Size) -> list[Result]:
    campaigns = min(_USUAL, size.names)
    some = list(busy(_moments(size.rounds + 1), campaigns, campaigns // 5))
    packed: list[int] = []
    cpu: list[float] = []
    wall: list[float] = []
    for before, after in pairwise(some):
        begun = time.thread_time()
        packed.append(len(packing.pack(after, before)))
        cpu.append((time.thread_time() - begun) * 1000)
    for number, one in enumerate(some):
        row = packing.Packed(one.at, packing.pack(one, some[number - 1] if number else None))
        begun = time.perf_counter()
        await readings._add(db, _WORKSPACE, "usual", [row], some[number - 1].at if number else None)
        wall.append((time.perf_counter() - begun) * 1000)
    of = f"of {campaigns} campaigns"
    return [
        Result(f"    CPU to pack a reading {of}, ms", median(cpu)),
        Result(f"    bytes of a reading {of}", median(packed)),
        Result(f"    database to write a reading {of}, ms", median(wall)),
        *_reading_weeks(size, campaigns, of),
    ]


def _reading_weeks(size: Size, campaigns: int, of: str) -> list[Result]:
    """The milliseconds of CPU it takes to judge an account by its kept readings, and to count a digest's numbers."""
    moments = kept_moments(7 * size.rounds)
    history = AccountHistory(busy(moments, campaigns, campaigns // 5))
    series = history.series()
    begun = time.thread_time()
    judge(series, None, moments[-1], ZONE, {})
    judged = time.thread_time()
    past = history.past(series)
    asked = Asked(past.campaigns, past.campaigns, Timetable(ZONE), moments[-1] - _DAY, moments[-1])
    read_numbers(past, asked)
    return [
        Result(f"    CPU to judge a reading {of}, ms", (judged - begun) * 1000),
        Result(f"    CPU to count the numbers of a digest {of}, ms", (time.thread_time() - judged) * 1000),
    ]


def _moments(count: int) -> list[datetime]:
    return [END - number * QUARTER for number in range(count)][::-1]


async def _append(db: Database, one: AccountReading | None, before: AccountReading | None) -> None:
    if one is None or not await readings.append(db, _WORKSPACE, "many", one, before):
        raise RuntimeError("not written")


async def _acks(here: World, work: Awaitable[None]) -> list[float]:
    """The milliseconds of every ack until the work is done."""
    body, times = command_body(), list[float]()
    task = asyncio.ensure_future(work)
    while not task.done():
        headers = {name: [value] for name, value in signed(body).items()}
        begun = time.perf_counter()
        answer = await here.bot.bolt.async_dispatch(
            AsyncBoltRequest(body=body, headers=dict(headers), context={ARRIVED: time.perf_counter()})
        )
        times.append((time.perf_counter() - begun) * 1000)
        if answer.status != 200 or not answer.body:
            raise RuntimeError("no answer")
        # A loop that never waits takes Python's lock again before the thread that writes has woken.
        await asyncio.sleep(0.001)  # without a limit: the writing beside it ends
    await task
    return times


@asynccontextmanager
async def _there() -> AsyncIterator[World]:
    """A bot with a card in memory, and a workspace to keep readings of."""
    async with world(cache_seconds=900) as here:
        async with here.bot.db.writing() as connection:
            await audit.add_workspace(here.bot.db, connection, _WORKSPACE, None)
        body = command_body()
        headers = {name: [value] for name, value in signed(body).items()}
        await here.bot.bolt.async_dispatch(
            AsyncBoltRequest(body=body, headers=dict(headers), context={ARRIVED: time.perf_counter()})
        )
        yield here
