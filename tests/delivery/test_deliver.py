"""A channel gets its digest: on time, once, with what changed since it last looked; and when it cannot, why."""

from datetime import datetime, timedelta

import pytest

from bot.digests.digest import CampaignFilter
from bot.digests.timetable import Timetable
from bot.insight.problems import PastEnd, Problem, UnusualEnds
from tests.conftest import AEP, MakeWorld, text_of
from tests.drivers.digest_deliveries import CHANNEL, DAY, MEMBER, OWNER, Deliveries, delivering
from tests.drivers.judged_accounts import judged
from tests.samples.assessments import account, assessed


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    return await delivering(make_world)


async def test_a_digest_arrives_on_time_and_once(there: Deliveries) -> None:
    digest = await there.make()
    await there.at(digest)
    (row,) = await there.ended(digest)
    (message,) = there.posted
    assert (message.channel, row.state, row.ts) == (CHANNEL, "sent", message.ts)
    assert message.metadata == {"event_type": "campaign_digest", "event_payload": {"run": row.id}}
    assert row.id == f"{digest.id}:2026-11-24T09:00+00:00"
    assert (await there.read(digest)).next_due == row.due + timedelta(days=1)


async def test_the_next_one_says_what_changed_since(there: Deliveries) -> None:
    digest = await there.make()
    await there.at(digest)
    await there.ended(digest)
    assert there.world.carecycle
    there.world.carecycle.campaigns[AEP]["customerStats"]["totalCalls"] += 1_096
    await there.at(digest)
    await there.ended(digest, 2)
    first, second = (text_of(message.blocks) for message in there.posted)
    assert "the first one" in first
    assert "1,096" not in first
    assert "1,096 calls" in second
    assert "AEP Outreach 2026 +1,096" in second
    assert "since Tue 9:00 AM" in second


async def test_nothing_is_said_when_nothing_changed_and_it_is_to_skip_that(there: Deliveries) -> None:
    digest = await there.make(skip_unchanged=True, choice=CampaignFilter(status="paused"))
    await there.at(digest)
    await there.ended(digest)
    await there.at(digest)
    rows = await there.ended(digest, 2)
    assert [(row.state, row.reason) for row in rows] == [("skipped", "unchanged"), ("sent", "")]
    assert len(there.posted) == 1


async def test_a_problem_is_told_once_though_no_number_changed(there: Deliveries) -> None:
    digest = await there.make(skip_unchanged=True)
    for count in range(1, 5):
        tomorrow = (await there.read(digest)).next_due
        assert tomorrow
        await _judged(there, tomorrow, *((PastEnd(tomorrow - timedelta(days=9)),) if count > 1 else ()))
        await there.at(digest)
        rows = await there.ended(digest, count)
    assert [row.state for row in rows] == ["skipped", "skipped", "sent", "sent"]
    assert "past its end date" in text_of(there.posted[1].blocks)


async def _judged(there: Deliveries, at: datetime, *problems: Problem) -> None:
    """The account was read then, and this is wrong with its best-known campaign."""
    await judged(there.world, account(assessed("AEP Outreach 2026", *problems, at=at), at=at))


async def test_details_come_in_its_thread_when_asked_for(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(ids=(AEP,)), threaded=True)
    await there.at(digest)
    await there.ended(digest)
    await there.world.slack.workspace.until(
        lambda: any(one.thread_ts == there.posted[0].ts for one in there.world.slack.workspace.messages)
    )
    (details,) = [one for one in there.world.slack.workspace.messages if one.thread_ts]
    assert "AEP Outreach 2026" in text_of(details.blocks)


async def test_it_and_its_details_say_the_problems_of_the_last_reading(there: Deliveries) -> None:
    now = there.world.bot.services.clock.now()
    await _judged(there, now, UnusualEnds("failed", now - timedelta(days=3), 31, 90, 0.12, 412))
    digest = await there.make(choice=CampaignFilter(ids=(AEP,)), threaded=True)
    await there.world.bot.services.digests.send_now(digest, OWNER)
    await there.ended(digest)
    await there.world.slack.workspace.until(lambda: any(one.thread_ts for one in there.world.slack.workspace.messages))
    (details,) = [one for one in there.world.slack.workspace.messages if one.thread_ts]
    for message in (there.posted[0], details):
        assert "31 of 90 failed" in text_of(message.blocks)
        assert "here it is usually 12%" in message.text


async def test_the_problems_of_an_old_reading_are_not_said(there: Deliveries) -> None:
    now = there.world.bot.services.clock.now()
    await _judged(there, now - timedelta(hours=3), PastEnd(now - timedelta(days=9)))
    digest = await there.make(choice=CampaignFilter(ids=(AEP,)))
    await there.world.bot.services.digests.send_now(digest, OWNER)
    await there.ended(digest)
    assert "past its end date" not in there.posted[0].text


async def test_send_now_comes_at_once_and_a_second_click_is_none(there: Deliveries) -> None:
    digest = await there.make()
    for _ in range(2):
        await there.world.bot.services.digests.send_now(digest, OWNER)
    await there.ended(digest)
    assert len(there.posted) == 1
    there.time.move(30)
    await there.world.bot.services.digests.send_now(digest, OWNER)
    await there.ended(digest, 2)
    assert len(there.posted) == 2


async def test_send_now_comes_though_nothing_changed_and_it_is_to_skip_that(there: Deliveries) -> None:
    digest = await there.make(skip_unchanged=True, choice=CampaignFilter(status="paused"))
    for count in (1, 2):
        await there.world.bot.services.digests.send_now(digest, OWNER)
        rows = await there.ended(digest, count)
        there.time.move(60)
    assert [(row.kind, row.state) for row in rows] == [("now", "sent")] * 2
    assert len(there.posted) == 2


async def test_a_missing_campaign_is_named_and_the_rest_is_shown(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(ids=(AEP, "00000000-0000-4000-8000-000000000009")))
    await there.at(digest)
    await there.ended(digest)
    said = text_of(there.posted[0].blocks)
    assert "00000000" in said
    assert "was deleted in careCycle" in said
    assert "1 campaign" in said


async def test_in_a_channel_shared_with_another_company_nothing_of_routing_is_said(there: Deliveries) -> None:
    there.world.slack.workspace.channels["C03PARTNER"].bot_is_member = True
    digest = await there.make(channel_id="C03PARTNER")
    await there.at(digest)
    await there.ended(digest)
    assert "people from another company are in this channel" in text_of(there.posted[0].blocks)
    assert "can take a call" not in text_of(there.posted[0].blocks)


async def test_a_pause_for_a_day_leaves_out_one_and_ends_by_itself(there: Deliveries) -> None:
    digest = await there.make()
    await there.world.bot.services.digests.pause(digest, MEMBER, for_a_day=True)
    await there.at(digest)
    await there.ended(digest)
    await there.at(digest)
    rows = await there.ended(digest, 2)
    assert [(row.state, row.reason) for row in rows] == [("sent", ""), ("skipped", "paused")]
    assert (await there.read(digest)).pause is None


async def test_the_last_day_is_the_last(there: Deliveries) -> None:
    last = (there.time.now() + timedelta(days=1)).date()
    digest = await there.make(timetable=Timetable("UTC", frozenset(range(1, 8)), ("09:00",), ends=last))
    await there.at(digest)
    await there.ended(digest)
    assert (await there.read(digest)).next_due is None
    there.time.move(3 * DAY)
    there.world.bot.scheduler.wake()
    assert len(await there.ended(digest)) == 1
