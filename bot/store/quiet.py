"""Store which kinds of problems of a campaign digests do not tell for a while."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.insight.problems import ProblemKind
from bot.records import AuditEntry
from bot.store import audit, notices, readings
from bot.store.database import Database
from bot.store.upsert import upsert

ENDS_AFTER = timedelta(days=1)  # of the problem's end

Place = tuple[str, ProblemKind]  # a campaign's id, and a kind of problem


class QuietRow(NamedTuple):
    """A kind of problem of a campaign that digests do not tell."""

    campaign_id: str
    kind: ProblemKind
    until: datetime
    user_id: str
    at: datetime
    note: str  # with phone numbers masked
    waiting: int | None  # customers that waited then
    problems: tuple[tuple[str, ...], ...]  # the `identity` of those that were open then
    calm_since: datetime | None = None  # since when the problem is gone

    @property
    def place(self) -> Place:
        """The campaign and the kind."""
        return self.campaign_id, self.kind

    def says_the_same(self, other: "QuietRow | None") -> bool:
        """Return whether the same person asked for the same before, of the same problems, which are not gone."""
        return other is not None and self._replace(at=other.at, waiting=other.waiting, calm_since=None) == other


async def save(
    db: Database,
    workspace_id: str,
    account: str,
    rows: Sequence[QuietRow],
    entry: AuditEntry,
    enterprise_id: str | None,
) -> bool:
    """Save these in place of those before, with an audit entry. A second click adds nothing.

    Return False when the workspace is gone, or its readings are switched off. Raise StoreUnavailable.
    """
    table = db.tables.quiet
    async with db.writing() as connection:
        if not await readings.lock(db, connection, workspace_id):
            return False
        before = await _read(connection, table, workspace_id, account)
        changed = [row for row in rows if not row.says_the_same(before.get(row.place))]
        for row in changed:
            values = {**row._asdict(), "problems": [list(one) for one in row.problems]}
            await upsert(connection, table, workspace_id=workspace_id, account=account, **values)
        if changed:
            await audit.add(db, connection, entry, enterprise_id)
            await notices.notify(connection, notices.ASSESSMENT, workspace_id)
    return True


async def lift(
    db: Database, workspace_id: str, account: str, place: Place, entry: AuditEntry, enterprise_id: str | None
) -> bool:
    """End one, with an audit entry. Return False, and change nothing, when it has ended. Raise StoreUnavailable."""
    table = db.tables.quiet
    async with db.writing() as connection:
        await audit.lock(db, connection, workspace_id)
        gone = await connection.execute(delete(table).where(_of(table, workspace_id, account), _at(table, place)))
        if gone.rowcount:
            await audit.add(db, connection, entry, enterprise_id)
            await notices.notify(connection, notices.ASSESSMENT, workspace_id)
    return bool(gone.rowcount)


async def of(db: Database, workspace_id: str, account: str) -> dict[Place, QuietRow]:
    """Return all of an account, by campaign id and kind of problem. Raise StoreUnavailable."""
    async with db.reading() as connection:
        return await _read(connection, db.tables.quiet, workspace_id, account)


async def note_reading(
    db: Database, workspace_id: str, account: str, troubled: Mapping[Place, bool], now: datetime
) -> None:
    """Note at a reading which problems are open, and whether each is worse than when a person asked for quiet.

    What is worse, gone for ENDS_AFTER, or past its end is deleted, unless a person asked for it again meanwhile. Raise
    StoreUnavailable.
    """
    rows = await of(db, workspace_id, account)
    over = [row for row in rows.values() if _is_over(row, troubled, now)]
    turned = [row for row in rows.values() if row not in over and (row.calm_since is None) != (row.place in troubled)]
    if not (over or turned):
        return
    table, mine = db.tables.quiet, _of(db.tables.quiet, workspace_id, account)
    async with db.writing() as connection:
        for row in over:
            await connection.execute(delete(table).where(mine, _at(table, row.place), table.c.at == row.at))
        for row in turned:
            since = None if row.place in troubled else now
            same = update(table).where(mine, _at(table, row.place), table.c.at == row.at)
            await connection.execute(same.values(calm_since=since))
        await notices.notify(connection, notices.ASSESSMENT, workspace_id)


def _is_over(row: QuietRow, troubled: Mapping[Place, bool], now: datetime) -> bool:
    if row.until <= now or troubled.get(row.place):
        return True
    return row.calm_since is not None and row.place not in troubled and now - row.calm_since >= ENDS_AFTER


async def _read(connection: AsyncConnection, table: Table, workspace_id: str, account: str) -> dict[Place, QuietRow]:
    columns = [table.c[name] for name in QuietRow._fields]
    rows = (await connection.execute(select(*columns).where(_of(table, workspace_id, account)))).all()
    found = (QuietRow(*row)._replace(problems=_identities(row.problems)) for row in rows)
    return {row.place: row for row in found}


def _identities(stored: Collection[Collection[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(one) for one in stored)


def _of(table: Table, workspace_id: str, account: str) -> ColumnElement[bool]:
    return (table.c.workspace_id == workspace_id) & (table.c.account == account)


def _at(table: Table, place: Place) -> ColumnElement[bool]:
    return cast("ColumnElement[bool]", (table.c.campaign_id == place[0]) & (table.c.kind == place[1]))
