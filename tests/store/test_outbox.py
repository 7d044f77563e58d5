"""What is due: every slot is taken into the ledger once, by whoever looks."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.digests.digest import Digest, Pause
from bot.digests.due import Due
from bot.store import deliveries, digests, outbox
from bot.store.database import Database
from tests.drivers.ledger import kept, one_due, take
from tests.samples.digests import NINE, NOW, audit_entry, digest, keep


async def test_what_is_due_is_in_the_ledger_and_due_again_the_next_day(db: Database) -> None:
    await keep(db, digest(), digest("d2", next_due=NINE + timedelta(hours=1)), digest("d3", next_due=None))
    assert await take(db) == 1
    assert await take(db) == 0
    row = await kept(db, "d1:2026-11-23T09:00-05:00")
    assert (row.state, row.due, row.channel_id, row.attempt) == ("due", NINE, "C0SALES", 0)
    assert [one.next_due for one in await digests.of_workspace(db)] == [
        NINE + timedelta(days=1),
        NINE + timedelta(hours=1),
        None,
    ]


async def test_many_who_look_at_once_take_every_slot_exactly_once(db: Database) -> None:
    await keep(db, *(digest(f"d{number}") for number in range(60)))

    async def one_replica() -> int:
        count = 0
        while found := await take(db, most=7):
            count += found
        return count

    assert sum(await asyncio.gather(*(one_replica() for _ in range(4)))) == 60
    taken = [row.id for row in await deliveries.newest(db, 100)]
    assert sorted(taken) == sorted(f"d{number}:2026-11-23T09:00-05:00" for number in range(60))


async def test_a_slot_that_is_in_the_ledger_stays_as_it_is(db: Database) -> None:
    run = await one_due(db)
    await deliveries.end(db, await kept(db, run), "failed", "key", NOW)
    await digests.save(db, digest(), audit_entry(), new=False)  # due at the same slot once more
    await take(db)
    assert (await kept(db, run)).state == "failed"


async def test_a_pause_that_is_over_is_taken_away_with_the_slot(db: Database) -> None:
    over = Pause(NOW - timedelta(days=1), "person", NINE - timedelta(minutes=1), "U0SAM")
    await keep(db, digest(pause=over), digest("d2", pause=Pause(NOW, "person", None, "U0SAM")))
    await take(db)
    assert [(one.id, one.pause is None) for one in await digests.of_workspace(db)] == [("d1", True), ("d2", False)]
    assert (await kept(db, "d2:2026-11-23T09:00-05:00")).reason == "paused"


async def test_a_mistake_in_one_digest_undoes_the_whole_batch(db: Database) -> None:
    await keep(db, digest())

    def broken(_: Digest, __: datetime) -> Due:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await outbox.take_due(db, NOW, broken)
    assert await take(db) == 1
