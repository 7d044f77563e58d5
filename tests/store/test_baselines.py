"""What a digest is compared with: the last scheduled delivery in its channel since it began anew, and nothing else."""

from datetime import datetime
from typing import Any

import pytest

from bot.digests.digest import CampaignFilter, Delivery, Digest
from bot.digests.snapshot import pack
from bot.digests.timetable import Timetable
from bot.records import AuditEntry
from bot.store import by_hand, delivery_reports, digests
from bot.store.database import Database
from bot.store.deliveries import new_row
from tests.drivers.ledger import at, begin, kept
from tests.samples.digests import NEW_YORK, SNAPSHOT, audit_entry, delivery, digest, keep


async def add(db: Database, name: str, seconds: float, **more: Any) -> Delivery:
    """Put a delivery into the ledger that was sent to the channel so many seconds after NOW, unless `more` differs."""
    usual = {
        "kind": "scheduled",
        "state": "sent",
        "due": at(seconds),
        "wanted_at": at(seconds),
        "ended_at": at(seconds),
    }
    row = delivery(f"d1:{name}", **{**usual, **more})
    async with db.writing() as connection:
        await connection.execute(db.tables.deliveries.insert().values(**new_row(row), snapshot=pack(SNAPSHOT)))
    return row


async def compared(db: Database) -> datetime | None:
    """Return when the delivery was sent that the next one is compared with."""
    kept_digest = await digests.read(db, "d1")
    assert kept_digest
    found = await delivery_reports.last_sent(db, "d1", kept_digest.channel_id)
    return found[0] if found else None


async def change(db: Database, seconds: float, by: str = "U0ALEX", **changes: Any) -> Digest:
    """Edit the digest so many seconds after NOW, as its form does."""
    entry = AuditEntry(at(seconds), "T01SUNRISE", by, "digest changed", {})
    assert await digests.save(db, digest(**changes), entry, new=False)
    found = await digests.read(db, "d1")
    assert found
    return found


async def test_scheduled_ones_are_compared_with_scheduled_ones(db: Database) -> None:
    await keep(db, digest())
    assert await compared(db) is None
    await add(db, "now-1", 10, kind="now")  # also as a version before left it
    assert await compared(db) is None  # nothing was scheduled yet: the first one
    await add(db, "slot-1", 20)
    await add(db, "now-2", 30, kind="now")
    assert await compared(db) == at(20)


@pytest.mark.parametrize("state", ["due", "posting", "skipped", "failed", "unconfirmed"])
async def test_what_did_not_arrive_is_not_compared_with(db: Database, state: str) -> None:
    await keep(db, digest())
    await add(db, "slot-1", 10)
    await add(db, "slot-2", 20, state=state)
    assert await compared(db) == at(10)


@pytest.mark.parametrize(
    "changes",
    [{"choice": CampaignFilter(status="paused")}, {"choice": CampaignFilter(ids=("c1",))}, {"channel_id": "C0OTHER"}],
)
async def test_editing_the_choice_or_the_channel_begins_anew(db: Database, changes: dict[str, Any]) -> None:
    await keep(db, digest())
    row = await add(db, "slot-1", 10)
    assert (await change(db, 20, **changes)).compares_from == at(20)
    assert await compared(db) is None
    back = await change(db, 30)  # as it was: what lies between was another digest
    assert (back.compares_from, await compared(db)) == (at(30), None)
    await add(db, "slot-2", 40, channel_id=row.channel_id)
    assert await compared(db) == at(40)


@pytest.mark.parametrize(
    "changes",
    [
        {"timetable": Timetable(NEW_YORK, times=("10:00",))},
        {"name": "Another name"},
        {"backup_id": "U0SAM"},
        {"length": "condensed"},
        {"skip_unchanged": True},
        {},
    ],
)
async def test_editing_anything_else_does_not(db: Database, changes: dict[str, Any]) -> None:
    await keep(db, digest())
    await add(db, "slot-1", 10)
    assert (await change(db, 20, **changes)).compares_from is None
    assert await compared(db) == at(10)


async def test_adding_a_campaign_to_those_it_names_does_not(db: Database) -> None:
    await keep(db, digest(choice=CampaignFilter(ids=("c1",))))
    await add(db, "slot-1", 10)
    grown = await digests.add_campaign(db, "d1", "c2", 10, audit_entry("digest changed", when=at(20)))
    assert grown
    assert grown.choice.ids == ("c1", "c2")
    assert await compared(db) == at(10)


async def test_a_change_with_a_clock_that_is_behind_begins_anew_after_the_change_before(db: Database) -> None:
    await keep(db, digest())
    await change(db, 60, channel_id="C0OTHER")
    changed = await change(db, 30)
    assert changed.compares_from == changed.changed_at
    assert changed.compares_from
    assert changed.compares_from > at(60)


async def test_what_is_there_after_all_is_compared_with_unless_a_newer_one_is(db: Database) -> None:
    await keep(db, digest())
    row = await add(db, "slot-1", 10, state="unconfirmed", reason="unconfirmed")
    older = await add(db, "slot-0", 5, state="unconfirmed", reason="unconfirmed")
    assert await by_hand.confirm(db, row, audit_entry("digest confirmed", when=at(600)))
    assert not await by_hand.confirm(db, row, audit_entry("digest confirmed", when=at(601)))
    there = await kept(db, row.id)
    assert (there.state, there.reason, there.ts, there.ended_at) == ("sent", "", None, at(10))
    assert await compared(db) == at(10)
    assert await by_hand.confirm(db, older, audit_entry("digest confirmed", when=at(700)))
    assert await compared(db) == at(10)


async def test_a_message_that_was_compared_before_the_digest_began_anew_is_composed_again(db: Database) -> None:
    await keep(db, digest())
    await add(db, "slot-1", 10)
    slot = await add(db, "slot-2", 20, state="due", ended_at=None)
    await change(db, 30, choice=CampaignFilter(status="paused"))
    assert await begin(db, slot, seen=at(10)) is None
    assert await begin(db, slot, seen=None, since=at(30))
