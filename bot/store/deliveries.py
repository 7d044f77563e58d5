"""Store the ledger: a row for every slot and every *Send now*, written before anything is sent, and its outcome.

A row goes `due` → `posting` → `sent`. From `due` it may also go to `skipped` or `failed`. From `posting` it may go
back to `due` (Slack does not have the message), to `failed`, or to `unconfirmed` (nobody knows whether Slack has it).
What people do to a row that is over is in `by_hand.py`.

Every step of an attempt checks that the row still has its attempt number, and while `posting` also its token. So only
one of two processes succeeds, even when one of them was wrongly thought dead. `sent` is recorded from any state,
because it is true whoever reports it.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, Update, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests.digest import Delivery, Digest, State
from bot.errors import DigestGone
from bot.records import AuditEntry
from bot.store import audit, pauses
from bot.store.database import Database
from bot.store.digest_rows import digest_of, rows, there
from bot.store.tables import Tables, built_once
from bot.store.upsert import add_new

RUNNING: tuple[State, ...] = ("due", "posting")
# Nobody works on the attempt (`delivery_claims.py`). The version before leases a row, and then puts it into its queue.
FREE: dict[str, Any] = {"claimed_by": None, "handed_at": None, "leased_until": None}  # Any: a column's own type
LIGHT = ("id", "digest_id", "workspace_id", "kind", "due", "wanted_at", "state", "channel_id", "asked_by", "reason",
          "try_at", "attempt", "token", "ts", "ended_at")  # fmt: skip


class Packed(NamedTuple):
    """The numbers of a delivery that the ledger keeps."""

    snapshot: bytes  # made by `pack` in `bot/digests/snapshot.py`
    gained: int | None  # calls since the delivery before; None when unknown


async def add(db: Database, delivery: Delivery, not_since: datetime, entry: AuditEntry | None = None) -> bool:
    """Add a delivery requested by a person, with `entry` as the audit entry.

    Return False when one was requested after `not_since` (a double click). Raise DigestGone when its digest was deleted
    meanwhile.
    """
    table, digests = db.tables.deliveries, db.tables.digests
    same = (table.c.digest_id == delivery.digest_id) & (table.c.kind == delivery.kind)
    async with db.writing() as connection:
        if entry:
            await audit.lock(db, connection, entry.workspace_id)  # before the digest: the same order everywhere
        of = select(digests.c.id).where(digests.c.id == delivery.digest_id, there(db.tables)).with_for_update()
        if await connection.scalar(of) is None:
            raise DigestGone
        if await connection.scalar(select(table.c.id).where(same, table.c.wanted_at > not_since).limit(1)):
            return False
        added = await add_new(connection, table, [new_row(delivery)]) > 0
        if added and entry:
            await audit.add(db, connection, entry, None)
    return added


async def read(db: Database, run: str) -> tuple[Delivery, Digest] | None:
    """Return a delivery, without its snapshot, and its digest. Return None when either does not exist."""
    table, query = db.tables.deliveries, rows(db.tables)
    async with db.reading() as connection:
        row = (await connection.execute(select(*light(db)).where(table.c.id == run))).first()
        if row is None:
            return None
        of = (await connection.execute(query.where(db.tables.digests.c.id == row.digest_id))).first()
        return (delivery_of(row), digest_of(of)) if of else None  # deleted between the two queries


async def sent(db: Database, delivery: Delivery, ts: str, now: datetime) -> bool:
    """Mark a delivery `sent`, whatever its state. Return False when it was already. `ts` is Slack's message id.

    One that a person asked for after a failure had paused its digest ends that pause: it arrived, so nothing stops it.
    """
    values = {"state": "sent", "ts": ts, "channel_id": delivery.channel_id, "ended_at": now}
    async with db.writing() as connection:
        if delivery.is_asked_for:
            await audit.lock(db, connection, delivery.workspace_id)  # before the row: the same order everywhere
            await pauses.end_disproved_in(db, connection, delivery, now)
        return (await connection.execute(_not_sent(db.tables), {"run": delivery.id, **values})).rowcount > 0


@built_once
def _not_sent(tables: Tables) -> Update:
    """Change a delivery that is not sent. It is run with the new values, too."""
    table = tables.deliveries
    return update(table).where(table.c.id == bindparam("run"), table.c.state != "sent")


async def note_no_details(db: Database, delivery: Delivery) -> None:
    """Keep with a delivery that was sent that details are missing in its thread."""
    table = db.tables.deliveries
    async with db.writing() as connection:
        await connection.execute(update(table).where(table.c.id == delivery.id).values(reason="no_details"))


async def end(db: Database, delivery: Delivery, state: State, reason: str, now: datetime) -> bool:
    """Move a delivery to `skipped`, `failed` or `unconfirmed`. Return False when it has ended or moved on."""
    by = {"asked_by": delivery.asked_by} if reason == "paused" else {}  # who paused it
    return await _change(db, delivery, {**ended(state, reason, now), **by})


async def postpone(db: Database, delivery: Delivery, reason: str, try_at: datetime) -> bool:
    """Put a delivery back to `due`, with its next attempt at `try_at`. Return False when it has ended or moved on."""
    return await _change(db, delivery, {"state": "due", "token": None, **_next(delivery, reason, try_at)})


async def look_later(db: Database, delivery: Delivery, try_at: datetime) -> bool:
    """Keep a delivery `posting`: its next attempt, at `try_at`, looks up whether Slack has the message."""
    return await _change(db, delivery, _next(delivery, "unconfirmed", try_at))


async def history(db: Database, digest_id: str, most: int = 30) -> list[Delivery]:
    """Return the last `most` deliveries of a digest, newest first, without snapshots."""
    async with db.reading() as connection:
        return await history_in(connection, db.tables, digest_id, most)


async def history_in(connection: AsyncConnection, tables: Tables, digest_id: str, most: int) -> list[Delivery]:
    """Return the same as `history`, in the caller's transaction."""
    found = await connection.execute(_history(tables), {"of_digest": digest_id, "most": most})
    return [delivery_of(row) for row in found.all()]


