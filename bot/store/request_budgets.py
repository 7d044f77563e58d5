"""Store how many requests all replicas have sent with a careCycle key, or may still send. With PostgreSQL only.

A row is named by the key's fingerprint, and is deleted soon after it says nothing any more: it is needed for a minute,
or for as long as careCycle has asked to wait. All times are seconds since 1970 by the database's clock, or by `at`
where a test moves the time.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from json import dumps
from secrets import token_hex
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, delete, extract, func, literal, select, text, update

from bot.store import notices
from bot.store.database import Database

WINDOW = 60.0  # seconds for which a request counts
CLOSED = "gate"  # the kind of notice that says that a key must wait: its fingerprint, and the seconds
# A person waits for the commit. A crash of the server loses less than a second of what was counted.
_NOT_TO_DISK = func.set_config("synchronous_commit", "off", True)
_SPARE = 60.0  # seconds for which a row is kept longer than it says something
Json: TypeAlias = dict[str, Any]  # of the column


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one replica to send some requests until it ends. They count as if all were sent at its end."""

    id: str
    requests: int
    ends: float


@dataclass(frozen=True, slots=True)
class Use:
    """What counts against the limit of a key: when requests were sent, the leases, and until when it must wait."""

    sent: tuple[float, ...] = ()
    leases: tuple[Lease, ...] = ()
    closed_until: float = 0.0
    version: str = ""  # another one each time it is stored; empty when it is not

    def ends(self) -> list[float]:
        """Return the moments at which a request stops counting, in order, one for each."""
        leased = [one.ends for one in self.leases for _ in range(one.requests)]
        return sorted(at + WINDOW for at in (*self.sent, *leased))

    def at(self, now: float) -> "Use":
        """Return what still counts at this moment."""
        since = now - WINDOW
        leases = tuple(one for one in self.leases if one.requests and one.ends > since)
        return replace(self, sent=tuple(at for at in self.sent if at > since), leases=leases)

    def moved(self, seconds: float) -> "Use":
        """Return the same, with the times of another clock."""
        leases = tuple(Lease(one.id, one.requests, one.ends + seconds) for one in self.leases)
        sent = tuple(at + seconds for at in self.sent)
        return replace(self, sent=sent, leases=leases, closed_until=self.closed_until + seconds)


Change: TypeAlias = Callable[[Use, float], Use]


async def exchange(
    db: Database, name: str, change: Change, *, at: float | None = None, closed_for: float = 0.0
) -> tuple[Use, float]:
    """Change what counts for a key, one replica after the other. Return it as it is now, and the time.

    `change` is given what counts, and the time, which is read while nobody else can change the row. `closed_for`:
    seconds for which the key must wait, which all replicas hear. Raise StoreUnavailable.
    """
    from sqlalchemy.dialects import postgresql  # imported here, as in upsert.py

    table, now_ = db.tables.request_budgets, _now(at, func.clock_timestamp())
    first = postgresql.insert(table).values(fingerprint=name, use={}, counts_until=datetime.now(UTC))
    locked = first.on_conflict_do_update(index_elements=["fingerprint"], set_={"use": table.c.use})
    async with db.writing() as connection:
        row = (await connection.execute(locked.returning(table.c.use, now_, _NOT_TO_DISK))).one()
        now = float(row[1])
        found = _read(row[0]).at(now)
        if closed_for:
            found = replace(found, closed_until=max(found.closed_until, now + closed_for))
            await notices.notify(connection, CLOSED, f"{name} {closed_for:.3f}")
        found = replace(change(found, now), version=token_hex(4))
        written = {"use": _written(found), "counts_until": datetime.fromtimestamp(_until(found, now), UTC)}
        await connection.execute(update(table).where(table.c.fingerprint == name).values(**written))
    return found, now


async def replace_if_unchanged(
    db: Database, name: str, use: Use, *, between: tuple[float, float], at: float | None = None
) -> tuple[Use, float] | None:
    """Store what counts for a key from now on, in one round trip. Return it as `exchange` does.

    Return None, and store nothing, when the row is no longer of the version that `use` was made from, or the time is
    not `between` these two. Raise StoreUnavailable.
    """
    earliest, latest = between
    stored = replace(use, version=token_hex(4))
    values = {"name": name, "use": dumps(_written(stored)), "until": _until(stored, earliest), "version": use.version}
    async with db.stating() as connection:
        found = await connection.execute(_REPLACE, {**values, "earliest": earliest, "latest": latest, "at": at})
        row = found.first()
    return (stored, float(row[0])) if row else None


async def lately(db: Database, *, at: float | None = None) -> tuple[dict[str, Use], float]:
    """Return what counts for each key that any replica uses, by fingerprint, and the time. Raise StoreUnavailable."""
    table, now_ = db.tables.request_budgets, _now(at, func.statement_timestamp())
    counting = table.c.counts_until > func.to_timestamp(now_)
    rows = select(now_, table.c.fingerprint, table.c.use).outerjoin_from(select(1).subquery(), table, counting)
    async with db.reading() as connection:
        found = (await connection.execute(rows)).all()
    now = float(found[0][0])
    return {name: _read(use).at(now) for _, name, use in found if name}, now


async def purge(db: Database, *, at: float | None = None) -> None:
    """Delete the rows that say nothing any more. Raise StoreUnavailable."""
    table = db.tables.request_budgets
    async with db.writing() as connection:
        over = func.to_timestamp(_now(at, func.statement_timestamp()) - _SPARE)
        await connection.execute(delete(table).where(table.c.counts_until < over))


def _until(use: Use, now: float) -> float:
    """Return until when a row says something."""
    return max([*use.ends()[-1:], use.closed_until, now])


def _now(at: float | None, clock: "ColumnElement[Any]") -> "ColumnElement[Any]":
    return extract("epoch", clock) if at is None else literal(at)


def _read(use: Json) -> Use:
    leases = tuple(Lease(*one) for one in use.get("leases", ()))
    return Use(tuple(use.get("sent", ())), leases, use.get("closed_until", 0.0), use.get("version", ""))


def _written(use: Use) -> Json:
    leases = [[one.id, one.requests, one.ends] for one in use.leases]
    return {"sent": use.sent, "leases": leases, "closed_until": use.closed_until, "version": use.version}


# `earliest` and `latest` are checked before a row is waited for: who waits that long has given up.
_CLOCK = "COALESCE(CAST(:at AS double precision), EXTRACT(epoch FROM clock_timestamp())::double precision)"
_REPLACE = text(f"""
INSERT INTO request_budgets AS known (fingerprint, use, counts_until)
SELECT :name, CAST(:use AS json), to_timestamp(:until)
WHERE {_CLOCK} BETWEEN CAST(:earliest AS double precision) AND CAST(:latest AS double precision)
ON CONFLICT (fingerprint) DO UPDATE SET use = excluded.use, counts_until = excluded.counts_until
WHERE known.use ->> 'version' = :version OR known.counts_until < to_timestamp(:earliest)
RETURNING {_CLOCK}, set_config('synchronous_commit', 'off', true)
""")
