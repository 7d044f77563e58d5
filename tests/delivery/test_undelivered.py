"""When a digest cannot go out, or nobody knows whether it did: what is tried again, what is paused, and who is told."""

from datetime import date, timedelta

import pytest

from blocks.card_options import WHOLE
from blocks.digests import charts
from bot.carecycle.rate_limit import FOR_PEOPLE, PER_MINUTE
from bot.digests.digest import CampaignFilter
from bot.digests.report import ChartDay
from tests.conftest import AEP, MakeWorld, text_of
from tests.drivers.digest_deliveries import CHANNEL, MEMBER, OWNER, SUNRISE, Deliveries, delivering


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    return await delivering(make_world)


@pytest.mark.parametrize(
    ("fault", "reason", "says"),
    [
        ("server_error", "carecycle", "careCycle was not answering"),
        ("html", "unreadable", "careCycle answered with something this app could not read"),
    ],
)
async def test_a_failed_carecycle_makes_it_late_and_not_wrong(
    there: Deliveries, fault: str, reason: str, says: str
) -> None:
    digest = await there.make()
    assert there.world.carecycle
    there.world.carecycle.fault = fault
    await there.at(digest)
    row = await there.put_off(digest, reason)
    assert there.posted == []
    there.world.carecycle.fault = "none"
    there.time.move(600)
    there.moved_to(row.try_at)
    (row,) = await there.ended(digest)
    assert (row.state, row.reason) == ("sent", reason)
    assert says in text_of(there.posted[0].blocks)


async def test_at_carecycles_limit_it_waits_as_long_as_it_is_told(there: Deliveries) -> None:
    digest = await there.make()
    assert there.world.carecycle
    there.world.carecycle.fault = "rate_limited"
    await there.at(digest)
    row = await there.put_off(digest, "limit")
    assert row.try_at
    assert row.try_at - there.time.now() >= timedelta(seconds=60)
    there.world.carecycle.fault = "none"
    there.moved_to(row.try_at)
    (row,) = await there.ended(digest)
    assert row.state == "sent"


async def test_it_leaves_people_their_share_of_the_minute(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(ids=(AEP,)))
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    assert workspace.connection
    await there.at(digest, late=-2)
    for _ in range(PER_MINUTE - FOR_PEOPLE):
        await workspace.carecycle.list_campaigns(workspace.connection.key, limit=1)
    there.moved_to((await there.read(digest)).next_due)
    await there.put_off(digest, "limit")
    assert there.posted == []
    preview = await there.world.bot.services.digests.preview(workspace, digest, WHOLE)  # for somebody who waits for it
    assert "1 campaign" in text_of(preview.message.blocks)


async def test_while_slack_does_not_say_whether_its_owner_is_here_nobody_takes_it_over(there: Deliveries) -> None:
    digest = await there.make(owner_id=MEMBER)
    del there.world.slack.workspace.people[MEMBER]  # Slack has no answer, which is not that this person left
    await there.at(digest)
    assert [row.state for row in await there.ended(digest)] == ["sent"]
    assert (await there.read(digest)).owner_id == MEMBER
    assert there.told(OWNER) == []


async def test_after_the_grace_time_it_failed_and_the_next_one_says_so(there: Deliveries) -> None:
    digest = await there.make()
    await there.at(digest)
    await there.ended(digest)
    assert there.world.carecycle
    there.world.carecycle.fault = "server_error"
    await there.at(digest)
    tries = 0
    while (row := await there.tried(digest, tries, count=2)).state == "due":
        tries = row.attempt
        there.moved_to(row.try_at)
    assert 5 < tries < 20
    assert [row.state for row in await there.ended(digest, 2)] == ["failed", "sent"]
    assert (await there.read(digest)).pause is None
    there.world.carecycle.fault = "none"
    await there.at(digest)
    await there.ended(digest, 3)
    assert "careCycle was not answering" in text_of(there.posted[-1].blocks)


