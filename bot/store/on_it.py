"""Store who takes care of the problems of a campaign, or of a whole account."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, delete, select, update

from bot.store import notices, readings
from bot.store.database import Database
from bot.store.upsert import upsert

ENDS_AFTER = timedelta(days=1)  # of the trouble's end


class OnItRow(NamedTuple):
    """A person who takes care of a campaign."""

    campaign_id: str  # empty: the whole account
    user_id: str
    at: datetime
    calm_since: datetime | None  # since when nothing is wrong with it


async def take(db: Database, workspace_id: str, account: str, campaign_id: str, user_id: str, now: datetime) -> None:
    """Note that this person takes care of the campaign, in place of anybody else. Raise StoreUnavailable."""
    async with db.writing() as connection:
        if await readings.lock(db, connection, workspace_id):
            place = {"workspace_id": workspace_id, "account": account, "campaign_id": campaign_id}
            await upsert(connection, db.tables.on_it, **place, user_id=user_id, at=now, calm_since=None)
            await notices.notify(connection, notices.ASSESSMENT, workspace_id)


async def give_back(db: Database, workspace_id: str, account: str, campaign_id: str) -> None:
    """Note that nobody takes care of the campaign. Raise StoreUnavailable."""
    table = db.tables.on_it
    async with db.writing() as connection:
        mine = _of(table, workspace_id, account) & (table.c.campaign_id == campaign_id)
        await connection.execute(delete(table).where(mine))
        await notices.notify(connection, notices.ASSESSMENT, workspace_id)


async def of(db: Database, workspace_id: str, account: str) -> dict[str, OnItRow]:
    """Return who takes care of which campaign of the account, by campaign id. Raise StoreUnavailable."""
    table = db.tables.on_it
    query = select(table.c.campaign_id, table.c.user_id, table.c.at, table.c.calm_since)
    async with db.reading() as connection:
        rows = (await connection.execute(query.where(_of(table, workspace_id, account)))).all()
    return {row.campaign_id: OnItRow(*row) for row in rows}


async def mark_calm(db: Database, workspace_id: str, account: str, troubled: Collection[str], now: datetime) -> bool:
    """Note at a reading which campaigns are in trouble; the others are calm from now on, unless they were before.

    What was calm for ENDS_AFTER ends. Return whether anything changed. Raise StoreUnavailable.
    """
    rows = await of(db, workspace_id, account)
    table = db.tables.on_it
    over = [
        one
        for one, row in rows.items()
        if row.calm_since and one not in troubled and now - row.calm_since >= ENDS_AFTER
    ]
    calm = [one for one, row in rows.items() if row.calm_since is None and one not in troubled]
    again = [one for one, row in rows.items() if row.calm_since and one in troubled]
    if not (over or calm or again):
        return False
    mine = _of(table, workspace_id, account)
    async with db.writing() as connection:
        await connection.execute(
            delete(table).where(mine, table.c.campaign_id.in_(over), table.c.calm_since.is_not(None))
        )
        for ids, since in ((calm, now), (again, None)):
            changed = update(table).where(mine, table.c.campaign_id.in_(ids))
            await connection.execute(changed.values(calm_since=since))
        await notices.notify(connection, notices.ASSESSMENT, workspace_id)
    return True


def _of(table: Table, workspace_id: str, account: str) -> ColumnElement[bool]:
    return (table.c.workspace_id == workspace_id) & (table.c.account == account)
