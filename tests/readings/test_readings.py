"""Every quarter of an hour the list of campaigns of a workspace in use is read, kept and judged."""

from itertools import pairwise

from bot.campaigns.figures import left
from playground.carecycle import CareCycle
from tests.conftest import AEP, MakeWorld
from tests.drivers.accounts import id_of
from tests.drivers.readings import EVERY, crowd, reading_bot


async def test_a_workspace_in_use_is_read_every_quarter_of_an_hour(make_world: MakeWorld) -> None:
    there = await reading_bot(make_world)
    await there.used()
    for count in (1, 2, 3):
        await there.due()
        moments = await there.moments()
        assert len(moments) == count
    assert {later - before for before, later in pairwise(moments)} == {EVERY}
    assert len(there.lists) == 3
    last = await there.last()
    assert last.campaigns[AEP].name == "AEP Outreach 2026"
    assert left(last.campaigns[AEP])


async def test_five_hundred_campaigns_cost_five_requests(make_world: MakeWorld) -> None:
    there = await reading_bot(make_world, crowd(500, status="paused"))
    await there.used()
    await there.due()
    assert [one.query["page"] for one in there.carecycle.requests] == ["1", "2", "3", "4", "5"]
    assert len((await there.last()).campaigns) == 500


async def test_what_it_shows_is_known_to_every_surface(make_world: MakeWorld) -> None:
    there = await reading_bot(make_world)
    await there.used()
    await there.due()
    current = there.world.bot.services.assessments.known("T01SUNRISE")
    assert current
    assert current.assessment.at == (await there.moments())[-1]
    assert AEP in current.assessment.campaigns


async def test_a_workspace_that_nobody_uses_is_not_read(make_world: MakeWorld) -> None:
    there = await reading_bot(make_world)
    await there.due()
    assert there.carecycle.requests == []
    assert await there.turn() is None


async def test_a_workspace_is_read_until_nobody_looked_anything_up_for_seven_days(make_world: MakeWorld) -> None:
    there = await reading_bot(make_world)
    await there.used()
    there.time.move(7 * 24 * 3600 - 1000)
    await there.due()
    assert len(there.lists) == 1
    there.time.move(1000)
    await there.due()
    assert len(there.lists) == 1


async def test_names_are_masked_as_in_digests(make_world: MakeWorld) -> None:
    there = await reading_bot(
        make_world, CareCycle([{"id": id_of(1), "name": "Call 555-867-5309", "status": "active"}])
    )
    await there.used()
    await there.due()
    assert "867" not in (await there.last()).campaigns[id_of(1)].name
