"""The ledger: every change of a row is made by one, and nobody takes back what another did."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.digests.digest import CampaignFilter, Delivery, State
from bot.digests.due import Ticket
from bot.store import by_hand, deliveries, delivery_reports, delivery_work, digests
from bot.store.database import Database
from tests.drivers.ledger import at, begin, claim, kept, one_due, take
from tests.samples.digests import NOW, SNAPSHOT, audit_entry, delivery, digest, drop, keep


async def test_of_all_who_want_to_post_one_may(db: Database) -> None:
    row = await kept(db, await one_due(db))
    began = await asyncio.gather(*(begin(db, row, f"t{number}") for number in range(5)))
    assert sum(one is not None for one in began) == 1


async def test_an_attempt_that_was_overtaken_may_not_post(db: Database) -> None:
    row = await kept(db, run := await one_due(db))
    await deliveries.postpone(db, row, "limit", at(40))
    assert await begin(db, row) is None
    assert await begin(db, await kept(db, run))


async def test_one_that_was_taken_for_dead_takes_nothing_back_from_who_posts(db: Database) -> None:
    slow = await kept(db, run := await one_due(db))
    quick = await begin(db, slow, "quick")
    assert quick
    assert not await deliveries.postpone(db, slow, "limit", at(40))
    assert not await deliveries.end(db, slow, "failed", "key", at(1))
    other = replace(quick, token="another")
    assert not await deliveries.postpone(db, other, "slack", at(40))
    assert not await deliveries.end(db, other, "unconfirmed", "unconfirmed", at(1))
    assert (await kept(db, run)).state == "posting"
    assert await deliveries.sent(db, quick, "1763.1", at(2))


async def test_that_slack_took_it_is_true_whatever_others_made_of_it(db: Database) -> None:
    posting = await begin(db, await kept(db, run := await one_due(db)))
    assert posting
    await deliveries.look_later(db, posting, at(30))
    await deliveries.postpone(db, await kept(db, run), "slack", at(30))
    assert await deliveries.sent(db, posting, "1763.1", at(31))
    assert not await deliveries.sent(db, posting, "1763.2", at(32))
    row = await kept(db, run)
    assert (row.state, row.ts) == ("sent", "1763.1")


async def test_what_the_channel_has_not_seen_when_it_was_composed_has_it_composed_anew(db: Database) -> None:
    slot = await kept(db, run := await one_due(db))
    await deliveries.add(db, asked := delivery(), at(-10))
    now = await begin(db, asked)
    assert now
    assert await begin(db, slot) is None  # the other one is about to be seen
    assert await deliveries.sent(db, now, "1763.1", at(2))
    assert await begin(db, slot, seen=at(2)) is None  # what a person sent is nothing to compare with
    assert await begin(db, await kept(db, run), seen=None)


@pytest.mark.parametrize("change", [{"channel_id": "C0OTHER"}, {"choice": CampaignFilter(ids=("c9",))}])
async def test_what_was_composed_before_its_digest_was_about_others_is_composed_again(
    db: Database, change: dict[str, Any]
) -> None:
    row = await kept(db, await one_due(db))
    await digests.save(db, digest(**change), audit_entry("digest changed", when=at(1)), new=False)
    assert await begin(db, row) is None
    found = await digests.read(db, "d1")
    assert found
    assert await begin(db, replace(row, channel_id=found.channel_id), since=found.compares_from)


async def superseded(db: Database, row: Delivery) -> bool:
    """Return whether a newer slot of the same digest is in the ledger."""
    work = await delivery_work.read(db, row.id)
    assert work
    assert work.delivery == row
    return work.is_superseded


async def test_a_newer_slot_supersedes_an_older_one(db: Database) -> None:
    row = await kept(db, await one_due(db))
    assert not await superseded(db, row)
    await take(db, NOW + timedelta(days=1))
    assert await superseded(db, row)


async def test_what_somebody_asked_for_meanwhile_supersedes_no_slot(db: Database) -> None:
    row = await kept(db, await one_due(db))
    assert await deliveries.add(db, delivery(due=at(60)), at(-10))
    assert not await superseded(db, row)


async def test_what_was_sent_is_kept_with_what_it_showed(db: Database) -> None:
    posting = await begin(db, await kept(db, run := await one_due(db)), gained=96)
    assert posting
    assert await delivery_reports.last_sent(db, "d1", "C0SALES") is None
    assert await deliveries.sent(db, posting, "1763.1", at(2))
    row = await kept(db, run)
    assert (row.state, row.ts, row.ended_at) == ("sent", "1763.1", at(2))
    assert await delivery_reports.last_sent(db, "d1", "C0SALES") == (at(2), SNAPSHOT)
    assert await delivery_reports.last_sent(db, "d1", "C0OTHER") is None


async def test_the_newest_delivery_of_each_digest_to_the_channel_it_is_in(db: Database) -> None:
    await keep(db, *map(digest, ("d1", "d2", "d3")))
    rows = (
        delivery("d1:now-1"),
        delivery("d1:now-2", due=at(5)),
        delivery("d1:now-3", due=at(9), channel_id="C0OTHER"),
    )
    for row in (*rows, delivery("d2:now-1", "d2", state="sent", ts="1.1")):
        assert await deliveries.add(db, row, at(60))
    newest = await delivery_reports.newest_of(db, ["d1", "d2", "d3", "none"])
    assert {id_: one.id for id_, one in newest.items()} == {"d1": "d1:now-2", "d2": "d2:now-1"}
    assert newest["d2"].ts == "1.1"


async def test_what_was_put_off_is_due_again_at_its_time(db: Database) -> None:
    row = await kept(db, run := await one_due(db))
    assert await claim(db, at(1)) == [Ticket(run, 0, "T01SUNRISE")]
    assert await deliveries.postpone(db, row, "limit", at(45))
    assert not await deliveries.postpone(db, row, "limit", at(99))  # the same attempt, heard of again
    assert await claim(db, at(44)) == []
    assert await claim(db, at(45)) == [Ticket(run, 1, "T01SUNRISE")]
    assert (await kept(db, run)).reason == "limit"


async def test_what_may_be_at_slack_stays_posting_until_it_was_looked_up(db: Database) -> None:
    posting = await begin(db, await kept(db, run := await one_due(db)))
    assert posting
    assert await deliveries.look_later(db, posting, at(30))
    assert await claim(db, at(30)) == [Ticket(run, 1, "T01SUNRISE")]
    row = await kept(db, run)
    assert (row.state, row.reason, row.token) == ("posting", "unconfirmed", "t")
    assert await begin(db, row) is None


@pytest.mark.parametrize("state", ["skipped", "failed", "unconfirmed"])
async def test_what_did_not_go_out_may_be_sent_again(db: Database, state: State) -> None:
    run = await one_due(db)
    assert not await by_hand.requeue(db, run, at(5))  # on its way
    posting = await begin(db, await kept(db, run))
    assert posting
    assert await deliveries.end(db, posting, state, "key", at(10))
    assert not await deliveries.end(db, posting, "failed", "bug", at(11))
    assert await by_hand.requeue(db, run, at(600), "U0SAM")
    assert not await by_hand.requeue(db, run, at(601))
    row = await kept(db, run)
    assert (row.state, row.reason, row.attempt, row.wanted_at, row.ended_at) == ("due", "", 1, at(600), None)
    assert (row.try_at, row.asked_by, row.token) == (at(600), "U0SAM", None)
    assert await claim(db, at(600)) == [Ticket(run, 1, "T01SUNRISE")]
    assert await begin(db, row)


async def test_what_turned_out_to_be_there_is_sent_after_all(db: Database) -> None:
    posting = await begin(db, await kept(db, run := await one_due(db)))
    assert posting
    await deliveries.end(db, posting, "unconfirmed", "unconfirmed", at(10))
    assert await deliveries.sent(db, posting, "1763.1", at(11))
    assert not await by_hand.requeue(db, run, at(12))


async def test_a_deleted_digest_takes_its_ledger_along(db: Database) -> None:
    row = await kept(db, run := await one_due(db))
    await drop(db, "d1")
    assert await deliveries.read(db, run) is None
    assert await deliveries.newest(db, 10) == []
    assert await begin(db, row) is None


async def test_a_digest_that_cannot_be_read_holds_up_no_other(db: Database) -> None:
    await keep(db, digest(), digest("d2"))
    table = db.tables.digests
    async with db.writing() as connection:
        await connection.execute(table.update().where(table.c.id == "d1").values(definition={"from": "elsewhere"}))
    assert await take(db) == 2
    assert await claim(db) == [Ticket("d2:2026-11-23T09:00-05:00", 0, "T01SUNRISE")]
    assert await take(db, at(60)) == 0


async def test_the_history_is_newest_first_and_ends(db: Database) -> None:
    await keep(db, digest(), digest("d2"))
    for number in range(5):
        await deliveries.add(db, delivery(f"d1:now-{number}", due=at(number)), NOW)
    await deliveries.add(db, delivery("d2:now-9", "d2", due=at(9)), NOW)
    found = await deliveries.history(db, "d1", most=4)
    assert [one.id for one in found] == [f"d1:now-{number}" for number in (4, 3, 2, 1)]
    assert all(newer.due > older.due for newer, older in pairwise(found))
    assert len(await deliveries.newest(db, 10, "T01SUNRISE")) == 6
    assert await deliveries.newest(db, 10, "T9") == []


async def test_old_rows_are_deleted_and_those_on_their_way_are_not(db: Database) -> None:
    run = await one_due(db)
    await deliveries.add(db, delivery(), NOW)
    await deliveries.end(db, await kept(db, run), "failed", "key", NOW)
    assert await deliveries.purge(db, NOW) == 0
    assert await deliveries.purge(db, at(1)) == 1
    assert [one.id for one in await deliveries.newest(db, 10)] == ["d1:now-1"]
