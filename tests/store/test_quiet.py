"""What a person asked digests to be quiet about is stored with an audit entry, and ends at readings."""

import asyncio
from datetime import timedelta

from bot.store import audit, installations, profiles, quiet
from bot.store.database import Database
from bot.store.quiet import ENDS_AFTER, Place, QuietRow
from tests.samples.store_rows import NOW, at, audit_entry, connect, install, prefer, rows

STILL: Place = ("c1", "standing_still")
DAY = timedelta(days=1)


def row(place: Place = STILL, by: str = "U1", seconds: float = 0, **more: object) -> QuietRow:
    known = {"until": NOW + 7 * DAY, "user_id": by, "at": at(seconds), "note": "known", "waiting": 310}
    return QuietRow(*place, **{**known, "problems": ((place[1],),), **more})  # type: ignore[arg-type]  # made here


async def save(db: Database, *found: QuietRow, account: str = "a1") -> bool:
    return await quiet.save(db, "T1", account, found, audit_entry("quieted problems"), None)


async def audited(db: Database) -> list[str]:
    return [one.action for one in await audit.newest(db, "T1") if one.action != "connected"]


async def test_it_is_there_for_every_replica_with_one_audit_entry(db: Database) -> None:
    await connect(db)
    assert await save(db, row(), row(("c2", "slow")))
    assert await save(db, row(("c3", "slow")), account="b2")
    assert await quiet.of(db, "T1", "a1") == {STILL: row(), ("c2", "slow"): row(("c2", "slow"))}
    assert await audited(db) == ["quieted problems"] * 2


async def test_a_second_click_adds_nothing_and_another_person_replaces_it(db: Database) -> None:
    await connect(db)
    await save(db, row())
    await save(db, row(seconds=2))
    assert await quiet.of(db, "T1", "a1") == {STILL: row()}
    assert await audited(db) == ["quieted problems"]
    await save(db, row(by="U2", seconds=5))
    assert await quiet.of(db, "T1", "a1") == {STILL: row(by="U2", seconds=5)}
    assert len(await audited(db)) == 2


async def test_lifting_it_is_audited_once(db: Database) -> None:
    await connect(db)
    await save(db, row(), row(("c1", "slow")))
    entry = audit_entry("lifted a quiet")
    lifts = (quiet.lift(db, "T1", "a1", STILL, entry, None) for _ in range(2))
    assert sorted(await asyncio.gather(*lifts)) == [False, True]
    assert list(await quiet.of(db, "T1", "a1")) == [("c1", "slow")]
    assert sorted(await audited(db)) == ["lifted a quiet", "quieted problems"]


async def test_it_ends_a_day_after_the_trouble_is_gone(db: Database) -> None:
    await connect(db)
    await save(db, row())
    for troubled, seconds, calm_since in (({STILL: False}, 60, None), ({}, 120, at(120)), ({STILL: False}, 180, None)):
        await quiet.note_reading(db, "T1", "a1", troubled, at(seconds))
        assert (await quiet.of(db, "T1", "a1"))[STILL].calm_since == calm_since
    await quiet.note_reading(db, "T1", "a1", {}, at(240))
    await quiet.note_reading(db, "T1", "a1", {}, at(239) + ENDS_AFTER)
    assert STILL in await quiet.of(db, "T1", "a1")
    await quiet.note_reading(db, "T1", "a1", {}, at(240) + ENDS_AFTER)
    assert await quiet.of(db, "T1", "a1") == {}


async def test_it_ends_at_its_date_and_when_it_is_worse(db: Database) -> None:
    await connect(db)
    late: Place = ("c2", "slow")
    await save(db, row(), row(late, until=NOW + 30 * DAY))
    await quiet.note_reading(db, "T1", "a1", {STILL: False, late: False}, NOW + 7 * DAY)
    assert list(await quiet.of(db, "T1", "a1")) == [late]
    await quiet.note_reading(db, "T1", "a1", {late: True}, NOW + 8 * DAY)
    assert await quiet.of(db, "T1", "a1") == {}


async def test_who_asks_for_it_at_the_moment_it_would_end_keeps_it(db: Database) -> None:
    await connect(db)
    await save(db, row())
    ending = quiet.note_reading(db, "T1", "a1", {STILL: True}, at(60))
    await asyncio.gather(ending, save(db, row(by="U2", seconds=60)))
    kept = await quiet.of(db, "T1", "a1")
    assert [one.user_id for one in kept.values()] == ["U2"]


async def test_nothing_of_a_workspace_that_is_gone_or_whose_readings_are_off_is_kept(db: Database) -> None:
    assert not await save(db, row())
    assert await rows(db) == {}
    await install(db)
    await connect(db)
    await save(db, row())
    await prefer(db, "T1", at(1), readings=False)
    assert await quiet.of(db, "T1", "a1") == {}
    assert not await save(db, row())
    await prefer(db, "T1", at(2), readings=True)
    await save(db, row())
    await profiles.disconnect(db, audit_entry("disconnected", "T1", at(3)))
    await installations.forget(db, "T1", at(4))
    assert await rows(db) == {}
