"""The ledger: every slot is taken once, by whoever tries, and every change is made by one."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from digest_samples import NINE, NOW, SNAPSHOT, deed, delivery, digest, keep

from bot.digests.due import decide
from bot.store import delivered, deliveries, digests
from bot.store.database import Database
from bot.store.deliveries import Ticket
from bot.store.digest_records import Delivery, Digest, Pause, State

LEASE = timedelta(seconds=30)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def decided(one: Digest, now: datetime) -> deliveries.Due:
    return decide(one, now, timedelta(hours=2))


async def take(db: Database, now: datetime = NOW, most: int = 100) -> tuple[int, list[Ticket]]:
    return await deliveries.take_due(db, now, now + LEASE, decided, most)


async def kept(db: Database, run: str) -> Delivery:
    found = await deliveries.read(db, run)
    assert found
    return found[0]


async def one_due(db: Database) -> str:
    """A delivery on its way."""
    await keep(db, digest())
    await take(db)
    return "d1:2026-11-23T09:00"


async def test_what_is_due_is_in_the_ledger_and_due_again_the_next_day(db: Database) -> None:
    await keep(db, digest(), digest("d2", next_due=NINE + timedelta(hours=1)), digest("d3", next_due=None))
    assert await take(db) == (1, [Ticket("d1:2026-11-23T09:00", 0, "T01SUNRISE")])
    assert await take(db) == (0, [])
    row = await kept(db, "d1:2026-11-23T09:00")
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
    assert sorted(taken) == sorted({f"d{number}:2026-11-23T09:00" for number in range(60)})
    assert len(await deliveries.of_all(db, 100)) == 60


async def test_a_slot_that_is_in_the_ledger_stays_as_it_is(db: Database) -> None:
    run = await one_due(db)
    await deliveries.end(db, run, "failed", "key", NOW)
    await digests.save(db, digest(), deed(), new=False)  # due at the same slot once more
    await take(db)
    assert (await kept(db, run)).state == "failed"


async def test_a_pause_that_is_over_is_taken_away_with_the_slot(db: Database) -> None:
    over = Pause(NOW - timedelta(days=1), "person", NINE - timedelta(minutes=1), "U0SAM")
    await keep(db, digest(pause=over), digest("d2", pause=Pause(NOW, "person", None, "U0SAM")))
    await take(db)
    assert [(one.id, one.pause is None) for one in await digests.of_workspace(db)] == [("d1", True), ("d2", False)]
    assert (await kept(db, "d2:2026-11-23T09:00")).reason == "paused"


async def test_a_mistake_in_one_digest_undoes_the_whole_batch(db: Database) -> None:
    await keep(db, digest())

    def broken(_: Digest, __: datetime) -> deliveries.Due:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await deliveries.take_due(db, NOW, NOW + LEASE, broken)
    assert (await take(db))[0] == 1


async def test_what_was_never_put_into_the_queue_is_found_when_its_lease_is_over(db: Database) -> None:
    run = await one_due(db)
    assert await deliveries.lease(db, at(29), at(59)) == []
    found = await deliveries.lease(db, at(30), at(60))
    assert found == [Ticket(run, 0, "T01SUNRISE")]
    assert await deliveries.lease(db, at(31), at(61)) == []  # somebody is at it
    await deliveries.handed(db, found, at(31))
    assert await deliveries.lease(db, at(90), at(120)) == []


async def test_of_many_who_look_one_gets_what_was_left_behind(db: Database) -> None:
    await one_due(db)
    found = await asyncio.gather(*(deliveries.lease(db, at(30), at(60)) for _ in range(5)))
    assert sum(map(len, found)) == 1


async def test_what_is_asked_for_now_is_found_at_once_and_only_once(db: Database) -> None:
    await keep(db, digest())
    assert [await deliveries.add(db, delivery()) for _ in range(2)] == [True, False]
    assert await deliveries.lease(db, NOW, at(30)) == [Ticket("d1:now-1", 0, "T01SUNRISE")]


async def test_what_the_queue_lost_is_tried_anew_as_another_attempt(db: Database) -> None:
    run = await one_due(db)
    await deliveries.handed(db, [Ticket(run, 0, "")], at(1))
    assert await deliveries.take_back(db, at(0), at(900)) == 0
    assert await deliveries.take_back(db, at(1), at(901)) == 1
    assert await deliveries.lease(db, at(901), at(930)) == [Ticket(run, 1, "T01SUNRISE")]
    await deliveries.handed(db, [Ticket(run, 0, "")], at(902))  # late: it is about another attempt
    assert await deliveries.lease(db, at(930), at(960)) == [Ticket(run, 1, "T01SUNRISE")]


async def test_of_all_who_want_to_post_one_may(db: Database) -> None:
    run = await one_due(db)
    began = await asyncio.gather(*(deliveries.begin_posting(db, run, 0, f"t{n}", SNAPSHOT, 5) for n in range(5)))
    assert sorted(began) == [False] * 4 + [True]


async def test_an_attempt_that_was_overtaken_may_not_post(db: Database) -> None:
    run = await one_due(db)
    await deliveries.postpone(db, run, "limit", at(40), 0)
    assert not await deliveries.begin_posting(db, run, 0, "t", SNAPSHOT, None)
    assert await deliveries.begin_posting(db, run, 1, "t", SNAPSHOT, None)


async def test_what_was_sent_is_kept_with_what_it_showed(db: Database) -> None:
    run = await one_due(db)
    await deliveries.begin_posting(db, run, 0, "t", SNAPSHOT, 96)
    assert await delivered.last_sent(db, "d1", "C0SALES") is None
    assert await deliveries.sent(db, run, "1763.1", "C0SALES", at(2))
    assert not await deliveries.sent(db, run, "1763.2", "C0SALES", at(3))
    row = await kept(db, run)
    assert (row.state, row.ts, row.ended_at) == ("sent", "1763.1", at(2))
    assert await delivered.last_sent(db, "d1", "C0SALES") == (at(2), SNAPSHOT)
    assert await delivered.last_sent(db, "d1", "C0OTHER") is None
    assert await delivered.gains(db, "d1") == [(at(2), 96)]


async def test_what_was_put_off_is_due_again_at_its_time(db: Database) -> None:
    run = await one_due(db)
    await deliveries.handed(db, [Ticket(run, 0, "")], at(1))
    assert await deliveries.postpone(db, run, "limit", at(45), 0)
    assert not await deliveries.postpone(db, run, "limit", at(99), 0)  # the same attempt, heard of again
    assert await deliveries.lease(db, at(44), at(74)) == []
    assert await deliveries.lease(db, at(45), at(75)) == [Ticket(run, 1, "T01SUNRISE")]
    assert (await kept(db, run)).reason == "limit"


async def test_what_may_be_at_slack_stays_posting_until_it_was_looked_up(db: Database) -> None:
    run = await one_due(db)
    await deliveries.begin_posting(db, run, 0, "t", SNAPSHOT, None)
    assert await deliveries.look_later(db, run, at(30), 0)
    assert await deliveries.lease(db, at(30), at(60)) == [Ticket(run, 1, "T01SUNRISE")]
    row = await kept(db, run)
    assert (row.state, row.reason) == ("posting", "unconfirmed")
    assert not await deliveries.begin_posting(db, run, 1, "t", SNAPSHOT, None)


@pytest.mark.parametrize("state", ["skipped", "failed", "unconfirmed"])
async def test_what_did_not_go_out_may_be_sent_again(db: Database, state: State) -> None:
    run = await one_due(db)
    assert not await deliveries.requeue(db, run, at(5))  # on its way
    await deliveries.begin_posting(db, run, 0, "t", SNAPSHOT, None)
    assert await deliveries.end(db, run, state, "key", at(10))
    assert not await deliveries.end(db, run, "failed", "bug", at(11))
    assert await deliveries.requeue(db, run, at(600))
    assert not await deliveries.requeue(db, run, at(601))
    row = await kept(db, run)
    assert (row.state, row.reason, row.attempt, row.wanted_at, row.ended_at) == ("due", "", 1, at(600), None)
    assert await deliveries.lease(db, at(600), at(630)) == [Ticket(run, 1, "T01SUNRISE")]
    assert await deliveries.begin_posting(db, run, 1, "t", SNAPSHOT, None)


async def test_what_turned_out_to_be_there_is_sent_after_all(db: Database) -> None:
    run = await one_due(db)
    await deliveries.begin_posting(db, run, 0, "t", SNAPSHOT, None)
    await deliveries.end(db, run, "unconfirmed", "unconfirmed", at(10))
    assert await deliveries.sent(db, run, "1763.1", "C0SALES", at(11))
    assert not await deliveries.requeue(db, run, at(12))


async def test_a_deleted_digest_takes_its_ledger_along(db: Database) -> None:
    run = await one_due(db)
    await digests.delete_one(db, "d1", deed())
    assert await deliveries.read(db, run) is None
    assert await deliveries.of_all(db, 10) == []
    assert not await deliveries.begin_posting(db, run, 0, "t", SNAPSHOT, None)


async def test_the_history_is_newest_first_and_ends(db: Database) -> None:
    await keep(db, digest(), digest("d2"))
    for number in range(5):
        await deliveries.add(db, delivery(f"d1:now-{number}", due=at(number)))
    await deliveries.add(db, delivery("d2:now-9", "d2", due=at(9)))
    found = await deliveries.history(db, "d1", most=4)
    assert [one.id for one in found] == [f"d1:now-{number}" for number in (4, 3, 2, 1)]
    assert all(newer.due > older.due for newer, older in pairwise(found))
    assert len(await deliveries.of_all(db, 10, "T01SUNRISE")) == 6
    assert await deliveries.of_all(db, 10, "T9") == []


async def test_old_rows_are_deleted_and_those_on_their_way_are_not(db: Database) -> None:
    run = await one_due(db)
    await deliveries.add(db, delivery())
    await deliveries.end(db, run, "failed", "key", NOW)
    assert await deliveries.purge(db, at(1)) == 1
    assert [one.id for one in await deliveries.of_all(db, 10)] == ["d1:now-1"]
