"""Why nothing is delivered of a digest at the moment: noted once, by whoever is first, and taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests.digest import Alert, Pause
from bot.records import AuditEntry
from bot.store import alerts, audit
from bot.store.database import Database
from bot.store.tables import Tables

NONE: dict[str, Any] = dict.fromkeys(  # Any: a column's own type
    ("paused_since", "paused_until", "pause_why", "paused_by", "pause_detail")
)


async def pause(db: Database, digest_id: str, pause: Pause, deed: AuditEntry | None = None) -> bool:
    """Pause a digest, unless it is paused for a reason that stays; whether it did."""
    async with db.writing() as connection:
        if deed:
            await audit.lock(db, connection, deed.workspace_id)
        return await pause_in(db, connection, digest_id, pause, deed)


async def pause_in(
    db: Database, connection: AsyncConnection, digest_id: str, pause: Pause, deed: AuditEntry | None = None
) -> bool:
    """The same, in the transaction of what it follows from, which has locked the workspace when there is a `deed`."""
    table = db.tables.digests
    lasting = table.c.pause_why.is_not(None) & table.c.paused_until.is_(None)
    changed = update(table).where(table.c.id == digest_id, ~lasting).values(**columns(pause))
    done = (await connection.execute(changed)).rowcount > 0
    if done and deed:
        await audit.add(db, connection, deed, None)
    return done


async def resume(db: Database, digest_id: str, next_due: datetime | None, deed: AuditEntry) -> bool:
    """Go on with a digest; what fell due meanwhile stays undelivered. Whether it was paused."""
    table = db.tables.digests
    paused = (table.c.id == digest_id) & table.c.pause_why.is_not(None)
    async with db.writing() as connection:
        await audit.lock(db, connection, deed.workspace_id)
        changed = update(table).where(paused).values(**NONE, next_due=next_due)
        done = (await connection.execute(changed)).rowcount > 0
        if done:
            await audit.add(db, connection, deed, None)
    return done


async def pause_for_key(db: Database, workspace_id: str, pause: Pause, tell: str | None = None) -> int:
    """Pause all of a workspace that go on, because of its key; how many those were.

    When there were any, who looks after the digest `tell` is to be told; of another one, where that is gone by now.
    """
    async with db.writing() as connection:
        await audit.lock(db, connection, workspace_id)
        count = await pause_for_key_in(connection, db.tables, workspace_id, pause)
        if count and tell:
            about = await _there(connection, db.tables, workspace_id, tell)
            await alerts.add(db, connection, Alert(about, "key"), pause.since)
    return count


async def _there(connection: AsyncConnection, tables: Tables, workspace_id: str, digest_id: str) -> str:
    """This digest, or else one of those that are paused."""
    table = tables.digests
    ours = (table.c.workspace_id == workspace_id) & (table.c.pause_why == "key")
    found: list[str] = list((await connection.scalars(select(table.c.id).where(ours).order_by(table.c.id))).all())
    return digest_id if digest_id in found else found[0]


async def pause_for_key_in(connection: AsyncConnection, tables: Tables, workspace_id: str, pause: Pause) -> int:
    """The same, in the transaction that notes the key is refused."""
    table = tables.digests
    running = (table.c.workspace_id == workspace_id) & table.c.pause_why.is_(None)
    return (await connection.execute(update(table).where(running).values(**columns(pause)))).rowcount


async def waiting_for_key(db: Database, workspace_id: str) -> list[str]:
    """Who looks after the digests of a workspace that wait for its key: owners first, then backups; nobody twice."""
    table = db.tables.digests
    ours = (table.c.workspace_id == workspace_id) & (table.c.pause_why == "key")
    query = select(table.c.owner_id, table.c.backup_id).where(ours).order_by(table.c.created_at, table.c.id)
    async with db.reading() as connection:
        rows = (await connection.execute(query)).all()
    return list(dict.fromkeys(filter(None, [*(row.owner_id for row in rows), *(row.backup_id for row in rows)])))


async def mend(db: Database, workspace_id: str) -> int:
    """Go on with all that were paused because of the key; how many those were."""
    async with db.writing() as connection:
        return await mend_in(connection, db.tables, workspace_id)


async def mend_in(connection: AsyncConnection, tables: Tables, workspace_id: str) -> int:
    """The same, in the transaction that notes the key works."""
    table = tables.digests
    waiting = (table.c.workspace_id == workspace_id) & (table.c.pause_why == "key")
    return (await connection.execute(update(table).where(waiting).values(**NONE))).rowcount


def columns(pause: Pause) -> dict[str, Any]:  # Any: as above
    """As a row has it."""
    values = (pause.since, pause.until, pause.why, pause.by, pause.detail)
    return dict(zip(NONE, values, strict=True))
