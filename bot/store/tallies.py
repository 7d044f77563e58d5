"""The ledger in numbers, for whoever watches over the program."""

from datetime import datetime

from sqlalchemy import func, select

from bot.store.database import Database


async def by_state(db: Database, since: datetime) -> dict[tuple[str, str], int]:
    """How many deliveries were due since then, by state and reason. Raises StoreUnavailable."""
    table = db.tables.deliveries
    counted = select(table.c.state, table.c.reason, func.count()).where(table.c.due >= since)
    async with db.reading() as connection:
        found = await connection.execute(counted.group_by(table.c.state, table.c.reason))
        return {(state, reason): count for state, reason, count in found.all()}


async def overdue(db: Database, before: datetime) -> int:
    """How many slots, or tries, should have begun before that moment and have not. Raises StoreUnavailable."""
    digests, table = db.tables.digests, db.tables.deliveries
    unseen = select(func.count()).select_from(digests).where(digests.c.next_due < before)
    waiting = select(func.count()).select_from(table).where(table.c.state == "due", table.c.try_at < before)
    async with db.reading() as connection:
        return (await connection.scalar(unseen) or 0) + (await connection.scalar(waiting) or 0)
