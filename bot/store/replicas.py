"""Store the replicas that run digests, and the last heartbeat of each.

All times are from the database's clock: the clocks of the machines may differ, and the playground moves its own.
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

_SWEEPER = 0x63616D70  # the key of our advisory lock in PostgreSQL


async def beat(db: Database, replica: str) -> None:
    """Record a heartbeat of this replica. Raise StoreUnavailable, as all functions here do."""
    async with db.writing() as connection:
        await upsert(connection, db.tables.replicas, id=replica, beat_at=await _now(connection))


async def alive(db: Database, within: timedelta) -> set[str]:
    """Return the replicas with a heartbeat in the time `within` until now."""
    table = db.tables.replicas
    async with db.reading() as connection:
        since = await _now(connection) - within
        return set((await connection.execute(select(table.c.id).where(table.c.beat_at >= since))).scalars())


async def forget(db: Database, replicas: Iterable[str], silent_for: timedelta | None = None) -> None:
    """Delete these replicas, and with `silent_for` also those without a heartbeat for that long."""
    table = db.tables.replicas
    gone: ColumnElement[bool] = table.c.id.in_(list(replicas))
    async with db.writing() as connection:
        if silent_for is not None:
            gone |= table.c.beat_at < await _now(connection) - silent_for
        await connection.execute(delete(table).where(gone))


@asynccontextmanager
async def handing_back_alone(db: Database) -> AsyncIterator[bool]:
    """Yield True to one replica at a time, False to others: if two handed work back, one would use an older list."""
    if db.engine.dialect.name != "postgresql":  # only one program uses the queue on SQLite
        yield True
        return
    async with db.writing() as connection:
        yield bool(await connection.scalar(select(func.pg_try_advisory_xact_lock(_SWEEPER))))


async def _now(connection: AsyncConnection) -> datetime:
    fine = connection.dialect.name == "sqlite"  # its CURRENT_TIMESTAMP has only whole seconds
    clock: Function[Any] = func.strftime("%Y-%m-%d %H:%M:%f", "now") if fine else func.current_timestamp()
    return (await connection.execute(select(type_coerce(clock, Moment())))).scalar_one()
