"""Store the channels without link previews. Anyone in a channel may mute it."""

from sqlalchemy import ColumnElement, delete, select

from bot.records import AuditEntry
from bot.store import audit
from bot.store.database import Database


async def mute(db: Database, channel_id: str, entry: AuditEntry, enterprise_id: str | None) -> bool:
    """Mute a channel's previews. Return False when it was muted already.

    `entry` is the audit entry, and names the workspace.
    """
    table, mine = db.tables.muted_channels, _channel(db, entry.workspace_id, channel_id)
    async with db.writing() as connection:
        await audit.add_workspace(db, connection, entry.workspace_id, enterprise_id)  # first, because it locks it
        if (await connection.execute(select(table).where(mine))).first():
            return False
        await connection.execute(table.insert().values(workspace_id=entry.workspace_id, channel_id=channel_id))
        await audit.add(db, connection, entry, enterprise_id)
    return True


async def unmute(db: Database, channel_id: str, entry: AuditEntry) -> bool:
    """Show previews in a channel again. Return False when it was not muted."""
    workspaces, mine = db.tables.workspaces, _channel(db, entry.workspace_id, channel_id)
    async with db.writing() as connection:
        # Lock the workspace first, as `mute` does: otherwise the two could wait for each other, and both fail.
        await connection.execute(select(workspaces).where(workspaces.c.id == entry.workspace_id).with_for_update())
        gone = await connection.execute(delete(db.tables.muted_channels).where(mine))
        if gone.rowcount:
            await audit.add(db, connection, entry, None)
    return gone.rowcount > 0


async def is_muted(db: Database, workspace_id: str, channel_id: str) -> bool:
    """Return whether a channel's previews are muted."""
    query = select(db.tables.muted_channels).where(_channel(db, workspace_id, channel_id))
    async with db.reading() as connection:
        return (await connection.execute(query)).first() is not None


def _channel(db: Database, workspace_id: str, channel_id: str) -> ColumnElement[bool]:
    table = db.tables.muted_channels
    return (table.c.workspace_id == workspace_id) & (table.c.channel_id == channel_id)
