"""Accounts of more than a thousand campaigns: the active ones at each reading, the whole list once a day."""

import asyncio
import time
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.digests.digest import CampaignFilter
from playground.carecycle import CareCycle
from tests.conftest import MakeWorld
from tests.drivers.accounts import campaign, id_of
from tests.drivers.readings import SUNRISE, Reading, reading_bot

HELD = 0.05  # seconds for which the event loop may be held


async def large(make_world: MakeWorld, count: int, active: int) -> Reading:
    made = [
        campaign(number, f"Outreach {number}", status="active" if number < active else "completed")
        for number in range(count)
    ]
    there = await reading_bot(make_world, CareCycle(made))
    await there.used()
    return there


def statuses(there: Reading) -> list[str | None]:
    return [one.query.get("status") for one in there.lists]


async def test_the_active_ones_are_read_each_time_and_the_whole_list_once_a_day(make_world: MakeWorld) -> None:
    there = await large(make_world, 1101, 3)
    await there.due()
    assert statuses(there) == [None] * 12
    there.carecycle.requests.clear()
    await there.due()
    assert statuses(there) == ["active"]
    assert len((await there.last()).campaigns) == 1101
    there.time.move(timedelta(days=1).total_seconds())
    there.carecycle.requests.clear()
    await there.looked()
    assert statuses(there) == [None] * 12


async def test_a_campaign_that_is_not_active_any_more_has_no_known_status_until_the_whole_list_is_read(
    make_world: MakeWorld,
) -> None:
    there = await large(make_world, 1101, 3)
    await there.due()
    there.carecycle.campaigns[id_of(1)]["status"] = "paused"
    await there.due()
    last = (await there.last()).campaigns
    assert [last[id_of(number)].status for number in (0, 1, 2, 3)] == ["active", None, "active", "completed"]
    there.time.move(timedelta(days=1).total_seconds())
    await there.looked()
    assert (await there.last()).campaigns[id_of(1)].status == "paused"


async def test_more_pages_than_a_minute_allows_are_read_in_the_next_one(make_world: MakeWorld) -> None:
    there = await large(make_world, 4700, 1)
    await there.due()
    assert (len(there.lists), await there.moments()) == (45, [])
    there.time.move(62)
    await there.looked()
    assert len(there.lists) == 47
    assert len((await there.last()).campaigns) == 4700


@pytest.mark.timeout(240)  # measures; a busy machine needs a while
async def test_the_event_loop_is_not_held_while_thousands_are_judged_and_packed(make_world: MakeWorld) -> None:
    there = await large(make_world, 4000, 100)
    await there.due()
    assert len(await there.moments()) == 1
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    for one in there.carecycle.campaigns.values():
        one["customerStats"] = {"total": 100, "totalCalls": 7}
    there.time.move(timedelta(days=1).total_seconds())
    await workspace.digest_figures(CampaignFilter(words="outreach"), 1)  # the list: the stand-in has the same loop
    reading = asyncio.create_task(there.world.bot.services.readings.read(workspace))
    beats = [time.thread_time()]  # of this thread: a busy machine does not count
    async with asyncio.timeout(120):
        while not reading.done():
            await asyncio.sleep(0.001)
            beats.append(time.thread_time())
        await reading
    assert len(await there.moments()) == 2
    held = sorted(later - before for before, later in pairwise(beats))
    assert held[-3] < HELD  # in two of them Python may have looked for garbage
    assert held[-1] < 4 * HELD  # judging takes half a second