async def test_slack_that_refuses_the_newer_blocks_gets_classic_ones_from_then_on(
    there: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [ChartDay(date(2026, 11, 18 + number), 500) for number in range(3)]
    drawn = charts.days(days)
    assert drawn
    monkeypatch.setattr(charts, "days", lambda _: drawn)  # without weeks of readings a digest has no chart
    monkeypatch.setattr(charts, "spoken", lambda _: "")
    digest = await there.make()
    there.world.slack.faults.set("new_blocks_refused")
    await there.at(digest)
    await there.ended(digest)
    calls = [name for name, _ in there.world.slack.api.calls if name == "chat.postMessage"]
    await there.at(digest)
    await there.ended(digest, 2)
    more = [name for name, _ in there.world.slack.api.calls if name == "chat.postMessage"]
    assert (len(calls), len(more)) == (2, 3)
    assert "data_visualization" not in text_of([message.blocks for message in there.posted])


async def test_at_slacks_limit_it_waits(there: Deliveries) -> None:
    digest = await there.make()
    there.world.slack.faults.set("messages_limited", times=1)
    await there.at(digest)
    row = await there.put_off(digest, "slack_limit")
    there.moved_to(row.try_at)
    (row,) = await there.ended(digest)
    assert (row.state, len(there.posted)) == ("sent", 1)


@pytest.mark.parametrize("fault", ["answer_is_500", "answer_lost"])
async def test_a_message_whose_answer_is_lost_is_found_by_its_metadata(there: Deliveries, fault: str) -> None:
    there.may_look()
    digest = await there.make()
    there.world.slack.faults.set(fault, times=1)
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert (row.state, row.ts, len(there.posted)) == ("sent", there.posted[0].ts, 1)


@pytest.mark.parametrize("fault", ["answer_is_500", "answer_lost"])
async def test_without_looking_nobody_knows_and_the_owner_can_send_it_again(there: Deliveries, fault: str) -> None:
    digest = await there.make()
    there.world.slack.faults.set(fault, times=1)
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert (row.state, len(there.posted)) == ("unconfirmed", 1)
    (told,) = await there.hears(OWNER)
    assert "Send again" in text_of(told.blocks)
    assert await there.world.bot.services.digests.send_again(digest, row.id, OWNER)
    (row,) = await there.ended(digest)
    assert (row.state, len(there.posted)) == ("sent", 2)
    assert not await there.world.bot.services.digests.send_again(digest, row.id, OWNER)
    assert len(there.told(OWNER)) == 1


@pytest.mark.parametrize(
    ("channel", "reason"),
    [("C01AEP", "not_in_channel"), ("C99NOWHERE", "channel_not_found")],
    ids=["no-member", "no-such-channel"],
)
async def test_what_stays_wrong_pauses_that_digest_alone_and_is_told_once(
    there: Deliveries, channel: str, reason: str
) -> None:
    broken, other = await there.make(channel_id=channel), await there.make(name="Other")
    await there.at(broken)
    (row,) = await there.ended(broken)
    assert (row.state, row.reason) == ("failed", reason)
    paused = (await there.read(broken)).pause
    assert paused
    assert (paused.why, paused.detail) == ("failed", reason)
    await there.hears(OWNER)
    await there.ended(other)
    assert (await there.read(other)).pause is None
    await there.at(broken)
    newest, _ = await there.ended(broken, 2)
    assert (newest.state, newest.reason) == ("skipped", "paused")
    assert len(there.told(OWNER)) == 1


async def test_a_renamed_channel_stays_the_same_and_an_archived_one_is_told(there: Deliveries) -> None:
    digest = await there.make()
    there.world.slack.workspace.rename(CHANNEL, "another-name")
    await there.at(digest)
    await there.ended(digest)
    assert len(there.posted) == 1
    there.world.slack.workspace.archive(CHANNEL)
    await there.at(digest)
    rows = await there.ended(digest, 2)
    assert (rows[0].state, rows[0].reason) == ("failed", "is_archived")


async def test_campaigns_that_are_all_gone_are_told(there: Deliveries) -> None:
    nowhere = "00000000-0000-4000-8000-000000000009"
    digest = await there.make(choice=CampaignFilter(ids=(nowhere,)))
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert (row.state, row.reason, there.posted) == ("failed", "no_campaigns", [])


async def test_an_owner_who_is_gone_passes_it_to_the_backup_who_is_told(there: Deliveries) -> None:
    digest = await there.make(owner_id=MEMBER, backup_id=OWNER)
    there.world.slack.workspace.people[MEMBER].deleted = True
    await there.at(digest)
    await there.ended(digest)
    assert (await there.read(digest)).owner_id == OWNER
    assert len(there.posted) == len(there.told(OWNER)) == 1
    assert there.told(MEMBER) == []


async def test_without_a_backup_a_manager_takes_it_over(there: Deliveries) -> None:
    digest = await there.make(owner_id=MEMBER)
    there.world.slack.workspace.people[MEMBER].deleted = True
    await there.at(digest)
    await there.ended(digest)
    assert (await there.read(digest)).owner_id == OWNER
