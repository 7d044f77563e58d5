"""Read what past deliveries showed, for those who want more than the last one of a digest."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from bot.store.database import Database


class Kept(NamedTuple):
    """A delivery that keeps what it showed."""

    id: str
    digest_id: str
    ended_at: datetime


async def kept(db: Database, workspace_id: str, since: datetime) -> list[Kept]:
    """Return the deliveries of a workspace that were sent since then, oldest first. Raise StoreUnavailable."""
    table = db.tables.deliveries
    sent = (table.c.workspace_id == workspace_id) & (table.c.state == "sent") & (table.c.ended_at >= since)
    query = select(table.c.id, table.c.digest_id, table.c.ended_at).where(sent, table.c.snapshot.is_not(None))
    async with db.reading() as connection:
        return [Kept(*row) for row in (await connection.execute(query.order_by(table.c.ended_at, table.c.id))).all()]


async def read(db: Database, runs: Sequence[str]) -> list[bytes]:
    """Return what these deliveries showed, packed (`bot/digests/snapshot.py`). Raise StoreUnavailable."""
    table = db.tables.deliveries
    query = select(table.c.snapshot).where(table.c.id.in_(runs), table.c.snapshot.is_not(None))
    async with db.reading() as connection:
        return list((await connection.execute(query)).scalars())
