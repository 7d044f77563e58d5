"""Store which careCycle account a workspace had last, as fingerprints. It outlives the key, but not the app."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import KnownAccount
from bot.store.database import Database
from bot.store.upsert import upsert


async def read(db: Database, workspace_id: str) -> KnownAccount | None:
    """Return what is known of the account, or None when nothing was listed yet."""
    table = db.tables.known_accounts
    async with db.reading() as connection:
        row = (await connection.execute(select(table).where(table.c.workspace_id == workspace_id))).first()
    return None if row is None else KnownAccount(row.listed_at, row.campaigns, row.client, whole=row.whole)


async def save(db: Database, workspace_id: str, known: KnownAccount) -> None:
    """Save what was listed last, in place of what was listed before, unless the workspace is gone by now."""
    workspaces = db.tables.workspaces
    async with db.writing() as connection:
        there = select(workspaces.c.id).where(workspaces.c.id == workspace_id).with_for_update()
        if await connection.scalar(there) is not None:
            await write(db, connection, workspace_id, known)


async def write(db: Database, connection: AsyncConnection, workspace_id: str, known: KnownAccount) -> None:
    """Save it in the transaction of a new key."""
    await upsert(
        connection,
        db.tables.known_accounts,
        workspace_id=workspace_id,
        client=known.client,
        campaigns=known.campaigns,
        whole=known.whole,
        listed_at=known.listed_at,
    )
