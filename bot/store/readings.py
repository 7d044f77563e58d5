"""Store the readings of careCycle accounts: of each, packed, what had changed since the one before."""

import asyncio
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy import ColumnElement, Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreUnavailable
from bot.insight import packing, thinning
from bot.insight.history import AccountHistory
from bot.insight.packing import Packed
from bot.insight.series import AccountReading
from bot.store.database import Database
from bot.store.tables import Tables
from bot.store.upsert import add_new

_AT_ONCE = 200  # rows read in one transaction
_TRIES = 3  # to read all rows while another replica thins them
_log = structlog.get_logger("bot")


class Kept(NamedTuple):
    """What is stored of an account."""

    history: AccountHistory
    last: AccountReading | None  # the newest reading, which the next one is packed against


class Usage(NamedTuple):
    """The readings of a workspace's account."""

    workspace_id: str
    account: str
    first: datetime
    last: datetime
    rows: int
    size: int  # bytes, packed


async def append(
    db: Database, workspace_id: str, account: str, reading: AccountReading, before: AccountReading | None
) -> bool:
    """Add a reading after `before`, the newest one that is stored; None: there is none. Raise StoreUnavailable.

    Return False, and add nothing, when `before` is not the newest any more, when the reading is not newer, or when
    the workspace is gone: `load` says what is stored now.
    """
    if before and before.at >= reading.at:
        return False
    row = Packed(reading.at, await asyncio.to_thread(packing.pack, reading, before), reading.coarse)
    return await _add(db, workspace_id, account, [row], before.at if before else None)


async def begin(db: Database, workspace_id: str, account: str, rows: list[Packed]) -> bool:
    """Add readings, packed one after the other, to an account that has none yet. Return False when it has some.

    Raise StoreUnavailable.
    """
    return not rows or await _add(db, workspace_id, account, rows, None)


async def load(db: Database, workspace_id: str, account: str, since: datetime | None = None) -> Kept:
    """Return the readings of an account, those before `since` left out. Raise StoreUnavailable.

    What cannot be read, and what was packed against it, is deleted: readings go on after the last good one.
    """
    rows = await _rows(db, workspace_id, account)
    kept, broken = await asyncio.to_thread(_unpacked, rows, since)
    if broken:
        await _cut(db, workspace_id, account, broken)
    return kept


async def newest(db: Database, workspace_id: str, account: str) -> datetime | None:
    """Return when the newest reading of an account was made. Raise StoreUnavailable."""
    table = db.tables.readings
    async with db.reading() as connection:
        found: datetime | None = await connection.scalar(
            select(func.max(table.c.at)).where(_of(table, workspace_id, account))
        )
    return found


async def moments(db: Database, workspace_id: str, account: str, since: datetime | None = None) -> list[datetime]:
    """Return when an account was read, oldest first. Raise StoreUnavailable."""
    table = db.tables.readings
    query = select(table.c.at).where(_of(table, workspace_id, account)).order_by(table.c.at)
    async with db.reading() as connection:
        found = await connection.execute(query if since is None else query.where(table.c.at >= since))
        return list(found.scalars())


async def usage(db: Database) -> list[Usage]:
    """Return how much every account's readings take. Raise StoreUnavailable."""
    table = db.tables.readings
    place = (table.c.workspace_id, table.c.account)
    size = func.sum(func.length(table.c.packed))
    query = select(*place, func.min(table.c.at), func.max(table.c.at), func.count(), size).group_by(*place)
    async with db.reading() as connection:
        rows = (await connection.execute(query.order_by(*place))).all()
    return [Usage(*row) for row in rows]


async def thin(db: Database, workspace_id: str, account: str, now: datetime, *, zone: str, days: int) -> int:
    """Delete the readings that need not be kept any longer; what they hold goes into the next one. Return how many.

    `zone` tells days apart; `days` is how long one a day is kept. Raise StoreUnavailable.
    """
    there = await moments(db, workspace_id, account)
    if len(thinning.kept(there, now, zone, days)) == len(there):
        return 0
    rows = await _rows(db, workspace_id, account)  # maybe one more by now
    kept = thinning.kept((row.at for row in rows), now, zone, days)
    try:
        gone, changed = await asyncio.to_thread(_thinned, rows, kept)
    except packing.Unreadable:  # `load` deletes them
        return 0
    table = db.tables.readings
    mine = _of(table, workspace_id, account)
    async with db.writing() as connection:
        await lock(db, connection, workspace_id)
        if await connection.scalar(select(func.count()).where(mine, table.c.at <= rows[-1].at)) != len(rows):
            return 0  # another replica thins them, or they were deleted
        await connection.execute(delete(table).where(mine, table.c.at.in_(gone)))
        for row in changed:
            await connection.execute(update(table).where(mine, table.c.at == row.at).values(packed=row.packed))
    return len(gone)


