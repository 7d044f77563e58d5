"""What channels have seen: the last delivery of a digest with its numbers, and how the last ones went."""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, select

from bot.digests.snapshot import Snapshot
from bot.digests.snapshots import unpack
from bot.store.database import Database


async def last_sent(db: Database, digest_id: str, channel_id: str) -> tuple[datetime, Snapshot] | None:
    """What this digest delivered last in this channel, and when."""
    table = db.tables.deliveries
    mine = _seen(table, digest_id, channel_id)
    newest = select(table.c.ended_at, table.c.snapshot).where(mine, table.c.snapshot.is_not(None))
    async with db.reading() as connection:
        row = (await connection.execute(newest.order_by(table.c.ended_at.desc()).limit(1))).first()
    return (row.ended_at, unpack(row.snapshot)) if row else None


async def gains(db: Database, digest_id: str, channel_id: str, most: int = 14) -> list[tuple[datetime, int | None]]:
    """Calls gained by each of the last deliveries in this channel, oldest first."""
    table = db.tables.deliveries
    mine = _seen(table, digest_id, channel_id)
    newest = select(table.c.ended_at, table.c.gained).where(mine).order_by(table.c.ended_at.desc()).limit(most)
    async with db.reading() as connection:
        return [(row.ended_at, row.gained) for row in reversed((await connection.execute(newest)).all())]


def _seen(table: Table, digest_id: str, channel_id: str) -> ColumnElement[bool]:
    return (table.c.digest_id == digest_id) & (table.c.channel_id == channel_id) & (table.c.state == "sent")
