"""Begin to post a delivery: only one of a digest at a time, and only one that was compared with the last one."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, Update, bindparam, exists, select, update

from bot.digests.digest import Delivery
from bot.errors import StoreUnavailable
from bot.store.baselines import baseline, compared
from bot.store.database import Database
from bot.store.deliveries import Packed
from bot.store.tables import Tables, built_once


async def begin(
    db: Database, delivery: Delivery, packed: Packed, seen: datetime | None, compares_from: datetime | None = None
) -> bool | None:
    """Move a delivery from `due` to `posting`, with its token. Only the caller that gets True may post.

    Return False when the row has moved on. Return None when the message must be composed again: another delivery of
    this digest is being posted, or the one to compare with (`baseline`) was not sent at `seen`, so this message was
    compared with another one. Also when the digest is of other campaigns or elsewhere since it was read, with
    `compares_from`.
    """
    tables, begun = db.tables, False
    values = {**packed._asdict(), "state": "posting", "token": delivery.token, "channel_id": delivery.channel_id}
    among = {**compared(delivery.digest_id, delivery.channel_id), "run": delivery.id, "seen": seen}
    try:
        async with db.writing() as connection:
            found = (await connection.execute(_locked(tables), {"of_digest": delivery.digest_id})).first()
            if found is None or found.compares_from != compares_from:
                return None
            # In a statement of its own: one that waits for the lock does not see what was written meanwhile.
            changed = await connection.execute(_begin(tables), {**among, "made": delivery.attempt, **values})
            begun = changed.rowcount > 0
            if not begun and not await connection.scalar(select(_is_alone(tables)), among):
                return None
    except StoreUnavailable as error:
        if not (begun and error.is_unclear):
            raise
        return await _is_posting(db, delivery)
    return begun


@built_once
def _locked(tables: Tables) -> Select[tuple[datetime]]:
    """Select when a digest began anew, and lock it: one delivery of a digest at a time may begin."""
    table = tables.digests
    return select(table.c.compares_from).where(table.c.id == bindparam("of_digest")).with_for_update()


@built_once
def _begin(tables: Tables) -> Update:
    """Change a delivery that is still due and alone. It is run with the new values, too."""
    table = tables.deliveries
    mine = (table.c.id == bindparam("run")) & (table.c.state == "due") & (table.c.attempt == bindparam("made"))
    return update(table).where(mine, _is_alone(tables))


@built_once
def _is_alone(tables: Tables) -> ColumnElement[bool]:
    """Return the condition that no other delivery of its digest is being posted or was sent after `seen`."""
    other = tables.beside
    of_digest = other.c.digest_id == bindparam("of_digest")
    posting = of_digest & (other.c.id != bindparam("run")) & (other.c.state == "posting")
    last = baseline(tables, other).with_only_columns(other.c.ended_at)
    return ~exists().where(posting) & last.scalar_subquery().is_not_distinct_from(bindparam("seen"))


async def _is_posting(db: Database, delivery: Delivery) -> bool:
    """Return whether a delivery was moved to `posting` by this attempt, though the database did not say so."""
    table = db.tables.deliveries
    begun = (table.c.state == "posting") & (table.c.token == delivery.token) & (table.c.attempt == delivery.attempt)
    async with db.reading() as connection:
        return await connection.scalar(select(table.c.id).where(table.c.id == delivery.id, begun)) is not None
