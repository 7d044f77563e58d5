"""Store which replica is doing what must be done once, and what was done, on PostgreSQL.

A claim is a lease: it ends by itself when its holder died, unless what it stands for is done by then. The lease is by
the database's clock, since the clocks of the machines may differ. For how long a deed counts is by the replica's own,
as everything that people see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import CursorResult, TextClause, text

from bot.store.database import Database

LEASE = timedelta(seconds=10)
Address = tuple[str, str | None]  # the ids of a workspace and of its organization


@dataclass(frozen=True, slots=True)
class Deed:
    """What must be done once, whichever replica is asked to. After `counts_for`, it may be done again."""

    kind: str
    address: Address  # where; deleted with that workspace
    names: tuple[str, ...]  # name it among all of its kind
    counts_for: timedelta

    @property
    def key(self) -> str:
        """Its fingerprint, which is all that is stored: nobody needs to read who did what where."""
        return fingerprint(self.kind, *self.names)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an attempt to claim a deed. `holder`, `since` and `is_done` are those of the claim that holds."""

    is_mine: bool
    holder: str
    since: datetime | None = None  # None: nobody knows, because the database was not asked or the claim just ended
    is_done: bool = False


def fingerprint(*names: str) -> str:
    """Return a fingerprint of these names, of 128 bits."""
    return sha256("\0".join(names).encode()).hexdigest()[:32]


async def take(db: Database, deed: Deed, holder: str, now: datetime) -> Taken:
    """Claim a deed for ten seconds, unless another holds it or did it. Raise StoreUnavailable, as all of these do."""
    key = {"key": deed.key}
    async with db.stating() as connection:
        mine = await connection.execute(_TAKE, {**_values(deed, holder, now), "now": now, "lease": LEASE})
        if (row := mine.first()) is not None:
            return Taken(is_mine=True, holder=holder, since=row.claimed_at)
        row = (await connection.execute(_READ, key)).first()
    return Taken(False, row.holder, row.claimed_at, row.is_done) if row else Taken(is_mine=False, holder="")


async def renew(db: Database, deed: Deed, holder: str) -> None:
    """Claim it for ten more seconds, while the work goes on."""
    await _run(db, _RENEW, key=deed.key, holder=holder, lease=LEASE)


async def finish(db: Database, deed: Deed, holder: str) -> None:
    """Note that the claimed deed is done. Do nothing when the claim was deleted meanwhile, or is another's."""
    await _run(db, _FINISH, key=deed.key, holder=holder)


async def release(db: Database, deed: Deed, holder: str) -> None:
    """Give up a claim, so that the next attempt counts at once."""
    await _run(db, _RELEASE, key=deed.key, holder=holder)


async def add_done(db: Database, deeds: Sequence[tuple[Deed, str]], now: datetime) -> None:
    """Note what was done while the database could not be asked, each with its holder. Claims of others stay."""
    if deeds:
        async with db.writing() as connection:
            await connection.execute(_ADD_DONE, [_values(deed, holder, now) for deed, holder in deeds])


async def purge(db: Database, now: datetime) -> int:
    """Delete what no longer counts. Return how many rows are gone."""
    return (await _run(db, _PURGE, now=now)).rowcount


async def _run(db: Database, statement: TextClause, **values: object) -> CursorResult[Any]:
    async with db.stating() as connection:
        return await connection.execute(statement, values)


def _values(deed: Deed, holder: str, now: datetime) -> dict[str, object]:
    workspace, organization = deed.address
    times = {"claimed_at": now, "expires_at": now + deed.counts_for}
    return {"key": deed.key, "holder": holder, "workspace": workspace, "organization": organization, **times}


# `leased_until` is null once it is done. In statements of one go, because every event runs two of them.
_TAKE = text("""
INSERT INTO claims AS held (key, workspace_id, enterprise_id, holder, claimed_at, leased_until, expires_at)
VALUES (:key, :workspace, :organization, :holder, :claimed_at, now() + :lease, :expires_at)
ON CONFLICT (key) DO UPDATE SET holder = excluded.holder, claimed_at = excluded.claimed_at,
    leased_until = excluded.leased_until, expires_at = excluded.expires_at
WHERE held.leased_until <= now() OR held.expires_at <= :now
RETURNING claimed_at
""")
_ADD_DONE = text("""
INSERT INTO claims (key, workspace_id, enterprise_id, holder, claimed_at, expires_at)
VALUES (:key, :workspace, :organization, :holder, :claimed_at, :expires_at)
ON CONFLICT (key) DO UPDATE SET leased_until = NULL WHERE claims.holder = excluded.holder
""")
_READ = text("SELECT holder, claimed_at, leased_until IS NULL AS is_done FROM claims WHERE key = :key")
_RENEW = text("""
UPDATE claims SET leased_until = now() + :lease
WHERE key = :key AND holder = :holder AND leased_until IS NOT NULL
""")
_FINISH = text("UPDATE claims SET leased_until = NULL WHERE key = :key AND holder = :holder")
_RELEASE = text("DELETE FROM claims WHERE key = :key AND holder = :holder")
_PURGE = text("DELETE FROM claims WHERE expires_at <= :now")
