"""The ledger: a row for every slot of every digest, written before anything is sent, and what became of it.

A row goes `due` → `posting` → `sent`; from `due` also to `skipped` and `failed`, from `posting` also back to `due`
(Slack surely did not take it), to `failed`, or to `unconfirmed` (nobody knows whether Slack took it). Every change
names what it starts from: the attempt while it is `due`, the poster's token while it is `posting`. So of two who try,
one that was taken for dead among them, only one does it. That Slack took it is true whoever says so, whenever.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests.digest import Alert, Delivery, Digest, Pause, State
from bot.records import AuditEntry
from bot.store import alerts, audit, pauses
from bot.store.database import Database
from bot.store.digests import digest_of, rows
from bot.store.upsert import add_new

RUNNING: tuple[State, ...] = ("due", "posting")
_LIGHT = ("id", "digest_id", "workspace_id", "kind", "due", "wanted_at", "state", "channel_id", "asked_by", "reason",
          "try_at", "attempt", "token", "ts", "ended_at")  # fmt: skip


class Packed(NamedTuple):
    """What the ledger keeps of what a delivery showed. `gained`: calls since the one before."""

    snapshot: bytes
    gained: int | None


async def add(db: Database, delivery: Delivery, not_since: datetime) -> bool:
    """A delivery somebody asks for; false when one was asked for after `not_since`: a second click is none."""
    table, digests = db.tables.deliveries, db.tables.digests
    same = (table.c.digest_id == delivery.digest_id) & (table.c.kind == delivery.kind)
    async with db.writing() as connection:
        await connection.execute(select(digests.c.id).where(digests.c.id == delivery.digest_id).with_for_update())
        if await connection.scalar(select(table.c.id).where(same, table.c.wanted_at > not_since).limit(1)):
            return False
        return await add_new(connection, table, [new_row(delivery, None)]) > 0


async def read(db: Database, run: str) -> tuple[Delivery, Digest] | None:
    """A row with its digest, without the snapshot; None when the digest was deleted."""
    table, query = db.tables.deliveries, rows(db.tables)
    async with db.reading() as connection:
        row = (await connection.execute(select(*_columns(db)).where(table.c.id == run))).first()
        if row is None:
            return None
        of = (await connection.execute(query.where(db.tables.digests.c.id == row.digest_id))).first()
        return (_delivery(row), digest_of(of)) if of else None  # deleted between the two


async def is_superseded(db: Database, delivery: Delivery) -> bool:
    """Whether a newer slot of the same digest is in the ledger."""
    table = db.tables.deliveries
    newer = (table.c.digest_id == delivery.digest_id) & (table.c.kind == "scheduled") & (table.c.due > delivery.due)
    async with db.reading() as connection:
        return await connection.scalar(select(table.c.id).where(newer).limit(1)) is not None


async def begin_posting(db: Database, delivery: Delivery, packed: Packed, seen: datetime | None) -> bool | None:
    """From `due` to `posting`, with the token in `delivery`: whoever gets true, and nobody else, may post.

    None: the channel has got another delivery of this digest than that of `seen`, which this one is compared with, or
    is about to: it has to be composed anew.
    """
    table, digests = db.tables.deliveries, db.tables.digests
    of_digest = (table.c.digest_id == delivery.digest_id) & (table.c.id != delivery.id)
    posting = select(table.c.id).where(of_digest, table.c.state == "posting").limit(1)
    last = select(func.max(table.c.ended_at)).where(of_digest, table.c.state == "sent", _in(table, delivery.channel_id))
    values = {**packed._asdict(), "state": "posting", "token": delivery.token, "channel_id": delivery.channel_id}
    async with db.writing() as connection:
        await connection.execute(select(digests.c.id).where(digests.c.id == delivery.digest_id).with_for_update())
        if await connection.scalar(posting) or await connection.scalar(last) != seen:
            return None
        mine = (table.c.id == delivery.id) & (table.c.state == "due") & (table.c.attempt == delivery.attempt)
        return (await connection.execute(update(table).where(mine).values(**values))).rowcount > 0


async def sent(db: Database, delivery: Delivery, ts: str, now: datetime) -> bool:
    """To `sent`, from whatever others may have made of it meanwhile; `ts` is Slack's name of the message."""
    table = db.tables.deliveries
    mine = (table.c.id == delivery.id) & (table.c.state != "sent")
    values = {"state": "sent", "ts": ts, "channel_id": delivery.channel_id, "ended_at": now}
    async with db.writing() as connection:
        return (await connection.execute(update(table).where(mine).values(**values))).rowcount > 0


async def end(db: Database, delivery: Delivery, state: State, reason: str, now: datetime) -> bool:
    """To `skipped`, `failed` or `unconfirmed`; false when it is over, or somebody else's by now."""
    return await _change(db, delivery, _ended(state, reason, now))


