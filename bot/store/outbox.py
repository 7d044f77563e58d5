"""Move what is due from the digests into the ledger, each slot once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Select, bindparam, update

from bot.digests.digest import Digest
from bot.digests.due import Due
from bot.store.database import Database
from bot.store.deliveries import new_row
from bot.store.digest_rows import digest_of, rows, there
from bot.store.upsert import add_new

_LATER = timedelta(hours=1)  # until a digest that cannot be read is tried again
_log = structlog.get_logger("digests")


async def take_due(db: Database, now: datetime, decide: Callable[[Digest, datetime], Due], most: int = 100) -> int:
    """Write what is due into the ledger and set when those digests are due next, all in one transaction.

    Return how many digests were due, at most `most`. Any number of replicas may do this at the same time: each skips
    the digests that another one is working on.
    """
    due = _due(db, now).order_by(db.tables.digests.c.next_due).limit(most)
    async with db.reading() as connection:  # nothing is written as long as nothing is due
        if (await connection.execute(due.limit(1))).first() is None:
            return 0
    async with db.writing() as connection:
        found = (await connection.execute(due.with_for_update(skip_locked=True, of=db.tables.digests))).all()
        decided = [(row.id, _decided(row, now, decide)) for row in found]
        new = [new_row(one) for _, what in decided for one in what.deliveries]
        await add_new(connection, db.tables.deliveries, new)
        for which, some in ((True, _moved(decided, resumed=True)), (False, _moved(decided, resumed=False))):
            if some:
                await connection.execute(_move(db, resumed=which), some)
    return len(found)


def _due(db: Database, now: datetime) -> Select[Any]:  # Any: rows of every column
    return rows(db.tables).where(db.tables.digests.c.next_due <= now, there(db.tables))


def _decided(row: Any, now: datetime, decide: Callable[[Digest, datetime], Due]) -> Due:  # Any: a row of `rows`
    """Decide about one digest. Put off one that cannot be read (an unknown zone, say), to let the others go on."""
    try:
        return decide(digest_of(row), now)
    except (ValueError, KeyError, TypeError) as error:
        _log.error("a digest cannot be read", digest=row.id, error=type(error).__name__)
        return Due((), now + _LATER)


def _moved(decided: list[tuple[str, Due]], *, resumed: bool) -> list[dict[str, Any]]:  # Any: as above
    return [{"which": id_, "then": due.next_due} for id_, due in decided if due.resumed is resumed]


def _move(db: Database, *, resumed: bool) -> Any:  # Any: a statement
    table = db.tables.digests
    over = {"paused_since": None, "paused_until": None, "pause_why": None, "paused_by": None, "pause_detail": None}
    moved = update(table).where(table.c.id == bindparam("which"))
    return moved.values(next_due=bindparam("then"), **(over if resumed else {}))
