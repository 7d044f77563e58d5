"""Several who save digests at the same moment: never more than there may be, and no change lost unseen."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.clock import Clock
from bot.delivery.compose import Composer
from bot.delivery.dependencies import Dependencies
from bot.delivery.operations import DigestOperations
from bot.digests.digest import CampaignFilter, Digest, Limits, Pause
from bot.digests.errors import TooManyDigests
from bot.errors import DigestChanged
from bot.store import audit, digests, pauses, stops
from bot.store.database import Database
from tests.plugins import machine_clock
from tests.samples.digests import NOW, audit_entry, digest, keep

CHANGED = audit_entry("digest changed", when=NOW + timedelta(minutes=1))
MOST = 3


def of(db: Database) -> DigestOperations:
    clock, unused = Clock(machine_clock.now), cast("Any", None)  # saving asks neither careCycle nor Slack
    composing = Composer(db, clock, unused, 500)
    return DigestOperations(Dependencies(db, clock, unused, unused), composing, Limits(digests=MOST), lambda: None)


async def read(db: Database) -> Digest:
    found = await digests.read(db, "d1")
    assert found
    return found


async def test_of_many_saved_at_once_as_many_are_kept_as_there_may_be(db: Database) -> None:
    some = [digest(f"d{number}") for number in range(8)]
    done = await asyncio.gather(*(of(db).save(one, "U0ALEX", new=True) for one in some), return_exceptions=True)
    refused = [one for one in done if isinstance(one, TooManyDigests)]
    assert (len(refused), len(await digests.of_workspace(db, "T01SUNRISE"))) == (8 - MOST, MOST)
    assert refused[0].most == MOST
    assert [row.action for row in await audit.newest(db)] == ["digest made"] * MOST


async def test_another_workspace_has_room_of_its_own(db: Database) -> None:
    await keep(db, *(digest(f"d{number}") for number in range(MOST)))
    await of(db).save(digest("other", workspace_id="T2"), "U0ALEX", new=True)
    with pytest.raises(TooManyDigests):
        await of(db).save(digest("more"), "U0ALEX", new=True)


async def test_what_is_saved_twice_at_the_limit_is_no_digest_more(db: Database) -> None:
    """The first answer was late, so the person saves once more."""
    await keep(db, *(digest(f"d{number}") for number in range(MOST)))
    await of(db).save(digest("d0", name="Once more"), "U0ALEX", new=True)
    assert len(await digests.of_workspace(db, "T01SUNRISE")) == MOST


async def test_of_many_who_change_what_they_saw_one_does_and_the_others_hear_who(db: Database) -> None:
    await keep(db, digest())
    seen = (await read(db)).changed_at
    some = [digest(name=f"Of {number}") for number in range(5)]
    saving = (digests.save(db, one, replace(CHANGED, actor=one.name), new=False, seen=seen) for one in some)
    done = await asyncio.gather(*saving, return_exceptions=True)
    after = await read(db)
    refused = [one for one in done if isinstance(one, DigestChanged)]
    assert (done.count(True), len(refused)) == (1, 4)
    assert {(one.by, one.at) for one in refused} == {(after.name, after.changed_at)}
    assert [row.action for row in await audit.newest(db)] == ["digest changed", "digest made"]
    assert await digests.save(db, digest(name="Knowingly"), CHANGED, new=False, seen=refused[0].at)


async def test_a_campaign_that_was_added_meanwhile_is_not_overwritten_unseen(db: Database) -> None:
    await keep(db, digest(choice=CampaignFilter(ids=("c1",))))
    seen = await read(db)
    await digests.add_campaign(db, "d1", "c2", 500, replace(CHANGED, at=NOW, actor="U0SAM"))  # by the same clock
    with pytest.raises(DigestChanged) as found:
        await digests.save(db, replace(seen, name="Other"), CHANGED, new=False, seen=seen.changed_at)
    assert (found.value.by, (await read(db)).choice.ids) == ("U0SAM", ("c1", "c2"))


async def test_pauses_owners_and_slots_are_no_change_of_what_somebody_sees(db: Database) -> None:
    await keep(db, digest())
    seen = (await read(db)).changed_at
    await pauses.pause(db, "d1", Pause(NOW, "person", NOW + timedelta(days=1), "U0SAM"), audit_entry("digest paused"))
    await pauses.resume(db, "d1", NOW + timedelta(days=3), audit_entry("digest resumed"))
    await stops.stop_for_key(db, "T01SUNRISE", NOW)
    await pauses.resume_after_key(db, "T01SUNRISE")
    await digests.hand_over(db, "d1", "U0ALEX", "U0SAM", audit_entry("digest handed over"))
    assert await digests.save(db, digest(name="Other"), CHANGED, new=False, seen=seen)


async def test_saving_what_is_kept_already_is_no_change_and_meets_none(db: Database) -> None:
    await keep(db, digest())
    before = await read(db)
    theirs = digest(name="Other")
    assert await digests.save(db, theirs, replace(CHANGED, actor="U0SAM"), new=False, seen=before.changed_at)
    changed = await read(db)
    assert await digests.save(db, theirs, CHANGED, new=False, seen=before.changed_at)
    after = await read(db)
    assert (after.changed_at, after.changed_by) == (changed.changed_at, "U0SAM")
