"""Store when Slack last left out events of a workspace: with the workspace, so that it is deleted with it."""

from datetime import datetime

from sqlalchemy import func, or_, select, update

from bot.store import notices
from bot.store.database import Database
from bot.store.upsert import add_new


async def note(db: Database, workspace_id: str, at: datetime, *, own: bool = False) -> bool:
    """Keep the moment if it is the last one. Return False when it is not, or nothing is kept of the workspace.

    `own`: the workspace is that of the environment, which cannot be uninstalled: then it is kept in any case. Raise
    StoreUnavailable.
    """
    table = db.tables.workspaces
    earlier = or_(table.c.left_out_at.is_(None), table.c.left_out_at < at)
    async with db.writing() as connection:
        if own:
            await add_new(connection, table, [{"id": workspace_id}])
        changed = update(table).where(table.c.id == workspace_id, earlier).values(left_out_at=at)
        is_last = (await connection.execute(changed)).rowcount > 0
        if is_last:
            await notices.notify(connection, notices.PROFILE, workspace_id)
    return is_last


async def count(db: Database, since: datetime) -> int:
    """Return for how many workspaces Slack left out events since then. Raise StoreUnavailable."""
    table = db.tables.workspaces
    async with db.reading() as connection:
        found = await connection.scalar(select(func.count()).select_from(table).where(table.c.left_out_at >= since))
        return found or 0
