"""What is due: every slot is taken once, by whoever looks, and put into the queue."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.digests.digest import Digest, Pause
from bot.digests.due import Due, Ticket
from bot.store import deliveries, digests, outbox
from bot.store.database import Database
from tests.drivers.ledger import LEASE, at, kept, one_due, take
from tests.samples.digests import NINE, NOW, audit_entry, delivery, digest, keep


async def test_what_is_due_is_in_the_ledger_and_due_again_the_next_day(db: Database) -> None:
    await keep(db, digest(), digest("d2", next_due=NINE + timedelta(hours=1)), digest("d3", next_due=None))
    assert await take(db) == (1, [Ticket("d1:2026-11-23T09:00-05:00", 0, "T01SUNRISE")])
    assert await take(db) == (0, [])
    row = await kept(db, "d1:2026-11-23T09:00-05:00")
    assert (row.state, row.due, row.channel_id, row.attempt) == ("due", NINE, "C0SALES", 0)
    assert [one.next_due for one in await digests.of_workspace(db)] == [
        NINE + timedelta(days=1),
        NINE + timedelta(hours=1),
        None,
    ]


async def test_many_who_look_at_once_take_every_slot_exactly_once(db: Database) -> None:
    await keep(db, *(digest(f"d{number}") for number in range(60)))

    async def one_replica() -> list[Ticket]:
        mine: list[Ticket] = []
        while (found := await take(db, most=7))[0]:
            mine += found[1]
        return mine

    taken = [ticket.run for part in await asyncio.gather(*(one_replica() for _ in range(4))) for ticket in part]
    assert sorted(taken) == sorted({f"d{number}:2026-11-23T09:00-05:00" for number in range(60)})
    assert len(await deliveries.newest(db, 100)) == 60


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
        await outbox.take_due(db, NOW, NOW + LEASE, broken)
    assert (await take(db))[0] == 1


async def test_what_was_never_put_into_the_queue_is_found_when_its_lease_is_over(db: Database) -> None:
    run = await one_due(db)
    assert await outbox.lease(db, at(29), at(59)) == []
    found = await outbox.lease(db, at(30), at(60))
    assert found == [Ticket(run, 0, "T01SUNRISE")]
    assert await outbox.lease(db, at(31), at(61)) == []  # somebody is at it
    await outbox.mark_queued(db, found, at(31))
    assert await outbox.lease(db, at(90), at(120)) == []


async def test_of_many_who_look_one_gets_what_was_left_behind(db: Database) -> None:
    await one_due(db)
    found = await asyncio.gather(*(outbox.lease(db, at(30), at(60)) for _ in range(5)))
    assert sum(map(len, found)) == 1


async def test_what_is_asked_for_now_is_found_at_once_and_a_second_click_is_none(db: Database) -> None:
    await keep(db, digest())
    clicks = (delivery(f"d1:now-{number}", wanted_at=at(number)) for number in range(3))
    assert [await deliveries.add(db, one, one.wanted_at - timedelta(seconds=10)) for one in clicks] == [
        True,
        False,
        False,
    ]
    assert await outbox.lease(db, NOW, at(30)) == [Ticket("d1:now-0", 0, "T01SUNRISE")]
    assert await deliveries.add(db, delivery("d1:now-9", wanted_at=at(11)), at(1))


async def test_what_the_queue_lost_is_tried_anew_as_another_attempt(db: Database) -> None:
    run = await one_due(db)
    await outbox.mark_queued(db, [Ticket(run, 0, "")], at(1))
    assert await outbox.retry_lost(db, at(0), at(900)) == 0
    assert await outbox.retry_lost(db, at(1), at(901)) == 1
    assert await outbox.lease(db, at(901), at(930)) == [Ticket(run, 1, "T01SUNRISE")]
    await outbox.mark_queued(db, [Ticket(run, 0, "")], at(902))  # late: it is about another attempt
    assert await outbox.lease(db, at(930), at(960)) == [Ticket(run, 1, "T01SUNRISE")]