async def end_and_tell(db: Database, delivery: Delivery, state: State, reason: str, deed: AuditEntry) -> bool:
    """The same, and who looks after the digest is to be told, all or nothing.

    One that `failed` is paused (`deed` says so), unless it is for a reason that stays: of that they were told.
    """
    digests = db.tables.digests
    async with db.writing() as connection:
        await audit.lock(db, connection, delivery.workspace_id)  # then the digest: in this order, as all others do
        await connection.execute(select(digests.c.id).where(digests.c.id == delivery.digest_id).with_for_update())
        if not await _change_in(connection, db.tables.deliveries, delivery, _ended(state, reason, deed.at)):
            return False
        pause = Pause(deed.at, "failed", detail=reason)
        if state == "unconfirmed":
            await alerts.add(db, connection, Alert(delivery.digest_id, reason, delivery.id), deed.at)
        elif await pauses.pause_in(db, connection, delivery.digest_id, pause, deed):
            await alerts.add(db, connection, Alert(delivery.digest_id, reason), deed.at)
    return True


async def postpone(db: Database, delivery: Delivery, reason: str, try_at: datetime) -> bool:
    """To be tried again at `try_at`: `due`, as the next attempt."""
    return await _change(db, delivery, {"state": "due", "token": None, **_next(delivery, reason, try_at)})


async def look_later(db: Database, delivery: Delivery, try_at: datetime) -> bool:
    """Stays `posting`: whether Slack has the message is to be looked up at `try_at`, by the next attempt."""
    return await _change(db, delivery, _next(delivery, "unconfirmed", try_at))


async def requeue(db: Database, run: str, now: datetime, by: str | None = None) -> bool:
    """What was skipped, failed or is unconfirmed goes out after all; false when it is on its way, or sent."""
    table = db.tables.deliveries
    over = table.c.state.in_(("skipped", "failed", "unconfirmed"))
    values = {"state": "due", "try_at": now, "wanted_at": now, "reason": "", "ended_at": None, "token": None}
    again = {"attempt": table.c.attempt + 1, "handed_at": None, "leased_until": None, "asked_by": by}
    async with db.writing() as connection:
        anew = update(table).where(table.c.id == run, over).values(**values, **again)
        return (await connection.execute(anew)).rowcount > 0


async def history(db: Database, digest_id: str, most: int = 30) -> list[Delivery]:
    """The last deliveries, newest first, without snapshots."""
    return await _rows(db, db.tables.deliveries.c.digest_id == digest_id, most)


async def of_all(db: Database, most: int, workspace_id: str | None = None) -> list[Delivery]:
    """The same of a whole workspace, or of all."""
    return await _rows(db, None if workspace_id is None else db.tables.deliveries.c.workspace_id == workspace_id, most)


async def purge(db: Database, before: datetime) -> int:
    """Delete rows that ended before that moment; how many."""
    table = db.tables.deliveries
    async with db.writing() as connection:
        return (await connection.execute(delete(table).where(table.c.ended_at < before))).rowcount


async def _rows(db: Database, which: ColumnElement[bool] | None, most: int) -> list[Delivery]:
    table = db.tables.deliveries
    query = select(*_columns(db)).order_by(table.c.due.desc(), table.c.id.desc()).limit(most)
    async with db.reading() as connection:
        found = await connection.execute(query if which is None else query.where(which))
        return [_delivery(row) for row in found.all()]


async def _change(db: Database, delivery: Delivery, values: dict[str, Any]) -> bool:  # Any: a column's own type
    """Changes the row unless it is over, or has gone on without this `delivery`."""
    async with db.writing() as connection:
        return await _change_in(connection, db.tables.deliveries, delivery, values)


async def _change_in(
    connection: AsyncConnection,
    table: Table,
    delivery: Delivery,
    values: dict[str, Any],  # Any: as above
) -> bool:
    state, token = table.c.state, table.c.token
    started = (state == "posting") & (token == delivery.token) if delivery.state == "posting" else state == "due"
    mine = (table.c.id == delivery.id) & (table.c.attempt == delivery.attempt) & started
    return (await connection.execute(update(table).where(mine).values(**values))).rowcount > 0


def _ended(state: State, reason: str, now: datetime) -> dict[str, Any]:  # Any: as above
    return {"state": state, "reason": reason, "ended_at": now}


def _next(delivery: Delivery, reason: str, try_at: datetime) -> dict[str, Any]:  # Any: as above
    again = {"attempt": delivery.attempt + 1, "handed_at": None, "leased_until": None}
    return {"reason": reason, "try_at": try_at, **again}


def _in(table: Table, channel_id: str) -> ColumnElement[bool]:
    return table.c.channel_id == channel_id


def _columns(db: Database) -> list[Any]:  # Any: columns of every type
    return [db.tables.deliveries.c[name] for name in _LIGHT]


def _delivery(row: Any) -> Delivery:  # Any: a row of _LIGHT
    return Delivery(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def new_row(delivery: Delivery, lease: datetime | None) -> dict[str, Any]:  # Any: as above
    """For adding it; `lease`: until then somebody is putting it into the queue."""
    kept = {name: getattr(delivery, name) for name in _LIGHT}
    return {**kept, "leased_until": lease if delivery.state == "due" else None}
