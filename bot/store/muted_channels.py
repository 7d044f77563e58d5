"""Channels that want no previews of links: anybody in one may say so, for that channel."""

from sqlalchemy import ColumnElement, delete, select

from bot.records import AuditEntry
from bot.store import audit
from bot.store.database import Database


async def mute(db: Database, channel_id: str, deed: AuditEntry, enterprise_id: str | None) -> bool:
    """Keep that a channel wants none; `deed` says whose it is and who said so. False when it was so already."""
    table = db.tables.muted_channels
    if await is_muted(db, deed.workspace_id, channel_id):
        return False
    async with db.writing() as connection:
        await audit.add(db, connection, deed, enterprise_id)  # first: from here on nobody else is in between
        mine = _channel(db, deed.workspace_id, channel_id)
        if (await connection.execute(select(table).where(mine))).first() is None:
            await connection.execute(table.insert().values(workspace_id=deed.workspace_id, channel_id=channel_id))
    return True


async def unmute(db: Database, channel_id: str, deed: AuditEntry) -> bool:
    """The inverse; false when the channel was not muted."""
    workspaces, mine = db.tables.workspaces, _channel(db, deed.workspace_id, channel_id)
    async with db.writing() as connection:
        # First the workspace, as whoever mutes does: two that wait for each other would both be lost.
        await connection.execute(select(workspaces).where(workspaces.c.id == deed.workspace_id).with_for_update())
        gone = await connection.execute(delete(db.tables.muted_channels).where(mine))
        if gone.rowcount:
            await audit.add(db, connection, deed, None)
    return gone.rowcount > 0


async def is_muted(db: Database, workspace_id: str, channel_id: str) -> bool:
    """Whether a channel wants none."""
    query = select(db.tables.muted_channels).where(_channel(db, workspace_id, channel_id))
    async with db.reading() as connection:
        return (await connection.execute(query)).first() is not None


def _channel(db: Database, workspace_id: str, channel_id: str) -> ColumnElement[bool]:
    table = db.tables.muted_channels
    return (table.c.workspace_id == workspace_id) & (table.c.channel_id == channel_id)