async def newest(db: Database, most: int, workspace_id: str | None = None) -> list[Delivery]:
    """Return the last `most` deliveries of a workspace, or of all, newest first, without snapshots."""
    query = _newest_first(db.tables).limit(most)
    if workspace_id is not None:
        query = query.where(db.tables.deliveries.c.workspace_id == workspace_id)
    async with db.reading() as connection:
        return [delivery_of(row) for row in (await connection.execute(query)).all()]


async def purge(db: Database, before: datetime) -> int:
    """Delete the deliveries that ended before `before`. Return how many."""
    table = db.tables.deliveries
    async with db.writing() as connection:
        return (await connection.execute(delete(table).where(table.c.ended_at < before))).rowcount


@built_once
def _history(tables: Tables) -> Select[Any]:  # Any: rows of `light`
    return _newest_first(tables).where(tables.deliveries.c.digest_id == bindparam("of_digest")).limit(bindparam("most"))


def _newest_first(tables: Tables) -> Select[Any]:  # Any: as above
    table = tables.deliveries
    return select(*(table.c[name] for name in LIGHT)).order_by(table.c.due.desc(), table.c.id.desc())


async def _change(db: Database, delivery: Delivery, values: dict[str, Any]) -> bool:  # Any: a column's own type
    """Change the row unless it has ended, or has moved on since `delivery` was read. Return whether it was changed."""
    async with db.writing() as connection:
        return await change_in(connection, db.tables.deliveries, delivery, values)


async def change_in(
    connection: AsyncConnection,
    table: Table,
    delivery: Delivery,
    values: dict[str, Any],  # Any: as above
) -> bool:
    """Change the row like `_change`, in the caller's transaction."""
    state, token = table.c.state, table.c.token
    started = (state == "posting") & (token == delivery.token) if delivery.state == "posting" else state == "due"
    mine = (table.c.id == delivery.id) & (table.c.attempt == delivery.attempt) & started
    return (await connection.execute(update(table).where(mine).values(**values))).rowcount > 0


def ended(state: State, reason: str, now: datetime) -> dict[str, Any]:  # Any: as above
    """Return the columns of a delivery that is over."""
    return {"state": state, "reason": reason, "ended_at": now}


def _next(delivery: Delivery, reason: str, try_at: datetime) -> dict[str, Any]:  # Any: as above
    return {"reason": reason, "try_at": try_at, "attempt": delivery.attempt + 1, **FREE}


def light(db: Database) -> list[Any]:  # Any: columns of every type
    """Return the columns that `delivery_of` reads: all but the snapshot."""
    return [db.tables.deliveries.c[name] for name in LIGHT]


def delivery_of(row: Any) -> Delivery:  # Any: a row of `light`
    """Turn a row into a delivery."""
    return Delivery(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def new_row(delivery: Delivery) -> dict[str, Any]:  # Any: as above
    """Return the row to add for a delivery."""
    return {name: getattr(delivery, name) for name in LIGHT}
