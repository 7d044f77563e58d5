"""One budget for a key: people and background work ask all replicas for more than it has, and careCycle counts.

First one person on one replica uses all of it; then everybody asks for as long as a run lasts, while a limit of
careCycle's and an outage of the database come and go.
"""

import asyncio
import itertools
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from blocks import inputs
from blocks.campaigns import search as campaign_search
from bot.config import Settings
from bot.slack.surfaces.modal_state import ModalState
from playground.carecycle import PLAYGROUND_KEY, CareCycle
from playground.crowd import crowd
from tests.bench.report import Result
from tests.drivers.replicas import SUNRISE, Replicas, replicas

_OWNER = "U01OWNER"
_EVERY = 0.2  # seconds between two questions of a person; there are three
_UNTIL_FULL = 66.0  # seconds in which everything asks, so that the minute after the first sixty is among them
_LIMITED = 30.0  # seconds that careCycle names in its limit
_AWAY = 70.0  # seconds without the database, and with it again afterwards


async def run(settings: Settings, folder: Path, tiny: bool) -> list[Result]:
    """Ask for campaigns that nobody has in memory."""
    carecycle = CareCycle(limit=100_000)  # it counts and does not refuse
    crowd(carecycle, None, 2_000)  # too many to be read at once: who types, asks
    async with replicas(settings, folder, carecycle=carecycle, proxied=True) as here:
        alone = await _one_person(here, rounds=2 if tiny else 11)
        async with _everybody(here):
            await asyncio.sleep(1 if tiny else _UNTIL_FULL)
            whole = _count(here)
            last = await _limited(here)
            await asyncio.sleep(0 if tiny else _LIMITED)
            before = _count(here)
            away = await _without_database(here, 3 if tiny else _AWAY)
        most, background = here.world.most_in_a_minute(PLAYGROUND_KEY), _background(here)
        return [
            Result("requests that one person on one replica could send", alone, at_least=60),
            Result("most requests in any 60 s, all replicas together", most, at_most=60),
            Result("seconds from a 429 until the last request of another replica", last, at_most=1.0),
            Result("    requests in the first minute of everybody", whole),
            Result("    requests of background work", background),
            Result("    requests while the database was away and back", away - before),
        ]


def _count(here: Replicas) -> int:
    return len(here.world.requests)


def _background(here: Replicas) -> int:
    return sum(one.path == "/v2/campaigns" for one in here.world.requests)


async def _one_person(here: Replicas, rounds: int) -> int:
    """Ask one replica for six campaigns at a time. Return how many careCycle was asked for."""
    for _ in range(rounds):
        await asyncio.gather(*(here.ask(str(uuid.uuid4()), replica=0) for _ in range(6)))
    return _count(here)


@asynccontextmanager
async def _everybody(here: Replicas) -> AsyncIterator[None]:
    """Let three people ask and two type, each of all replicas in turn, until the block ends."""
    asking = [asyncio.ensure_future(_ask(here)) for _ in range(3)]
    asking += [asyncio.ensure_future(_type(here)) for _ in range(2)]
    try:
        yield
    finally:
        for one in asking:
            one.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


async def _ask(here: Replicas) -> None:
    while True:
        with suppress(TimeoutError):
            await here.ask(str(uuid.uuid4()))
        await asyncio.sleep(_EVERY)  # without a limit: `_everybody` cancels it


async def _type(here: Replicas) -> None:
    """Search while typing, which is background work."""
    view = {"id": "V1", "type": "modal", "callback_id": campaign_search.FIND}
    view["private_metadata"] = ModalState(SUNRISE).text()
    for number in itertools.count():
        who = {"team": {"id": SUNRISE}, "user": {"id": _OWNER, "team_id": SUNRISE}, "api_app_id": "A01PLAY"}
        place = {"block_id": campaign_search.PICK, "action_id": inputs.VALUE, "value": f"word {number}", "view": view}
        await here.balancer.send("interactive", {**who, "enterprise": None, "type": "block_suggestion", **place})
        await asyncio.sleep(_EVERY)


async def _limited(here: Replicas) -> float:
    """Let careCycle limit the key at one request. Return the seconds until the last request of another replica."""
    carecycle, before = here.carecycle, _count(here)
    carecycle.fault, carecycle.fault_for = "rate_limited_header", 1
    async with asyncio.timeout(90):
        while not (first := next((one for one in here.world.requests[before:] if one.status == 429), None)):  # noqa: ASYNC110 - other processes do it
            await asyncio.sleep(0.02)
    answered = time.monotonic()
    await asyncio.sleep(3)
    others = [one.at for one in here.world.requests if one.at > answered and one.replica != first.replica]
    return max(others, default=answered) - answered


async def _without_database(here: Replicas, seconds: float) -> int:
    """Cut all replicas off from the database for so long, and wait as long afterwards. Return all requests so far."""
    for one in here.databases:
        one.reset()
    await asyncio.sleep(seconds)
    for one in here.databases:
        one.thaw()
    await asyncio.sleep(seconds)
    return _count(here)
