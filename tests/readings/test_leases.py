"""Which replica reads is a row with a lease: one at a time, and another takes over from one that died."""

from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.insight.problems import BrokenTransfers
from bot.readings.schedule import LEASE, next_slot
from bot.store import reading_turns
from playground.carecycle import CareCycle
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.modals import Gate
from tests.drivers.readings import EVERY, PACE, SUNRISE, Reading, reading_bot


async def replicas(make_world: MakeWorld, **options: Any) -> tuple[Reading, Reading]:
    """Two replicas on one database, with one time; the first has the look-up that makes the workspace one in use."""
    one = await reading_bot(make_world, **options)
    await one.used()
    clock = Clock(one.time.now, one.time.time)
    other = await make_world(
        clock=clock, now=one.time.time, carecycle=CareCycle(now=one.time.time), read_every=15, pace=PACE, **options
    )
    return one, Reading(other, one.time)


async def test_one_of_two_replicas_reads(make_world: MakeWorld, database_options: dict[str, Any]) -> None:
    one, other = await replicas(make_world, **database_options)
    for count in (1, 2, 3):
        await one.due()
        await other.looked()
        assert len(one.lists) + len(other.lists) == count
    assert len(await one.moments()) == 3


async def test_a_replica_that_dies_while_it_reads_is_replaced_when_its_lease_is_over(
    make_world: MakeWorld, database_options: dict[str, Any]
) -> None:
    gate, time = Gate(), Clockwork()
    one = await reading_bot(make_world, CareCycle(now=time.time, sleep=gate.pause), **database_options)
    await one.used()
    await one.looked()
    one.carecycle.fault = "slow"
    one.time.move((next_slot(SUNRISE, one.time.now(), EVERY) - one.time.now()).total_seconds() + 1)
    one.world.bot.readings.wake()
    await gate.is_reached()
    await one.world.bot.readings.kill()
    assert (await one.turn()).leased_until == one.time.now() + LEASE
    clock = Clock(one.time.now, one.time.time)
    other = Reading(
        await make_world(
            clock=clock,
            now=one.time.time,
            carecycle=CareCycle(now=one.time.time),
            read_every=15,
            pace=PACE,
            **database_options,
        ),
        one.time,
    )
    await other.looked()
    assert other.lists == []
    one.time.move(LEASE.total_seconds())
    await other.looked()
    assert len(other.lists) == 1
    assert len(await one.moments()) == 1


async def test_a_replica_that_stops_hands_its_turns_back(make_world: MakeWorld) -> None:
    gate, time = Gate(), Clockwork()
    one = await reading_bot(make_world, CareCycle(now=time.time, sleep=gate.pause))
    await one.used()
    await one.looked()
    one.carecycle.fault = "slow"
    one.time.move((next_slot(SUNRISE, one.time.now(), EVERY) - one.time.now()).total_seconds() + 1)
    one.world.bot.readings.wake()
    await gate.is_reached()
    await one.world.bot.readings.stop()
    turn = await one.turn()
    assert (turn.leased_until, turn.replica) == (None, None)
    gate.opened.set()


async def test_workspaces_are_spread_over_the_interval_and_keep_their_place(make_world: MakeWorld) -> None:
    now, ids = Clockwork().now(), [f"T{number:08d}" for number in range(900)]
    slots = [next_slot(id_, now, EVERY) for id_ in ids]
    assert all(now < slot <= now + EVERY for slot in slots)
    minutes = [int((slot - now).total_seconds() // 60) for slot in slots]
    assert all(30 <= minutes.count(minute) <= 95 for minute in range(15))
    assert [next_slot(id_, slot, EVERY) - slot for id_, slot in zip(ids, slots, strict=True)] == [EVERY] * 900


async def test_two_replicas_that_read_at_once_keep_one_after_the_other(
    make_world: MakeWorld, database_options: dict[str, Any]
) -> None:
    """As when somebody asks a replica for a reading that another one makes."""
    one, other = await replicas(make_world, **database_options)
    for there, seconds in ((one, 0), (other, 70), (one, 70), (other, 70)):
        there.time.move(seconds)
        workspace = await there.world.bot.workspaces.of(SUNRISE)
        await there.world.bot.services.readings.read(workspace)
    moments = await one.moments()
    assert len(moments) == 4
    assert moments[-1] - moments[0] == timedelta(seconds=210)


async def test_a_turn_that_was_taken_from_a_replica_is_not_finished_by_it(make_world: MakeWorld) -> None:
    one = await reading_bot(make_world)
    await one.used()
    await one.looked()
    db, now = one.world.bot.db, one.time.now() + EVERY
    (turn,) = await reading_turns.take_due(db, now, now + LEASE, "dead", SUNRISE, 4)
    (again,) = await reading_turns.take_due(db, now + LEASE, now + 2 * LEASE, "alive", SUNRISE, 4)
    await reading_turns.finish(db, turn, now, now + EVERY, "", since=now)
    assert (await one.turn()).replica == again.replica == "alive"


async def test_what_one_replica_found_at_a_reading_the_other_one_does_not_lose(
    make_world: MakeWorld, database_options: dict[str, Any]
) -> None:
    one, other = await replicas(make_world, **database_options)
    for replica in (one, other):
        await replica.world.bot.readings.stop()  # they read in turn

    async def read(replica: Reading, hours: float = 0.25) -> list[str]:
        one.time.move(hours * 3600)
        workspace = await replica.world.bot.workspaces.of(SUNRISE)
        current = await replica.world.bot.services.readings.read(workspace)
        found = current.assessment.campaigns[AEP]
        assert current.assessment.at == (await one.moments())[-1]
        shown = (*found.problems, *(doubt.problem for doubt in found.suspected))
        return [problem.subject for problem in shown if isinstance(problem, BrokenTransfers)]

    assert "transferConfig" not in await read(one)
    for replica in (one, other):
        replica.carecycle.campaigns[AEP] |= {"transferConfig": None, "transferConfigIds": []}
    assert "transferConfig" in await read(other, 7)
    for replica in (one, other, one, other):
        assert "transferConfig" in await read(replica)
