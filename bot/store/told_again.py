"""Claim what one more manager has to hear, once: that a key is still broken a day after whoever connected was told."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from bot.digests.digest import StillBroken
from bot.store.database import Database

AFTER = timedelta(days=1)


async def due(db: Database, now: datetime, most: int = 50) -> list[StillBroken]:
    """Return up to `most` keys that have been broken for a day, and of which no further manager was told."""
    table, workspaces = db.tables.connections, db.tables.workspaces
    query = (
        select(table.c.workspace_id, table.c.broken_at, workspaces.c.enterprise_id)
        .join(workspaces, workspaces.c.id == table.c.workspace_id)
        .where(table.c.broken_at <= now - AFTER, _untold(db))
        .order_by(table.c.broken_at)
        .limit(most)
    )
    async with db.reading() as connection:
        rows = (await connection.execute(query)).all()
    return [StillBroken(row.workspace_id, row.broken_at, row.enterprise_id) for row in rows]


async def claim(db: Database, key: StillBroken, now: datetime) -> bool:
    """Note that a manager is told now, and return whether the caller must do so: nobody else will.

    Return False when another process did, or when the key was mended or replaced.
    """
    table = db.tables.connections
    async with db.writing() as connection:
        told = update(table).where(_same(db, key), _untold(db)).values(told_again_at=now)
        return (await connection.execute(told)).rowcount > 0


async def put_back(db: Database, key: StillBroken) -> None:
    """Let a claimed message be sent again, when Slack surely did not take it."""
    async with db.writing() as connection:
        await connection.execute(update(db.tables.connections).where(_same(db, key)).values(told_again_at=None))


def _untold(db: Database) -> ColumnElement[bool]:
    """Build the condition that nobody was told again since the key broke. It may have been mended in between."""
    table = db.tables.connections
    return table.c.told_again_at.is_(None) | (table.c.told_again_at < table.c.broken_at)


def _same(db: Database, key: StillBroken) -> ColumnElement[bool]:
    table = db.tables.connections
    return (table.c.workspace_id == key.workspace_id) & (table.c.broken_at == key.since)
