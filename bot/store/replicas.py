"""The replicas that run digests, and when each was last heard of.

By the database's clock alone: those of the machines may differ, and the playground moves its own.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Function, delete, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import Moment
from bot.store.upsert import upsert

_SWEEPER = 0x63616D70  # our name among PostgreSQL's advisory locks


async def beat(db: Database, replica: str) -> None:
    """This one lives. Raises StoreUnavailable, as everything here."""
    async with db.writing() as connection:
        await upsert(connection, db.tables.replicas, id=replica, beat_at=await _now(connection))


async def alive(db: Database, within: timedelta) -> set[str]:
    """Those that were heard of in that time."""
    table = db.tables.replicas
    async with db.reading() as connection:
        since = await _now(connection) - within
        return set((await connection.execute(select(table.c.id).where(table.c.beat_at >= since))).scalars())


async def forget(db: Database, replicas: Iterable[str], silent_for: timedelta | None = None) -> None:
    """These have left; with `silent_for` also whoever was not heard of for so long."""
    table = db.tables.replicas
    gone: ColumnElement[bool] = table.c.id.in_(list(replicas))
    async with db.writing() as connection:
        if silent_for is not None:
            gone |= table.c.beat_at < await _now(connection) - silent_for
        await connection.execute(delete(table).where(gone))


@asynccontextmanager
async def sweeping(db: Database) -> AsyncIterator[bool]:
    """Whether this is the only replica in such a block: of two who hand work back, one would have an older list."""
    if db.engine.dialect.name != "postgresql":  # SQLite's queue is one program's
        yield True
        return
    async with db.writing() as connection:
        yield bool(await connection.scalar(select(func.pg_try_advisory_xact_lock(_SWEEPER))))


async def _now(connection: AsyncConnection) -> datetime:
    fine = connection.dialect.name == "sqlite"  # whose own CURRENT_TIMESTAMP has whole seconds
    clock: Function[Any] = func.strftime("%Y-%m-%d %H:%M:%f", "now") if fine else func.current_timestamp()
    return (await connection.execute(select(type_coerce(clock, Moment())))).scalar_one()
