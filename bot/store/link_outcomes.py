"""Store for a day what became of a link to a campaign in a channel, so that any replica can say it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from bot.store.claims import Address
from bot.store.database import Database
from bot.store.upsert import upsert

KEPT = timedelta(days=1)
Outcome = Mapping[str, Any]  # Any: JSON


async def save(db: Database, key: str, address: Address, at: datetime, outcome: Outcome) -> None:
    """Save an outcome in place of the one before. `key` is a fingerprint of the workspace, channel and campaign."""
    workspace, organization = address
    where = {"key": key, "workspace_id": workspace, "enterprise_id": organization}
    async with db.writing() as connection:
        await upsert(connection, db.tables.link_outcomes, **where, at=at, outcome=dict(outcome))


async def read(db: Database, key: str, now: datetime) -> tuple[datetime, Outcome] | None:
    """Return when the last outcome was, and what; None when there was none within a day."""
    table = db.tables.link_outcomes
    query = select(table.c.at, table.c.outcome).where(table.c.key == key, table.c.at > now - KEPT)
    async with db.reading() as connection:
        row = (await connection.execute(query)).first()
    return (row.at, row.outcome) if row else None


async def purge(db: Database, now: datetime) -> int:
    """Delete the outcomes older than a day. Return how many."""
    table = db.tables.link_outcomes
    async with db.writing() as connection:
        return (await connection.execute(delete(table).where(table.c.at <= now - KEPT))).rowcount
