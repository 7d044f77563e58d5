"""A digest is introduced in its channel, and its owner is asked on its last day whether it goes on; each once."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from blocks.digests import announcements as words
from blocks.digests.listed import Listed
from bot.delivery.announcements import Announcements
from bot.delivery.slack_port import Later
from bot.digests.announcement import INTRODUCED_AFTER, Announcement
from bot.digests.digest import Digest
from bot.store import announcements
from playground.slack.workspace import BOT_ID, Message
from tests.conftest import MakeWorld, text_of
from tests.drivers.digest_deliveries import CHANNEL, DAILY, DAY, MEMBER, OWNER, Deliveries, delivering, unreadable
from tests.drivers.slash_command import press

MINUTE = INTRODUCED_AFTER.total_seconds()
TODAY = date(2026, 11, 24)  # the day on which the first slot is due
LAST_DAY = replace(DAILY, ends=TODAY)


@pytest.fixture
async def there(make_world: MakeWorld, database_options: dict[str, Any]) -> Deliveries:
    return await delivering(make_world, **database_options)


def in_channel(there: Deliveries) -> list[Message]:
    """Return the bot's messages in the channel that are no digests."""
    messages = there.world.slack.workspace.messages
    return [one for one in messages if one.channel == CHANNEL and one.user == BOT_ID and not one.metadata]


async def tell(there: Deliveries) -> None:
    """Say what is due, if the scheduler does not say it at this moment."""
    await there.world.bot.scheduler.regular["announce digests"]()


async def said(there: Deliveries, count: int) -> list[Message]:
    """Say what is due, and return what the channel got, when that is `count` messages."""
    await tell(there)
    await there.world.slack.workspace.until(lambda: len(in_channel(there)) == count)
    return in_channel(there)


async def gone_out(there: Deliveries, digest: Digest) -> None:
    """Let the next slot go out, and say what is due then."""
    await there.at(digest)
    await there.ended(digest)
    await tell(there)


async def test_the_channel_reads_who_made_it_what_comes_and_how_to_stop_it(there: Deliveries) -> None:
    digest = await there.make()
    assert await said(there, 0) == []  # the person may still change their mind
    there.time.move(MINUTE)
    (introduction,) = await said(there, 1)
    assert "<@U01OWNER> set up the digest *Morning digest* for this channel, every day 9:00 AM" in introduction.text
    assert "It shows all active campaigns." in introduction.text
    assert "every day 9:00 AM UTC. The first one comes Tue, Nov 24, 9:00 AM." in introduction.text
    assert "type `/campaign digest` here" in introduction.text
    assert all(line in text_of(introduction.blocks) for line in introduction.text.splitlines())
    await there.world.bot.services.digests.save(replace(digest, name="Other"), OWNER, new=False)
    there.time.move(DAY)
    assert await said(there, 1) == [introduction]


async def test_one_that_is_deleted_before_is_not_introduced_unless_it_is_restored(there: Deliveries) -> None:
    operations = there.world.bot.services.digests
    workspace = await there.world.bot.workspaces.of("T01SUNRISE")
    digest = await there.make()
    await operations.delete(digest, OWNER)
    there.time.move(MINUTE)
    assert await said(there, 0) == []
    await operations.restore(workspace, digest.id, OWNER)
    assert await said(there, 1)


async def test_one_that_cannot_be_read_keeps_no_other_from_being_introduced(there: Deliveries) -> None:
    await unreadable(there.world.bot.db, await there.make(name="A"))
    await there.make(name="B")
    there.time.move(MINUTE)
    (introduction,) = await said(there, 1)
    assert "*B*" in introduction.text


async def test_one_for_oneself_is_not_introduced(there: Deliveries) -> None:
    await there.make(channel_id=MEMBER, owner_id=MEMBER)
    there.time.move(MINUTE)
    await tell(there)
    assert there.told(MEMBER) == []


async def test_when_slack_takes_nothing_it_is_tried_again(there: Deliveries) -> None:
    await there.make()
    there.time.move(MINUTE)
    there.world.slack.faults.set("messages_limited")
    await tell(there)
    there.world.slack.faults.set("none")
    assert in_channel(there) == []
    there.time.move(3600)
    assert await said(there, 1)


