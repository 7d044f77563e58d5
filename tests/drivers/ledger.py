"""Take what is due into the ledger, and post one row of it."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.digests.digest import Delivery, Digest
from bot.digests.due import Due, Ticket, decide
from bot.digests.snapshot import pack
from bot.store import deliveries, delivery_claims, outbox, posting
from bot.store.database import Database
from bot.store.deliveries import Packed
from tests.samples.digests import NOW, SNAPSHOT, digest, keep


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def decided(one: Digest, now: datetime) -> Due:
    return decide(one, now, timedelta(hours=2))


async def take(db: Database, now: datetime = NOW, most: int = 100) -> int:
    return await outbox.take_due(db, now, decided, most)


async def claim(db: Database, now: datetime = NOW, by: str = "r1", most: int = 30, **busy: int) -> list[Ticket]:
    return (await delivery_claims.claim(db, now, by, most, busy)).tickets


async def kept(db: Database, run: str) -> Delivery:
    found = await deliveries.read(db, run)
    assert found
    return found[0]


async def begin(
    db: Database,
    row: Delivery,
    by: str = "t",
    *,
    gained: int | None = None,
    seen: datetime | None = None,
    since: datetime | None = None,
) -> Delivery | None:
    """Mark a row as being posted by `by`, and return it; None when `by` may not post it.

    `since` is what the digest compared from when it was read.
    """
    mine = replace(row, token=by)
    may = await posting.begin(db, mine, Packed(pack(SNAPSHOT), gained), seen, since)
    return replace(mine, state="posting") if may else None


async def one_due(db: Database) -> str:
    """Take one delivery into the ledger, and return its id."""
    await keep(db, digest())
    await take(db)
    return "d1:2026-11-23T09:00-05:00"
