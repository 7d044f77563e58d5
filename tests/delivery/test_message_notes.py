"""What a digest's message says besides its numbers: when the next one comes, how late it is, what did not come."""

from dataclasses import replace
from datetime import timedelta

import pytest

from blocks.digests import history as digest_history
from blocks.digests.listed import Listed
from bot.digests.digest import Delivery, Digest
from bot.digests.timetable import Timetable
from bot.store import stops
from tests.conftest import AEP, MakeWorld, text_of
from tests.drivers.digest_deliveries import OWNER, SUNRISE, Deliveries, delivering


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    return await delivering(make_world)


async def sent_now(there: Deliveries, digest: Digest) -> str:
    await there.world.bot.services.digests.send_now(digest, OWNER)
    await there.ended(digest)
    return text_of(there.posted[-1].blocks[-1])


async def failed(there: Deliveries, digest: Digest, count: int = 1) -> Delivery:
    """The next one is tried until its grace time is over."""
    assert there.world.carecycle
    there.world.carecycle.fault = "server_error"
    await there.at(digest)
    tries = 0
    while (row := await there.tried(digest, tries, count=count)).state == "due":
        tries = row.attempt
        there.moved_to(row.try_at)
    there.world.carecycle.fault = "none"
    return row


async def test_a_paused_one_that_is_sent_now_does_not_promise_another(there: Deliveries) -> None:
    digest = await there.make()
    await there.world.bot.services.digests.pause(digest, OWNER, for_a_day=False)
    footer = await sent_now(there, digest)
    assert "·  paused  ·" in footer
    assert "next" not in footer


async def test_one_paused_for_a_day_says_the_first_after_it(there: Deliveries) -> None:
    digest = await there.make(timetable=Timetable("UTC", times=("09:00", "16:00")))
    await there.world.bot.services.digests.pause(digest, OWNER, for_a_day=True)
    assert "next Tue 4:00 PM" in await sent_now(there, digest)


async def test_one_whose_last_day_is_in_its_pause_says_it_was_the_last(there: Deliveries) -> None:
    today = there.time.now().date()
    digest = await there.make(timetable=Timetable("UTC", times=("16:00",), ends=today))
    await there.world.bot.services.digests.pause(digest, OWNER, for_a_day=True)
    assert "this was the last one" in await sent_now(there, digest)


async def test_one_that_waited_for_a_key_says_the_next_as_ever(there: Deliveries) -> None:
    digest = await there.make()
    await stops.stop_for_key(there.world.bot.db, SUNRISE, there.time.now())
    assert "next Tue" in await sent_now(there, digest)


async def test_a_first_one_that_failed_is_said_by_the_next(there: Deliveries) -> None:
    digest = await there.make()
    assert (await failed(there, digest)).state == "failed"
    await there.at(digest)
    await there.ended(digest, 2)
    said = text_of(there.posted[-1].blocks)
    assert "the first one" in said
    assert "Tuesday’s could not be sent: careCycle was not answering." in said
    await there.at(digest)
    await there.ended(digest, 3)
    assert "could not be sent" not in text_of(there.posted[-1].blocks)


async def test_in_a_new_channel_what_failed_long_before_is_not_said(there: Deliveries) -> None:
    there.world.slack.workspace.channels["C01AEP"].bot_is_member = True
    digest = await there.make()
    await failed(there, digest)
    await there.at(digest)
    await there.ended(digest, 2)
    moved = replace(await there.read(digest), channel_id="C01AEP")
    await there.world.bot.services.digests.save(moved, OWNER, new=False)
    await there.at(digest)
    await there.ended(digest, 3)
    assert there.posted[-1].channel == "C01AEP"
    assert "could not be sent" not in text_of(there.posted[-1].blocks)


async def test_in_a_new_channel_the_comparison_begins_anew(there: Deliveries) -> None:
    there.world.slack.workspace.channels["C01AEP"].bot_is_member = True
    digest = await there.make()
    assert there.world.carecycle
    for count in (1, 2):
        there.world.carecycle.campaigns[AEP]["customerStats"]["totalCalls"] += 1_234
        await there.at(digest)
        await there.ended(digest, count)
    assert "1,234 calls" in text_of(there.posted[-1].blocks)
    moved = replace(await there.read(digest), channel_id="C01AEP")
    await there.world.bot.services.digests.save(moved, OWNER, new=False)
    there.world.carecycle.campaigns[AEP]["customerStats"]["totalCalls"] += 1_234
    await there.at(digest)
    await there.ended(digest, 3)
    assert there.posted[-1].channel == "C01AEP"
    assert "1,234" not in text_of(there.posted[-1].blocks)
    assert "the first one" in text_of(there.posted[-1].blocks)


async def test_a_short_wait_is_said_in_the_message_and_in_the_history(there: Deliveries) -> None:
    digest = await there.make()
    assert there.world.carecycle
    there.world.carecycle.fault = "rate_limited"
    await there.at(digest)
    row = await there.put_off(digest, "limit")
    there.world.carecycle.fault = "none"
    there.moved_to(row.try_at)
    (row,) = await there.ended(digest)
    assert row.ended_at
    assert row.ended_at - row.due < timedelta(minutes=2)
    late = "1 minute late: careCycle’s request limit was reached."
    assert f"⚠️ {late}" in text_of(there.posted[0].blocks)
    window = digest_history.modal(Listed(await there.read(digest)), [row], "{}", there.time.now())
    assert f"sent {late}" in text_of(window)
