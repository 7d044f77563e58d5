"""Digests in the store: kept whole, paused and mended once, and gone with their workspace."""

import asyncio
from datetime import date, timedelta

from bot.digests.digest import CampaignFilter, Digest, Pause
from bot.digests.timetable import Timetable
from bot.store import audit, deletions, digests, installations, pauses, profiles, replicas, stops
from bot.store.database import Database
from tests.samples.digests import NINE, NOW, audit_entry, digest, keep
from tests.samples.store_rows import at, connect, install, rows

PERSON = Pause(NOW, "person", NOW + timedelta(days=1), "U0SAM")
FAILED = Pause(NOW, "failed", None, None, "is_archived")
KEY = Pause(NOW, "key")


async def read(db: Database, id_: str = "d1") -> Digest:
    found = await digests.read(db, id_)
    assert found
    return found


async def test_a_digest_is_read_as_it_was_saved(db: Database) -> None:
    timetable = Timetable("Asia/Kathmandu", frozenset({1, 7}), ("08:30", "17:45"), None, date(2026, 1, 1), None)
    whole = digest(
        name="*Campaigns* <!here>",
        timetable=timetable,
        choice=CampaignFilter(("c1", "c2"), None, "ret"),
        backup_id="U0SAM",
        skip_unchanged=True,
        length="condensed",
        threaded=True,
        pause=FAILED,
    )
    by_cron = digest("d2", timetable=Timetable("UTC", cron="*/15 8-18 * * 1-5"))
    await keep(db, whole, by_cron)
    assert [await read(db), await read(db, "d2")] == [whole, by_cron]
    assert await digests.read(db, "d3") is None


async def test_a_change_of_a_digest_that_was_deleted_meanwhile_does_not_bring_it_back(db: Database) -> None:
    await keep(db, digest())
    assert await digests.save(db, digest(name="Other"), audit_entry("digest changed"), new=False)
    assert (await read(db)).name == "Other"
    assert await deletions.delete(db, "d1", audit_entry("digest deleted"))
    assert not await digests.save(db, digest(), audit_entry("digest changed"), new=False)
    assert not await deletions.delete(db, "d1", audit_entry("digest deleted"))
    assert await digests.read(db, "d1") is None


async def test_they_are_found_by_channel_person_and_workspace(db: Database) -> None:
    await keep(
        db,
        digest("d1", name="B"),
        digest("d2", name="A", backup_id="U0SAM"),
        digest("d3", channel_id="C2", owner_id="U0SAM"),
        digest("d4", workspace_id="T2"),
    )
    assert [one.id for one in await digests.of_channel(db, "T01SUNRISE", "C0SALES")] == ["d2", "d1"]
    assert [one.id for one in await digests.of_person(db, "T01SUNRISE", "U0SAM")] == ["d2", "d3"]
    assert [one.id for one in await digests.of_workspace(db, "T2")] == ["d4"]
    assert len(await digests.of_workspace(db)) == 4
    assert len(await digests.of_workspace(db, "T01SUNRISE")) == 3


async def test_another_workspaces_digest_cannot_be_deleted(db: Database) -> None:
    await keep(db, digest())
    assert not await deletions.delete(db, "d1", audit_entry("digest deleted", "T2"))
    assert await digests.read(db, "d1")


async def test_what_failed_for_good_is_paused_once_and_stays_paused(db: Database) -> None:
    await keep(db, digest())
    done = await asyncio.gather(*(pauses.pause(db, "d1", FAILED) for _ in range(5)))
    assert sorted(done) == [False] * 4 + [True]
    assert not await pauses.pause(db, "d1", PERSON, audit_entry("digest paused"))
    assert (await read(db)).pause == FAILED


async def test_a_pause_for_a_day_gives_way_to_one_that_stays(db: Database) -> None:
    await keep(db, digest())
    assert await pauses.pause(db, "d1", PERSON, audit_entry("digest paused"))
    assert await pauses.pause(db, "d1", FAILED)
    assert (await read(db)).pause == FAILED


