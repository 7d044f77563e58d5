"""A pause by a person is told in the channel's next digest: who paused it, and what did not come."""

import pytest

from blocks.digests.outcome import outcome
from bot.digests.digest import Pause
from bot.records import OPERATOR
from bot.store import pauses
from tests.conftest import MakeWorld, text_of
from tests.drivers.digest_deliveries import MEMBER, OWNER, Deliveries, delivering
from tests.drivers.digest_forms import listed
from tests.drivers.slash_command import said


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    return await delivering(make_world)


async def test_the_next_one_says_who_paused_it_and_what_did_not_come(there: Deliveries) -> None:
    digest = await there.make()
    await there.at(digest)
    await there.ended(digest)
    operations = there.world.bot.services.digests
    paused = await operations.pause(digest, MEMBER, for_a_day=False)
    for count in (2, 3):
        await there.at(digest)
        await there.ended(digest, count)
    assert len(there.posted) == 1
    await operations.resume(paused, OWNER)
    await there.at(digest)
    await there.ended(digest, 4)
    words = text_of(there.posted[1].blocks)
    assert "Paused by <@U03MEMBER>: nothing came from Wed, Nov 25 to Thu, Nov 26." in words
    await there.at(digest)
    await there.ended(digest, 5)
    assert "Paused by" not in text_of(there.posted[2].blocks)


async def test_a_pause_on_the_server_is_told_as_well(there: Deliveries) -> None:
    digest = await there.make()
    await pauses.pause(there.world.bot.db, digest.id, Pause(there.time.now(), "person", by=OPERATOR))
    listing = await listed(there.world)
    assert "paused by the person who set up this app until somebody resumes it" in said(listing)
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert "it was paused by the person who set up this app." in outcome(digest, row, there.time.now())
    await there.world.bot.services.digests.resume(digest, OWNER)
    await there.at(digest)
    await there.ended(digest, 2)
    words = text_of(there.posted[0].blocks)
    assert "Paused by the person who set up this app: nothing came on Tue, Nov 24." in words


async def test_a_pause_that_came_between_the_slot_and_its_try_is_told_too(there: Deliveries) -> None:
    digest = await there.make()
    assert there.world.carecycle
    there.world.carecycle.fault = "server_error"
    await there.at(digest)
    row = await there.put_off(digest, "carecycle")
    there.world.carecycle.fault = "none"
    paused = await there.world.bot.services.digests.pause(digest, MEMBER, for_a_day=False)
    there.moved_to(row.try_at)
    (skipped,) = await there.ended(digest)
    assert (skipped.reason, skipped.asked_by) == ("paused", MEMBER)
    await there.world.bot.services.digests.resume(paused, OWNER)
    await there.at(digest)
    await there.ended(digest, 2)
    assert "Paused by <@U03MEMBER>: nothing came on Tue, Nov 24." in text_of(there.posted[0].blocks)


async def test_what_a_failure_stopped_is_no_pause_of_a_person(there: Deliveries) -> None:
    digest = await there.make()
    db = there.world.bot.db
    await pauses.pause(db, digest.id, Pause(there.time.now(), "failed", detail="is_archived"))
    await there.at(digest)
    await there.ended(digest)
    assert await pauses.told_pause(db, digest, None) is None
