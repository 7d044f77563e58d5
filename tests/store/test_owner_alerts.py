"""One cause is one message: it pauses all digests it holds for, and each owner hears of theirs once."""

import asyncio
from datetime import timedelta

import pytest

from bot.digests.causes import Cause, cause_of
from bot.digests.digest import Alert, Delivery, OwnerAlert, Pause
from bot.store import alerts, audit, deletions, deliveries, digests, owner_alerts, pauses, profiles, stops
from bot.store.database import Database
from tests.drivers import version_before
from tests.drivers.ledger import at
from tests.samples.digests import NOW, audit_entry, delivery, digest, keep
from tests.samples.store_rows import connect

WORKSPACE, CHANNEL = "T01SUNRISE", "C0SALES"
GONE = Cause(WORKSPACE, "is_archived", CHANNEL)
HOUR = 3600.0


async def run(db: Database, digest_id: str = "d1", when: float = 0) -> Delivery:
    """A delivery of this digest that is about to be posted."""
    found = await digests.read(db, digest_id)
    assert found
    more = {"workspace_id": found.workspace_id, "channel_id": found.channel_id}
    one = delivery(f"{digest_id}:now-{when}", digest_id, wanted_at=at(when), **more)
    await deliveries.add(db, one, at(when))
    return one


async def stop(db: Database, digest_id: str = "d1", reason: str = "is_archived", when: float = 0) -> int | None:
    entry = audit_entry("digest paused", when=at(when))
    return await stops.stop(db, await run(db, digest_id, when), reason, entry)


async def paused(db: Database) -> dict[str, str]:
    """Why digests are paused, by id."""
    found = await digests.of_workspace(db, WORKSPACE)
    return {one.id: one.pause.detail or one.pause.why for one in found if one.pause}


async def heard(db: Database, when: float = 0) -> dict[str, tuple[str, ...]]:
    """Let everybody hear what is due, and return of which digests, by owner."""
    told = {}
    for one in await owner_alerts.due(db, at(when)):
        if await owner_alerts.claim(db, one):
            told[one.owner_id] = one.digests
    return told


async def test_a_channel_that_is_gone_stops_all_its_digests_and_each_owner_hears_of_theirs(db: Database) -> None:
    await keep(
        db,
        digest("d1"),
        digest("d2", owner_id="U2"),
        digest("d3"),
        digest("elsewhere", channel_id="C2"),
        digest("other", workspace_id="T2"),
        digest("held", pause=Pause(NOW, "person", None, "U1")),
        digest("a day", pause=Pause(NOW, "person", at(HOUR), "U1")),
    )
    assert await stop(db) == 4
    assert await paused(db) == {**dict.fromkeys(("d1", "d2", "d3", "a day"), "is_archived"), "held": "person"}
    mine = [one for one in await audit.newest(db, WORKSPACE) if one.action == "digest paused"]
    assert {str(one.details["digest"]) for one in mine} == {"d1", "d2", "d3", "a day"}
    assert await heard(db) == {"U0ALEX": ("a day", "d1", "d3"), "U2": ("d2",)}
    assert await heard(db, 9999) == {}
    assert await alerts.due(db, at(9999)) == []


@pytest.mark.parametrize(
    ("reason", "stopped"),
    [
        *((reason, {"d1", "d2"}) for reason in ("not_in_channel", "channel_not_found", "restricted", "not_shown")),
        *((reason, {"d1"}) for reason in ("no_campaigns", "refused")),
        ("not_installed", {"d1", "d2", "elsewhere"}),
    ],
)
async def test_a_cause_stops_what_it_holds_for(db: Database, reason: str, stopped: set[str]) -> None:
    await keep(db, digest("d1"), digest("d2"), digest("elsewhere", channel_id="C2"), digest("t2", workspace_id="T2"))
    assert await stop(db, reason=reason) == len(stopped)
    assert set(await paused(db)) == stopped
    assert {id_ for ids in (await heard(db)).values() for id_ in ids} == stopped


