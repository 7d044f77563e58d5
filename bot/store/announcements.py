"""Store what is still to be said of digests, once: an introduction in the channel, and the question on the last day.

A row is written in the transaction of its cause and deleted (claimed) right before it is sent, as in `alerts.py`. What
is to be said of a deleted digest waits, and goes with it unless it is restored.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests.announcement import Announcement
from bot.digests.digest import Digest
from bot.store.database import Database
from bot.store.digest_rows import readable, rows, there
from bot.store.tables import Tables
from bot.store.upsert import add_new, upsert

_LATELY = timedelta(days=3)  # of a last day that is longer ago nobody is asked, such as at an upgrade


async def add_in(db: Database, connection: AsyncConnection, announcement: Announcement, try_at: datetime) -> None:
    """Add what is to be said in the transaction of its cause."""
    await add_new(connection, db.tables.announcements, [_row(announcement, try_at)])


async def due(db: Database, now: datetime, most: int = 50) -> list[Announcement]:
    """Return up to `most` that are due, the longest waiting first. Raise StoreUnavailable."""
    table = db.tables.announcements
    query = select(table).where(table.c.try_at <= now, _is_true(db.tables)).order_by(table.c.try_at).limit(most)
    async with db.reading() as connection:
        found = (await connection.execute(query)).all()
    return [Announcement(row.digest_id, row.kind, row.by) for row in found]


async def claim(db: Database, announcement: Announcement) -> bool:
    """Delete it, and return whether the caller must say it now: nobody else will."""
    table = db.tables.announcements
    async with db.writing() as connection:
        mine = delete(table).where(table.c.id == _id(announcement), _is_true(db.tables))
        return (await connection.execute(mine)).rowcount > 0


async def put_off(db: Database, announcement: Announcement, try_at: datetime) -> None:
    """Postpone what cannot be said yet and was not claimed. Do nothing when somebody else has said it by now."""
    table = db.tables.announcements
    async with db.writing() as connection:
        await connection.execute(update(table).where(table.c.id == _id(announcement)).values(try_at=try_at))


async def put_back(db: Database, announcement: Announcement, try_at: datetime) -> None:
    """Store it again after it was claimed, to be said at `try_at`. Do nothing when its digest is gone."""
    tables = db.tables
    its = select(tables.digests.c.id).where(tables.digests.c.id == announcement.digest_id)
    async with db.writing() as connection:
        if await connection.scalar(its.with_for_update()):
            await upsert(connection, tables.announcements, **_row(announcement, try_at))


async def ask_about_ends(db: Database, now: datetime) -> int:
    """Add the question of each digest whose last slot has gone out lately, once for each last day. Return how many.

    Nobody is asked about a digest that is paused without an end: its owner has stopped it, or heard why it stopped.
    """
    asked = 0
    for digest in await _ended(db, now):
        table, ends = db.tables.digests, digest.timetable.ends
        same = (table.c.id == digest.id) & table.c.next_due.is_(None) & there(db.tables)
        unasked = or_(table.c.end_asked.is_(None), table.c.end_asked != ends)
        async with db.writing() as connection:
            done = await connection.execute(update(table).where(same, unasked).values(end_asked=ends))
            if done.rowcount:
                await add_in(db, connection, Announcement(digest.id, "last_day"), now)
                asked += 1
    return asked


async def _ended(db: Database, now: datetime) -> list[Digest]:
    """Return the digests of which nothing more is due or on its way, since lately, and that have a last day."""
    table, ledger = db.tables.digests, db.tables.deliveries
    mine = (ledger.c.digest_id == table.c.id) & (ledger.c.kind == "scheduled")
    over = exists().where(mine, ledger.c.due > now - _LATELY) & ~exists().where(
        mine, ledger.c.state.in_(("due", "posting"))
    )
    goes = or_(table.c.pause_why.is_(None), table.c.pause_why == "key", table.c.paused_until.is_not(None))
    query = rows(db.tables).where(table.c.next_due.is_(None), there(db.tables), over, goes)
    async with db.reading() as connection:
        found = readable((await connection.execute(query)).all())
    return [one for one in found if one.timetable.ends and one.timetable.ends != one.end_asked]


def _is_true(tables: Tables) -> ColumnElement[bool]:
    """Build the condition that the digest of an announcement is there, and of a last day that it has not gone on."""
    table, digests = tables.announcements, tables.digests
    holds = or_(table.c.kind != "last_day", digests.c.next_due.is_(None))
    return exists().where(digests.c.id == table.c.digest_id, there(tables), holds)


def _id(announcement: Announcement) -> str:
    return f"{announcement.digest_id} {announcement.kind}"


def _row(announcement: Announcement, try_at: datetime) -> dict[str, Any]:  # Any: a column's own type
    plain = {"digest_id": announcement.digest_id, "kind": announcement.kind, "by": announcement.by}
    return {"id": _id(announcement), "try_at": try_at, **plain}
