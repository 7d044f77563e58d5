"""Lists leave transfers out: a few campaigns are read singly at each reading, and what they showed is kept."""

from datetime import timedelta

from bot.readings.transfer_looks import LEAST_LEFT, MOST
from playground.carecycle import CareCycle
from tests.conftest import MakeWorld
from tests.drivers.accounts import campaign, id_of
from tests.drivers.readings import SUNRISE, Reading, crowd, reading_bot

BROKEN = {"type": "ai-transfer", "transferConfig": None, "transferEnabled": True}


async def reading_of(make_world: MakeWorld, account: CareCycle) -> Reading:
    there = await reading_bot(make_world, account)
    await there.used()
    return there


async def test_twenty_campaigns_are_looked_at_in_a_reading_each_once_in_six_hours(make_world: MakeWorld) -> None:
    there = await reading_of(make_world, crowd(50))
    looked: list[str] = []
    for expected in (MOST, MOST, 10, 0):
        there.carecycle.requests.clear()
        await there.due()
        assert len(there.looks) == expected
        looked += there.looks
    assert sorted(looked) == sorted({*looked})
    there.time.move(timedelta(hours=5, minutes=20).total_seconds())
    there.carecycle.requests.clear()
    await there.looked()
    assert sorted(there.looks) == sorted(looked[:MOST])


async def test_what_was_never_looked_at_is_counted(make_world: MakeWorld) -> None:
    there = await reading_of(make_world, crowd(50))
    await there.due()
    current = there.world.bot.services.assessments.known(SUNRISE)
    assert current
    assert current.assessment.not_looked_at == 30


async def test_only_active_campaigns_are_looked_at(make_world: MakeWorld) -> None:
    there = await reading_of(make_world, CareCycle([campaign(1, "A"), campaign(2, "B", status="paused")]))
    await there.due()
    assert there.looks == [id_of(1)]


async def test_a_campaign_is_looked_at_again_when_somebody_changed_it_but_not_when_it_calls(
    make_world: MakeWorld,
) -> None:
    there = await reading_of(make_world, CareCycle([campaign(1, "A"), campaign(2, "B")]))
    await there.due()
    there.carecycle.campaigns[id_of(1)]["customerStats"] = {"total": 10, "totalCalls": 7}
    there.carecycle.requests.clear()
    await there.due()
    assert there.looks == []
    there.carecycle.campaigns[id_of(2)]["updatedAt"] = "2026-11-23T09:00:00Z"
    await there.due()
    assert there.looks == [id_of(2)]


async def test_none_is_looked_at_while_fewer_than_thirty_requests_of_the_minute_are_left(make_world: MakeWorld) -> None:
    there = await reading_of(make_world, crowd(50))
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    await there.due(late=-3)
    for number in range(20):  # people look campaigns up
        await workspace.campaign(id_of(2030 + number))
    there.carecycle.requests.clear()
    there.time.move(4)
    await there.looked()
    assert len(there.carecycle.requests) == 60 - 20 - LEAST_LEFT + 1
    assert len(there.lists) == 1


async def test_what_a_look_found_stays_until_the_next_one(make_world: MakeWorld) -> None:
    broken = campaign(1, "A", transfersEnabled=True, canTransfer=True, transferConfig=None)
    there = await reading_of(make_world, CareCycle([broken]))
    await there.due()
    first = (await there.last()).campaigns[id_of(1)].findings
    await there.due()
    assert (await there.last()).campaigns[id_of(1)].findings == first
    assert first is not None


async def test_a_card_profits_from_a_look(make_world: MakeWorld) -> None:
    there = await reading_of(make_world, CareCycle([campaign(1, "A")]))
    await there.due()
    there.carecycle.requests.clear()
    await there.world.slack.say(f"/campaign {id_of(1)}")
    assert there.carecycle.requests == []
