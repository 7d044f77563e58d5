"""Delete digests, and undo that for a while.

A deleted digest keeps its row and its deliveries, with nothing due next, and what waited in the ledger has ended. That
is all an older version needs: it does not know `deleted_at`, and sees a digest that is over. The columns of its pause
stay as they are, so a key that is mended meanwhile ends its pause as it does everywhere.
"""

from datetime import datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy import update

from bot.digests.digest import UNDO, Digest
from bot.records import AuditEntry
from bot.store import audit, deliveries
from bot.store.baselines import is_in
from bot.store.database import Database
from bot.store.digest_rows import digest_of, rows, there
from bot.store.digests import need_room

_DELETED = "deleted"  # the reason of what waited


async def delete(db: Database, digest_id: str, entry: AuditEntry) -> bool:
    """Delete a digest until it is restored, at most UNDO later. Return whether it was there.

    What waits to be sent waits no longer; what is being posted at this moment may arrive.
    """
    table, ledger = db.tables.digests, db.tables.deliveries
    mine = (table.c.id == digest_id) & (table.c.workspace_id == entry.workspace_id) & there(db.tables)
    waiting = (ledger.c.digest_id == digest_id) & (ledger.c.state == "due")
    ended = {"state": "skipped", "reason": _DELETED, "ended_at": entry.at}
    async with db.writing() as connection:
        await audit.lock(db, connection, entry.workspace_id)  # before the digest: the same order everywhere
        gone = await connection.execute(update(table).where(mine).values(deleted_at=entry.at, next_due=None))
        if gone.rowcount:
            await connection.execute(update(ledger).where(waiting).values(**ended))
            await audit.add(db, connection, entry, None)
    return gone.rowcount > 0


async def read(db: Database, digest_id: str, now: datetime) -> Digest | None:
    """Return a deleted digest that can be restored; None when there is none of this id."""
    table = db.tables.digests
    query = rows(db.tables).where(table.c.id == digest_id, table.c.deleted_at > now - UNDO)
    async with db.reading() as connection:
        row = (await connection.execute(query)).first()
    return digest_of(row) if row else None


async def of_workspace(db: Database, workspace_id: str, now: datetime) -> list[Digest]:
    """Return the deleted digests of a workspace that can be restored, by name."""
    table = db.tables.digests
    query = rows(db.tables).where(table.c.workspace_id == workspace_id, table.c.deleted_at > now - UNDO)
    async with db.reading() as connection:
        return [digest_of(row) for row in (await connection.execute(query.order_by(table.c.name, table.c.id))).all()]


async def restore(
    db: Database, digest_id: str, next_due: datetime | None, entry: AuditEntry, most: int | None = None
) -> bool:
    """Restore a deleted digest, due next at `next_due`, and what waited when it was deleted.

    Return False when it is too late, or was restored already. Raise TooManyDigests when others have taken its place, so
    that the workspace would have more than `most`.
    """
    table, ledger = db.tables.digests, db.tables.deliveries
    mine = (table.c.id == digest_id) & (table.c.workspace_id == entry.workspace_id)
    waited = (ledger.c.digest_id == digest_id) & is_in(db.tables, "skipped") & (ledger.c.reason == _DELETED)
    due = {"state": "due", "reason": "", "ended_at": None, "try_at": entry.at, "attempt": ledger.c.attempt + 1}
    async with db.writing() as connection:
        await audit.lock(db, connection, entry.workspace_id)  # as above
        deleted = await connection.execute(
            update(table).where(mine, table.c.deleted_at > entry.at - UNDO).values(deleted_at=None, next_due=next_due)
        )
        if not deleted.rowcount:
            return False
        await need_room(connection, db.tables, entry.workspace_id, most)
        again = update(ledger).where(waited).values(**due, **deliveries.FREE)
        await connection.execute(again)
        await audit.add(db, connection, entry, None)
    return True


async def purge(db: Database, now: datetime) -> int:
    """Delete the digests that can no longer be restored, with their deliveries. Return how many."""
    table = db.tables.digests
    async with db.writing() as connection:
        return (await connection.execute(delete_rows(table).where(table.c.deleted_at <= now - UNDO))).rowcount


async def keep_over(db: Database) -> None:
    """See to it that nothing is due of deleted digests: in an older version a form or *Resume* could have set it."""
    table = db.tables.digests
    revived = table.c.deleted_at.is_not(None) & table.c.next_due.is_not(None)
    async with db.writing() as connection:
        await connection.execute(update(table).where(revived).values(next_due=None))
