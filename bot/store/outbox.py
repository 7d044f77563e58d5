"""Move what is due from the digests into the ledger, and from the ledger into the queue, each slot once."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, select, update

from bot.digests.digest import Digest
from bot.digests.due import Due, Ticket
from bot.store.database import Database
from bot.store.deliveries import RUNNING, new_row
from bot.store.digest_rows import digest_of, rows, there
from bot.store.upsert import add_new

_LATER = timedelta(hours=1)  # until a digest that cannot be read is tried again
_log = structlog.get_logger("digests")


async def take_due(
    db: Database, now: datetime, lease: datetime, decide: Callable[[Digest, datetime], Due], most: int = 100
) -> tuple[int, list[Ticket]]:
    """Write what is due into the ledger and set when those digests are due next, all in one transaction.

    Return how many digests were due, at most `most`, and the tickets to put into the queue, leased until `lease`.
    Any number of replicas may do this at the same time: each skips the digests that another one is working on.
    """
    table = db.tables.digests
    due = rows(db.tables).where(table.c.next_due <= now, there(db.tables)).order_by(table.c.next_due).limit(most)
    async with db.writing() as connection:
        found = (await connection.execute(due.with_for_update(skip_locked=True, of=table))).all()
        decided = [(row.id, _decided(row, now, decide)) for row in found]
        new = [new_row(one, lease) for _, what in decided for one in what.deliveries]
        await add_new(connection, db.tables.deliveries, new)
        for which, some in ((True, _moved(decided, resumed=True)), (False, _moved(decided, resumed=False))):
            if some:
                await connection.execute(_move(db, resumed=which), some)
    return len(found), [_ticket(row) for row in new if row["state"] == "due"]


async def lease(db: Database, now: datetime, until: datetime, most: int = 100) -> list[Ticket]:
    """Lease up to `most` due attempts that are not in the queue. Nobody else gets them until `until`."""
    table = db.tables.deliveries
    free = table.c.handed_at.is_(None) & (table.c.leased_until.is_(None) | (table.c.leased_until <= now))
    waiting = select(table.c.id, table.c.attempt, table.c.workspace_id).where(
        table.c.state.in_(RUNNING), table.c.try_at <= now, free
    )
    async with db.writing() as connection:
        found = (
            await connection.execute(waiting.order_by(table.c.try_at).limit(most).with_for_update(skip_locked=True))
        ).all()
        ids = [row.id for row in found]
        await connection.execute(update(table).where(table.c.id.in_(ids)).values(leased_until=until))
    return [Ticket(row.id, row.attempt, row.workspace_id) for row in found]


async def mark_queued(db: Database, tickets: Iterable[Ticket], now: datetime) -> None:
    """Record that these tickets are in the queue."""
    table = db.tables.deliveries
    some = [{"run": one.run, "tried": one.attempt} for one in tickets]
    if some:
        same = (table.c.id == bindparam("run")) & (table.c.attempt == bindparam("tried"))
        async with db.writing() as connection:
            await connection.execute(update(table).where(same).values(handed_at=now), some)


async def retry_lost(db: Database, before: datetime, now: datetime) -> int:
    """Start a new attempt for deliveries that were queued before `before` and have not ended. Return how many."""
    table = db.tables.deliveries
    lost = table.c.state.in_(RUNNING) & (table.c.handed_at <= before)
    again = {"attempt": table.c.attempt + 1, "handed_at": None, "leased_until": None, "try_at": now}
    async with db.writing() as connection:
        return (await connection.execute(update(table).where(lost).values(**again))).rowcount


def _decided(row: Any, now: datetime, decide: Callable[[Digest, datetime], Due]) -> Due:  # Any: a row of `rows`
    """Decide about one digest. Put off one that cannot be read (an unknown zone, say), to let the others go on."""
    try:
        return decide(digest_of(row), now)
    except (ValueError, KeyError, TypeError) as error:
        _log.error("a digest cannot be read", digest=row.id, error=type(error).__name__)
        return Due((), now + _LATER)


def _ticket(row: dict[str, Any]) -> Ticket:  # Any: as above
    return Ticket(row["id"], row["attempt"], row["workspace_id"])


def _moved(decided: list[tuple[str, Due]], *, resumed: bool) -> list[dict[str, Any]]:  # Any: as above
    return [{"which": id_, "then": due.next_due} for id_, due in decided if due.resumed is resumed]


def _move(db: Database, *, resumed: bool) -> Any:  # Any: a statement
    table = db.tables.digests
    over = {"paused_since": None, "paused_until": None, "pause_why": None, "paused_by": None, "pause_detail": None}
    moved = update(table).where(table.c.id == bindparam("which"))
    return moved.values(next_due=bindparam("then"), **(over if resumed else {}))
