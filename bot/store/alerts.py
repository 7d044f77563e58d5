"""Store alerts: notifications that are still to be sent.

An alert is written in the transaction of the change it reports, so a crash after that change loses nothing. It is
deleted (claimed) right before it is sent, so nobody is notified twice. If the process that claimed it dies while
sending, no other process sends it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests.digest import Alert, BrokenKey
from bot.store.database import Database
from bot.store.tables import Tables
from bot.store.upsert import upsert

_BROKEN = "broken"  # the `why` of an alert about a broken API key


async def add(db: Database, connection: AsyncConnection, alert: Alert | BrokenKey, try_at: datetime) -> None:
    """Add an alert in the transaction of the change it reports.

    If the same alert exists already, it is updated, and nobody can claim it until this transaction ends.
    """
    await upsert(connection, db.tables.alerts, id=_id(alert), try_at=try_at, **_row(alert))


async def due(db: Database, now: datetime, digest_id: str | None = None, most: int = 50) -> list[Alert | BrokenKey]:
    """Return up to `most` alerts that are due, of one digest or of all, the longest waiting first.

    Those of a deleted digest wait until it is restored, or gone with them.
    """
    table, workspaces, digests = db.tables.alerts, db.tables.workspaces, db.tables.digests
    deleted = exists().where(digests.c.id == table.c.digest_id, digests.c.deleted_at.is_not(None))
    waiting = (table.c.try_at <= now) & ~deleted
    which = waiting if digest_id is None else waiting & (table.c.digest_id == digest_id)
    query = (
        select(table, workspaces.c.enterprise_id)
        .outerjoin(workspaces, workspaces.c.id == table.c.workspace_id)
        .where(which)
        .order_by(table.c.try_at)
        .limit(most)
    )
    async with db.reading() as connection:
        return [_alert(row) for row in (await connection.execute(query)).all()]


async def claim(db: Database, alert: Alert | BrokenKey) -> bool:
    """Delete an alert, and return whether the caller must send it now: nobody else will.

    Return False when another process claimed it, or when what it says is no longer true.
    """
    table = db.tables.alerts
    async with db.writing() as connection:
        gone = await connection.execute(delete(table).where(table.c.id == _id(alert)))
        return gone.rowcount > 0 and bool(await connection.scalar(select(_is_true(db.tables, alert))))


async def put_back(db: Database, alert: Alert | BrokenKey, try_at: datetime) -> None:
    """Store a claimed alert again, to be sent at `try_at`, when Slack surely did not take it.

    Do nothing when its digest or connection is gone.
    """
    async with db.writing() as connection:
        if await connection.scalar(_about(db.tables, alert).with_for_update()):
            await add(db, connection, alert, try_at)


async def put_off(db: Database, alert: Alert | BrokenKey, try_at: datetime) -> None:
    """Postpone an alert that cannot be sent yet and was not claimed."""
    table = db.tables.alerts
    async with db.writing() as connection:
        await connection.execute(update(table).where(table.c.id == _id(alert)).values(try_at=try_at))


def _about(tables: Tables, alert: Alert | BrokenKey) -> Select[tuple[str]]:
    """Select the digest or the connection of an alert, with which the alert is deleted."""
    if isinstance(alert, BrokenKey):
        column, id_ = tables.connections.c.workspace_id, alert.workspace_id
    else:
        column, id_ = tables.digests.c.id, alert.digest_id
    return select(column).where(column == id_)


def _is_true(tables: Tables, alert: Alert | BrokenKey) -> ColumnElement[bool]:
    """Build the condition that the problem still exists."""
    digests, runs, keys = tables.digests, tables.deliveries, tables.connections
    if isinstance(alert, BrokenKey):
        return exists().where(keys.c.workspace_id == alert.workspace_id, keys.c.broken_at.is_not(None))
    of = digests.c.id == alert.digest_id
    if alert.run is not None:
        return exists().where(runs.c.id == alert.run, runs.c.state == "unconfirmed")
    if alert.why == "key":
        ours = select(digests.c.workspace_id).where(of).scalar_subquery()
        return exists().where(digests.c.workspace_id == ours, digests.c.pause_why == "key")
    return exists().where(of, digests.c.pause_why == "failed", digests.c.pause_detail == alert.why)


def _id(alert: Alert | BrokenKey) -> str:
    if isinstance(alert, BrokenKey):
        return f"{alert.workspace_id} {_BROKEN}"
    return f"{alert.run or alert.digest_id} {alert.why}"


def _row(alert: Alert | BrokenKey) -> dict[str, str | None]:
    if isinstance(alert, BrokenKey):
        return {"workspace_id": alert.workspace_id, "why": _BROKEN}
    return {"digest_id": alert.digest_id, "why": alert.why, "run": alert.run}


def _alert(row: Any) -> Alert | BrokenKey:  # Any: a row of two tables
    if row.workspace_id is not None:
        return BrokenKey(row.workspace_id, row.enterprise_id)
    return Alert(row.digest_id, row.why, row.run)
