"""Read what past deliveries showed, for those who want more than the last one of a digest."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from bot.digests.snapshot import Delivered, Snapshot, unpack
from bot.store.baselines import baseline, compared, is_in
from bot.store.database import Database


class Kept(NamedTuple):
    """A delivery that keeps what it showed."""

    id: str
    digest_id: str
    ended_at: datetime


class Shown(NamedTuple):
    """What a delivery showed, and what it was compared with."""

    run: str
    snapshot: Snapshot
    before: Delivered | None  # None: it was the first one


async def shown(db: Database, digest_id: str, channel_id: str, run: str) -> Shown | None:
    """Return what a delivery showed, or the newest one in the channel when that one is not kept.

    Return None when none is kept. Raise StoreUnavailable.
    """
    table = db.tables.deliveries
    mine = (table.c.digest_id == digest_id) & (table.c.channel_id == channel_id) & table.c.snapshot.is_not(None)
    query = select(table.c.id, table.c.ended_at, table.c.snapshot).where(mine)
    newest = query.where(is_in(db.tables, "sent")).order_by(table.c.ended_at.desc()).limit(1)
    async with db.reading() as connection:
        found = (await connection.execute(query.where(table.c.id == run))).first()
        found = found or (await connection.execute(newest)).first()
        if found is None:
            return None
        earlier = baseline(db.tables).where(table.c.id != found.id)
        if found.ended_at:  # otherwise it is being posted right now
            earlier = earlier.where(table.c.ended_at < found.ended_at)
        last = (await connection.execute(earlier, compared(digest_id, channel_id))).first()
    before = Delivered(last.ended_at, unpack(last.snapshot)) if last else None
    return Shown(found.id, unpack(found.snapshot), before)


async def kept(db: Database, workspace_id: str, since: datetime) -> list[Kept]:
    """Return the deliveries of a workspace that were sent since then, oldest first. Raise StoreUnavailable."""
    table = db.tables.deliveries
    sent = (table.c.workspace_id == workspace_id) & is_in(db.tables, "sent") & (table.c.ended_at >= since)
    query = select(table.c.id, table.c.digest_id, table.c.ended_at).where(sent, table.c.snapshot.is_not(None))
    async with db.reading() as connection:
        return [Kept(*row) for row in (await connection.execute(query.order_by(table.c.ended_at, table.c.id))).all()]


async def read(db: Database, runs: Sequence[str]) -> list[bytes]:
    """Return what these deliveries showed, packed (`bot/digests/snapshot.py`). Raise StoreUnavailable."""
    table = db.tables.deliveries
    query = select(table.c.snapshot).where(table.c.id.in_(runs), table.c.snapshot.is_not(None))
    async with db.reading() as connection:
        return list((await connection.execute(query)).scalars())
