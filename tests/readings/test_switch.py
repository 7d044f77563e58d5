"""Managers switch readings off, which deletes what is kept at once; and what leaving and disconnecting do."""

import asyncio
from typing import Any

from bot.store import installations
from playground.carecycle import CareCycle
from playground.samples import SUNRISE as OURS
from tests.conftest import AEP, MakeWorld
from tests.drivers.modals import KEY, Gate, opened, set_up, submit
from tests.drivers.readings import SUNRISE, Reading, reading_bot
from tests.drivers.slash_command import said


async def connected(make_world: MakeWorld, **options: Any) -> Reading:
    """A workspace whose manager connected it, in use."""
    account = options.pop("carecycle", None) or CareCycle(keys={KEY: OURS})
    there = await reading_bot(make_world, account, carecycle_api_key=None, **options)
    await there.world.slack.connect(KEY)
    await there.used()
    return there


async def kept(there: Reading) -> int:
    """How many rows there are of readings, assessments and turns."""
    count = 0
    async with there.world.bot.db.reading() as connection:
        for table in there.world.bot.db.tables.of_readings:
            count += len((await connection.execute(table.select())).all())
    return count


async def test_switching_readings_off_deletes_what_is_kept_and_nothing_is_read(
    make_world: MakeWorld, database_options: dict[str, Any]
) -> None:
    there = await connected(make_world, **database_options)
    await there.due()
    assert await kept(there) > 2
    modal = await set_up(there.world, readings="no")
    assert "What its readings had kept is deleted" in said(modal.view)
    assert await kept(there) == 0
    assert await there.world.bot.services.assessments.latest(SUNRISE) is None
    there.carecycle.requests.clear()
    for _ in range(2):
        await there.due()
    assert there.carecycle.requests == []


async def test_a_reading_under_way_is_not_kept_when_readings_are_switched_off(make_world: MakeWorld) -> None:
    gate = Gate()
    there = await connected(make_world, carecycle=CareCycle(keys={KEY: OURS}, sleep=gate.pause))
    there.carecycle.fault = "slow"
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    reading = asyncio.create_task(there.world.bot.services.readings.read(workspace))
    await gate.is_reached()
    await set_up(there.world, readings="no")
    gate.opened.set()
    await reading
    assert await kept(there) == 0


async def test_switching_them_on_begins_from_nothing(make_world: MakeWorld) -> None:
    there = await connected(make_world)
    await there.due()
    await set_up(there.world, readings="no")
    await set_up(there.world, readings="yes")
    await there.due()
    assert len(await there.moments()) == 1


async def test_a_person_who_asks_while_readings_are_off_gets_an_answer_that_is_not_kept(make_world: MakeWorld) -> None:
    there = await connected(make_world)
    await set_up(there.world, readings="no")
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    current = await there.world.bot.services.readings.read(workspace)
    assert AEP in current.assessment.campaigns
    assert await kept(there) == 0


async def test_disconnecting_stops_readings_and_the_same_account_finds_its_own_again(make_world: MakeWorld) -> None:
    there = await connected(make_world)
    await there.due()
    before = await there.moments()
    await submit(there.world, await opened(there.world, "disconnect"))
    there.carecycle.requests.clear()
    await there.due()
    assert there.carecycle.requests == []
    await there.world.slack.connect(KEY)
    there.time.move(61)
    await there.due()
    after = await there.moments()
    assert after[:1] == before
    assert len(after) > 1


async def test_removing_the_app_deletes_all(make_world: MakeWorld, database_options: dict[str, Any]) -> None:
    there = await connected(make_world, **database_options)
    await there.due()
    assert await kept(there) > 2
    await installations.forget(there.world.bot.db, SUNRISE, there.time.now())
    assert await kept(there) == 0
