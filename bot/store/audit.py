"""The audit trail: who connected, disconnected, shared or changed settings; never a key, never a campaign's data."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import AuditEntry
from bot.store.database import Database
from bot.store.upsert import upsert


async def note(db: Database, deed: AuditEntry, enterprise_id: str | None = None) -> None:
    """Add a row. It goes with its workspace."""
    async with db.writing() as connection:
        await add(db, connection, deed, enterprise_id)


async def add(db: Database, connection: AsyncConnection, deed: AuditEntry, enterprise_id: str | None) -> None:
    """The same, in the transaction of what it tells of: from here on the workspace does not leave in between."""
    table, organization = db.tables.audit, {"enterprise_id": enterprise_id} if enterprise_id else {}
    await upsert(connection, db.tables.workspaces, id=deed.workspace_id, **organization)
    row = {name: getattr(deed, name) for name in ("workspace_id", "at", "actor", "action")}
    await connection.execute(table.insert().values(**row, details=dict(deed.details)))


async def lock(db: Database, connection: AsyncConnection, workspace_id: str) -> None:
    """The same lock, without a row yet: whoever also locks what is the workspace's does this first, all in one order.

    Else two who go opposite ways would wait for each other.
    """
    table = db.tables.workspaces
    await connection.execute(select(table.c.id).where(table.c.id == workspace_id).with_for_update())


async def newest(db: Database, workspace_id: str | None = None, most: int = 50) -> list[AuditEntry]:
    """The last rows of one workspace, or of all, newest first."""
    table = db.tables.audit
    query = select(table).order_by(table.c.at.desc(), table.c.id.desc()).limit(most)
    if workspace_id:
        query = query.where(table.c.workspace_id == workspace_id)
    async with db.reading() as connection:
        rows = (await connection.execute(query)).all()
    return [AuditEntry(row.at, row.workspace_id, row.actor, row.action, row.details) for row in rows]


async def purge(db: Database, before: datetime) -> int:
    """Delete rows older than that; how many."""
    table = db.tables.audit
    async with db.writing() as connection:
        return (await connection.execute(delete(table).where(table.c.at < before))).rowcount
