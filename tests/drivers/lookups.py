"""Record look-ups with a database, time, and replicas that write when they are told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text

from bot.clock import Clock
from bot.records import AuditEntry, Connection, Profile
from bot.store import profiles
from bot.store.database import Database
from bot.workspaces.lookups import Lookups
from bot.workspaces.workspace import Workspace
from tests.conftest import Clockwork

ME, YOU = "U1", "U2"


class There:
    """A time that the test moves, a database, and look-ups."""

    def __init__(self, db: Database) -> None:
        self.db, self.time = db, Clockwork()
        self.lookups = self.replica()

    def replica(self) -> Lookups:
        return Lookups(self.db, Clock(self.time.now, self.time.time))

    async def connect(self, id_: str) -> None:
        audit_entry = AuditEntry(self.time.now(), id_, ME, "connected")
        await profiles.connect(self.db, connection(self), audit_entry, None)

    def note(self, campaign_id: str, user: str = ME, team: str = "T1", by: Lookups | None = None) -> None:
        self.time.move(1)
        (by or self.lookups).note(workspace(team, connection(self)), user, campaign_id)

    async def of(self, user: str = ME, team: str = "T1", by: Lookups | None = None) -> list[str]:
        return [one.campaign_id for one in await (by or self.lookups).of(team, user)]

    async def written(self) -> list[tuple[str, ...]]:
        async with self.db.reading() as open_:
            found = await open_.execute(text("SELECT workspace_id, user_id, campaign_id FROM lookups ORDER BY at"))
            return [tuple(row) for row in found]

    async def until(self, *places: tuple[str, ...]) -> None:
        """Wait until exactly these look-ups are in the database, oldest first."""
        async with asyncio.timeout(10):
            while await self.written() != list(places):  # noqa: ASYNC110 - it happens in the database
                await asyncio.sleep(0.01)


async def two_workspaces(db: Database) -> There:
    there = There(db)
    for id_ in ("T1", "T2"):
        await there.connect(id_)
    return there


def connection(there: There) -> Connection:
    return Connection(SecretStr("cc_0123456789abcdef"), ME, there.time.now())


def workspace(id_: str, way: Connection) -> Workspace:
    nothing: Any = None  # what it could ask with: nobody asks it here
    return Workspace(id_, None, Profile(way), nothing, nothing)


@asynccontextmanager
async def away(db: Database) -> AsyncIterator[None]:
    async with db.engine.begin() as open_:
        await open_.execute(text("ALTER TABLE lookups RENAME TO lookups_away"))
    try:
        yield
    finally:
        async with db.engine.begin() as open_:
            await open_.execute(text("ALTER TABLE lookups_away RENAME TO lookups"))