async def test_what_another_replica_says_meanwhile_is_not_said_again(
    there: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    await there.make()
    there.time.move(MINUTE)

    async def said_elsewhere(_: Announcements, one: Announcement) -> None:
        await announcements.claim(there.world.bot.db, one)
        raise Later(0)

    monkeypatch.setattr(Announcements, "_tell", said_elsewhere)
    await tell(there)
    assert await announcements.due(there.world.bot.db, there.time.now() + timedelta(days=1)) == []


async def test_one_that_fails_does_not_keep_others_waiting(there: Deliveries, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = [await there.make(), await there.make(name="Another")]
    there.time.move(MINUTE)
    real = words.introduction

    def fails(named: Listed, *more: Any) -> Any:
        if named.digest.id == min(one.id for one in digests):
            raise ValueError
        return real(named, *more)

    monkeypatch.setattr(words, "introduction", fails)
    assert await said(there, 1)


async def test_the_owner_is_asked_once_when_the_last_one_has_gone_out(there: Deliveries) -> None:
    digest = await there.make(timetable=LAST_DAY)
    await tell(there)
    assert there.told(OWNER) == []
    await gone_out(there, digest)
    (question,) = await there.hears(OWNER)
    asked = "*Morning digest* in <#C02STANDUP> has come to its last day (Tue, Nov 24). Should it go on?"
    which = "all active campaigns  ·  <@U01OWNER>  ·  <https://sunrise-benefits.slack.com/archives/C02STANDUP/"
    assert question.text.startswith(f"{asked}\n{which}")
    assert question.text.endswith("|sent today 9:00 AM>")
    there.time.move(60)
    await tell(there)
    assert there.told(OWNER) == [question]


async def test_it_goes_on_without_an_end(there: Deliveries) -> None:
    digest = await there.make(timetable=LAST_DAY)
    await gone_out(there, digest)
    (question,) = await there.hears(OWNER)
    await press(there.world, question, "Go on without an end")
    assert there.told(OWNER)[-1].text.startswith("▶️ *Morning digest* goes on: next Wed, Nov 25, 9:00 AM.\n")
    assert (await there.read(digest)).timetable == DAILY
    await there.at(digest)
    assert [row.state for row in await there.ended(digest, 2)] == ["sent", "sent"]


async def test_or_it_ends(there: Deliveries) -> None:
    digest = await there.make(timetable=LAST_DAY)
    await gone_out(there, digest)
    (question,) = await there.hears(OWNER)
    await press(there.world, question, "Let it end")
    assert there.told(OWNER)[-1].text.startswith("*Morning digest* has ended.")
    assert (await there.read(digest)).next_due is None


async def test_another_last_day_is_asked_about_when_it_comes(there: Deliveries) -> None:
    digest = await there.make(timetable=LAST_DAY)
    await gone_out(there, digest)
    later = replace(await there.read(digest), timetable=replace(DAILY, ends=date(2026, 11, 25)))
    await there.world.bot.services.digests.save(later, OWNER, new=False)
    await tell(there)
    assert len(there.told(OWNER)) == 1
    await there.at(digest)
    await there.ended(digest, 2)
    await tell(there)
    assert [one.text.split("(")[1][:11] for one in there.told(OWNER)] == ["Tue, Nov 24", "Wed, Nov 25"]


async def test_who_has_stopped_it_is_not_asked(there: Deliveries) -> None:
    digest = await there.make(timetable=LAST_DAY)
    await there.world.bot.services.digests.pause(digest, OWNER, for_a_day=False)
    await gone_out(there, digest)
    assert there.told(OWNER) == []


async def test_nor_is_anybody_whose_digest_ended_long_ago(there: Deliveries) -> None:
    digest = await there.make(timetable=LAST_DAY)
    await there.at(digest)
    await there.ended(digest)
    there.time.move(4 * DAY)  # no newer version was running since
    assert await announcements.ask_about_ends(there.world.bot.db, there.time.now()) == 0
