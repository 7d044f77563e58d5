"""Store the replicas that run digests, and the last heartbeat of each.

All times are from the database's clock: the clocks of the machines may differ, and the playground moves its own.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Function, delete, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import Moment, Tables
from bot.store.upsert import upsert

_SWEEPER = 0x63616D70  # the key of our advisory lock in PostgreSQL


class Alive(NamedTuple):
    """The replicas that are alive."""

    claiming: set[str]  # they claim deliveries in the ledger
    before: set[str]  # of the version before: they have a queue of their own


async def beat(db: Database, replica: str) -> None:
    """Record a heartbeat of this replica. Raise StoreUnavailable, as all functions here do."""
    async with db.writing() as connection:
        await upsert(connection, db.tables.replicas, id=replica, beat_at=await _now(connection), claims=True)


async def alive(db: Database, within: timedelta) -> set[str]:
    """Return the replicas with a heartbeat in the time `within` until now."""
    async with db.reading() as connection:
        found = await alive_in(connection, db.tables, within)
    return found.claiming | found.before


async def alive_in(connection: AsyncConnection, tables: Tables, within: timedelta) -> Alive:
    """Return the same in the caller's transaction, with those of the version before apart."""
    table, since = tables.replicas, await _now(connection) - within
    rows = (await connection.execute(select(table.c.id, table.c.claims).where(table.c.beat_at >= since))).all()
    return Alive({row.id for row in rows if row.claims}, {row.id for row in rows if not row.claims})


async def forget(db: Database, replicas: Iterable[str], silent_for: timedelta | None = None) -> None:
    """Delete these replicas, and with `silent_for` also those without a heartbeat for that long."""
    table = db.tables.replicas
    gone: ColumnElement[bool] = table.c.id.in_(list(replicas))
    async with db.writing() as connection:
        if silent_for is not None:
            gone |= table.c.beat_at < await _now(connection) - silent_for
        await connection.execute(delete(table).where(gone))


@asynccontextmanager
async def handing_back_alone(db: Database) -> AsyncIterator[AsyncConnection | None]:
    """Open a transaction for one replica at a time. Yield None to others: two could hand back the same work.

    Replicas of the version before take the same turns.
    """
    async with db.writing() as connection:
        turn = db.engine.dialect.name != "postgresql" or await connection.scalar(  # SQLite has one writer at a time
            select(func.pg_try_advisory_xact_lock(_SWEEPER))
        )
        yield connection if turn else None


async def _now(connection: AsyncConnection) -> datetime:
    fine = connection.dialect.name == "sqlite"  # its CURRENT_TIMESTAMP has only whole seconds
    clock: Function[Any] = func.strftime("%Y-%m-%d %H:%M:%f", "now") if fine else func.current_timestamp()
    return (await connection.execute(select(type_coerce(clock, Moment())))).scalar_one()
