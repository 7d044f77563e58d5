"""The version before and this one run side by side on one database: nothing is lost, and nothing comes twice."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.campaigns.figures import Figures
from bot.digests.announcement import INTRODUCED_AFTER
from bot.digests.digest import CampaignFilter, Delivery, Digest
from bot.digests.snapshot import Snapshot
from bot.digests.timetable import Timetable
from bot.errors import DigestGone
from bot.insight.assessment import OpenProblem
from bot.insight.problems import PastEnd
from bot.store import deletions
from playground.slack.workspace import Conversation
from tests.conftest import AEP, MakeWorld, text_of
from tests.drivers import version_before
from tests.drivers.digest_deliveries import CHANNEL, DAY, OWNER, SUNRISE, Deliveries, delivering
from tests.drivers.judged_accounts import judged
from tests.samples.assessments import account, assessed
from tests.samples.digests import audit_entry

ELSEWHERE = "C09ELSEWHERE"
_DAY = timedelta(days=1)


@pytest.fixture
async def there(make_world: MakeWorld, database_options: dict[str, Any]) -> Deliveries:
    return await delivering(make_world, **database_options)


def shown(there: Deliveries, at: datetime, status: str = "active") -> Snapshot:
    """What the version before showed of one campaign."""
    assert there.world.carecycle
    campaign = there.world.carecycle.campaigns[AEP]
    figures = Figures(campaign["name"], status, 1204, 3311, 87, {"pending": 420, "in_progress": 110})
    return Snapshot(at, at.date(), {AEP: figures} if status == "active" else {})


def slot(digest: Digest, due: datetime, **more: Any) -> Delivery:
    """The delivery of a slot, as both versions name it."""
    sent: dict[str, Any] = {"state": "sent", "ended_at": due, "ts": "1.1"}
    usual = {"kind": "scheduled", "channel_id": digest.channel_id, **sent}
    id_ = f"{digest.id}:{due:%Y-%m-%dT%H:%M}+00:00"
    return Delivery(id_, digest.id, SUNRISE, due=due, wanted_at=due, **{**usual, **more})


async def due_of(there: Deliveries, digest: Digest) -> datetime:
    due = (await there.read(digest)).next_due
    assert due
    return due


async def moves_on(there: Deliveries, digest: Digest, then: datetime) -> None:
    """Wait until the scheduler has looked at a slot, and the digest is due then."""
    there.world.bot.scheduler.wake()
    async with asyncio.timeout(20):
        while await due_of(there, digest) != then:  # noqa: ASYNC110 - the scheduler's turn cannot be waited for
            await asyncio.sleep(0.05)


async def they_deliver(there: Deliveries, digest: Digest) -> None:
    """Let the version before deliver the next slot."""
    due = await due_of(there, digest)
    await version_before.delivers(there.world.bot.db, digest, slot(digest, due), shown(there, due), due + _DAY)


async def we_deliver(there: Deliveries, digest: Digest, count: int) -> str:
    """Let this version deliver the next slot, the `count`-th, and return what it says."""
    await there.at(digest)
    newest = (await there.ended(digest, count))[0]
    assert newest.state == "sent"
    return text_of(there.posted[-1].blocks)


async def past_its_end(there: Deliveries, digest: Digest, opened: datetime) -> None:
    """Let the account be judged: the campaign is past its end since `opened`."""
    due = await due_of(there, digest)
    one = replace(assessed("AEP Outreach 2026", at=due), open=(OpenProblem(PastEnd(opened), opened, due),))
    await judged(there.world, account(one, at=due))


async def test_by_turns_each_thing_is_told_once(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(status="active", words="aep outreach 2026"))
    opened = there.time.now() - 9 * _DAY
    await past_its_end(there, digest, opened)
    assert "still active" in await we_deliver(there, digest, 1)
    await they_deliver(there, digest)
    await past_its_end(there, digest, opened)
    third = await we_deliver(there, digest, 3)
    assert "still active" not in third
    assert "past the end date" in third
    assert "*Changed*" not in third
    assert "since Wed 9:00 AM" in third, "theirs is what it is compared with"
    await they_deliver(there, digest)
    assert there.world.carecycle
    there.world.carecycle.campaigns[AEP].update(status="paused")
    assert "*AEP Outreach 2026* was paused" in await we_deliver(there, digest, 5)
    assert "AEP" not in await we_deliver(there, digest, 6)
    assert len({row.id for row in await there.ledger(digest)}) == 6
    assert len(there.posted) == 4


async def test_a_slot_that_they_took_is_not_delivered_again(there: Deliveries) -> None:
    digest = await there.make()
    due = await due_of(there, digest)
    await version_before.delivers(there.world.bot.db, digest, slot(digest, due), shown(there, due), due)
    await there.at(digest)
    await moves_on(there, digest, due + _DAY)
    assert there.posted == []
    await we_deliver(there, digest, 2)
    assert len(there.posted) == 1


async def test_what_they_had_sent_by_hand_is_no_baseline(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(ids=(AEP,)))
    await we_deliver(there, digest, 1)
    there.time.move(60 * 60)
    now, due = there.time.now(), await due_of(there, digest)
    by_hand = slot(digest, now, kind="now", asked_by=OWNER)
    await version_before.delivers(there.world.bot.db, digest, by_hand, shown(there, now), due)
    assert "since Tue 9:00 AM" in await we_deliver(there, digest, 3)


async def test_what_they_edit_goes_where_they_say_once(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(ids=(AEP,)))
    await we_deliver(there, digest, 1)
    there.world.slack.workspace.channels[ELSEWHERE] = Conversation(ELSEWHERE, "elsewhere", bot_is_member=True)
    due = await due_of(there, digest)
    await version_before.edits(there.world.bot.db, replace(digest, channel_id=ELSEWHERE, name="Theirs"), due)
    said = await we_deliver(there, digest, 2)
    assert "Theirs" in said
    assert "since" not in said, "the first one in its channel"
    assert [one.channel for one in there.posted] == [CHANNEL, ELSEWHERE]


async def test_what_is_deleted_here_is_over_there_and_what_they_do_to_it_is_taken_back(there: Deliveries) -> None:
    digests, db = there.world.bot.services.digests, there.world.bot.db
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    digest = await there.make(choice=CampaignFilter(ids=(AEP,)))
    await digests.delete(digest, OWNER)
    soon = there.time.now() + timedelta(minutes=5)
    for theirs in (version_before.resumes(db, digest.id, soon), version_before.edits(db, digest, soon)):
        await theirs
        await deletions.keep_over(db)
        found = await deletions.read(db, digest.id, there.time.now())
        assert found
        assert found.next_due is None
    asked = slot(digest, there.time.now(), kind="now", asked_by=OWNER, state="due", ts=None, ended_at=None)
    await version_before.asks_for(db, replace(asked, try_at=there.time.now()))
    there.time.move(6 * 60)
    there.world.bot.scheduler.wake()
    (row,) = await there.ended(digest)
    assert (row.state, row.reason) == ("skipped", "deleted")
    assert there.posted == []
    await digests.restore(workspace, digest.id, OWNER)
    assert [one.state for one in await there.ended(digest)] == ["sent"]  # what was asked for waited
    await we_deliver(there, digest, 2)
    assert len(there.posted) == 2


async def test_what_they_delete_is_gone_with_what_was_to_be_said_of_it(there: Deliveries) -> None:
    digests = there.world.bot.services.digests
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    digest = await there.make(timetable=Timetable("UTC", ends=date(2026, 11, 24)))
    await version_before.deletes(there.world.bot.db, digest.id)
    with pytest.raises(DigestGone):
        await digests.restore(workspace, digest.id, OWNER)
    there.time.move(INTRODUCED_AFTER.total_seconds() + DAY)
    await there.world.bot.scheduler.regular["announce digests"]()
    assert there.world.slack.workspace.messages == []


async def test_a_channel_that_is_gone_is_told_to_its_owner_once_whoever_meets_it(there: Deliveries) -> None:
    first, second = await there.make(name="First"), await there.make(name="Second")
    there.world.slack.workspace.archive(CHANNEL)
    due = await due_of(there, first)
    theirs = slot(first, due, state="due", ts=None, ended_at=None)
    await version_before.asks_for(there.world.bot.db, theirs)
    entry = audit_entry("digest paused", SUNRISE, due)
    assert await version_before.stops(there.world.bot.db, theirs, "is_archived", entry)
    await there.at(second)
    await there.ended(second)
    await there.hears(OWNER)
    there.time.move(60)
    await there.at(second)
    await there.ended(second, 2)
    assert len(there.told(OWNER)) == 1
    assert "First" in there.told(OWNER)[0].text


async def test_the_first_working_day_comes_once_a_month_when_they_took_it(there: Deliveries) -> None:
    """For them it is a cron expression, which names the next weekdays, too."""
    digest = await there.make(timetable=Timetable("UTC", monthly=True))
    due = await due_of(there, digest)
    assert due == datetime(2026, 12, 1, 9, tzinfo=UTC)
    await they_deliver(there, digest)
    await there.at(digest)
    await moves_on(there, digest, datetime(2027, 1, 4, 9, tzinfo=UTC))
    assert there.posted == []