async def test_one_goes_on_from_the_next_slot_on(db: Database) -> None:
    await keep(db, digest(pause=PERSON))
    later = NINE + timedelta(days=3)
    assert await pauses.resume(db, "d1", later, audit_entry("digest resumed"))
    assert not await pauses.resume(db, "d1", NINE, audit_entry("digest resumed"))
    resumed = await read(db)
    assert (resumed.pause, resumed.next_due) == (None, later)


async def test_a_refused_key_pauses_those_that_run_and_a_good_one_mends_only_them(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2", pause=FAILED), digest("d3", workspace_id="T2"))
    assert await stops.stop_for_key(db, "T01SUNRISE", NOW) == 1
    assert await stops.stop_for_key(db, "T01SUNRISE", NOW) == 0
    assert [(await read(db, id_)).pause for id_ in ("d1", "d2", "d3")] == [KEY, FAILED, None]
    assert await pauses.resume_after_key(db, "T01SUNRISE") == 1
    assert [(await read(db, id_)).pause for id_ in ("d1", "d2")] == [None, FAILED]


async def test_noting_that_a_key_is_refused_or_works_pauses_and_mends_in_the_same_transaction(db: Database) -> None:
    connection = await connect(db, "T01SUNRISE")
    await keep(db, digest())
    assert connection.connected_at
    assert await profiles.mark_broken(db, "T01SUNRISE", connection.connected_at, at(1))
    assert (await read(db)).pause == Pause(at(1), "key")
    assert await profiles.mark_working(db, "T01SUNRISE", connection.connected_at)
    assert (await read(db)).pause is None


async def test_a_new_key_mends_what_waited_for_it(db: Database) -> None:
    await keep(db, digest(pause=KEY))
    await connect(db, "T01SUNRISE")
    assert (await read(db)).pause is None


async def test_a_workspace_that_leaves_takes_everything_along_but_its_neighbour_nothing(db: Database) -> None:
    for team in ("T01SUNRISE", "T2"):
        await install(db, team)
        await keep(db, digest(f"d-{team}", workspace_id=team))
    await installations.forget(db, "T01SUNRISE", NOW + timedelta(seconds=1))
    assert [one.workspace_id for one in await digests.of_workspace(db)] == ["T2"]


async def test_every_action_is_in_the_trail(db: Database) -> None:
    await keep(db, digest())
    await pauses.pause(db, "d1", PERSON, audit_entry("digest paused"))
    await pauses.resume(db, "d1", NINE, audit_entry("digest resumed"))
    await deletions.delete(db, "d1", audit_entry("digest deleted"))
    trail = [one.action for one in await audit.newest(db)]
    assert trail == ["digest deleted", "digest resumed", "digest paused", "digest made"]


async def test_where_slack_refuses_the_newer_blocks_is_remembered_for_as_long_as_one_asks(db: Database) -> None:
    await install(db, "T01SUNRISE")
    await connect(db, "T01SUNRISE")
    assert await digests.plain_since(db, "T01SUNRISE") is None
    await digests.note_blocks_refused(db, "T01SUNRISE", at(0))
    assert await digests.plain_since(db, "T01SUNRISE") == at(0)


async def test_a_replica_lives_as_long_as_it_is_heard_of(db: Database) -> None:
    long = timedelta(minutes=5)
    assert await replicas.alive(db, long) == set()
    for replica in ("r1", "r2", "r1"):
        await replicas.beat(db, replica)
    assert await replicas.alive(db, long) == {"r1", "r2"}
    assert await replicas.alive(db, timedelta(seconds=-5)) == set()
    await replicas.forget(db, ["r1"])
    assert await replicas.alive(db, long) == {"r2"}
    await replicas.forget(db, [], silent_for=long)
    assert await replicas.alive(db, long) == {"r2"}
    await replicas.forget(db, [], silent_for=timedelta(seconds=-5))
    assert (await rows(db)).get("replicas") is None


async def test_of_two_who_want_to_hand_work_back_one_may(db: Database) -> None:
    async with replicas.handing_back_alone(db) as first:
        assert first
        if db.engine.dialect.name == "postgresql":  # on SQLite there is one program
            async with replicas.handing_back_alone(db) as second:
                assert not second
    async with replicas.handing_back_alone(db) as later:
        assert later
