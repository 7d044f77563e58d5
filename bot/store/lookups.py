"""Store which campaigns a person looked up lately, for their own App Home: ids, never names."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from bot.records import Lookup
from bot.store.database import Database
from bot.store.upsert import add_or_renew, upsert


async def save(db: Database, found: Sequence[Lookup], own: Mapping[str, str | None]) -> None:
    """Save these look-ups, the latest of each person and campaign, except those of workspaces that no longer exist.

    `own` maps the workspaces whose API key is from the environment to their organizations. Nobody had to connect
    them, so their rows are added here.
    """
    tables, wanted = db.tables, {one.workspace_id for one in found}
    async with db.writing() as connection:
        for workspace_id in sorted(wanted & own.keys()):
            organization = {"enterprise_id": own[workspace_id]} if own[workspace_id] else {}
            await upsert(connection, tables.workspaces, id=workspace_id, **organization)
        there = (
            select(tables.workspaces.c.id)
            .where(tables.workspaces.c.id.in_(wanted))
            .order_by(tables.workspaces.c.id)
            .with_for_update(read=True, key_share=True)  # so that none of them is deleted before this ends
        )
        ids = set((await connection.execute(there)).scalars())
        # In the same order everywhere: otherwise two replicas could wait for each other, and both fail.
        kept = sorted((one for one in found if one.workspace_id in ids), key=_place)
        rows = [{name: getattr(one, name) for name in Lookup.__slots__} for one in kept]
        await add_or_renew(connection, tables.lookups, rows, by="at")


async def newest(db: Database, workspace_id: str, user_id: str, since: datetime, most: int) -> list[Lookup]:
    """Return the last `most` look-ups of this person after `since`, newest first."""
    table = db.tables.lookups
    mine = (table.c.workspace_id == workspace_id) & (table.c.user_id == user_id) & (table.c.at > since)
    query = select(table).where(mine).order_by(table.c.at.desc(), table.c.campaign_id).limit(most)
    async with db.reading() as connection:
        rows = (await connection.execute(query)).all()
    return [Lookup(row.workspace_id, row.user_id, row.campaign_id, row.at) for row in rows]


async def clear(db: Database, workspace_id: str, user_id: str) -> None:
    """Delete all look-ups of this person."""
    table = db.tables.lookups
    async with db.writing() as connection:
        await connection.execute(delete(table).where(table.c.workspace_id == workspace_id, table.c.user_id == user_id))


async def purge(db: Database, before: datetime) -> int:
    """Delete the look-ups older than `before`. Return how many."""
    table = db.tables.lookups
    async with db.writing() as connection:
        return (await connection.execute(delete(table).where(table.c.at < before))).rowcount


def _place(one: Lookup) -> tuple[str, str, str]:
    return one.workspace_id, one.user_id, one.campaign_id
