"""One budget for a key: people and background work ask all replicas for more than it has, and careCycle counts.

First one person on one replica uses all of it; then everybody asks for as long as a run lasts, while a limit of
careCycle's and an outage of the database come and go. Then everybody asks while the replicas do not hear each other:
with their listening connections cut, and behind PgBouncer.
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
from tests.drivers.replicas import SUNRISE, Replicas, until
from tests.soak.replicas.states import Around, State, around, possible

_OWNER = "U01OWNER"
_EVERY = 0.2  # seconds between two questions of a person; there are three
_FULL = 90  # requests: sixty, and the first of the minute after those
_LIMITED = 30.0  # seconds that careCycle names in its limit
_AWAY, _BACK = 68.0, 20.0  # seconds without the database, more than a minute, and with it again afterwards


async def run(settings: Settings, folder: Path, tiny: bool) -> list[Result]:
    """Ask for campaigns that nobody has in memory, in each state."""
    found = await _with_outage(settings, folder / "away", tiny)
    for state in () if tiny else possible(settings, "reset", "pooled"):
        if state != "heard":
            found += await _unheard(state, settings, folder / state)
    return found


async def _with_outage(settings: Settings, folder: Path, tiny: bool) -> list[Result]:
    """One person, everybody, a limit of careCycle's, and an outage of the database, one after the other."""
    async with around("away", settings, folder, carecycle=_large()) as way:
        here = way.here
        alone = await _one_person(here, rounds=2 if tiny else 11)
        async with _everybody(here):
            await _asked(here, 20 if tiny else _FULL)
            last = await _limited(here)
            await asyncio.sleep(0 if tiny else _LIMITED)
            before = _count(here)
            away = await _without_database(way, 3 if tiny else _AWAY, 3 if tiny else _BACK)
        background = sum(one.path == "/v2/campaigns" for one in here.world.requests)
        return [
            Result("requests that one person on one replica could send", alone, at_least=60),
            Result("most requests in any 60 s, all replicas together", _most(here), at_most=60),
            Result("seconds from a 429 until the last request of another replica", last, at_most=1.0),
            Result("    requests of background work", background),
            Result("    requests while the database was away and back", away - before),
        ]


async def _unheard(state: State, settings: Settings, folder: Path) -> list[Result]:
    """Let everybody ask while no replica hears another, and then limit them."""
    async with around(state, settings, folder, carecycle=_large()) as way:
        way.begin()
        async with _everybody(way.here):
            await _asked(way.here, _FULL)
            last = await _limited(way.here)
        return [
            Result(f"{state}: most requests in any 60 s", _most(way.here), at_most=60),
            Result(f"{state}: seconds from a 429 until another's last request", last, at_most=1.0),
        ]


async def _asked(here: Replicas, requests: int) -> None:
    """Wait until careCycle was asked so often."""
    await until(lambda: _count(here) >= requests, within=180)


def _large() -> CareCycle:
    """A careCycle that counts and does not refuse, with too many campaigns to be read at once: who types, asks."""
    carecycle = CareCycle(limit=100_000)
    crowd(carecycle, None, 2_000)
    return carecycle


def _most(here: Replicas) -> int:
    return here.world.most_in_a_minute(PLAYGROUND_KEY)


def _count(here: Replicas) -> int:
    return len(here.world.requests)


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


async def _without_database(way: Around, away: float, back: float) -> int:
    """Cut all replicas off from the database for `away` seconds. Return all requests until `back` seconds later."""
    way.begin()
    await asyncio.sleep(away)
    way.end()
    await asyncio.sleep(back)
    return _count(way.here)
