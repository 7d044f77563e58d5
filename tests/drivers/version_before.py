"""Write what the version before (commit 9dcf75d) writes when it runs beside this one, on the same database."""

import json
import zlib
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert, update

from bot.digests.digest import Alert, Delivery, Digest, Pause
from bot.digests.snapshot import Snapshot, pack
from bot.records import AuditEntry
from bot.store import alerts, audit, deliveries, pauses
from bot.store.database import Database
from bot.store.digest_rows import values_of

_UNKNOWN = ("said", "last")  # what its snapshots do not have


async def delivers(db: Database, digest: Digest, delivery: Delivery, snapshot: Snapshot, next_due: datetime) -> None:
    """Deliver a slot, or what somebody asked for, as that version does: what it keeps of it has nothing of ours."""
    kept = {name: one for name, one in json.loads(zlib.decompress(pack(snapshot))).items() if name not in _UNKNOWN}
    row = {
        **deliveries.new_row(replace(delivery, state="sent")),
        "snapshot": zlib.compress(json.dumps(kept).encode()),
    }
    async with db.writing() as connection:
        await connection.execute(insert(db.tables.deliveries).values(**row))
        mine = db.tables.digests.c.id == digest.id
        await connection.execute(update(db.tables.digests).where(mine).values(next_due=next_due))


async def edits(db: Database, digest: Digest, next_due: datetime) -> None:
    """Change a digest by its form as that version does."""
    names = ("name", "channel_id", "backup_id", "definition")
    values = {name: value for name, value in values_of(digest).items() if name in names}
    async with db.writing() as connection:
        mine = db.tables.digests.c.id == digest.id
        await connection.execute(update(db.tables.digests).where(mine).values(**values, next_due=next_due))


async def resumes(db: Database, digest_id: str, next_due: datetime) -> None:
    """Resume a digest as that version does, whether it is deleted or not."""
    async with db.writing() as connection:
        mine = db.tables.digests.c.id == digest_id
        await connection.execute(update(db.tables.digests).where(mine).values(**pauses.NONE, next_due=next_due))


async def deletes(db: Database, digest_id: str) -> None:
    """Delete a digest as that version does: at once, with all that belongs to it."""
    async with db.writing() as connection:
        await connection.execute(delete(db.tables.digests).where(db.tables.digests.c.id == digest_id))


async def asks_for(db: Database, delivery: Delivery) -> None:
    """Press *Send now* as in that version, which knows of no deleted digest."""
    async with db.writing() as connection:
        await connection.execute(insert(db.tables.deliveries).values(**deliveries.new_row(delivery)))


async def stops(db: Database, delivery: Delivery, reason: str, entry: AuditEntry) -> bool:
    """Fail a delivery as that version does: it pauses this digest alone, with an alert for its owner."""
    async with db.writing() as connection:
        await audit.lock(db, connection, delivery.workspace_id)
        values = deliveries.ended("failed", reason, entry.at)
        if not await deliveries.change_in(connection, db.tables.deliveries, delivery, values):
            return False
        pause = Pause(entry.at, "failed", detail=reason)
        if await pauses.pause_in(db, connection, delivery.digest_id, pause, entry):
            await alerts.add(db, connection, Alert(delivery.digest_id, reason), entry.at)
    return True


async def stops_for_key(db: Database, workspace_id: str, digest_id: str, pause: Pause) -> int:
    """Pause all digests of a workspace because of its key as that version does: one owner hears of it."""
    async with db.writing() as connection:
        await audit.lock(db, connection, workspace_id)
        count = await pauses.pause_for_key_in(connection, db.tables, workspace_id, pause)
        if count:
            await alerts.add(db, connection, Alert(digest_id, "key"), pause.since)
    return count
