"""The ledger: a row for every slot of every digest, written before anything is sent, and what became of it.

A row goes `due` → `posting` → `sent`; from `due` also to `skipped` and `failed`, from `posting` also back to `due`
(Slack surely did not take it), to `failed`, or to `unconfirmed` (nobody knows whether Slack took it). Every change
names the state it starts from, so of two who try only one does it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select, update

from bot.figures import Snapshot
from bot.store.database import Database
from bot.store.digest_records import Delivery, Digest, State
from bot.store.digests import digest_of, rows
from bot.store.snapshots import pack
from bot.store.upsert import add_new

_RUNNING: tuple[State, ...] = ("due", "posting")
_LIGHT = ("id", "digest_id", "workspace_id", "kind", "due", "wanted_at", "state", "channel_id", "asked_by", "reason",
          "try_at", "attempt", "ts", "ended_at")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ticket:
    """One attempt at one delivery, to be put into the queue."""

    run: str
    attempt: int
    workspace_id: str


@dataclass(frozen=True, slots=True)
class Due:
    """What a due digest comes to: rows for the ledger, and when it is due next. `resumed`: its pause is over."""

    deliveries: tuple[Delivery, ...]
    next_due: datetime | None
    resumed: bool = False


async def take_due(
    db: Database, now: datetime, lease: datetime, decide: Callable[[Digest, datetime], Due], most: int = 100
) -> tuple[int, list[Ticket]]:
    """Writes what is due into the ledger and moves those digests on, all in one transaction.

    How many digests were due, at most `most`, and what is to be put into the queue, leased until `lease`.
    Any number of replicas may do this at once: a digest that one looks at is left out by the others.
    """
    table = db.tables.digests
    due = rows(db.tables).where(table.c.next_due <= now).order_by(table.c.next_due).limit(most)
    async with db.writing() as connection:
        found = (await connection.execute(due.with_for_update(skip_locked=True, of=table))).all()
        decided = [(row.id, decide(digest_of(row), now)) for row in found]
        new = [_new(one, lease) for _, what in decided for one in what.deliveries]
        await add_new(connection, db.tables.deliveries, new)
        for which, some in ((True, _moved(decided, resumed=True)), (False, _moved(decided, resumed=False))):
            if some:
                await connection.execute(_move(db, resumed=which), some)
    return len(found), [_ticket(row) for row in new if row["state"] == "due"]


async def lease(db: Database, now: datetime, until: datetime, most: int = 100) -> list[Ticket]:
    """Attempts whose time has come and which nobody has put into the queue; nobody else gets them until `until`."""
    table = db.tables.deliveries
    free = table.c.handed_at.is_(None) & (table.c.leased_until.is_(None) | (table.c.leased_until <= now))
    waiting = select(table.c.id, table.c.attempt, table.c.workspace_id).where(
        table.c.state.in_(_RUNNING), table.c.try_at <= now, free
    )
    async with db.writing() as connection:
        found = (
            await connection.execute(waiting.order_by(table.c.try_at).limit(most).with_for_update(skip_locked=True))
        ).all()
        ids = [row.id for row in found]
        await connection.execute(update(table).where(table.c.id.in_(ids)).values(leased_until=until))
    return [Ticket(row.id, row.attempt, row.workspace_id) for row in found]


async def handed(db: Database, tickets: Iterable[Ticket], now: datetime) -> None:
    """These are in the queue."""
    table = db.tables.deliveries
    some = [{"run": one.run, "tried": one.attempt} for one in tickets]
    if some:
        same = (table.c.id == bindparam("run")) & (table.c.attempt == bindparam("tried"))
        async with db.writing() as connection:
            await connection.execute(update(table).where(same).values(handed_at=now), some)


async def take_back(db: Database, before: datetime, now: datetime) -> int:
    """Attempts put into the queue before that moment and never heard of again are tried anew; how many."""
    table = db.tables.deliveries
    lost = table.c.state.in_(_RUNNING) & (table.c.handed_at <= before)
    again = {"attempt": table.c.attempt + 1, "handed_at": None, "leased_until": None, "try_at": now}
    async with db.writing() as connection:
        return (await connection.execute(update(table).where(lost).values(**again))).rowcount


async def add(db: Database, delivery: Delivery) -> bool:
    """A delivery somebody asks for (*Send now*, *Send again*); false when the same was asked for already."""
    async with db.writing() as connection:
        return await add_new(connection, db.tables.deliveries, [_new(delivery, None)]) > 0


async def read(db: Database, run: str) -> tuple[Delivery, Digest] | None:
    """A row with its digest, without the snapshot; None when the digest was deleted."""
    table, query = db.tables.deliveries, rows(db.tables)
    async with db.reading() as connection:
        row = (await connection.execute(select(*_columns(db)).where(table.c.id == run))).first()
        if row is None:
            return None
        of = (await connection.execute(query.where(db.tables.digests.c.id == row.digest_id))).first()
        return (_delivery(row), digest_of(of)) if of else None  # deleted between the two


async def begin_posting(
    db: Database, run: str, attempt: int, token: str, snapshot: Snapshot, gained: int | None
) -> bool:
    """From `due` to `posting`: whoever gets true, and nobody else, may post."""
    values = {"state": "posting", "token": token, "snapshot": pack(snapshot), "gained": gained}
    return await _change(db, run, ("due",), attempt, values)


async def sent(db: Database, run: str, ts: str, channel_id: str, now: datetime) -> bool:
    """From `posting` (or later found out, from `unconfirmed`) to `sent`; `ts` is Slack's name of the message."""
    values = {"state": "sent", "ts": ts, "channel_id": channel_id, "ended_at": now}
    return await _change(db, run, ("posting", "unconfirmed"), None, values)


