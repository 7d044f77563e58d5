"""A key is replaced, disconnected or uninstalled while all replicas are asked: how long the old one is used and shown.

Three times: while replicas hear each other, while a proxy keeps every notice from them, and behind PgBouncer.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from bot.config import Settings
from bot.store import installations, profiles
from playground.carecycle import HARBOR_KEY, KEYS, PLAYGROUND_KEY, CareCycle, twin
from playground.samples import HARBOR as HARBORS
from tests.bench.report import Result
from tests.conftest import AEP
from tests.drivers.fault_proxy import FaultProxy, postgres_proxy
from tests.drivers.replicas import HARBOR, SUNRISE, Replicas, replicas
from tests.plugins import machine_clock
from tests.plugins.pgbouncer import installed, pgbouncer
from tests.samples.store_rows import audit_entry, connect

_THIRD_KEY = "cc_playground_third_3333"
_BEFORE, _AFTER = 1.0, 1.5  # seconds of asking
_PAUSE = 0.15  # seconds between two questions to one replica: within a key's requests of a minute in all
_SOUND = 2.0  # seconds after which a replica that hears nothing surely knows
_HEARD, _ASKED = 1.0, 0.5  # seconds to reach: "within a second"; from the answer of the database to the request

Change = Callable[[Replicas], Awaitable[None]]


@dataclass
class _Asking:
    """People who ask all replicas again and again, and what they saw."""

    here: Replicas
    team: str
    seen: list[tuple[float, str]] = field(default_factory=list)  # when, and the answer

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Ask while the block runs."""
        tasks = [asyncio.create_task(self._ask_on(one.number)) for one in self.here.each]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask_on(self, replica: int) -> None:
        while True:
            answers = await self.here.ask(AEP, **_WHERE[self.team], replica=replica)
            self.seen += [(time.monotonic(), one.text) for one in answers]
            await asyncio.sleep(_PAUSE)  # without a limit: `going_on` cancels it


_WHERE = {
    SUNRISE: {"user": "U01OWNER", "channel": "C02STANDUP"},
    HARBOR: {"user": "U11OWNER", "channel": "C12STANDUP"},
}


async def run(settings: Settings, folder: Path, tiny: bool) -> list[Result]:
    """Change the key in each way and in each state. With SQLite, or when it is only to be seen that it runs, in one."""
    found = await _all(settings, folder / "heard", "heard", _HEARD)
    if tiny or settings.database_url is None or settings.database_url.get_secret_value().startswith("sqlite"):
        return found
    url = settings.database_url.get_secret_value()
    with postgres_proxy(url) as (direct, proxy):
        found += await _all(settings, folder / "cut", "cut", _ASKED, proxy, direct=_plain(direct))
    if installed():
        with pgbouncer(url) as through:
            found += await _all(settings, folder / "pooled", "pooled", _ASKED, through=_plain(through))
    return found


async def _all(
    settings: Settings,
    folder: Path,
    state: str,
    most: float,
    proxy: FaultProxy | None = None,
    through: str | None = None,
    direct: str = "",
) -> list[Result]:
    await asyncio.to_thread(folder.mkdir)
    carecycle = CareCycle(keys={**KEYS, _THIRD_KEY: HARBORS})
    carecycle.others = twin()
    found: list[Result] = []
    async with AsyncExitStack() as stack:
        opening = replicas(
            settings,
            folder,
            teams={SUNRISE: PLAYGROUND_KEY, HARBOR: _THIRD_KEY},
            carecycle=carecycle,
            database_url=through,
            CACHE_SECONDS="0",
            DATABASE_DIRECT_URL=direct,
        )
        here = await stack.enter_async_context(opening)
        await here.ask(AEP)
        if proxy:
            proxy.freeze()
        await asyncio.sleep(_SOUND)
        if len(here.each) == 1:
            changes: dict[str, tuple[str, str, Change]] = {"replaced": (SUNRISE, PLAYGROUND_KEY, _replace_in_slack)}
        else:
            changes = {
                "replaced": (SUNRISE, PLAYGROUND_KEY, _replace),
                "disconnected": (SUNRISE, HARBOR_KEY, _disconnect),
                "uninstalled": (HARBOR, _THIRD_KEY, _uninstall),
            }
        for name, (team, old, change) in changes.items():
            found += await _measured(here, f"{state}, {name}", team, old, change, most)
        if proxy:
            proxy.thaw()
    return found


async def _measured(here: Replicas, name: str, team: str, old: str, change: Change, most: float) -> list[Result]:
    asking = _Asking(here, team)
    async with asking.going_on():
        await asyncio.sleep(_BEFORE)
        await change(here)
        committed = time.monotonic()
        await asyncio.sleep(_AFTER)
    requests = [one.at - committed for one in here.world.requests if one.key == old]
    shown = "AEP Outreach 2026" if old == PLAYGROUND_KEY else "Harbor"
    cards = [at - committed for at, text in asking.seen if text.startswith(shown)]
    return [
        Result(f"{name}: last request with the old key, s after", max([*requests, 0.0]), at_most=most),
        Result(f"    {name}: requests with it afterwards", sum(at > 0 for at in requests)),
        Result(f"{name}: last card read with it, s after", max([*cards, 0.0]), at_most=_HEARD),
        Result(f"    {name}: requests with it before", sum(at <= 0 for at in requests), at_least=1),
    ]


async def _replace(here: Replicas) -> None:
    async with here.database() as db:
        await connect(db, SUNRISE, machine_clock.now(), key=SecretStr(HARBOR_KEY))


async def _replace_in_slack(here: Replicas) -> None:
    await here.slack.connect(HARBOR_KEY)


async def _disconnect(here: Replicas) -> None:
    async with here.database() as db:
        await profiles.disconnect(db, audit_entry("disconnected", SUNRISE, machine_clock.now()))


async def _uninstall(here: Replicas) -> None:
    async with here.database() as db:
        await installations.forget(db, HARBOR, machine_clock.now())


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
