"""What is to be told of a digest: noted with what it is about, claimed by one, and only while it is true."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.digests.digest import Alert, BrokenKey, Pause, State
from bot.records import AuditEntry
from bot.store import alerts, audit, by_hand, deliveries, digests, installations, pauses, profiles, stops
from bot.store.database import Database
from tests.drivers import version_before
from tests.samples.digests import NOW, audit_entry, delivery, digest, drop, keep
from tests.samples.store_rows import at, connect

FAILED = Alert("d1", "is_archived")
UNSURE = Alert("d1", "unconfirmed", "d1:now-1")
BROKEN = BrokenKey("T1")


async def stop(db: Database, state: State, reason: str) -> bool:
    """A delivery of d1 that ends like this; the version before is the one that adds an alert for a failure."""
    run = delivery()
    await deliveries.add(db, run, NOW)
    if state == "unconfirmed":
        return await stops.unconfirmed(db, run, NOW)
    return await version_before.stops(db, run, reason, audit_entry("digest paused"))


async def test_a_delivery_that_cannot_succeed_its_pause_and_the_word_of_it_are_one(db: Database) -> None:
    await keep(db, digest())
    assert await stop(db, "failed", "is_archived")
    found = await digests.read(db, "d1")
    assert found
    assert found.pause == Pause(NOW, "failed", detail="is_archived")
    assert (await audit.newest(db))[0] == audit_entry("digest paused")
    assert await alerts.due(db, NOW) == [FAILED]
    assert not await stop(db, "failed", "is_archived")  # it is over
    assert await alerts.due(db, NOW) == [FAILED]


async def test_of_what_is_paused_for_good_already_they_were_told(db: Database) -> None:
    await keep(db, digest(pause=Pause(NOW, "failed", detail="not_in_channel")))
    assert await stop(db, "failed", "is_archived")
    assert await alerts.due(db, NOW) == []


async def test_what_nobody_knows_of_pauses_nothing(db: Database) -> None:
    await keep(db, digest())
    assert await stop(db, "unconfirmed", "unconfirmed")
    found = await digests.read(db, "d1")
    assert found
    assert found.pause is None
    assert await alerts.due(db, NOW) == [UNSURE]


async def test_of_many_who_claim_it_one_gets_it(db: Database) -> None:
    await keep(db, digest())
    await stop(db, "failed", "is_archived")
    done = await asyncio.gather(*(alerts.claim(db, FAILED) for _ in range(5)))
    assert sorted(done) == [False] * 4 + [True]
    assert await alerts.due(db, at(9999)) == []


@pytest.mark.parametrize("how", ["resumed", "saved", "deleted"])
async def test_what_is_mended_is_claimed_by_nobody_and_gone(db: Database, how: str) -> None:
    await keep(db, digest())
    await stop(db, "failed", "is_archived")
    if how == "resumed":
        await pauses.resume(db, "d1", NOW, audit_entry("digest resumed"))
    elif how == "saved":
        await digests.save(db, digest(channel_id="C2"), audit_entry("digest changed"), new=False)
    else:
        await drop(db, "d1")
    assert not await alerts.claim(db, FAILED)
    assert await alerts.due(db, at(9999)) == []


async def test_what_was_sent_again_meanwhile_is_claimed_by_nobody(db: Database) -> None:
    await keep(db, digest())
    await stop(db, "unconfirmed", "unconfirmed")
    await by_hand.requeue(db, "d1:now-1", at(1))
    assert not await alerts.claim(db, UNSURE)


async def test_what_could_not_be_told_waits_its_time(db: Database) -> None:
    await keep(db, digest())
    await stop(db, "failed", "is_archived")
    await alerts.put_off(db, FAILED, at(60))
    assert await alerts.due(db, at(0)) == []
    assert await alerts.due(db, at(60)) == [FAILED]
    assert await alerts.claim(db, FAILED)
    await alerts.put_off(db, FAILED, at(0))  # too late: somebody tells it
    assert await alerts.due(db, at(9999)) == []
    await alerts.put_back(db, FAILED, at(60))
    assert await alerts.due(db, at(60)) == [FAILED]
    assert await alerts.claim(db, FAILED)
    await drop(db, "d1")
    await alerts.put_back(db, FAILED, NOW + timedelta(days=1))
    assert await alerts.due(db, NOW + timedelta(days=1)) == []


async def test_what_is_noted_anew_while_somebody_claims_what_was_mended_is_still_told(db: Database) -> None:
    await keep(db, digest())
    await stop(db, "failed", "is_archived")
    await pauses.resume(db, "d1", NOW, audit_entry("digest resumed"))
    async with db.writing() as connection:
        table = db.tables.digests
        stopped = pauses.columns(Pause(NOW, "failed", detail="is_archived"))
        await connection.execute(table.update().where(table.c.id == "d1").values(**stopped))
        await alerts.add(db, connection, FAILED, NOW)
        claiming = asyncio.create_task(alerts.claim(db, FAILED))
        await asyncio.wait([claiming], timeout=0.5)
    assert await claiming or await alerts.due(db, NOW) == [FAILED]


async def broken(db: Database) -> datetime:
    """The key of a workspace without digests breaks; when it was set."""
    kept = await connect(db, enterprise_id="E1")
    assert kept.connected_at
    assert await profiles.mark_broken(db, "T1", kept.connected_at, at(1))
    assert await alerts.due(db, at(1)) == [BROKEN]
    return kept.connected_at


async def test_a_key_that_breaks_is_to_be_told_without_any_digest_and_by_one(db: Database) -> None:
    await broken(db)
    (found,) = await alerts.due(db, at(1))
    assert isinstance(found, BrokenKey)
    assert (found.workspace_id, found.enterprise_id) == ("T1", "E1")
    done = await asyncio.gather(*(alerts.claim(db, BROKEN) for _ in range(5)))
    assert sorted(done) == [False] * 4 + [True]
    await alerts.put_back(db, BROKEN, at(60))
    assert (await alerts.due(db, at(59)), await alerts.due(db, at(60))) == ([], [BROKEN])


@pytest.mark.parametrize("how", ["works", "new key", "disconnected", "left"])
async def test_of_a_key_that_does_not_matter_any_more_nobody_is_told(db: Database, how: str) -> None:
    set_at = await broken(db)
    if how == "works":
        await profiles.mark_working(db, "T1", set_at)
    elif how == "new key":
        await connect(db, when=at(2))
    elif how == "disconnected":
        await profiles.disconnect(db, AuditEntry(at(2), "T1", "U1", "disconnected"))
    else:
        await installations.forget(db, "T1", at(2))
    assert not await alerts.claim(db, BROKEN)
    assert await alerts.due(db, at(9999)) == []
    if how in ("disconnected", "left"):
        await alerts.put_back(db, BROKEN, at(60))
        assert await alerts.due(db, at(9999)) == []