async def end(db: Database, run: str, state: State, reason: str, now: datetime) -> bool:
    """From `due` or `posting` to `skipped`, `failed` or `unconfirmed`; false when somebody ended it before."""
    return await _change(db, run, _RUNNING, None, {"state": state, "reason": reason, "ended_at": now})


async def postpone(db: Database, run: str, reason: str, try_at: datetime, attempt: int) -> bool:
    """To be tried again at `try_at`: back to `due`, as the next attempt after `attempt`."""
    return await _put_off(db, run, attempt, state="due", reason=reason, try_at=try_at, token=None)


async def look_later(db: Database, run: str, try_at: datetime, attempt: int) -> bool:
    """Stays `posting`: whether Slack has the message is to be looked up at `try_at`, by the next attempt."""
    return await _put_off(db, run, attempt, state="posting", reason="unconfirmed", try_at=try_at)


async def requeue(db: Database, run: str, now: datetime, by: str | None = None) -> bool:
    """What was skipped, failed or is unconfirmed goes out after all; false when it is on its way, or sent."""
    table = db.tables.deliveries
    over: tuple[State, ...] = ("skipped", "failed", "unconfirmed")
    values = {
        "state": "due",
        "try_at": now,
        "wanted_at": now,
        "reason": "",
        "ended_at": None,
        "token": None,
        "asked_by": by,
    }
    again = {"attempt": table.c.attempt + 1, "handed_at": None, "leased_until": None}
    return await _change(db, run, over, None, {**values, **again})


async def history(db: Database, digest_id: str, most: int = 30) -> list[Delivery]:
    """The last deliveries, newest first, without snapshots."""
    return await _rows(db, db.tables.deliveries.c.digest_id == digest_id, most)


async def of_all(db: Database, most: int, workspace_id: str | None = None) -> list[Delivery]:
    """The same of a whole workspace, or of all."""
    return await _rows(db, None if workspace_id is None else db.tables.deliveries.c.workspace_id == workspace_id, most)


async def purge(db: Database, before: datetime) -> int:
    """Deletes rows that ended before that moment; how many."""
    table = db.tables.deliveries
    async with db.writing() as connection:
        return (await connection.execute(delete(table).where(table.c.ended_at < before))).rowcount


async def _put_off(db: Database, run: str, attempt: int, **values: Any) -> bool:  # Any: a column's own type
    again = {**values, "attempt": attempt + 1, "handed_at": None, "leased_until": None}
    return await _change(db, run, _RUNNING, attempt, again)


async def _rows(db: Database, which: ColumnElement[bool] | None, most: int) -> list[Delivery]:
    table = db.tables.deliveries
    query = select(*_columns(db)).order_by(table.c.due.desc(), table.c.id.desc()).limit(most)
    async with db.reading() as connection:
        found = await connection.execute(query if which is None else query.where(which))
        return [_delivery(row) for row in found.all()]


async def _change(
    db: Database,
    run: str,
    states: tuple[State, ...],
    attempt: int | None,
    values: dict[str, Any],  # Any: a column's own type
) -> bool:
    table = db.tables.deliveries
    mine = (table.c.id == run) & table.c.state.in_(states)
    if attempt is not None:
        mine &= table.c.attempt == attempt
    async with db.writing() as connection:
        return (await connection.execute(update(table).where(mine).values(**values))).rowcount > 0


def _columns(db: Database) -> list[Any]:  # Any: columns of every type
    return [db.tables.deliveries.c[name] for name in _LIGHT]


def _delivery(row: Any) -> Delivery:  # Any: a row of _LIGHT
    return Delivery(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def _new(delivery: Delivery, lease: datetime | None) -> dict[str, Any]:  # Any: as above
    kept = {name: getattr(delivery, name) for name in _LIGHT}
    return {**kept, "leased_until": lease if delivery.state == "due" else None}


def _ticket(row: dict[str, Any]) -> Ticket:  # Any: as above
    return Ticket(row["id"], row["attempt"], row["workspace_id"])


def _moved(decided: list[tuple[str, Due]], *, resumed: bool) -> list[dict[str, Any]]:  # Any: as above
    return [{"which": id_, "then": due.next_due} for id_, due in decided if due.resumed is resumed]


def _move(db: Database, *, resumed: bool) -> Any:  # Any: a statement
    table = db.tables.digests
    over = {"paused_since": None, "paused_until": None, "pause_why": None, "paused_by": None, "pause_detail": None}
    moved = update(table).where(table.c.id == bindparam("which"))
    return moved.values(next_due=bindparam("then"), **(over if resumed else {}))
