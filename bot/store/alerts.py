"""What is still to be told to who looks after a digest: written down with what it is about, claimed before it is told.

So whoever dies in between loses nothing, and nobody is told twice: whatever was claimed is told by who claimed it, or,
when they die while telling, by nobody.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.digest_records import Alert
from bot.store.tables import Tables
from bot.store.upsert import upsert


async def add(db: Database, connection: AsyncConnection, alert: Alert, try_at: datetime) -> None:
    """In the transaction of what it tells of. When the same is to be told already, that waits for this transaction."""
    row = {"id": _id(alert), "digest_id": alert.digest_id, "why": alert.why, "run": alert.run, "try_at": try_at}
    await upsert(connection, db.tables.alerts, **row)


async def untold(db: Database, now: datetime, digest_id: str | None = None, most: int = 50) -> list[Alert]:
    """What is to be told by now, of all digests or of one, the longest waiting first."""
    table = db.tables.alerts
    waiting = table.c.try_at <= now
    which = waiting if digest_id is None else waiting & (table.c.digest_id == digest_id)
    query = select(table.c.digest_id, table.c.why, table.c.run).where(which).order_by(table.c.try_at).limit(most)
    async with db.reading() as connection:
        return [Alert(*row) for row in (await connection.execute(query)).all()]


async def claim(db: Database, alert: Alert) -> bool:
    """Whether the caller is to tell it now, and nobody else ever; false also when it is not true any more."""
    table = db.tables.alerts
    async with db.writing() as connection:
        gone = await connection.execute(delete(table).where(table.c.id == _id(alert)))
        return gone.rowcount > 0 and bool(await connection.scalar(select(_is_true(db.tables, alert))))


async def put_back(db: Database, alert: Alert, try_at: datetime) -> None:
    """Who claimed it could not tell it, surely: somebody is to try it then. Nothing when its digest was deleted."""
    digests = db.tables.digests
    async with db.writing() as connection:
        there = select(digests.c.id).where(digests.c.id == alert.digest_id).with_for_update()
        if await connection.scalar(there):
            await add(db, connection, alert, try_at)


async def put_off(db: Database, alert: Alert, try_at: datetime) -> None:
    """It cannot be told yet, and was not claimed."""
    table = db.tables.alerts
    async with db.writing() as connection:
        await connection.execute(update(table).where(table.c.id == _id(alert)).values(try_at=try_at))


def _is_true(tables: Tables, alert: Alert) -> ColumnElement[bool]:
    """Still: meanwhile somebody may have mended it."""
    digests, runs = tables.digests, tables.deliveries
    of = digests.c.id == alert.digest_id
    if alert.run is not None:
        return exists().where(runs.c.id == alert.run, runs.c.state == "unconfirmed")
    if alert.why == "key":
        ours = select(digests.c.workspace_id).where(of).scalar_subquery()
        return exists().where(digests.c.workspace_id == ours, digests.c.pause_why == "key")
    return exists().where(of, digests.c.pause_why == "failed", digests.c.pause_detail == alert.why)


def _id(alert: Alert) -> str:
    return f"{alert.run or alert.digest_id} {alert.why}"
