"""Store when each workspace is read next, and which replica reads it: a row for each, with a lease."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, func, or_, select, update

from bot.store.database import Database
from bot.store.tables import Tables
from bot.store.upsert import add_new

USED_WITHIN = timedelta(days=7)  # since somebody looked a campaign up: without that or a digest nothing is read


@dataclass(frozen=True, slots=True)
class Turn:
    """A workspace that one replica is to read now."""

    workspace_id: str
    enterprise_id: str | None
    next_due: datetime  # when it was due; it is later by now when it waited for the key's budget
    replica: str


@dataclass(frozen=True, slots=True)
class State:
    """What became of the readings of a workspace."""

    workspace_id: str
    on: bool  # False: a manager switched them off
    read_at: datetime | None
    gaps: int
    failing_since: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class News:
    """What a reading says about an outage, which is logged once for all workspaces and replicas."""

    began: bool = False  # no other workspace failed for this reason
    over: str = ""  # the reason for which now none fails any more; empty: nothing is over


async def add_missing(db: Database, now: datetime, first: Callable[[str], datetime], own: str | None) -> int:
    """Add a row for each workspace that is to be read and has none, due at `first` of its id. Return how many.

    `own` is the workspace that has the API key of the environment.
    """
    tables = db.tables
    there = select(tables.reading_turns.c.workspace_id)
    new = select(tables.workspaces.c.id).where(_to_read(tables, now, own), tables.workspaces.c.id.not_in(there))
    async with db.reading() as connection:
        ids = (await connection.execute(new)).scalars().all()
    if not ids:
        return 0
    async with db.writing() as connection:
        locked = select(tables.workspaces.c.id).where(tables.workspaces.c.id.in_(ids)).with_for_update()
        await connection.execute(locked.order_by(tables.workspaces.c.id))
        on = select(tables.workspaces.c.id).where(tables.workspaces.c.id.in_(ids), _switched_on(tables))
        still = (await connection.execute(on)).scalars().all()  # only now: whoever saves settings holds the same lock
        return await add_new(connection, tables.reading_turns, [_new(one, first(one)) for one in still])


async def take_due(
    db: Database, now: datetime, until: datetime, replica: str, own: str | None, most: int
) -> list[Turn]:
    """Lease up to `most` workspaces that are due to this replica. Nobody else gets them until `until`."""
    tables, table = db.tables, db.tables.reading_turns
    free = or_(table.c.leased_until.is_(None), table.c.leased_until <= now)
    due = (
        select(table.c.workspace_id, tables.workspaces.c.enterprise_id, table.c.next_due)
        .join(tables.workspaces)
        .where(table.c.try_at <= now, free, _to_read(tables, now, own))
        .order_by(table.c.try_at)
        .limit(most)
    )
    async with db.reading() as connection:  # nothing is written as long as nothing is due
        if (await connection.execute(due)).first() is None:
            return []
    async with db.writing() as connection:
        found = (await connection.execute(due.with_for_update(skip_locked=True, of=table))).all()
        mine = table.c.workspace_id.in_([row.workspace_id for row in found])
        await connection.execute(update(table).where(mine).values(leased_until=until, replica=replica))
    return [Turn(row.workspace_id, row.enterprise_id, row.next_due, replica) for row in found]


async def put_off(db: Database, turn: Turn, try_at: datetime) -> None:
    """Hand a turn back, to be tried again at `try_at` by any replica."""
    async with db.writing() as connection:
        await connection.execute(_mine(db, turn).values(try_at=try_at, leased_until=None, replica=None))


async def hand_back(db: Database, replica: str) -> None:
    """Hand back all turns of a replica that ends."""
    table = db.tables.reading_turns
    async with db.writing() as connection:
        mine = update(table).where(table.c.replica == replica)
        await connection.execute(mine.values(leased_until=None, replica=None))


async def finish(db: Database, turn: Turn, now: datetime, next_due: datetime, why: str, since: datetime) -> News:
    """Note what became of a turn: read, or failed for the reason `why`. The workspace is due again at `next_due`.

    Rows that were not tried since `since` do not count as failing: nobody reads those workspaces any more.
    """
    table = db.tables.reading_turns
    then = {"next_due": next_due, "try_at": next_due, "leased_until": None, "replica": None, "tried_at": now}
    async with db.writing() as connection:
        mine = select(table.c.failing_since, table.c.why).where(table.c.workspace_id == turn.workspace_id)
        before = (await connection.execute(mine.with_for_update())).first()
        if before is None:  # switched off, or uninstalled
            return News()
        failing = {"why": why, "failing_since": before.failing_since or now, "gaps": table.c.gaps + 1}
        outcome = failing if why else {"why": "", "failing_since": None}
        await connection.execute(_mine(db, turn).values(**then, **outcome))
        counted = select(table.c.why, func.count()).where(table.c.why.in_([why, before.why]), table.c.why != "")
        alike = (await connection.execute(counted.where(table.c.tried_at >= since).group_by(table.c.why))).all()
    left = {row[0]: row[1] for row in alike}
    over = before.why if before.why and before.why != why and not left.get(before.why) else ""
    return News(began=bool(why) and before.why != why and left.get(why) == 1, over=over)


async def note_read(db: Database, workspace_id: str, at: datetime, *, whole: bool) -> None:
    """Note when a workspace was read, and whether the whole list was."""
    table = db.tables.reading_turns
    more = {"whole_at": at} if whole else {}
    async with db.writing() as connection:
        await connection.execute(update(table).where(table.c.workspace_id == workspace_id).values(read_at=at, **more))


async def whole_at(db: Database, workspace_id: str) -> datetime | None:
    """Return when the whole list of a workspace was read last; None: not yet."""
    table = db.tables.reading_turns
    async with db.reading() as connection:
        found: datetime | None = await connection.scalar(
            select(table.c.whole_at).where(table.c.workspace_id == workspace_id)
        )
    return found


async def states(db: Database) -> list[State]:
    """Return the state of each workspace that has a turn, or switched readings off, sorted by id."""
    table, id_ = db.tables.reading_turns, db.tables.workspaces.c.id
    on = _switched_on(db.tables)
    query = select(id_, on, table.c.read_at, table.c.gaps, table.c.failing_since, table.c.why).outerjoin(table)
    async with db.reading() as connection:
        rows = (await connection.execute(query.where(or_(table.c.gaps.is_not(None), ~on)).order_by(id_))).all()
    return [State(row[0], bool(row[1]), row.read_at, row.gaps or 0, row.failing_since, row.why or "") for row in rows]


async def health(db: Database, now: datetime, own: str | None) -> tuple[datetime | None, int]:
    """Return the oldest of the last readings of all workspaces that are to be read, and how many fail now.

    A workspace that was never read counts from its first turn on. One whose key careCycle refuses only counts as
    failing: nothing is read there until somebody sets another key. `own` is as in `add_missing`.
    """
    tables, table = db.tables, db.tables.reading_turns
    oldest = select(func.min(func.coalesce(table.c.read_at, table.c.next_due))).join(tables.workspaces)
    failing = select(func.count()).select_from(table).join(tables.workspaces).where(table.c.failing_since.is_not(None))
    async with db.reading() as connection:
        since: datetime | None = await connection.scalar(oldest.where(_to_read(tables, now, own)))
        count = await connection.scalar(failing.where(_used(tables, now)))
    return since, count or 0


def _mine(db: Database, turn: Turn) -> Update:
    table = db.tables.reading_turns
    return update(table).where(table.c.workspace_id == turn.workspace_id, table.c.replica == turn.replica)


def _new(workspace_id: str, due: datetime) -> dict[str, object]:
    return {"workspace_id": workspace_id, "next_due": due, "try_at": due, "why": "", "gaps": 0}


def _switched_on(tables: Tables) -> ColumnElement[bool]:
    table = tables.preferences
    off = select(table.c.workspace_id).where(
        table.c.workspace_id == tables.workspaces.c.id, table.c.readings.is_(False)
    )
    return ~off.exists()


def _to_read(tables: Tables, now: datetime, own: str | None) -> ColumnElement[bool]:
    """Return the condition on `workspaces`: it can be read, somebody uses what is read, and nobody switched it off."""
    id_, key = tables.workspaces.c.id, tables.connections
    keyed = select(key.c.workspace_id).where(key.c.workspace_id == id_, key.c.broken_at.is_(None)).exists()
    return or_(keyed, id_ == own) & _used(tables, now) & _switched_on(tables)


def _used(tables: Tables, now: datetime) -> ColumnElement[bool]:
    id_, lookups = tables.workspaces.c.id, tables.lookups
    digests = select(tables.digests.c.id).where(tables.digests.c.workspace_id == id_).exists()
    lately = (lookups.c.workspace_id == id_) & (lookups.c.at > now - USED_WITHIN)
    return or_(digests, select(lookups.c.workspace_id).where(lately).exists())
