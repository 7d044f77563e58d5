"""Read the numbers that were sent to a channel, and count digests and deliveries for reports."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from bot.digests.digest import Delivery
from bot.digests.snapshot import Snapshot, unpack
from bot.store.baselines import baseline, compared
from bot.store.database import Database
from bot.store.deliveries import delivery_of, light
from bot.store.digest_rows import there


async def last_sent(db: Database, digest_id: str, channel_id: str) -> tuple[datetime, Snapshot] | None:
    """Return when the delivery was sent that the next one in this channel is compared with, and its snapshot.

    Return None when there is none: the next one is the first (`baseline`).
    """
    async with db.reading() as connection:
        row = (await connection.execute(baseline(db.tables), compared(digest_id, channel_id))).first()
    return (row.ended_at, unpack(row.snapshot)) if row else None


async def newest_of(db: Database, digest_ids: Sequence[str]) -> dict[str, Delivery]:
    """Return the newest delivery of each digest to the channel it is in now, by the digest's id, in one query."""
    table, digests = db.tables.deliveries, db.tables.digests
    own = table.alias("own")
    newest = select(own.c.id).where(own.c.digest_id == digests.c.id, own.c.channel_id == digests.c.channel_id)
    last = newest.order_by(own.c.due.desc(), own.c.id.desc()).limit(1).correlate(digests).scalar_subquery()
    joined = digests.join(table, table.c.id == last)
    query = select(*light(db)).select_from(joined).where(digests.c.id.in_(digest_ids))
    async with db.reading() as connection:
        return {row.digest_id: delivery_of(row) for row in (await connection.execute(query)).all()}


async def due_within(
    db: Database,
    day: tuple[datetime, datetime] | None,
    most: int,
    *,
    digest_id: str | None = None,
    workspace_id: str | None = None,
) -> list[Delivery]:
    """Return the last `most` deliveries, newest first, without snapshots: of a digest, a workspace, or all.

    `day`: only those that were due from the first moment to the second, without it.
    """
    table = db.tables.deliveries
    query = select(*light(db)).order_by(table.c.due.desc(), table.c.id.desc()).limit(most)
    if digest_id is not None:
        query = query.where(table.c.digest_id == digest_id)
    if workspace_id is not None:
        query = query.where(table.c.workspace_id == workspace_id)
    if day is not None:
        query = query.where(table.c.due >= day[0], table.c.due < day[1])
    async with db.reading() as connection:
        return [delivery_of(row) for row in (await connection.execute(query)).all()]


async def by_state(db: Database, since: datetime) -> dict[tuple[str, str], int]:
    """Count the deliveries due at `since` or later, by state and reason. Raise StoreUnavailable."""
    table = db.tables.deliveries
    some = select(table.c.state, table.c.reason).where(table.c.due >= since).cte("lately")
    lately = some.prefix_with("MATERIALIZED")  # otherwise SQLite reads the whole ledger, in the order of the groups
    counted = select(lately.c.state, lately.c.reason, func.count()).group_by(lately.c.state, lately.c.reason)
    async with db.reading() as connection:
        found = await connection.execute(counted)
        return {(state, reason): count for state, reason, count in found.all()}


async def count_digests(db: Database) -> tuple[int, int]:
    """Count all digests, and those of them that are paused. Raise StoreUnavailable."""
    table = db.tables.digests
    counts = select(func.count(), func.count(table.c.pause_why)).select_from(table).where(there(db.tables))
    async with db.reading() as connection:
        counted = await connection.execute(counts)
        everything, waiting = counted.one()
    return everything, waiting


async def overdue(db: Database, before: datetime) -> int:
    """Count the slots and attempts that should have begun before `before` and have not. Raise StoreUnavailable."""
    due, table = db.tables.digests, db.tables.deliveries
    unseen = select(func.count()).select_from(due).where(due.c.next_due < before)
    waiting = select(func.count()).select_from(table).where(table.c.state == "due", table.c.try_at < before)
    async with db.reading() as connection:
        return (await connection.scalar(unseen) or 0) + (await connection.scalar(waiting) or 0)
