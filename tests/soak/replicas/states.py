"""What is wrong around the replicas while a scenario runs: they do not hear each other, or have no database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import delete

from bot.config import Settings
from bot.store.database import open_database
from tests.drivers.fault_proxy import FaultProxy, postgres_proxy
from tests.drivers.replicas import Replicas, replicas
from tests.plugins.pgbouncer import installed, pgbouncer

# `heard`: nothing is wrong. `frozen`, `reset`: the connections that hear notices are. `pooled`: PgBouncer stands before
# the database, in transaction mode. `away`, `hanging`: the database refuses all connections, or does not answer.
State = Literal["heard", "frozen", "reset", "pooled", "away", "hanging"]


@dataclass(frozen=True)
class Around:
    """Replicas in a state that comes and goes. PgBouncer is there all the time."""

    here: Replicas
    state: State
    _notices: list[FaultProxy] = field(default_factory=list)  # before the connections that hear notices

    def begin(self) -> None:
        """Bring the state about."""
        for one in self._notices or self.here.databases:
            if self.state in ("frozen", "hanging"):
                one.freeze()
            else:
                one.reset()

    def end(self) -> None:
        """Put right what `begin` broke."""
        for one in self._notices or self.here.databases:
            one.thaw()


def possible(settings: Settings, *states: State) -> list[State]:
    """Return those that can be had here: with SQLite there is nobody to hear, and PgBouncer may not be installed."""
    if not _postgres(settings):
        return ["heard"]
    return [one for one in states if one != "pooled" or installed()]


@asynccontextmanager
async def around(state: State, settings: Settings, folder: Path, **more: Any) -> AsyncIterator[Around]:
    """Run replicas over the database of `settings`, ready for a state. `more`: as for `replicas`."""
    await asyncio.to_thread(folder.mkdir)
    await _forget_the_last(settings)
    async with AsyncExitStack() as stack:
        proxies: list[FaultProxy] = []
        if state in ("frozen", "reset"):
            direct, proxy = stack.enter_context(postgres_proxy(_postgres(settings)))
            proxies, more["DATABASE_DIRECT_URL"] = [proxy], _plain(direct)
        elif state == "pooled":
            more["database_url"] = _plain(stack.enter_context(pgbouncer(_postgres(settings))))
        elif state in ("away", "hanging"):
            more["proxied"] = True
        yield Around(await stack.enter_async_context(replicas(settings, folder, **more)), state, proxies)


async def _forget_the_last(settings: Settings) -> None:
    """Delete what was counted and claimed in another state: each careCycle and each Slack begins anew."""
    async with open_database(settings) as db:
        async with db.writing() as connection:
            for table in (db.tables.claims, db.tables.request_budgets):
                await connection.execute(delete(table))


def _postgres(settings: Settings) -> str:
    """The address of PostgreSQL; empty with SQLite."""
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    return "" if url.startswith("sqlite") else url


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
