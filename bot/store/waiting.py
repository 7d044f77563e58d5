"""Read which digests wait for a retry."""

from collections.abc import Collection

from sqlalchemy import select

from bot.digests.digest import Delivery
from bot.store import deliveries
from bot.store.database import Database

_AT_ONCE = 500  # ids in one query: SQLite takes 32,766 values


async def waiting(db: Database, digest_ids: Collection[str]) -> dict[str, Delivery]:
    """Return, by digest, the newest scheduled delivery that waits for a retry. Raise StoreUnavailable."""
    table, ids = db.tables.deliveries, list(digest_ids)
    waits = (table.c.state == "due") & (table.c.kind == "scheduled") & (table.c.reason != "") & (table.c.attempt > 0)
    found: dict[str, Delivery] = {}
    async with db.reading() as connection:
        for start in range(0, len(ids), _AT_ONCE):
            some = waits & table.c.digest_id.in_(ids[start : start + _AT_ONCE])
            query = select(*deliveries.light(db)).where(some).order_by(table.c.due)
            found |= {row.digest_id: deliveries.delivery_of(row) for row in (await connection.execute(query)).all()}
    return found