async def test_a_delivery_that_is_over_or_moved_on_stops_nothing(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2"))
    one = await run(db)
    await deliveries.end(db, one, "skipped", "unchanged", NOW)
    assert await stops.stop(db, one, "is_archived", audit_entry("digest paused")) is None
    assert (await paused(db), await owner_alerts.due(db, NOW)) == ({}, [])


async def test_a_digest_that_moved_meanwhile_goes_on(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2"))
    one = await run(db)
    await digests.save(db, digest("d1", channel_id="C2"), audit_entry("digest changed"), new=False)
    assert await stops.stop(db, one, "is_archived", audit_entry("digest paused")) == 1
    assert await paused(db) == {"d2": "is_archived"}


async def test_a_repeat_within_a_day_adds_nothing(db: Database) -> None:
    await keep(db, digest("d1"))
    await stop(db)
    assert await heard(db) == {"U0ALEX": ("d1",)}
    await keep(db, digest("new"), digest("theirs", owner_id="U2"))
    assert await stop(db, "new", when=HOUR) == 2
    assert set(await paused(db)) == {"d1", "new", "theirs"}
    assert await heard(db, 9999) == {"U2": ("theirs",)}
    await keep(db, digest("later"))
    await stop(db, "later", when=25 * HOUR)
    assert await heard(db, 26 * HOUR) == {"U0ALEX": ("later",)}


async def test_what_is_not_told_yet_is_told_together(db: Database) -> None:
    await keep(db, digest("d1"))
    await stop(db)
    await keep(db, digest("new"))
    await stop(db, "new", when=HOUR)
    assert await heard(db, HOUR) == {"U0ALEX": ("d1", "new")}


@pytest.mark.parametrize("how", ["resumed", "saved"])
async def test_what_somebody_mended_and_stops_again_is_news(db: Database, how: str) -> None:
    await keep(db, digest("d1"), digest("d2"))
    await stop(db)
    assert await heard(db) == {"U0ALEX": ("d1", "d2")}
    if how == "resumed":
        await pauses.resume(db, "d1", NOW, audit_entry("digest resumed"))
    else:
        await digests.save(db, digest("d1"), audit_entry("digest changed"), new=False)
    await stop(db, when=HOUR)
    assert await heard(db, HOUR) == {"U0ALEX": ("d1",)}


@pytest.mark.parametrize("how", ["resumed", "moved", "deleted"])
async def test_what_is_mended_before_is_told_to_nobody(db: Database, how: str) -> None:
    await keep(db, digest("d1"))
    await stop(db)
    (alert,) = await owner_alerts.due(db, NOW)
    if how == "resumed":
        await pauses.resume(db, "d1", NOW, audit_entry("digest resumed"))
    elif how == "moved":
        await digests.save(db, digest("d1", channel_id="C2"), audit_entry("digest changed"), new=False)
    else:
        await deletions.delete(db, "d1", audit_entry("digest deleted"))
    assert not await owner_alerts.claim(db, alert)
    assert await owner_alerts.due(db, at(9999)) == []


async def test_a_message_that_would_name_another_digest_by_now_is_not_sent_but_made_anew(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2"))
    await stop(db)
    (alert,) = await owner_alerts.due(db, NOW)
    await pauses.resume(db, "d2", NOW, audit_entry("digest resumed"))
    assert not await owner_alerts.claim(db, alert)
    assert await owner_alerts.claim(db, owner_alerts.about(alert, ["d1"]))


async def test_of_many_who_claim_it_one_gets_it(db: Database) -> None:
    await keep(db, digest("d1"))
    await stop(db)
    (alert,) = await owner_alerts.due(db, NOW)
    done = await asyncio.gather(*(owner_alerts.claim(db, alert) for _ in range(5)))
    assert sorted(done) == [False] * 4 + [True]


async def test_of_many_who_meet_it_one_writes_it(db: Database) -> None:
    await keep(db, *(digest(f"d{number}") for number in range(5)))
    runs = [await run(db, f"d{number}") for number in range(5)]
    entry = audit_entry("digest paused")
    counts = await asyncio.gather(*(stops.stop(db, one, "is_archived", entry) for one in runs))
    assert sorted(count or 0 for count in counts) == [0, 0, 0, 0, 5]
    assert await heard(db) == {"U0ALEX": tuple(f"d{number}" for number in range(5))}
    assert {(await deliveries.read(db, one.id))[0].state for one in runs} == {"failed"}  # type: ignore[index]


async def test_what_slack_did_not_take_waits_its_time_and_who_owns_it_by_then_hears_it(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2"))
    await stop(db)
    (alert,) = await owner_alerts.due(db, NOW)
    await owner_alerts.put_off(db, alert, at(60))
    assert (await owner_alerts.due(db, at(59)), len(await owner_alerts.due(db, at(60)))) == ([], 1)
    assert await owner_alerts.claim(db, alert)
    await owner_alerts.put_off(db, alert, at(0))  # too late: somebody tells it
    assert await owner_alerts.due(db, at(9999)) == []
    await owner_alerts.put_back(db, alert, at(60))
    for id_, owner in (("d1", "U2"), ("d2", "U3")):
        assert await digests.hand_over(db, id_, "U0ALEX", owner, audit_entry("digest handed over"))
    await owner_alerts.drop(db, alert, at(70))
    assert await heard(db, 70) == {"U2": ("d1",), "U3": ("d2",)}


async def test_alerts_go_after_a_day_but_not_before_they_are_sent(db: Database) -> None:
    await keep(db, digest("d1"))
    await stop(db)
    assert await owner_alerts.purge(db, at(9999)) == 0
    await heard(db)
    assert await owner_alerts.purge(db, NOW) == 0
    assert await owner_alerts.purge(db, at(1)) == 1


async def test_a_key_that_reads_nothing_is_told_to_each_owner_once(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2", owner_id="U2"), digest("other", workspace_id="T2"))
    assert await stops.stop_for_key(db, WORKSPACE, NOW) == 2
    assert await stops.stop_for_key(db, WORKSPACE, NOW) == 0
    assert await heard(db) == {"U0ALEX": ("d1",), "U2": ("d2",)}
    await pauses.resume_after_key(db, WORKSPACE)  # it works for a moment
    assert await stops.stop_for_key(db, WORKSPACE, at(HOUR)) == 2
    assert await heard(db, HOUR) == {}


async def test_a_new_key_that_reads_nothing_either_is_told_again(db: Database) -> None:
    await keep(db, digest("d1", workspace_id="T1"))
    assert await stops.stop_for_key(db, "T1", NOW) == 1
    assert await heard(db) == {"U0ALEX": ("d1",)}
    await connect(db)
    assert await stops.stop_for_key(db, "T1", at(HOUR)) == 1
    assert await heard(db, HOUR) == {"U0ALEX": ("d1",)}


async def test_of_a_broken_key_only_who_connected_hears(db: Database) -> None:
    kept = await connect(db)
    await keep(db, digest("d1", workspace_id="T1"))
    assert kept.connected_at
    await profiles.mark_broken(db, "T1", kept.connected_at, at(1))
    await keep(db, digest("new", workspace_id="T1"))
    assert await stops.stop_for_key(db, "T1", at(2)) == 1
    assert await heard(db, 2) == {}
    assert len(await alerts.due(db, at(2))) == 1


async def test_what_slack_did_not_let_in_goes_on_together(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2"), digest("gone", channel_id="C2"))
    await stop(db, "gone")
    assert await stop(db, reason="not_installed", when=1) == 2
    found = await digests.read(db, "d2")
    assert found
    assert found.pause
    assert not found.pause.stops_deliveries
    assert await pauses.resume_after_install(db, WORKSPACE) == 2
    assert await paused(db) == {"gone": "is_archived"}


async def test_what_the_version_before_is_about_to_tell_is_told_with_the_rest(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2"), digest("d3", owner_id="U3"))
    assert await version_before.stops(db, await run(db), "is_archived", audit_entry("digest paused"))
    assert await stop(db, "d2", when=1) == 2
    assert await alerts.due(db, at(9999)) == []  # nobody tells it apart
    assert await heard(db, 1) == {"U0ALEX": ("d2", "d1"), "U3": ("d3",)}


async def test_what_the_version_before_has_told_is_not_told_again(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2"), digest("d3", owner_id="U3"))
    await version_before.stops(db, await run(db), "is_archived", audit_entry("digest paused"))
    assert await alerts.claim(db, Alert("d1", "is_archived"))
    assert await stop(db, "d2", when=1) == 2
    assert await heard(db, 1) == {"U3": ("d3",)}
    await keep(db, digest("d4"))
    assert await stop(db, "d4", when=HOUR) == 1
    assert await heard(db, HOUR) == {}


async def test_what_this_version_has_stopped_the_version_before_does_not_tell(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2"))
    late = await run(db, "d2")
    await stop(db, "d1")
    assert await version_before.stops(db, late, "is_archived", audit_entry("digest paused", when=at(1)))
    assert await alerts.due(db, at(9999)) == []
    assert await heard(db) == {"U0ALEX": ("d1", "d2")}


async def test_both_versions_tell_of_one_key_once(db: Database) -> None:
    await keep(db, digest("d1"))
    assert await version_before.stops_for_key(db, WORKSPACE, "d1", Pause(NOW, "key")) == 1
    assert await stops.stop_for_key(db, WORKSPACE, NOW) == 0
    assert await owner_alerts.due(db, NOW) == []
    await pauses.resume_after_key(db, WORKSPACE)
    assert await stops.stop_for_key(db, WORKSPACE, at(1)) == 1
    assert await alerts.due(db, at(9999)) == []  # it was not sent yet, so it is sent once
    assert await heard(db, 1) == {"U0ALEX": ("d1",)}


def test_a_cause_has_its_place() -> None:
    assert cause_of("key", "T1", "d1", "C1") == Cause("T1", "key", "")
    assert cause_of("restricted", "T1", "d1", "C1") == Cause("T1", "restricted", "C1")
    assert cause_of("refused", "T1", "d1", "C1") == Cause("T1", "refused", "d1")
    assert OwnerAlert("U1", GONE, ()).workspace_id == WORKSPACE
    assert timedelta(days=1) == owner_alerts.DAY
