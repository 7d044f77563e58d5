"""Store the lines that say in a channel that its digests are late, and find the digests that are.

A line is claimed by its row before it is posted, so any number of replicas post one. Whoever posts or changes it holds
the row until `try_at`; only after that, somebody else may take it over.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select, update

from bot.digests.digest import Digest
from bot.digests.late import AFTER, CAUSES, LateDigest, LateLine
from bot.store import deliveries
from bot.store.database import Database
from bot.store.digest_rows import readable, rows
from bot.store.upsert import add_new

_STUCK = timedelta(minutes=5)  # an attempt that was claimed longer ago, or has waited longer for that, has hung up
_AT_ONCE = 500  # ids in one query, and late digests that get their line in one go


async def late(db: Database, now: datetime, but: Collection[str]) -> list[LateDigest]:
    """Return the scheduled deliveries that are late and wait for a retry, or have hung up, the oldest first.

    Those that somebody asked for are not among them, nor those of digests in `but`, or that are paused or deleted.
    """
    table = db.tables.deliveries
    own = (table.c.kind == "scheduled") & (table.c.wanted_at == table.c.due) & (table.c.due <= now - AFTER)
    waits = table.c.reason.in_(CAUSES) & (table.c.attempt > 0) & (table.c.try_at > now)
    since = func.coalesce(table.c.handed_at, table.c.try_at)
    hangs = table.c.reason.not_in(("slack", "slack_limit")) & (since <= now - _STUCK)
    query = select(table.c.id, table.c.digest_id).where(table.c.state == "due", own, waits | hangs)
    async with db.reading() as connection:
        found = (await connection.execute(query.order_by(table.c.due))).all()
        ids = [row.id for row in found if row.digest_id not in but][:_AT_ONCE]
        rest = select(*deliveries.light(db)).where(table.c.id.in_(ids)).order_by(table.c.due)
        untold = [deliveries.delivery_of(row) for row in (await connection.execute(rest)).all()]
        of = await _digests(connection, db.tables, {one.digest_id for one in untold})
    told = [LateDigest(of[one.digest_id], one) for one in untold if one.digest_id in of]
    return [one for one in told if not (one.digest.pause and one.digest.pause.holds(one.delivery.due))]


async def lines(db: Database) -> list[LateLine]:
    """Return all lines that are not over."""
    table, workspaces = db.tables.late_lines, db.tables.workspaces
    query = select(table, workspaces.c.enterprise_id).join(workspaces, workspaces.c.id == table.c.workspace_id)
    async with db.reading() as connection:
        return [_line(row) for row in (await connection.execute(query.order_by(table.c.try_at))).all()]


async def states(db: Database, digest_ids: Collection[str]) -> dict[str, Hashable]:
    """Return by digest what of its newest scheduled delivery changes its line, without reading the digest."""
    table, found = db.tables.deliveries, dict[str, Hashable]()
    columns = (table.c.digest_id, table.c.id, table.c.state, table.c.reason, table.c.wanted_at)
    async with db.reading() as connection:
        for some in _parts(list(digest_ids)):
            rows_ = (await connection.execute(_newest(db, some, columns))).all()
            found |= {row.digest_id: tuple(row) for row in rows_}
    return found


async def told_of(db: Database, digest_ids: Collection[str]) -> dict[str, LateDigest]:
    """Return these digests, each with its newest scheduled delivery. One that was deleted is not there."""
    found: dict[str, LateDigest] = {}
    async with db.reading() as connection:
        of = await _digests(connection, db.tables, digest_ids)
        for some in _parts(list(of)):
            rows_ = (await connection.execute(_newest(db, some, deliveries.light(db)))).all()
            found |= {row.digest_id: LateDigest(of[row.digest_id], deliveries.delivery_of(row)) for row in rows_}
    return found


async def add(db: Database, line: LateLine) -> bool:
    """Add a line, and return whether this was the first to do so and its digests still wait: the caller posts it."""
    table, waiting = db.tables.late_lines, db.tables.deliveries
    still = select(waiting.c.id).where(waiting.c.state == "due", waiting.c.digest_id.in_(line.digests)).limit(1)
    async with db.writing() as connection:
        if await connection.scalar(still) is None:
            return False
        return await add_new(connection, table, [_row(line)]) > 0


async def take(db: Database, line: LateLine, token: str, until: datetime, now: datetime) -> bool:
    """Take a line over until a moment, under this token, which may be the same. Return False when somebody has it."""
    table = db.tables.late_lines
    same = _one(db, line) & (table.c.state == line.state) & (table.c.try_at <= now)
    mine = same & (table.c.token.is_(None) if line.token is None else table.c.token == line.token)
    async with db.writing() as connection:
        taken = update(table).where(mine).values(token=token, try_at=until)
        return (await connection.execute(taken)).rowcount > 0


async def keep(db: Database, line: LateLine, **values: Any) -> bool:  # Any: a column's own type
    """Change a line that was taken under `line.token`. Return False when somebody else has taken it over."""
    table = db.tables.late_lines
    async with db.writing() as connection:
        kept = update(table).where(_one(db, line), table.c.token == line.token).values(**values)
        return (await connection.execute(kept)).rowcount > 0


async def drop(db: Database, line: LateLine) -> bool:
    """Delete a line that was taken under `line.token`. Return False when somebody else has taken it over."""
    table = db.tables.late_lines
    async with db.writing() as connection:
        gone = delete(table).where(_one(db, line), table.c.token == line.token)
        return (await connection.execute(gone)).rowcount > 0


async def _digests(connection: Any, tables: Any, ids: Collection[str]) -> dict[str, Digest]:  # Any: SQLAlchemy's own
    """Return digests by id, without those that are deleted or cannot be read."""
    found: dict[str, Digest] = {}
    for some in _parts(list(ids)):
        query = rows(tables).where(tables.digests.c.id.in_(some), tables.digests.c.deleted_at.is_(None))
        found |= {one.id: one for one in readable((await connection.execute(query)).all())}
    return found


def _newest(db: Database, digest_ids: Collection[str], columns: Iterable[Any]) -> Select[Any]:  # Any: as above
    table, digests = db.tables.deliveries, db.tables.digests
    own = table.alias("own")
    scheduled = select(own.c.id).where(own.c.digest_id == digests.c.id, own.c.kind == "scheduled")
    newest = scheduled.order_by(own.c.due.desc(), own.c.id.desc()).limit(1).correlate(digests).scalar_subquery()
    joined = digests.join(table, table.c.id == newest)
    return select(*columns).select_from(joined).where(digests.c.id.in_(digest_ids))


def _parts(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]


def _one(db: Database, line: LateLine) -> ColumnElement[bool]:
    table = db.tables.late_lines
    here = (table.c.workspace_id == line.workspace_id) & (table.c.channel_id == line.channel_id)
    return here & (table.c.cause == line.cause)


def _row(line: LateLine) -> dict[str, Any]:  # Any: a column's own type
    plain = ("workspace_id", "channel_id", "cause", "at", "state", "try_at", "token", "posted_in", "ts", "said")
    return {**{name: getattr(line, name) for name in plain}, "digests": list(line.digests)}


def _line(row: Any) -> LateLine:  # Any: a row of two tables
    kept = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return LateLine(**{**kept, "digests": tuple(kept["digests"])})
