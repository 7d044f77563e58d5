"""What people do to deliveries that are over, and what that means for a digest that a failure had stopped."""

from datetime import datetime

import pytest

from bot.digests.digest import Delivery, Pause
from bot.errors import DigestGone
from bot.store import audit, by_hand, deliveries, digests, pauses
from bot.store.database import Database
from tests.drivers.ledger import at, begin, kept, one_due
from tests.samples.digests import audit_entry, delivery, digest, drop, keep


async def stopped(db: Database) -> Delivery:
    """Stop a digest because its delivery failed ten seconds after NOW, and return that delivery."""
    row = await kept(db, await one_due(db))
    await deliveries.end(db, row, "failed", "not_in_channel", at(10))
    await pauses.pause(db, "d1", Pause(at(10), "failed", detail="not_in_channel"))
    return await kept(db, row.id)


async def pause_of(db: Database) -> Pause | None:
    found = await digests.read(db, "d1")
    assert found
    return found.pause


async def sent(db: Database, row: Delivery, when: datetime) -> None:
    posting = await begin(db, row)
    assert posting
    assert await deliveries.sent(db, posting, "1763.1", when)


async def test_what_is_asked_for_is_in_the_audit_trail_once(db: Database) -> None:
    row = await kept(db, await one_due(db))
    await deliveries.end(db, row, "failed", "carecycle", at(1))
    for when in (2, 3):
        entry = audit_entry("digest sent again", when=at(when))
        assert await by_hand.requeue(db, row.id, entry.at, "U0SAM", entry) is (when == 2)
        now, entry = delivery(f"d1:now-{when}", wanted_at=at(when)), audit_entry("digest sent now", when=at(when))
        assert await deliveries.add(db, now, at(when - 10), entry) is (when == 2)
    asked = [(one.action, one.at) for one in await audit.newest(db) if one.action != "digest made"]
    assert asked == [("digest sent now", at(2)), ("digest sent again", at(2))]


async def test_of_a_digest_that_is_gone_nothing_is_sent_or_noted(db: Database) -> None:
    await keep(db, digest())
    await drop(db, "d1")
    noted = len(await audit.newest(db))
    with pytest.raises(DigestGone):
        await deliveries.add(db, delivery(), at(-10), audit_entry("digest sent now"))
    assert len(await audit.newest(db)) == noted


async def test_a_stopped_digest_goes_on_when_one_sent_again_arrives(db: Database) -> None:
    row = await stopped(db)
    assert await by_hand.requeue(db, row.id, at(20), "U0SAM")
    await sent(db, await kept(db, row.id), at(25))
    assert await pause_of(db) is None
    entry = (await audit.newest(db))[0]
    assert (entry.actor, entry.action, entry.at) == ("U0SAM", "digest resumed", at(25))
    assert entry.details["run"] == row.id


async def test_what_held_for_the_whole_channel_is_over_for_its_other_digests_too(db: Database) -> None:
    row = await stopped(db)
    await keep(db, digest("same"), digest("other"), digest("elsewhere", channel_id="C2"))
    for id_, why in (("same", "not_in_channel"), ("other", "no_campaigns"), ("elsewhere", "not_in_channel")):
        await pauses.pause(db, id_, Pause(at(10), "failed", detail=why))
    assert await by_hand.requeue(db, row.id, at(20), "U0SAM")
    await sent(db, await kept(db, row.id), at(25))
    paused = {one.id for one in await digests.of_workspace(db) if one.pause}
    assert paused == {"other", "elsewhere"}


async def test_it_also_goes_on_when_one_that_is_sent_now_arrives(db: Database) -> None:
    await stopped(db)
    await deliveries.add(db, now := delivery(wanted_at=at(20), asked_by="U0SAM"), at(10))
    await sent(db, now, at(25))
    assert await pause_of(db) is None


async def test_or_when_a_person_sees_that_it_is_there(db: Database) -> None:
    await stopped(db)
    await deliveries.add(db, now := delivery(wanted_at=at(20), asked_by="U0SAM"), at(10))
    posting = await begin(db, now)
    assert posting
    await deliveries.end(db, posting, "unconfirmed", "unconfirmed", at(25))
    assert await pause_of(db)
    assert await by_hand.confirm(db, now, audit_entry("digest confirmed", when=at(60)))
    assert await pause_of(db) is None


async def test_what_was_asked_for_before_it_stopped_proves_nothing(db: Database) -> None:
    await keep(db, digest())
    await deliveries.add(db, now := delivery(wanted_at=at(-5)), at(-15))
    posting = await begin(db, now)
    assert posting
    await pauses.pause(db, "d1", Pause(at(10), "failed", detail="not_in_channel"))
    assert await deliveries.sent(db, posting, "1763.1", at(25))
    assert await pause_of(db)


async def test_nor_does_what_arrives_in_another_channel(db: Database) -> None:
    await stopped(db)
    await deliveries.add(db, now := delivery(wanted_at=at(20), channel_id="C0OTHER"), at(10))
    await sent(db, now, at(25))
    assert await pause_of(db)


@pytest.mark.parametrize("pause", [Pause(at(10), "person", by="U0SAM"), Pause(at(10), "key")])
async def test_a_pause_for_another_reason_stays(db: Database, pause: Pause) -> None:
    await keep(db, digest())
    await pauses.pause(db, "d1", pause)
    await deliveries.add(db, now := delivery(wanted_at=at(20)), at(10))
    await sent(db, now, at(25))
    assert await pause_of(db) == pause
