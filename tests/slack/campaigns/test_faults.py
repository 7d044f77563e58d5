"""The fault table: every fault of careCycle x what is in memory x how the reply goes out, one clear reply each."""

import asyncio

import pytest

from bot.clock import Clock
from playground.carecycle import FAULTS, CareCycle
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.slash_command import ask_one, said

LIMIT, SILENT = "request limit was reached. Try again in", "careCycle is not answering"
STRANGE = "careCycle answered with something this app cannot read"
CARD, REJECTED = "AEP Outreach 2026", "no longer accepts this workspace’s key"
FORBIDDEN, NOT_FOUND = "lacks the permission to read campaigns", "is not in this workspace’s careCycle account"
# What a person reads when nothing is in memory, and how many requests careCycle may see for it.
EXPECTED: dict[str, tuple[str, int]] = {
    "none": (CARD, 1),
    "slow": (CARD, 1),
    "redirect_same": (CARD, 2),
    "large_list": (CARD, 1),
    "wrong_types": (STRANGE, 1),
    "rate_limited": (LIMIT, 1),
    "rate_limited_header": (LIMIT, 1),
    "rate_limited_bare": (LIMIT, 1),
    "server_error": (SILENT, 2),
    "bad_gateway_html": (SILENT, 2),
    "reset": (SILENT, 2),
    "truncated": (SILENT, 2),
    "hanging": (SILENT, 1),
    "cut_json": (STRANGE, 1),
    "html": (STRANGE, 1),
    "not_json_utf8": (STRANGE, 1),
    "empty": (STRANGE, 1),
    "wrong_shape": (STRANGE, 1),
    "other_campaign": (STRANGE, 1),
    "too_big": (STRANGE, 1),
    "gzip_bomb": (STRANGE, 1),
    "redirect_elsewhere": (STRANGE, 1),
    "unauthorized": (REJECTED, 1),
    "forbidden": (FORBIDDEN, 1),
    "not_found": (NOT_FOUND, 1),
    "validation_error": (NOT_FOUND, 1),
}
# With a good record of a few minutes ago, these show it, and say first that it is old.
OLD = {
    STRANGE: STRANGE,
    SILENT: "careCycle is not answering.",
    LIMIT: "careCycle’s request limit was reached until ",
}
STALE = {name: OLD[says] for name, (says, _) in EXPECTED.items() if says in OLD}
WAYS = {"in the ack": 2.4, "later": 0.001}  # reply_within, in seconds


def test_the_table_names_every_fault() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", [name for name in EXPECTED if name != "hanging"])
async def test_a_fault_with_nothing_in_memory_gets_one_clear_reply(make_world: MakeWorld, fault: str, way: str) -> None:
    await _nothing_in_memory(await _world(make_world, way), fault)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", [name for name in EXPECTED if name != "hanging"])
async def test_a_fault_with_a_fresh_record_in_memory_is_not_noticed(
    make_world: MakeWorld, fault: str, way: str
) -> None:
    here = await _world(make_world, way)
    await ask_one(here, AEP)
    _break(here, fault)
    assert CARD in said(await ask_one(here, AEP))
    assert len(_carecycle(here).requests) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", [name for name in EXPECTED if name != "hanging"])
async def test_a_fault_with_an_older_record_shows_it_only_when_it_is_still_true(
    make_world: MakeWorld, fault: str, way: str
) -> None:
    time = Clockwork()
    await _older_record(await _world(make_world, way, time), fault, time)


@pytest.mark.slow
async def test_a_hanging_carecycle_gets_one_clear_reply_in_every_way(make_world: MakeWorld) -> None:
    """All ways at once: each waits until the bot itself gives up."""
    times = {way: Clockwork() for way in WAYS}
    with_record = {way: await _world(make_world, way, times[way]) for way in WAYS}
    without = [await _world(make_world, way) for way in WAYS]
    await asyncio.gather(
        *(_nothing_in_memory(here, "hanging") for here in without),
        *(_older_record(here, "hanging", times[way]) for way, here in with_record.items()),
    )


async def test_a_fault_that_passes_is_healed_by_the_one_retry(make_world: MakeWorld) -> None:
    here = await _world(make_world, "in the ack")
    _break(here, "server_error")
    _carecycle(here).fault_for = 1
    assert CARD in said(await ask_one(here, AEP))
    assert len(_carecycle(here).requests) == 2


async def test_fields_of_the_wrong_type_are_no_data_and_no_numbers_or_dates(make_world: MakeWorld) -> None:
    here = await _world(make_world, "in the ack")
    _break(here, "wrong_types")
    words = said(await ask_one(here, AEP))
    assert "1970" not in words
    assert "<!date^42" not in words


async def test_several_ids_with_one_trouble_get_its_whole_sentence(make_world: MakeWorld) -> None:
    here = await _world(make_world, "in the ack")
    ids = " ".join(list(_carecycle(here).campaigns)[:3])
    for fault, says in (("unauthorized", REJECTED), ("forbidden", FORBIDDEN), ("server_error", SILENT)):
        _break(here, fault)
        reply = await ask_one(here, ids)
        assert says in said(reply)
        assert said(reply).count("careCycle") < 5  # once, not once for each id


async def test_a_429_closes_the_gate_for_everybody_until_it_is_over(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await _world(make_world, "in the ack", time)
    _break(here, "rate_limited")
    _carecycle(here).fault_for = 1
    other = next(one for one in _carecycle(here).campaigns if one != AEP)
    assert LIMIT in said(await ask_one(here, AEP))
    assert LIMIT in said(await ask_one(here, other, user="U03MEMBER"))
    assert len(_carecycle(here).requests) == 1
    time.move(61)
    assert CARD in said(await ask_one(here, AEP))


async def test_after_sixty_requests_in_a_minute_nothing_is_sent_and_people_are_told_when(
    make_world: MakeWorld,
) -> None:
    time = Clockwork()
    here = await _world(make_world, "in the ack", time)
    for number in range(60):
        await ask_one(here, f"11111111-1111-4111-8111-{number:012d}")
    time.move(20)
    reply = said(await ask_one(here, AEP))
    assert "Try again in a minute." in reply
    assert len(_carecycle(here).requests) == 60


async def _nothing_in_memory(here: World, fault: str) -> None:
    _break(here, fault)
    says, requests = EXPECTED[fault]
    assert says in said(await ask_one(here, AEP))
    assert len(_carecycle(here).requests) <= requests


async def _older_record(here: World, fault: str, time: Clockwork) -> None:
    await ask_one(here, AEP)
    _break(here, fault)
    time.move(300)
    reply = await ask_one(here, AEP)
    if fault in STALE:
        assert STALE[fault] in said({"blocks": reply.blocks[:1]})
        assert CARD in said(reply)
    else:
        assert EXPECTED[fault][0] in said(reply)
        assert "This is from" not in said(reply)


async def _world(make_world: MakeWorld, way: str, time: Clockwork | None = None) -> World:
    clock = Clock(time.now, time.time) if time else None
    return await make_world(carecycle=CareCycle(slow_seconds=0.05), reply_within=WAYS[way], clock=clock)


def _break(here: World, fault: str) -> None:
    _carecycle(here).fault = fault


def _carecycle(here: World) -> CareCycle:
    assert here.carecycle
    return here.carecycle
