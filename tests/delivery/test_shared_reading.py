"""Digests of a workspace that are due together read one list, and say when it was read."""

from datetime import date, timedelta

import pytest

from bot.digests.digest import CampaignFilter
from bot.digests.timetable import Timetable
from bot.store import delivery_reports
from tests.conftest import MakeWorld, text_of
from tests.drivers.digest_deliveries import CHANNEL, DAILY, Deliveries, delivering

WITH_AN_A = CampaignFilter(words="a")


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    return await delivering(make_world)


async def test_those_that_had_to_wait_share_one_list_too(there: Deliveries) -> None:
    digests = [await there.make(name=f"Digest {number}", choice=WITH_AN_A) for number in range(4)]
    assert there.world.carecycle
    there.world.carecycle.fault = "rate_limited"
    await there.at(digests[0])
    rows = [await there.put_off(digest, "limit") for digest in digests]
    there.world.carecycle.fault = "none"
    there.world.carecycle.requests.clear()
    there.moved_to(max(row.try_at for row in rows if row.try_at))
    for digest in digests:
        await there.ended(digest)
    assert len([one for one in there.world.carecycle.requests if one.path == "/v2/campaigns"]) == 1
    assert len(there.posted) == 4


async def test_what_had_to_wait_over_midnight_is_of_the_day_it_was_read_on(there: Deliveries) -> None:
    late = Timetable("UTC", DAILY.days, ("23:59",))
    digest = await there.make(choice=WITH_AN_A, timetable=late)
    assert there.world.carecycle
    there.world.carecycle.fault = "rate_limited"
    await there.at(digest)
    row = await there.put_off(digest, "limit")
    there.world.carecycle.fault = "none"
    there.moved_to(row.try_at)
    (row,) = await there.ended(digest)
    last = await delivery_reports.last_sent(there.world.bot.db, digest.id, CHANNEL)
    assert last
    assert (last[1].as_of, last[1].day) == (there.time.now(), date(2026, 11, 24))
    assert row.due + timedelta(seconds=60) < there.time.now()
    assert "as of" in text_of(there.posted[0].blocks)
