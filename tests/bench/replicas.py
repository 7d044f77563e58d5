"""Three replicas at full demand with one careCycle key: together they keep to its sixty requests a minute."""

import asyncio
import time
import uuid
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.config import Settings
from bot.store.encryption import new_key
from playground.carecycle import PLAYGROUND_KEY, CareCycle
from tests.bench.report import Result
from tests.bench.size import Size
from tests.drivers.replicas import SUNRISE, Replicas, replicas
from tests.plugins.postgres import NoServer, Server, postgres

_PEOPLE = 4  # who ask each replica
_PAUSE = 0.2  # seconds between two questions of one person


async def one_budget(size: Size) -> list[Result]:
    """(k) People ask each of them, all the time, for campaigns in no memory. careCycle itself refuses nothing."""
    try:
        with postgres() as server:
            return await _measured(server, size)
    except NoServer as error:
        return [Result(f"(k) replicas: not measured, {error}", 0)]


async def _measured(server: Server, size: Size) -> list[Result]:
    with server.new_database() as url, TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder), database_url=url, encryption_keys=new_key())
        teams, carecycle = {SUNRISE: PLAYGROUND_KEY}, CareCycle(limit=1_000_000)
        async with replicas(settings, Path(folder), count=size.replicas, teams=teams, carecycle=carecycle) as here:
            until, cpu = time.monotonic() + size.demand, _cpu(here)
            await asyncio.gather(*(_ask(here, n % len(here.each), until) for n in range(_PEOPLE * len(here.each))))
            last = sum(one.at > until - 60 for one in here.world.requests)
            shares = Counter(one.replica for one in here.world.requests)
            with_n = f"(k) {len(here.each)} replicas, one key, full demand"
            return [
                Result(f"{with_n}: most requests in 60 s", here.world.most_in_a_minute(PLAYGROUND_KEY), at_most=60),
                Result("    requests in the last minute", last),
                Result("    the least that one replica sent", min(shares[each.number] for each in here.each)),
                Result("    CPU of all for each question, ms", (_cpu(here) - cpu) / len(here.balancer.sent) * 1000),
                Result("    the slowest ack, s", max(one.took for one in here.balancer.sent)),
                Result("    memory of the largest replica, MB", max(one.memory() for one in here.each)),
            ]


def _cpu(here: Replicas) -> float:
    return sum(one.cpu() for one in here.each)


async def _ask(here: Replicas, replica: int, until: float) -> None:
    while time.monotonic() < until:
        await here.ask(str(uuid.uuid4()), replica=replica)
        await asyncio.sleep(_PAUSE)  # without a limit: a pause
