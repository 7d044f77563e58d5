"""Write what the version before writes when it runs beside this one, on the same database."""

from bot.digests.digest import Alert, Delivery, Pause
from bot.records import AuditEntry
from bot.store import alerts, audit, deliveries, pauses
from bot.store.database import Database


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