async def purge(db: Database, before: datetime) -> int:
    """Delete what was found in accounts, what people said of it, before `before`, and accounts not read since.

    Readings are thinned. Return how many rows are gone. Raise StoreUnavailable.
    """
    tables = db.tables
    gone = 0
    async with db.writing() as connection:
        for moment in (tables.assessments.c.at, tables.on_it.c.at, tables.quiet.c.until, tables.accounts.c.seen_at):
            gone += (await connection.execute(delete(moment.table).where(moment < before))).rowcount
    return gone


async def delete_all(db: Database, workspace_id: str) -> None:
    """Delete all readings of a workspace, and all that was found in them. Raise StoreUnavailable."""
    async with db.writing() as connection:
        await lock(db, connection, workspace_id)
        await delete_in(connection, db.tables, workspace_id)


async def delete_in(connection: AsyncConnection, tables: Tables, workspace_id: str) -> None:
    """Delete the same in the transaction that switches readings off, in which the workspace's row is locked."""
    for table in tables.of_readings:
        await connection.execute(delete(table).where(table.c.workspace_id == workspace_id))


def _unpacked(rows: list[Packed], since: datetime | None) -> tuple[Kept, datetime | None]:
    """Return the readings, and the moment of the first one that cannot be read."""
    history, last, count = AccountHistory(), None, 0
    try:
        for reading in packing.unpack(rows):
            last, count = reading, count + 1
            if since is None or reading.at >= since:
                history.add(reading)
    except packing.Unreadable:
        return Kept(history, last), rows[count].at
    return Kept(history, last), None


async def _cut(db: Database, workspace_id: str, account: str, start: datetime) -> None:
    table = db.tables.readings
    async with db.writing() as connection:
        gone = await connection.execute(delete(table).where(_of(table, workspace_id, account), table.c.at >= start))
    _log.error("readings could not be read and are deleted", workspace=workspace_id, rows=gone.rowcount)


def _thinned(rows: list[Packed], kept: list[datetime]) -> tuple[list[datetime], list[Packed]]:
    """Return the moments to delete, and the rows to change."""
    gone = sorted({row.at for row in rows}.difference(kept))
    return gone, [row for row, changed in packing.merge(rows, kept) if changed] if kept else []


async def _add(db: Database, workspace_id: str, account: str, rows: list[Packed], after: datetime | None) -> bool:
    table = db.tables.readings
    place = {"workspace_id": workspace_id, "account": account}
    async with db.writing() as connection:
        if not await lock(db, connection, workspace_id):
            return False
        last = select(func.max(table.c.at)).where(_of(table, workspace_id, account))
        if await connection.scalar(last) != after:
            return False
        return await add_new(connection, table, [{**place, **row._asdict()} for row in rows]) > 0


async def _rows(db: Database, workspace_id: str, account: str) -> list[Packed]:
    """Return the packed readings, a few at a time, so that no other query waits long. Raise StoreUnavailable."""
    table = db.tables.readings
    mine = _of(table, workspace_id, account)
    query = select(table.c.at, table.c.packed, table.c.coarse).where(mine).order_by(table.c.at).limit(_AT_ONCE)
    for _ in range(_TRIES):
        rows: list[Packed] = []
        while True:
            async with db.reading() as connection:
                found = (await connection.execute(query.where(table.c.at > rows[-1].at) if rows else query)).all()
                rows += [Packed(*row) for row in found]
                if len(found) == _AT_ONCE:
                    continue
                there = select(func.count()).where(mine, table.c.at <= rows[-1].at) if rows else None
                if there is None or await connection.scalar(there) == len(rows):
                    return rows
            break  # they were thinned meanwhile: what was read does not fit together
    raise StoreUnavailable("the readings were changed while they were read")


def _of(table: Table, workspace_id: str, account: str) -> ColumnElement[bool]:
    return (table.c.workspace_id == workspace_id) & (table.c.account == account)


async def lock(db: Database, connection: AsyncConnection, workspace_id: str) -> bool:
    """Lock the workspace's row, and return whether its readings may be kept. Nobody else writes them until the end.

    They may not when there is no such workspace any more, or when a manager switched readings off.
    """
    table, chosen = db.tables.workspaces, db.tables.preferences
    locked = select(table.c.id).where(table.c.id == workspace_id).with_for_update()
    if await connection.scalar(locked) is None:
        return False
    # Only now: whoever saves settings holds the same lock.
    is_on = select(chosen.c.readings).where(chosen.c.workspace_id == workspace_id)
    return await connection.scalar(is_on) is not False
