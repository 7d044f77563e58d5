"""What people do to a delivery that is over: have it sent again, or say that it is there."""

from datetime import datetime

from sqlalchemy import select, update

from bot.digests.digest import Delivery
from bot.records import AuditEntry
from bot.store import audit, deliveries, pauses
from bot.store.database import Database


async def requeue(
    db: Database, run: str, now: datetime, by: str | None = None, entry: AuditEntry | None = None
) -> bool:
    """Make a skipped, failed or unconfirmed delivery due again. Return False when it is on its way, sent or gone.

    `by` is the person who asked for it, `entry` the audit entry.
    """
    table, digests = db.tables.deliveries, db.tables.digests
    over = table.c.state.in_(("skipped", "failed", "unconfirmed"))
    there = select(digests.c.id).where(digests.c.id == table.c.digest_id, digests.c.deleted_at.is_(None)).exists()
    values = {"state": "due", "try_at": now, "wanted_at": now, "reason": "", "ended_at": None, "token": None}
    again = {"attempt": table.c.attempt + 1, "asked_by": by, **deliveries.FREE}
    async with db.writing() as connection:
        if entry:
            await audit.lock(db, connection, entry.workspace_id)  # before the row: the same order everywhere
        anew = update(table).where(table.c.id == run, over, there).values(**values, **again)
        done = (await connection.execute(anew)).rowcount > 0
        if done and entry:
            await audit.add(db, connection, entry, None)
    return done


async def confirm(db: Database, delivery: Delivery, entry: AuditEntry) -> bool:
    """Mark an unconfirmed delivery `sent`, because a person sees it. Return False when it is unconfirmed no longer.

    It ended when it was posted, as far as anybody knows: what is newer stays what the next delivery is compared with.
    """
    table = db.tables.deliveries
    unconfirmed = (table.c.id == delivery.id) & (table.c.state == "unconfirmed")
    async with db.writing() as connection:
        await audit.lock(db, connection, entry.workspace_id)  # before the row: the same order everywhere
        changed = update(table).where(unconfirmed).values(state="sent", reason="", token=None)
        if not (await connection.execute(changed)).rowcount:
            return False
        await audit.add(db, connection, entry, None)
        if delivery.is_asked_for:
            await pauses.end_disproved_in(db, connection, delivery, entry.at)
    return True
