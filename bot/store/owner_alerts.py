"""Store what owners of digests have to hear: one message for an owner and a cause, however many digests it stopped.

A row is written in the transaction that stops the digests, and claimed right before it is sent, as `alerts` are. It
stays for a day after that, so that the same cause is not told again. What it says of a deleted digest becomes an alert
of that digest alone, which waits until it is restored.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests.causes import OF_WORKSPACE, WORKSPACE, Cause
from bot.digests.digest import Alert, OwnerAlert
from bot.store import alerts, audit
from bot.store.database import Database
from bot.store.tables import Tables
from bot.store.upsert import upsert

DAY = timedelta(days=1)  # for so long a cause is not told again


async def add(
    connection: AsyncConnection, tables: Tables, cause: Cause, stopped: Iterable[tuple[str, str]], now: datetime
) -> None:
    """Add an alert for each owner, in the transaction that stops the digests; the caller has locked the workspace.

    `stopped` are ids of digests, each with its owner. Somebody who was told within a day hears nothing again, unless
    one of the digests they were told of had gone on in between.
    """
    for owner_id, ids in _by_owner(stopped).items():
        row = (await connection.execute(select(tables.owner_alerts).where(_one(tables, cause, owner_id)))).first()
        if row and row.try_at is None and now - row.at < DAY and not _goes_on(cause, row.digests, ids):
            continue
        waiting = row.digests if row and row.try_at is not None else []
        named = list(dict.fromkeys([*waiting, *ids]))
        await _write(connection, tables, cause, owner_id, digests=named, at=now, try_at=now)


async def note_told(
    connection: AsyncConnection, tables: Tables, cause: Cause, stopped: Iterable[tuple[str, str]], now: datetime
) -> None:
    """Write down that these owners know of the cause, unless there is a row of theirs. The version before told them."""
    for owner_id, ids in _by_owner(stopped).items():
        mine = _one(tables, cause, owner_id)
        if (await connection.execute(select(tables.owner_alerts.c.at).where(mine))).first() is None:
            await _write(connection, tables, cause, owner_id, digests=ids, at=now, try_at=None)


async def due(db: Database, now: datetime, workspace_id: str | None = None, most: int = 50) -> list[OwnerAlert]:
    """Return up to `most` alerts that are due, of one workspace or of all, the longest waiting first."""
    table, workspaces = db.tables.owner_alerts, db.tables.workspaces
    query = (
        select(table, workspaces.c.enterprise_id)
        .join(workspaces, workspaces.c.id == table.c.workspace_id)
        .where(table.c.try_at <= now, *([] if workspace_id is None else [table.c.workspace_id == workspace_id]))
        .order_by(table.c.try_at)
        .limit(most)
    )
    async with db.reading() as connection:
        return [_alert(row) for row in (await connection.execute(query)).all()]


async def claim(db: Database, alert: OwnerAlert) -> bool:
    """Mark an alert as sent, and return whether the caller must send it now: nobody else will.

    Return False when another process claimed it, when it is about other digests by now (it stays due), or when what it
    says is no longer true (it is gone).
    """
    table = db.tables.owner_alerts
    mine = _one(db.tables, alert.cause, alert.owner_id) & table.c.try_at.is_not(None)
    async with db.writing() as connection:
        await audit.lock(db, connection, alert.workspace_id)
        row = (await connection.execute(select(table).where(mine))).first()
        if row is None:
            return False
        still = await stopped_in(connection, db.tables, alert.cause, row.digests)
        apart = await _set_apart(db, connection, alert.cause, row)
        left = [id_ for id_ in row.digests if id_ not in apart]
        if not still:
            await connection.execute(delete(table).where(mine))
        elif apart:
            await connection.execute(update(table).where(mine).values(digests=left))
        if set(still) != set(alert.digests):
            return False
        return (await connection.execute(update(table).where(mine).values(try_at=None))).rowcount > 0


async def put_back(db: Database, alert: OwnerAlert, try_at: datetime) -> None:
    """Let a claimed alert be sent at `try_at`, when Slack surely did not take it."""
    table = db.tables.owner_alerts
    mine = _one(db.tables, alert.cause, alert.owner_id) & table.c.try_at.is_(None)
    async with db.writing() as connection:
        await connection.execute(update(table).where(mine).values(try_at=try_at))


async def put_off(db: Database, alert: OwnerAlert, try_at: datetime) -> None:
    """Postpone an alert that cannot be sent yet and was not claimed."""
    table = db.tables.owner_alerts
    mine = _one(db.tables, alert.cause, alert.owner_id) & table.c.try_at.is_not(None)
    async with db.writing() as connection:
        await connection.execute(update(table).where(mine).values(try_at=try_at))


async def drop(db: Database, alert: OwnerAlert, now: datetime) -> None:
    """Delete an alert that was not claimed. Whoever owns its digests by now has to hear of them instead."""
    table, digests = db.tables.owner_alerts, db.tables.digests
    mine = _one(db.tables, alert.cause, alert.owner_id) & table.c.try_at.is_not(None)
    async with db.writing() as connection:
        await audit.lock(db, connection, alert.workspace_id)
        gone = await connection.execute(delete(table).where(mine).returning(table.c.digests, table.c.try_at))
        if row := gone.first():
            await _set_apart(db, connection, alert.cause, row)
            still = digests.c.id.in_(row.digests) & holds(digests, alert.cause)
            query = select(digests.c.id, digests.c.owner_id).where(still).order_by(digests.c.id)
            owners = [(one.id, one.owner_id) for one in (await connection.execute(query)).all()]
            await add(connection, db.tables, alert.cause, owners, now)


async def forget(connection: AsyncConnection, tables: Tables, workspace_id: str, reason: str) -> None:
    """Forget who was told of a cause, when a person has mended it: if it comes back, that is news."""
    table = tables.owner_alerts
    told = (table.c.workspace_id == workspace_id) & (table.c.cause == reason) & table.c.try_at.is_(None)
    await connection.execute(delete(table).where(told))


async def purge(db: Database, before: datetime) -> int:
    """Delete the alerts that were sent and are older than `before`. Return how many."""
    table = db.tables.owner_alerts
    async with db.writing() as connection:
        return (await connection.execute(delete(table).where(table.c.try_at.is_(None), table.c.at < before))).rowcount


async def stopped_in(connection: AsyncConnection, tables: Tables, cause: Cause, ids: Collection[str]) -> list[str]:
    """Return which of these digests the cause still stops."""
    mine = tables.digests.c.id.in_(list(ids)) & holds(tables.digests, cause)
    return list((await connection.scalars(select(tables.digests.c.id).where(mine))).all())


def holds(table: Table, cause: Cause) -> ColumnElement[bool]:
    """Build the condition that a digest is paused because of this cause."""
    return concerns(table, cause) & _is_why(table, cause)


def concerns(table: Table, cause: Cause) -> ColumnElement[bool]:
    """Build the condition that a cause holds for a digest."""
    return table.c.deleted_at.is_(None) & _is_in(table, cause)


async def _set_apart(db: Database, connection: AsyncConnection, cause: Cause, row: Any) -> list[str]:  # Any: a row
    """Add an alert for each digest of a row that was deleted while the cause stopped it, and return their ids."""
    table = db.tables.digests
    deleted = table.c.id.in_(row.digests) & table.c.deleted_at.is_not(None)
    query = select(table.c.id).where(deleted, _is_in(table, cause), _is_why(table, cause)).order_by(table.c.id)
    ids = list((await connection.scalars(query)).all())
    for id_ in ids:
        await alerts.add(db, connection, Alert(id_, cause.reason), row.try_at)
    return ids


def _is_why(table: Table, cause: Cause) -> ColumnElement[bool]:
    why = table.c.pause_why == "key"
    if cause.reason != "key":
        why = (table.c.pause_why == "failed") & (table.c.pause_detail == cause.reason)
    return why


def _is_in(table: Table, cause: Cause) -> ColumnElement[bool]:
    here: ColumnElement[bool] = table.c.workspace_id == cause.workspace_id
    if cause.place == WORKSPACE:
        return here
    return here & ((table.c.channel_id == cause.place) | (table.c.id == cause.place))


async def _write(
    connection: AsyncConnection,
    tables: Tables,
    cause: Cause,
    owner_id: str,
    **values: Any,  # Any: a column's own type
) -> None:
    key = {"workspace_id": cause.workspace_id, "owner_id": owner_id, "cause": cause.reason, "place": cause.place}
    await upsert(connection, tables.owner_alerts, **key, **values)


def _goes_on(cause: Cause, told_of: Collection[str], stopped: Collection[str]) -> bool:
    """Return whether a digest that its owner was told of had been resumed by a person, and was stopped once more."""
    return cause.reason not in OF_WORKSPACE and not set(told_of).isdisjoint(stopped)


def _by_owner(stopped: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    owners: dict[str, list[str]] = {}
    for digest_id, owner_id in stopped:
        owners.setdefault(owner_id, []).append(digest_id)
    return owners


def _one(tables: Tables, cause: Cause, owner_id: str) -> ColumnElement[bool]:
    table = tables.owner_alerts
    here = (table.c.workspace_id == cause.workspace_id) & (table.c.place == cause.place)
    return here & (table.c.cause == cause.reason) & (table.c.owner_id == owner_id)


def _alert(row: Any) -> OwnerAlert:  # Any: a row of two tables
    cause = Cause(row.workspace_id, row.cause, row.place)
    return OwnerAlert(row.owner_id, cause, tuple(row.digests), row.enterprise_id)


def about(alert: OwnerAlert, ids: Collection[str]) -> OwnerAlert:
    """Return the alert about these digests alone."""
    return replace(alert, digests=tuple(ids))
