"""What people do with deliveries: *Send now* says when it cannot arrive, one sent to oneself is seen by nobody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from blocks.card_options import WHOLE
from bot.digests.again import is_old, may_confirm, may_send_again
from bot.digests.digest import Digest, Pause
from bot.digests.errors import CannotSend, NewerArrived
from bot.errors import BotError, DigestGone, KeyRejected, NotConnected, NotShownHere, SlackLimited
from bot.store import audit, pauses
from bot.workspaces.workspace import Workspace
from tests.conftest import AEP, MakeWorld, text_of
from tests.drivers.digest_deliveries import CHANNEL, DAY, MEMBER, OWNER, SUNRISE, Deliveries, delivering
from tests.drivers.slash_command import ask
from tests.samples.digests import audit_entry, delivery, digest

PARTNER = "C03PARTNER"


@pytest.fixture
async def there(make_world: MakeWorld, database_options: dict[str, Any]) -> Deliveries:
    return await delivering(make_world, **database_options)


async def workspace(there: Deliveries) -> Workspace:
    return await there.world.bot.workspaces.of(SUNRISE)


async def sent_now(there: Deliveries, digest: Digest) -> None:
    await there.world.bot.services.digests.send_now(digest, OWNER)


async def stop(there: Deliveries, digest: Digest, why: str) -> Digest:
    """Stop a digest because a delivery failed, and return it."""
    entry = audit_entry("digest paused", when=there.time.now())
    await pauses.pause(there.world.bot.db, digest.id, Pause(there.time.now(), "failed", detail=why), entry)
    return await there.read(digest)


def archive(there: Deliveries) -> None:
    there.world.slack.workspace.archive(CHANNEL)


def remove(there: Deliveries) -> None:
    there.world.slack.workspace.invite_bot(CHANNEL, member=False)


@pytest.mark.parametrize(
    ("happens", "channel", "why"),
    [
        (remove, CHANNEL, "not_in_channel"),
        (archive, CHANNEL, "is_archived"),
        (None, "C99NOWHERE", "channel_not_found"),
    ],
)
async def test_what_slack_would_not_take_is_not_on_its_way(
    there: Deliveries, happens: Callable[[Deliveries], None] | None, channel: str, why: str
) -> None:
    digest = await there.make(channel_id=channel)
    if happens:
        happens(there)
    with pytest.raises(CannotSend) as found:
        await sent_now(there, digest)
    assert found.value.reason == why
    assert await there.ledger(digest) == []


async def test_nor_what_managers_do_not_want_in_a_shared_channel(there: Deliveries) -> None:
    there.world.slack.workspace.invite_bot(PARTNER)
    digest = await there.make(channel_id=PARTNER)
    here = await workspace(there)
    await here.save_preferences(replace(here.preferences, shared_channels="none"), (), OWNER)
    with pytest.raises(NotShownHere):
        await sent_now(there, digest)


async def test_nor_what_lacks_a_key_that_works(make_world: MakeWorld) -> None:
    there = await delivering(make_world)
    digest = await there.make()
    there.world.carecycle.fault = "unauthorized"  # type: ignore[union-attr]  # there is one in this world
    await ask(there.world, AEP, channel=CHANNEL)
    with pytest.raises(KeyRejected):
        await sent_now(there, digest)
    without = await delivering(make_world, carecycle_api_key=None)
    with pytest.raises(NotConnected):
        await sent_now(without, await without.make())


@pytest.mark.parametrize("why", ["restricted", "refused", "no_campaigns"])
async def test_nor_what_failed_for_a_reason_that_only_a_try_could_disprove(there: Deliveries, why: str) -> None:
    digest = await stop(there, await there.make(), why)
    with pytest.raises(CannotSend) as found:
        await sent_now(there, digest)
    assert found.value.reason == why
    operations = there.world.bot.services.digests
    await sent_now(there, await operations.resume(digest, OWNER))  # a person says that it is mended
    assert (await there.ended(digest))[0].state == "sent"


async def test_a_stopped_digest_goes_on_once_one_that_was_sent_by_hand_arrives(there: Deliveries) -> None:
    digest = await there.make(channel_id="C01AEP")
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert row.reason == "not_in_channel"
    there.world.slack.workspace.invite_bot("C01AEP")
    await sent_now(there, await there.read(digest))
    assert (await there.ended(digest, 2))[0].state == "sent"
    assert (await there.read(digest)).pause is None
    assert "digest resumed" in [one.action for one in await audit.newest(there.world.bot.db)]
    await there.at(digest)
    assert (await there.ended(digest, 3))[0].state == "sent"


async def test_what_is_sent_now_is_compared_with_the_last_scheduled_one_and_moves_nothing(there: Deliveries) -> None:
    digest = await there.make()
    await sent_now(there, digest)
    await there.ended(digest)
    assert "since" not in text_of(there.posted[-1].blocks[:2])  # nothing was scheduled yet: the first one
    await there.at(digest)
    await there.ended(digest, 2)
    assert "since" not in text_of(there.posted[-1].blocks[:2])
    there.time.move(3600)
    await sent_now(there, digest)
    await there.ended(digest, 3)
    assert "since 9:00 AM" in text_of(there.posted[-1].blocks)
    await there.at(digest)
    await there.ended(digest, 4)
    assert "since Tue 9:00 AM" in text_of(there.posted[-1].blocks)


async def test_one_for_me_alone_is_seen_by_nobody_else_and_is_kept_nowhere(there: Deliveries) -> None:
    digest = await there.make()
    await there.at(digest)
    await there.ended(digest)
    await there.world.bot.services.digests.send_to(await workspace(there), digest, MEMBER, WHOLE)
    (mine,) = there.told(MEMBER)
    assert "since 9:00 AM" in text_of(mine.blocks)
    assert "Morning digest" in mine.text
    assert len(there.posted) == len(await there.ledger(digest)) == 1


async def test_one_that_is_not_saved_yet_can_be_sent_to_oneself_too(there: Deliveries) -> None:
    unsaved = digest("new", workspace_id=SUNRISE, channel_id="C01AEP", created_at=None, next_due=None)
    await there.world.bot.services.digests.send_to(await workspace(there), unsaved, MEMBER, WHOLE)
    assert len(there.told(MEMBER)) == 1


@pytest.mark.parametrize(
    ("fault", "error"), [("messages_limited", SlackLimited), ("answer_lost", CannotSend), ("answer_is_500", CannotSend)]
)
async def test_when_slack_does_not_take_it_that_is_said(there: Deliveries, fault: str, error: type[BotError]) -> None:
    digest = await there.make()
    there.world.slack.faults.set(fault)
    with pytest.raises(error):
        await there.world.bot.services.digests.send_to(await workspace(there), digest, MEMBER, WHOLE)


async def test_where_slack_refuses_the_newer_blocks_one_for_me_comes_in_classic_ones(there: Deliveries) -> None:
    digest = await there.make()
    there.world.slack.faults.set("new_blocks_refused")
    await there.world.bot.services.digests.send_to(await workspace(there), digest, MEMBER, WHOLE)
    (mine,) = there.told(MEMBER)
    assert "data_visualization" not in text_of(mine.blocks)


async def test_an_unconfirmed_one_that_is_there_is_what_the_next_is_compared_with(there: Deliveries) -> None:
    digest = await there.make()
    there.world.slack.faults.set("answer_lost", times=1)
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert may_confirm(row)
    operations = there.world.bot.services.digests
    with pytest.raises(DigestGone):
        await operations.confirm(digest, "another:2026-11-24T09:00+00:00", OWNER)
    assert await operations.confirm(digest, row.id, OWNER)
    assert not await operations.confirm(digest, row.id, OWNER)
    (row,) = await there.ledger(digest)
    assert (row.state, row.ts, may_confirm(row)) == ("sent", None, False)
    await there.at(digest)
    await there.ended(digest, 2)
    said = text_of(there.posted[-1].blocks)
    assert "since Tue 9:00 AM" in said
    assert "may or may not" not in said
    (entry, *_) = [one for one in await audit.newest(there.world.bot.db) if one.action == "digest confirmed"]
    assert entry.actor == OWNER


async def test_an_old_one_is_not_sent_again_once_a_newer_one_arrived(there: Deliveries) -> None:
    digest = await there.make()
    there.world.slack.faults.set("answer_lost", times=1)
    await there.at(digest)
    (old,) = await there.ended(digest)
    assert may_send_again(old, await there.ledger(digest))
    await there.at(digest)
    await there.ended(digest, 2)
    assert not may_send_again(old, await there.ledger(digest))
    with pytest.raises(NewerArrived):
        await there.world.bot.services.digests.send_again(digest, old.id, OWNER)


async def test_an_old_one_that_is_sent_again_says_so(there: Deliveries) -> None:
    digest = await there.make()
    there.world.slack.workspace.archive(CHANNEL)
    await there.at(digest)
    (old,) = await there.ended(digest)
    there.world.slack.workspace.archive(CHANNEL, archived=False)
    there.time.move(DAY + 60)
    there.world.bot.scheduler.wake()
    rows = await there.ended(digest, 2)
    assert rows[0].reason == "paused"
    assert await there.world.bot.services.digests.send_again(await there.read(digest), old.id, OWNER)
    await there.ended(digest, 2)
    sent = next(one for one in await there.ledger(digest) if one.id == old.id)
    assert (sent.state, is_old(sent, digest, there.time.now())) == ("sent", True)
    assert "Morning digest of Tue, Nov 24 · sent again Wed, Nov 25" in there.posted[-1].text
    assert "next Thu" in there.posted[-1].text  # it has arrived, so nothing stops the digest


def test_only_what_was_sent_again_is_old() -> None:
    one = digest()
    on_time = delivery("d1:slot", kind="scheduled", due=one.next_due, wanted_at=one.next_due)
    assert one.next_due
    assert not is_old(on_time, one, one.next_due + timedelta(days=9))  # late, if anything
    again = delivery("d1:slot", kind="scheduled", due=one.next_due, wanted_at=one.next_due + timedelta(minutes=5))
    assert not is_old(again, one, one.next_due + timedelta(minutes=5))
    assert is_old(again, one, one.next_due + timedelta(days=1))
    assert not is_old(delivery(), one, one.next_due + timedelta(days=9))
