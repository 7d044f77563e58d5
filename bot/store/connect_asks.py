"""Store when a manager was last asked to connect careCycle: one a day in a workspace, whoever asks."""

from datetime import timedelta

from sqlalchemy import delete, select

from bot.records import ConnectAsk
from bot.store import audit
from bot.store.database import Database
from bot.store.upsert import upsert

ONE_A = timedelta(days=1)


async def claim(db: Database, workspace_id: str, ask: ConnectAsk, enterprise_id: str | None) -> ConnectAsk | None:
    """Record `ask` before it is sent, and return None: no other replica sends one for a day.

    Return the earlier ask instead, when there was one within a day.
    """
    table = db.tables.connect_asks
    async with db.writing() as connection:
        await audit.add_workspace(db, connection, workspace_id, enterprise_id)  # first, because it locks it
        row = (await connection.execute(select(table).where(table.c.workspace_id == workspace_id))).first()
        if row is not None and row.asked_at > ask.asked_at - ONE_A:
            return ConnectAsk(row.asked_at, row.asked, row.asked_by)
        await upsert(
            connection,
            table,
            workspace_id=workspace_id,
            asked_at=ask.asked_at,
            asked=ask.asked,
            asked_by=ask.asked_by,
        )
    return None


async def take_back(db: Database, workspace_id: str, ask: ConnectAsk) -> None:
    """Delete a claimed ask that Slack surely did not deliver, so that the next one can be sent."""
    table = db.tables.connect_asks
    mine = (table.c.workspace_id == workspace_id) & (table.c.asked_at == ask.asked_at)
    async with db.writing() as connection:
        await connection.execute(delete(table).where(mine))
