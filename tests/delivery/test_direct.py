"""A digest for oneself: it comes in direct messages with the app, and is nobody else's when that person leaves."""

from dataclasses import replace
from typing import Any

import pytest

from bot.digests.errors import CannotSend
from playground.slack.workspace import Message
from tests.conftest import MakeWorld, text_of
from tests.drivers.digest_deliveries import MEMBER, OWNER, Deliveries, delivering


@pytest.fixture
async def there(make_world: MakeWorld, database_options: dict[str, Any]) -> Deliveries:
    return await delivering(make_world, **database_options)


def digests(there: Deliveries) -> list[Message]:
    """Return the digests that MEMBER got."""
    return [one for one in there.told(MEMBER) if one.metadata]


async def test_it_comes_to_that_person_alone_with_whole_cards(there: Deliveries) -> None:
    digest = await there.make(channel_id=MEMBER, owner_id=MEMBER)
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert (row.state, row.channel_id, len(there.posted)) == ("sent", MEMBER, 1)
    (mine,) = digests(there)
    assert "Morning digest" in mine.text
    await there.at(digest)
    await there.ended(digest, 2)
    assert "since Tue 9:00 AM" in text_of(digests(there)[-1].blocks)


async def test_nobody_takes_it_over_when_that_person_leaves(there: Deliveries) -> None:
    digest = await there.make(channel_id=MEMBER, owner_id=MEMBER, backup_id=OWNER)
    there.world.slack.workspace.deactivate(MEMBER)
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert (row.state, row.reason) == ("failed", "left")
    left = await there.read(digest)
    assert left.pause
    assert (left.owner_id, left.pause.why, left.pause.detail) == (MEMBER, "failed", "left")
    assert digests(there) == []
    await there.at(digest)
    assert (await there.ended(digest, 2))[0].reason == "paused"
    with pytest.raises(CannotSend):
        await there.world.bot.services.digests.send_now(left, OWNER)


async def test_when_they_leave_after_it_became_theirs_the_channel_it_was_in_goes_on(there: Deliveries) -> None:
    digest, other = await there.make(), await there.make(name="Other")
    assert there.world.carecycle
    there.world.carecycle.fault = "server_error"
    await there.at(digest)
    row = await there.put_off(digest, "carecycle")
    await there.put_off(other, "carecycle")
    moved = replace(await there.read(digest), channel_id=MEMBER)
    await there.world.bot.services.digests.save(moved, OWNER, new=False)
    there.world.slack.workspace.deactivate(MEMBER)
    there.world.carecycle.fault = "none"
    there.moved_to(row.try_at)
    assert [(one.state, one.reason) for one in await there.ended(digest)] == [("failed", "left")]
    assert [one.state for one in await there.ended(other)] == ["sent"]
    assert (await there.read(digest)).pause
    assert (await there.read(other)).pause is None


async def test_who_comes_back_goes_on_with_it(there: Deliveries) -> None:
    digest = await there.make(channel_id=MEMBER, owner_id=MEMBER)
    there.world.slack.workspace.deactivate(MEMBER)
    await there.at(digest)
    await there.ended(digest)
    there.world.slack.workspace.deactivate(MEMBER, deleted=False)
    await there.world.bot.services.digests.resume(await there.read(digest), MEMBER)
    await there.at(digest)
    assert (await there.ended(digest, 2))[0].state == "sent"


async def test_whether_it_arrived_only_that_person_can_see(there: Deliveries) -> None:
    there.may_look()
    digest = await there.make(channel_id=MEMBER, owner_id=MEMBER)
    there.world.slack.faults.set("answer_lost", times=1)
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert row.state == "unconfirmed"
    assert await there.world.bot.services.digests.confirm(digest, row.id, MEMBER)
    assert (await there.ledger(digest))[0].state == "sent"
