"""Claim deliveries that wait in the ledger, for one replica each, and give back what nobody works on any more.

A claim has the name of its replica. When that replica dies, any other one gives back what it had claimed.

The version before has no claims. It leases a row (`leased_until`), puts it into a queue of its own, and notes that in
`handed_at`. Whatever it has there is left to it as long as one of its replicas is alive.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all, update

from bot.digests.due import Ticket
from bot.store import replicas
from bot.store.database import Database
from bot.store.deliveries import FREE, RUNNING
from bot.store.tables import Tables

OF_A_WORKSPACE = 2  # claimed by one replica at the same time
_LOOKED_AT = 200  # rows that wait, the oldest first: of workspaces that this replica can work for


class Claimed(NamedTuple):
    """What was claimed, and whether more was waiting."""

    tickets: list[Ticket]
    more: bool = False


async def claim(
    db: Database, now: datetime, replica: str, most: int, busy: Mapping[str, int], held: Collection[str] = ()
) -> Claimed:
    """Claim up to `most` due attempts for this replica, from as many workspaces as there are. Raise StoreUnavailable.

    `busy` has the number of deliveries that it works on, by workspace: it gets no more than OF_A_WORKSPACE. `held` are
    the ids of deliveries that it has not let go of yet.
    """
    table = db.tables.deliveries
    async with db.reading() as connection:  # nothing is written as long as nothing is due
        waiting = (await connection.execute(_waiting(db.tables, now, busy))).all()
    wanted = _in_turn([(row.id, row.workspace_id) for row in waiting if row.id not in held], busy)
    if not wanted:
        return Claimed([])
    mine = select(table.c.id, table.c.attempt, table.c.workspace_id).where(
        table.c.id.in_(wanted[:most]), table.c.state.in_(RUNNING), _is_free(db.tables, now)
    )
    async with db.writing() as connection:
        found = (await connection.execute(mine.with_for_update(skip_locked=True))).all()
        ids = [row.id for row in found]
        if ids:
            taken = update(table).where(table.c.id.in_(ids))
            await connection.execute(taken.values(claimed_by=replica, handed_at=now, leased_until=None))
    return Claimed([Ticket(row.id, row.attempt, row.workspace_id) for row in found], more=len(waiting) > len(found))


async def hand_back(db: Database, replica: str, but: Collection[str] = (), *, anew: bool = False) -> int:
    """Give back what this replica has claimed, except `but`. Return how many.

    `anew`: as another attempt, since something of this one may still be under way.
    """
    table = db.tables.deliveries
    mine = (table.c.claimed_by == replica) & table.c.state.in_(RUNNING) & table.c.id.not_in(list(but))
    async with db.reading() as connection:
        if await connection.scalar(select(table.c.id).where(mine).limit(1)) is None:
            return 0
    async with db.writing() as connection:
        again = {"attempt": table.c.attempt + 1} if anew else {}
        return (await connection.execute(update(table).where(mine).values(**FREE, **again))).rowcount


async def hand_back_of_dead(db: Database, silent: timedelta) -> int:
    """Give back what replicas had claimed that have been silent for so long, as another attempt. Return how many.

    Also what replicas of the version before had in their queue, when none of them is alive.
    """
    table = db.tables.deliveries
    async with replicas.handing_back_alone(db) as connection:
        if connection is None:
            return 0
        held = table.c.state.in_(RUNNING) & table.c.handed_at.is_not(None)
        # Before `alive_in`, so that a replica that starts in between is not taken for dead.
        names = set((await connection.execute(select(table.c.claimed_by).where(held).distinct())).scalars())
        alive = await replicas.alive_in(connection, db.tables, silent)
        dead = names - alive.claiming - ({None} if alive.before else set())
        if not dead:
            return 0
        theirs = table.c.claimed_by.in_(dead - {None})
        again = update(table).where(held, theirs | table.c.claimed_by.is_(None) if None in dead else theirs)
        return (await connection.execute(again.values(**FREE, attempt=table.c.attempt + 1))).rowcount


def _in_turn(waiting: Sequence[tuple[str, str]], busy: Mapping[str, int]) -> list[str]:
    """Order the ids of waiting rows: first one of each workspace, then a second one, and no more than it may get."""
    seen, turns = Counter(busy), [list[str]() for _ in range(OF_A_WORKSPACE)]
    for id_, workspace_id in waiting:
        if seen[workspace_id] < OF_A_WORKSPACE:
            turns[seen[workspace_id]].append(id_)
        seen[workspace_id] += 1
    return [id_ for turn in turns for id_ in turn]


def _waiting(tables: Tables, now: datetime, busy: Mapping[str, int]) -> Select[Any]:  # Any: rows of text
    """Select the oldest rows that wait, of workspaces that may get more, with their workspaces."""
    table = tables.deliveries
    full = [workspace_id for workspace_id, count in busy.items() if count >= OF_A_WORKSPACE]
    free = and_(table.c.try_at <= now, _is_free(tables, now), table.c.workspace_id.not_in(full))
    columns = (table.c.id, table.c.workspace_id, table.c.try_at)
    # Of each state by itself: their index then gives the oldest rows, and the others are not read.
    some = [select(*columns).where(table.c.state == state, free).order_by(table.c.try_at) for state in RUNNING]
    both = union_all(*(select(one.limit(_LOOKED_AT).subquery()) for one in some)).subquery()
    return select(both.c.id, both.c.workspace_id).order_by(both.c.try_at, both.c.id)


def _is_free(tables: Tables, now: datetime) -> ColumnElement[bool]:
    """Return the condition that nobody works on a delivery, and that no replica of the version before leases it."""
    table = tables.deliveries
    return table.c.handed_at.is_(None) & or_(table.c.leased_until.is_(None), table.c.leased_until <= now)
