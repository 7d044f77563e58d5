"""A digest that is deleted delivers nothing and counts for nothing, and for an hour all of it can be had back."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.digests.digest import UNDO, Alert, Digest, Pause
from bot.digests.errors import TooManyDigests
from bot.errors import DigestGone
from bot.store import (
    alerts,
    audit,
    by_hand,
    deletions,
    deliveries,
    delivery_reports,
    digests,
    installations,
    pauses,
)
from bot.store.database import Database
from tests.drivers.ledger import at, begin, claim, kept, one_due, take
from tests.samples.digests import NINE, NOW, audit_entry, delivery, digest, keep

LATER = NINE + timedelta(days=1)


async def delete(db: Database, id_: str = "d1", seconds: float = 0) -> bool:
    return await deletions.delete(db, id_, audit_entry("digest deleted", when=at(seconds)))


async def restore(db: Database, seconds: float, *, most: int | None = None) -> bool:
    entry = audit_entry("digest restored", when=at(seconds))
    return await deletions.restore(db, "d1", LATER, entry, most)


async def stored(db: Database) -> Digest:
    found = await digests.read(db, "d1")
    assert found
    return found


async def older_version(db: Database, **values: Any) -> None:
    """Change the digest's row as a version does that does not know `deleted_at`."""
    table = db.tables.digests
    async with db.writing() as connection:
        await connection.execute(table.update().where(table.c.id == "d1").values(**values))


async def test_it_is_nowhere_to_be_found(db: Database) -> None:
    await keep(db, digest())
    assert await delete(db)
    assert not await delete(db)
    assert await digests.read(db, "d1") is None
    assert await digests.of_channel(db, "T01SUNRISE", "C0SALES") == []
    assert await digests.of_person(db, "T01SUNRISE", "U0ALEX") == []
    assert await digests.of_workspace(db) == []
    assert await delivery_reports.count_digests(db) == (0, 0)
    assert await delivery_reports.overdue(db, at(9999)) == 0


async def test_nothing_of_it_is_delivered(db: Database) -> None:
    run = await one_due(db)
    await deliveries.add(db, delivery(), at(-10))
    prepared = await kept(db, run)
    assert await delete(db, seconds=1)
    assert [(one.state, one.reason) for one in await deliveries.history(db, "d1")] == [("skipped", "deleted")] * 2
    assert await begin(db, prepared) is None  # a worker that had composed it
    assert await take(db, LATER + timedelta(seconds=1)) == 0
    assert await claim(db, LATER) == []
    with pytest.raises(DigestGone):
        await deliveries.add(db, delivery("d1:now-2", wanted_at=at(60)), at(50))
    assert not await by_hand.requeue(db, run, at(60))


async def test_it_counts_towards_no_limit_and_comes_back_only_where_there_is_room(db: Database) -> None:
    await keep(db, digest())
    assert await delete(db)
    assert await digests.save(db, digest("d2"), audit_entry(), new=True, most=1)
    with pytest.raises(TooManyDigests):
        await restore(db, 60, most=1)
    assert await digests.read(db, "d1") is None
    assert await restore(db, 61, most=2)


@pytest.mark.parametrize(
    "pause",
    [
        None,
        Pause(at(-60), "person", LATER, "U0SAM"),
        Pause(at(-60), "failed", detail="is_archived"),
        Pause(at(-60), "key"),
    ],
)
async def test_all_of_it_comes_back_as_it_was(db: Database, pause: Pause | None) -> None:
    await keep(db, digest(pause=pause, backup_id="U0SAM"))
    before = await stored(db)
    assert await delete(db)
    deleted = await deletions.read(db, "d1", at(60))
    assert deleted
    assert (deleted.deleted_at, deleted.next_due) == (NOW, None)
    assert await restore(db, 60)
    assert await stored(db) == replace(before, next_due=LATER)
    assert await deletions.read(db, "d1", at(61)) is None
    assert [one.action for one in await audit.newest(db)] == ["digest restored", "digest deleted", "digest made"]


async def test_what_waited_for_its_next_try_is_tried_at_once_when_it_comes_back(db: Database) -> None:
    row = await kept(db, run := await one_due(db))
    await deliveries.postpone(db, row, "carecycle", at(600))
    assert await delete(db, seconds=10)
    assert await restore(db, 60)
    again = await kept(db, run)
    assert (again.state, again.reason, again.try_at, again.ended_at) == ("due", "", at(60), None)
    assert again.wanted_at == row.wanted_at  # it was due then, and is late
    assert await begin(db, again)


