"""What needs a person is told a channel once, is known from then on, speaks when it is worse, and its end is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.digests.digest import CampaignFilter, Digest
from bot.insight.problems import PastEnd
from tests.conftest import AEP, MakeWorld, text_of
from tests.drivers.digest_deliveries import SUNRISE, Deliveries, delivering
from tests.drivers.judged_accounts import judged
from tests.samples.assessments import account, assessed

NEEDS, KNOWN, OVER = "still active", "past the end date", "no longer past its end date"
QUIET = "*Quiet:* 1 problem until Dec"


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    return await delivering(make_world)


async def said(there: Deliveries, digest: Digest, count: int, *, left: int | None) -> str:
    """What the next delivery says, when so many customers wait; None: the campaign is not past its end any more."""
    due = (await there.read(digest)).next_due
    assert due
    found = () if left is None else (PastEnd(due - timedelta(days=9)),)
    one = replace(assessed("AEP Outreach 2026", *found, at=due), left=310 if left is None else left)
    await judged(there.world, account(one, at=due))
    await there.at(digest)
    await there.ended(digest, count)
    return text_of(there.posted[-1].blocks)


async def test_day_by_day(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(ids=(AEP,)))
    days = [(310, NEEDS), (310, KNOWN), (400, KNOWN), (465, NEEDS), (465, KNOWN), (None, OVER), (None, ""), (50, NEEDS)]
    for count, (left, expected) in enumerate(days, 1):
        message = await said(there, digest, count, left=left)
        assert [one for one in (NEEDS, KNOWN, OVER) if one in message] == [expected] * bool(expected), count


async def test_what_a_person_made_quiet_is_told_when_that_is_lifted(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(ids=(AEP,)))
    await said(there, digest, 1, left=None)
    due = (await there.read(digest)).next_due
    assert due
    one = assessed("AEP Outreach 2026", PastEnd(due - timedelta(days=9)), at=there.time.now())
    await judged(there.world, account(one, at=there.time.now()))
    assessments, until = there.world.bot.services.assessments, due + timedelta(days=30)
    await assessments.quieten((SUNRISE, None), [(AEP, "past_end")], until, "U03MEMBER", "the client knows")
    quiet = await said(there, digest, 2, left=310)
    assert NEEDS not in quiet
    assert "*Quiet:* 1 problem until Dec 25" in quiet
    assert "the client knows" not in quiet
    await assessments.lift((SUNRISE, None), (AEP, "past_end"), "U03MEMBER")
    assert NEEDS in await said(there, digest, 3, left=310)


async def quieted(there: Deliveries, digest: Digest) -> None:
    """A person makes what is open quiet for a month."""
    due = (await there.read(digest)).next_due
    assert due
    assessments, until = there.world.bot.services.assessments, due + timedelta(days=30)
    assert await assessments.quieten((SUNRISE, None), [(AEP, "past_end")], until, "U03MEMBER", "")


async def test_what_is_quiet_speaks_again_when_it_is_worse_and_only_once(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(ids=(AEP,)))
    assert NEEDS in await said(there, digest, 1, left=310)
    await quieted(there, digest)
    days = [(310, QUIET), (464, QUIET), (465, NEEDS), (465, KNOWN), (310, KNOWN)]
    for count, (left, expected) in enumerate(days, 2):
        message = await said(there, digest, count, left=left)
        assert [one for one in (NEEDS, KNOWN, QUIET) if one in message] == [expected], count


async def test_what_is_quiet_is_so_no_longer_once_it_was_gone_for_a_day(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(ids=(AEP,)))
    assert NEEDS in await said(there, digest, 1, left=310)
    await quieted(there, digest)
    days = [(310, QUIET), (None, OVER), (310, QUIET), (None, ""), (None, ""), (310, NEEDS)]
    for count, (left, expected) in enumerate(days, 2):
        message = await said(there, digest, count, left=left)
        assert [one for one in (NEEDS, KNOWN, QUIET, OVER) if one in message] == [expected] * bool(expected), count
