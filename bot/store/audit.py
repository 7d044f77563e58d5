"""Store the audit trail: who connected, shared or muted what, or changed settings or digests.

It may hold a campaign's id and the last four characters of an API key, but never a whole key or a campaign's data.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import AuditEntry
from bot.store.database import Database
from bot.store.upsert import upsert


async def note(db: Database, entry: AuditEntry, enterprise_id: str | None = None) -> None:
    """Add an entry in a transaction of its own. It is deleted with its workspace."""
    async with db.writing() as connection:
        await add(db, connection, entry, enterprise_id)


async def add(db: Database, connection: AsyncConnection, entry: AuditEntry, enterprise_id: str | None) -> None:
    """Add an entry in the transaction of the change it records.

    The workspace's row is added if it is missing, and locked: nobody deletes it until the transaction ends.
    """
    await add_workspace(db, connection, entry.workspace_id, enterprise_id)
    row = {name: getattr(entry, name) for name in ("workspace_id", "at", "actor", "action")}
    await connection.execute(db.tables.audit.insert().values(**row, details=dict(entry.details)))


async def add_workspace(
    db: Database, connection: AsyncConnection, workspace_id: str, enterprise_id: str | None
) -> None:
    """Add the workspace's row if it is missing, and lock it until the transaction ends."""
    organization = {"enterprise_id": enterprise_id} if enterprise_id else {}
    await upsert(connection, db.tables.workspaces, id=workspace_id, **organization)


async def lock(db: Database, connection: AsyncConnection, workspace_id: str) -> None:
    """Lock the workspace's row if it exists. Call this before locking anything that belongs to the workspace.

    All transactions lock in this order; otherwise two of them could wait for each other.
    """
    table = db.tables.workspaces
    await connection.execute(select(table.c.id).where(table.c.id == workspace_id).with_for_update())


async def newest(db: Database, workspace_id: str | None = None, most: int = 50) -> list[AuditEntry]:
    """Return the last `most` entries of one workspace, or of all workspaces, newest first."""
    table = db.tables.audit
    query = select(table).order_by(table.c.at.desc(), table.c.id.desc()).limit(most)
    if workspace_id:
        query = query.where(table.c.workspace_id == workspace_id)
    async with db.reading() as connection:
        rows = (await connection.execute(query)).all()
    return [AuditEntry(row.at, row.workspace_id, row.actor, row.action, row.details) for row in rows]


async def last_actor(db: Database, workspace_id: str, actions: tuple[str, ...]) -> str | None:
    """Return the person who last did one of `actions` in this workspace, or None."""
    table = db.tables.audit
    mine = (table.c.workspace_id == workspace_id) & table.c.action.in_(actions)
    query = select(table.c.actor).where(mine).order_by(table.c.at.desc(), table.c.id.desc()).limit(1)
    async with db.reading() as connection:
        return await connection.scalar(query)


async def purge(db: Database, before: datetime) -> int:
    """Delete the entries older than `before`. Return how many."""
    table = db.tables.audit
    async with db.writing() as connection:
        return (await connection.execute(delete(table).where(table.c.at < before))).rowcount