async def test_what_had_ended_otherwise_stays_as_it_was(db: Database) -> None:
    row = await kept(db, run := await one_due(db))
    await deliveries.end(db, row, "skipped", "unchanged", at(1))
    assert await delete(db, seconds=10)
    assert await restore(db, 60)
    assert (await kept(db, run)).reason == "unchanged"


async def test_what_is_at_slack_at_that_moment_is_recorded_as_sent(db: Database) -> None:
    posting = await begin(db, await kept(db, run := await one_due(db)))
    assert posting
    assert await delete(db, seconds=10)
    assert await deliveries.sent(db, posting, "1763.1", at(11))
    assert await restore(db, 60)
    assert (await kept(db, run)).state == "sent"


async def test_a_key_that_is_mended_meanwhile_ends_its_pause(db: Database) -> None:
    await keep(db, digest(pause=Pause(at(-60), "key")))
    assert await delete(db)
    await pauses.resume_after_key(db, "T01SUNRISE")
    assert await restore(db, 60)
    assert (await stored(db)).pause is None


async def test_after_an_hour_it_does_not_come_back_and_goes_for_good(db: Database) -> None:
    run = await one_due(db)
    await keep(db, digest("d2"))
    assert await delete(db)
    hour = UNDO.total_seconds()
    assert await deletions.purge(db, at(hour - 1)) == 0
    assert await deletions.read(db, "d1", at(hour)) is None
    assert not await restore(db, hour)
    assert await deletions.purge(db, at(hour)) == 1
    assert not await restore(db, 60)
    assert await deliveries.read(db, run) is None
    assert [one.id for one in await digests.of_workspace(db)] == ["d2"]


async def test_of_two_who_undo_it_one_does(db: Database) -> None:
    await keep(db, digest())
    assert await delete(db)
    done = await asyncio.gather(*(restore(db, 60) for _ in range(4)))
    assert sorted(done) == [False, False, False, True]


async def test_another_workspaces_digest_does_not_come_back(db: Database) -> None:
    await keep(db, digest())
    assert await delete(db)
    entry = audit_entry("digest restored", "T2", at(60))
    assert not await deletions.restore(db, "d1", LATER, entry)


async def test_a_workspace_that_leaves_takes_it_along_at_once(db: Database) -> None:
    await keep(db, digest())
    assert await delete(db)
    await installations.forget(db, "T01SUNRISE", at(2))
    assert await deletions.read(db, "d1", at(3)) is None
    assert await deliveries.newest(db, 10) == []


async def test_nobody_pauses_it_or_is_asked_about_its_key_meanwhile(db: Database) -> None:
    await keep(db, digest(pause=Pause(at(-60), "key")))
    assert await delete(db)
    assert await pauses.waiting_for_key(db, "T01SUNRISE") == []
    await pauses.resume_after_key(db, "T01SUNRISE")
    assert not await pauses.pause(db, "d1", Pause(at(1), "person", by="U0SAM"), audit_entry("digest paused"))
    assert await restore(db, 60)
    assert (await stored(db)).pause is None
    assert [one.action for one in await audit.newest(db)] == ["digest restored", "digest deleted", "digest made"]


async def test_what_its_owner_has_to_hear_waits_until_it_is_back(db: Database) -> None:
    await keep(db, digest(pause=Pause(at(-60), "failed", detail="is_archived")))
    async with db.writing() as connection:
        await alerts.add(db, connection, Alert("d1", "is_archived"), NOW)
    assert await delete(db)
    assert await alerts.due(db, at(60)) == []
    assert await restore(db, 60)
    assert await alerts.due(db, at(60)) == [Alert("d1", "is_archived")]


@pytest.mark.parametrize("pause", [None, Pause(at(-60), "person", by="U0SAM")])
async def test_an_older_version_that_makes_it_due_again_is_undone_before_it_is_due(
    db: Database, pause: Pause | None
) -> None:
    await keep(db, digest(pause=pause))
    assert await delete(db)
    await older_version(db, next_due=LATER, **pauses.NONE)  # its form, or its *Resume*
    await deletions.keep_over(db)
    gone = await deletions.read(db, "d1", at(60))
    assert gone
    assert gone.next_due is None
    assert await restore(db, 60)
    await deletions.keep_over(db)
    assert (await stored(db)).next_due == LATER


async def test_even_before_that_a_newer_version_takes_nothing_of_it(db: Database) -> None:
    await keep(db, digest())
    assert await delete(db)
    await older_version(db, next_due=NINE)
    assert await take(db) == 0
