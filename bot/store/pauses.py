"""Pause and resume digests. A pause without an end is not replaced by a later one, nor one with an end by another."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests.causes import OF_CHANNEL
from bot.digests.digest import Delivery, Digest, Pause
from bot.records import APP, AuditEntry
from bot.store import audit
from bot.store.database import Database
from bot.store.tables import Tables

NONE: dict[str, Any] = dict.fromkeys(  # Any: a column's own type
    ("paused_since", "paused_until", "pause_why", "paused_by", "pause_detail")
)


async def pause(db: Database, digest_id: str, pause: Pause, entry: AuditEntry | None = None) -> bool:
    """Pause a digest, unless it is already paused: without an end, or with one and so is the new pause.

    Return whether it was paused now.
    """
    async with db.writing() as connection:
        if entry:
            await audit.lock(db, connection, entry.workspace_id)
        return await pause_in(db, connection, digest_id, pause, entry)


async def pause_in(
    db: Database, connection: AsyncConnection, digest_id: str, pause: Pause, entry: AuditEntry | None = None
) -> bool:
    """Pause a digest like `pause`, in the caller's transaction.

    With an audit `entry`, the caller must have locked the workspace.
    """
    table = db.tables.digests
    there = (table.c.id == digest_id) & table.c.deleted_at.is_(None)
    lasts = table.c.paused_until.is_(None)
    kept = table.c.pause_why.is_not(None) & (
        lasts if pause.until is None else lasts | (table.c.paused_until > pause.since)
    )
    changed = update(table).where(there, ~kept).values(**columns(pause))
    done = (await connection.execute(changed)).rowcount > 0
    if done and entry:
        await audit.add(db, connection, entry, None)
    return done


async def resume(db: Database, digest_id: str, next_due: datetime | None, entry: AuditEntry) -> bool:
    """Resume a digest. Return whether it was paused. What was due during the pause stays undelivered."""
    table = db.tables.digests
    paused = (table.c.id == digest_id) & table.c.pause_why.is_not(None) & table.c.deleted_at.is_(None)
    async with db.writing() as connection:
        await audit.lock(db, connection, entry.workspace_id)
        changed = update(table).where(paused).values(**NONE, next_due=next_due)
        done = (await connection.execute(changed)).rowcount > 0
        if done:
            await audit.add(db, connection, entry, None)
    return done


async def end_disproved_in(db: Database, connection: AsyncConnection, delivery: Delivery, now: datetime) -> None:
    """Resume the digest of a delivery that arrived, if a failure had paused it before a person asked for the delivery.

    It must have arrived where the digest is posted now. What held for all digests of that channel is over for all of
    them. The caller must have locked the workspace.
    """
    table = db.tables.digests
    here = (table.c.workspace_id == delivery.workspace_id) & (table.c.channel_id == delivery.channel_id)
    its = (table.c.id == delivery.digest_id) | table.c.pause_detail.in_(OF_CHANNEL)
    disproved = here & its & (table.c.pause_why == "failed") & (table.c.paused_since <= delivery.wanted_at)
    resumed = update(table).where(disproved).values(**NONE).returning(table.c.id)
    for id_ in (await connection.execute(resumed)).scalars().all():
        details = {"digest": id_, "channel": delivery.channel_id, "run": delivery.id}
        entry = AuditEntry(now, delivery.workspace_id, delivery.asked_by or APP, "digest resumed", details)
        await audit.add(db, connection, entry, None)


async def pause_for_key_in(connection: AsyncConnection, tables: Tables, workspace_id: str, pause: Pause) -> int:
    """Pause all running digests of a workspace because of its API key, in the caller's transaction. Return how many."""
    table = tables.digests
    running = (table.c.workspace_id == workspace_id) & table.c.pause_why.is_(None)
    return (await connection.execute(update(table).where(running).values(**columns(pause)))).rowcount


async def waiting_for_key(db: Database, workspace_id: str) -> list[str]:
    """Return the owners, then the backup owners, of the digests that wait for the API key, each person once."""
    table = db.tables.digests
    ours = (table.c.workspace_id == workspace_id) & (table.c.pause_why == "key") & table.c.deleted_at.is_(None)
    query = select(table.c.owner_id, table.c.backup_id).where(ours).order_by(table.c.created_at, table.c.id)
    async with db.reading() as connection:
        rows = (await connection.execute(query)).all()
    return list(dict.fromkeys(filter(None, [*(row.owner_id for row in rows), *(row.backup_id for row in rows)])))


async def resume_after_key(db: Database, workspace_id: str) -> int:
    """Resume all digests that were paused because of the API key. Return how many."""
    async with db.writing() as connection:
        return await resume_after_key_in(connection, db.tables, workspace_id)


async def resume_after_key_in(connection: AsyncConnection, tables: Tables, workspace_id: str) -> int:
    """Resume them like `resume_after_key`, in the caller's transaction."""
    table = tables.digests
    waiting = (table.c.workspace_id == workspace_id) & (table.c.pause_why == "key")
    return (await connection.execute(update(table).where(waiting).values(**NONE))).rowcount


async def resume_after_install(db: Database, workspace_id: str) -> int:
    """Resume all digests that were paused because Slack did not let the app in. Return how many."""
    table = db.tables.digests
    stopped = (table.c.pause_why == "failed") & (table.c.pause_detail == "not_installed")
    async with db.writing() as connection:
        resumed = update(table).where(table.c.workspace_id == workspace_id, stopped).values(**NONE)
        return (await connection.execute(resumed)).rowcount


async def told_pause(db: Database, digest: Digest, since: datetime | None) -> Pause | None:
    """Return the pause by a person because of which slots after `since`, or all, did not come; None without any.

    Its `since` and `until` are when the first and the last of these slots were due. Of several people's pauses it is
    the last one.
    """
    async with db.reading() as connection:
        return await told_pause_in(connection, db.tables, digest, since)


async def told_pause_in(
    connection: AsyncConnection, tables: Tables, digest: Digest, since: datetime | None
) -> Pause | None:
    """Return the same as `told_pause`, in the caller's transaction."""
    table = tables.deliveries
    skipped = (table.c.state == "skipped") & (table.c.reason == "paused") & table.c.asked_by.is_not(None)
    mine = (table.c.digest_id == digest.id) & (table.c.kind == "scheduled") & skipped
    query = select(table.c.asked_by, table.c.due).where(mine).order_by(table.c.due.desc())
    rows = (await connection.execute(query if since is None else query.where(table.c.due > since))).all()
    if not rows:
        return None
    days = [row.due for row in rows if row.asked_by == rows[0].asked_by]
    return Pause(days[-1], "person", until=days[0], by=rows[0].asked_by)


def columns(pause: Pause) -> dict[str, Any]:  # Any: as above
    """Return a pause as the columns of a row."""
    values = (pause.since, pause.until, pause.why, pause.by, pause.detail)
    return dict(zip(NONE, values, strict=True))
