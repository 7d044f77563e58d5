"""Stop digests: end a delivery for a reason that stays, pause all digests it holds for, and note who has to hear it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests.causes import WORKSPACE, Cause, cause_of
from bot.digests.digest import Alert, Delivery, Pause
from bot.records import AuditEntry
from bot.store import alerts, audit, deliveries, owner_alerts, pauses
from bot.store.database import Database
from bot.store.owner_alerts import DAY
from bot.store.tables import Tables


async def stop(db: Database, delivery: Delivery, reason: str, entry: AuditEntry) -> int | None:
    """Fail a delivery, and pause each digest that the reason holds for and that is not paused without an end.

    An alert for each owner of those is added, and `entry` to the audit trail for each digest, all in one transaction.
    Return how many digests were paused; None when the delivery has ended or moved on, and nothing was done.
    """
    cause = cause_of(reason, delivery.workspace_id, delivery.digest_id, delivery.channel_id)
    async with db.writing() as connection:
        await audit.lock(db, connection, delivery.workspace_id)  # before the digests: the same order everywhere
        running = await _running(connection, db.tables, cause)
        if not await deliveries.change_in(
            connection, db.tables.deliveries, delivery, deliveries.ended("failed", reason, entry.at)
        ):
            return None
        ids = [id_ for id_, _ in running]
        paused = update(db.tables.digests).where(db.tables.digests.c.id.in_(ids))
        await connection.execute(paused.values(**pauses.columns(Pause(entry.at, "failed", detail=reason))))
        for id_ in ids:
            details = {"digest": id_, "reason": reason}
            await audit.add(
                db, connection, AuditEntry(entry.at, entry.workspace_id, entry.actor, entry.action, details), None
            )
        if running:
            await _alert(connection, db.tables, cause, running, entry.at)
    return len(ids)


async def unconfirmed(db: Database, delivery: Delivery, now: datetime) -> bool:
    """End a delivery as `unconfirmed`, with an alert for the digest's owner in the same transaction.

    Return False when it has ended or moved on.
    """
    digests = db.tables.digests
    async with db.writing() as connection:
        await audit.lock(db, connection, delivery.workspace_id)
        await connection.execute(select(digests.c.id).where(digests.c.id == delivery.digest_id).with_for_update())
        values = deliveries.ended("unconfirmed", "unconfirmed", now)
        if not await deliveries.change_in(connection, db.tables.deliveries, delivery, values):
            return False
        await alerts.add(db, connection, Alert(delivery.digest_id, "unconfirmed", delivery.id), now)
    return True


async def stop_for_key(db: Database, workspace_id: str, now: datetime) -> int:
    """Pause all running digests of a workspace because of its API key, with an alert for each owner. Return how many.

    When the key is known to be broken, whoever connected is told of that (`profiles.mark_broken`), and nobody else.
    """
    keys, cause = db.tables.connections, Cause(workspace_id, "key", WORKSPACE)
    broken = select(keys.c.broken_at).where(keys.c.workspace_id == workspace_id)
    async with db.writing() as connection:
        await audit.lock(db, connection, workspace_id)
        table = db.tables.digests
        concerned = owner_alerts.concerns(table, cause) & table.c.pause_why.is_(None)
        query = select(table.c.id, table.c.owner_id).where(concerned).order_by(table.c.id).with_for_update()
        running = [(row.id, row.owner_id) for row in await connection.execute(query)]
        paused = update(table).where(table.c.id.in_([id_ for id_, _ in running]))
        await connection.execute(paused.values(**pauses.columns(Pause(now, "key"))))
        if running and await connection.scalar(broken) is None:
            await _alert(connection, db.tables, cause, running, now)
    return len(running)


async def _running(connection: AsyncConnection, tables: Tables, cause: Cause) -> list[tuple[str, str]]:
    """Lock the digests that a cause is about to stop, and return their ids, each with its owner."""
    table = tables.digests
    lasting = table.c.pause_why.is_not(None) & table.c.paused_until.is_(None)
    query = select(table.c.id, table.c.owner_id).where(owner_alerts.concerns(table, cause), ~lasting)
    return [(row.id, row.owner_id) for row in (await connection.execute(query.order_by(table.c.id).with_for_update()))]


async def _alert(
    connection: AsyncConnection, tables: Tables, cause: Cause, running: list[tuple[str, str]], now: datetime
) -> None:
    """Add the alerts. What the version before, on another replica, told or is about to tell is not told once more."""
    earlier = await _earlier(connection, tables, cause, {id_ for id_, _ in running}, now)
    untold = await _take(connection, tables, cause, [id_ for id_, _ in [*running, *earlier]])
    told = [(id_, owner) for id_, owner in earlier if id_ not in untold]
    await owner_alerts.note_told(connection, tables, cause, told, now)
    await owner_alerts.add(connection, tables, cause, [*running, *(one for one in earlier if one[0] in untold)], now)


async def _earlier(
    connection: AsyncConnection, tables: Tables, cause: Cause, but: set[str], now: datetime
) -> list[tuple[str, str]]:
    """Return the digests that the cause has stopped within a day, each with its owner."""
    table = tables.digests
    mine: ColumnElement[bool] = owner_alerts.holds(table, cause) & (table.c.paused_since > now - DAY)
    query = select(table.c.id, table.c.owner_id).where(mine).order_by(table.c.id)
    return [(row.id, row.owner_id) for row in (await connection.execute(query)) if row.id not in but]


async def _take(connection: AsyncConnection, tables: Tables, cause: Cause, ids: list[str]) -> set[str]:
    """Delete the alerts about these digests that the version before has written and not sent. Return of which."""
    table: Any = tables.alerts  # Any: a table's columns
    theirs = (table.c.why == cause.reason) & table.c.run.is_(None) & table.c.digest_id.in_(ids)
    gone = await connection.execute(delete(table).where(theirs).returning(table.c.digest_id))
    return set(gone.scalars().all())
