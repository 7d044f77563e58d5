"""One budget for a key over all replicas: never more than one program would send, and a person on one has all of it."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import event, select

from bot.carecycle.rate_limit import Asker
from bot.clock import Clock
from bot.config import Settings
from bot.errors import RateLimited
from bot.replicas.shared_budget import SharedBudget
from bot.store import request_budgets
from bot.store.database import Database, open_database
from bot.store.encryption import new_key
from tests.conftest import Clockwork
from tests.drivers.shared_budgets import KEY, Budgets
from tests.plugins.postgres import Server

OTHER_KEY = SecretStr("cc_OTHER")
_ENCRYPTION = new_key()


def _settings(url: str, folder: Path) -> Settings:
    made: Any = {"data_dir": folder, "database_url": url, "encryption_keys": _ENCRYPTION}  # as read
    return Settings(_env_file=None, **made)


@pytest.fixture
async def db(postgres_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(_settings(postgres_url, tmp_path)) as opened:
        yield opened


@pytest.fixture
def time() -> Clockwork:
    return Clockwork()


@pytest.fixture
def here(db: Database, time: Clockwork) -> Budgets:
    return Budgets(db, time)


async def test_one_person_on_one_replica_has_all_of_it_and_nobody_more(here: Budgets) -> None:
    assert await here.sends(0) == 60
    assert [await here.sends(number) for number in (0, 1, 2)] == [0, 0, 0]
    here.time.move(59)
    await here.look()
    assert [await here.sends(number) for number in (0, 1, 2)] == [0, 0, 0]
    here.time.move(1)
    await here.look()
    assert await here.sends(1) == 60


async def test_background_work_of_all_replicas_leaves_fifteen_to_people_on_any(here: Budgets) -> None:
    sent = [await here.sends(number, asker=Asker.BACKGROUND) for number in (0, 1, 2)]
    assert sent == [45, 0, 0]
    assert await here.sends(2, 15) == 15
    assert await here.sends(1) == 0
    here.check()


async def test_people_use_what_background_work_was_given_and_not_the_other_way_round(here: Budgets) -> None:
    for _ in range(3):
        await here.take(0, Asker.BACKGROUND)
    assert here.each[0].room(KEY, Asker.PERSON) == 57
    assert sum([await here.sends(number) for number in (0, 1, 2)]) == 57 - _left(here, 1, 2)
    here.check()


def _left(here: Budgets, *numbers: int) -> int:
    return sum(held.left for number in numbers for own in here.each[number]._keys.values() for held in own.held)


async def test_what_is_not_used_goes_back_in_seconds(here: Budgets, time: Clockwork) -> None:
    for _ in range(8):
        (await here.take(0))()
    assert _left(here, 0) > 0
    time.move(2)
    await here.look()
    assert _left(here, 0) == 0
    assert here.each[1].room(KEY, Asker.PERSON) == 52
    assert await here.sends(1) == 52
    here.check()


async def test_a_replica_that_stops_gives_back_what_it_has(here: Budgets) -> None:
    for _ in range(8):
        (await here.take(0))()
    await here.each[0].stop()
    assert await here.sends(1) == 52


async def test_what_a_dead_replica_held_counts_from_the_end_of_its_lease(here: Budgets, time: Clockwork) -> None:
    for _ in range(8):
        await here.take(0)
    held = 8 + _left(here, 0)
    time.move(60)
    assert await here.sends(1) == 60 - held
    time.move(5)
    assert await here.sends(2) == held
    here.check()


async def test_a_replica_that_was_frozen_does_not_use_the_lease_it_had(here: Budgets, time: Clockwork) -> None:
    for _ in range(8):
        (await here.take(0))()
    time.move(4.5)  # it is over half a second later, and a request travels
    assert _left(here, 0) > 0
    before = _leases(here, 0)
    await here.take(0)
    assert _leases(here, 0) - before


def _leases(here: Budgets, number: int) -> set[str]:
    return {held.id for own in here.each[number]._keys.values() for held in own.held}


async def test_a_request_that_travels_long_counts_from_its_arrival(here: Budgets, time: Clockwork) -> None:
    arrived = [await here.take(0) for _ in range(60)]
    for _ in range(9):
        time.move(1)
        await here.look()
    for one in arrived:
        one()
    here.sent = [time.seconds] * 60
    await here.look()
    time.move(59)
    await here.look()
    assert await here.sends(1) == 0
    time.move(1)
    assert await here.sends(1) == 60
    here.check()


async def test_many_who_ask_at_once_share_a_round_trip(here: Budgets, db: Database) -> None:
    statements: list[str] = []
    event.listen(db.engine.sync_engine, "before_cursor_execute", lambda _, __, text, *___: statements.append(text))
    await asyncio.gather(*(here.take(0) for _ in range(40)))
    assert len([one for one in statements if one.startswith("INSERT INTO request_budgets")]) == 1


@pytest.fixture
def statements(db: Database) -> list[str]:
    found: list[str] = []
    event.listen(db.engine.sync_engine, "before_cursor_execute", lambda _, __, text, *___: found.append(text.strip()))
    return found


async def test_a_lookup_now_and_then_is_one_statement(here: Budgets, time: Clockwork, statements: list[str]) -> None:
    await here.look()
    for number in (0, 1, 0, 2):
        time.move(30)
        await here.look()
        statements.clear()
        assert await here.wait(number) == 0
        assert len(statements) == 1


async def test_nobody_gets_what_another_replica_was_granted_since_the_last_look(
    here: Budgets, statements: list[str]
) -> None:
    await here.look()
    for asked in range(1, 4):  # each knows of nobody else
        statements.clear()
        assert await here.wait(asked - 1) == 0
        assert len(statements) == (1 if asked == 1 else 3)  # the row is another one, so it is asked again
    await here.look()
    assert here.each[0].room(KEY, Asker.PERSON) == 57


@pytest.mark.parametrize(("later", "is_taken"), [(-0.1, False), (0.0, True), (0.4, True), (0.6, False)])
async def test_a_database_whose_clock_is_not_as_it_was_counted_on_is_asked_again(
    here: Budgets, statements: list[str], later: float, *, is_taken: bool
) -> None:
    await here.look()
    exchanges = here.each[0]._exchanges
    assert exchanges._ahead is not None
    exchanges._ahead -= later
    statements.clear()
    await here.take(0)
    assert (len(statements) == 1) == is_taken
    (own,) = here.each[0]._keys.values()
    at = own.stored.leases[0].ends - 5
    assert at <= here.time.seconds  # what is free was counted with no later time
    assert own.held[0].ends <= at - here.time.seconds + own.heard + 4  # and it is used a second less than it counts


async def test_one_after_the_other_needs_few_round_trips(here: Budgets, db: Database) -> None:
    statements: list[str] = []
    event.listen(db.engine.sync_engine, "before_cursor_execute", lambda _, __, text, *___: statements.append(text))
    assert await here.sends(0, 40) == 40
    assert len([one for one in statements if one.startswith("INSERT INTO request_budgets")]) <= 10


async def test_who_waits_as_long_as_told_may_send(here: Budgets, time: Clockwork) -> None:
    for number in (0, 1, 2):
        await here.sends(number, 20)
        time.move(5)
        await here.look()
    wait = await here.wait(1)
    assert 40 < wait <= 60
    time.move(wait + 0.001)
    await here.look()
    assert await here.wait(1) == 0
    here.check()


async def test_a_key_that_is_limited_is_not_asked_for_again_and_again(here: Budgets, db: Database) -> None:
    await here.sends(0)
    statements: list[str] = []
    event.listen(db.engine.sync_engine, "before_cursor_execute", lambda _, __, text, *___: statements.append(text))
    assert [await here.sends(0) for _ in range(100)] == [0] * 100
    assert not statements


async def test_a_gate_that_one_closes_is_closed_to_all_at_their_next_look(here: Budgets, time: Clockwork) -> None:
    for number in (1, 2):
        await here.sends(number, 5)
    here.each[0].close(KEY, 30)
    assert here.each[0].is_closed(KEY)
    await here.look()
    assert [one.is_closed(KEY) for one in here.each] == [True] * 3
    assert [await here.wait(number) for number in (0, 1, 2)] == pytest.approx([30, 30, 30], abs=0.1)
    assert not here.each[1].is_closed(OTHER_KEY)
    time.move(30.1)
    await here.look()
    assert sum([await here.sends(number) for number in (0, 1, 2)]) == 60 - 10


async def test_while_the_database_is_away_each_keeps_to_its_share(here: Budgets, time: Clockwork) -> None:
    await here.sends(0, 30)
    time.move(2)
    await here.look()  # what is left of the last lease goes back
    with here.away():
        await here.look()
        time.move(3)
        assert [await here.sends(number) for number in (0, 1, 2)] == [
            0,
            10,
            10,
        ]  # the first has sent more than its part
        time.move(55)
        assert [await here.sends(number) for number in (0, 1, 2)] == [20, 10, 10]
        here.check()
        time.move(600)
        assert [await here.sends(number) for number in (0, 1, 2)] == [20, 20, 20]
    here.check()


async def test_what_all_were_given_just_before_the_database_went_away_counts_in_each_share(
    here: Budgets, time: Clockwork
) -> None:
    await here.look()
    given = [24, 15, 11]  # and nobody looks once more
    assert [await here.sends(number, most) for number, most in enumerate(given)] == given
    with here.away():
        await here.look()
        time.move(3)
        for number in (0, 1, 2):
            await here.sends(number)
    here.check()


async def test_background_work_leaves_people_their_part_of_the_share(here: Budgets, time: Clockwork) -> None:
    with here.away():
        await here.look()
        time.move(3)
        assert [await here.sends(number, asker=Asker.BACKGROUND) for number in (0, 1, 2)] == [15, 15, 15]
        assert [here.each[0].room(KEY, asker) for asker in Asker] == [5, 0]
        assert [await here.sends(number) for number in (0, 1, 2)] == [5, 5, 5]
    here.check()


async def test_when_it_is_back_nobody_gets_what_another_has_not_reported_yet(here: Budgets, time: Clockwork) -> None:
    await here.look()
    with here.away():
        await here.look()
        time.move(3)
        assert await here.sends(1) == 20
    await here.each[0].look()
    assert [await here.sends(number) for number in (0, 2)] == [20, 20]  # the second of its share: it has not looked
    await here.look()
    time.move(6)
    await here.look()
    assert [await here.sends(number) for number in (2, 1, 0)] == [0, 0, 0]
    here.check()
    time.move(54)
    await here.look()
    assert await here.sends(2) == 60
    here.check()


async def test_one_process_alone_goes_on_at_once_when_its_database_is_away(db: Database, time: Clockwork) -> None:
    here = Budgets(db, time, count=1)
    await here.sends(0, 20)
    with here.away():
        await here.look()
        assert await here.sends(0) == 40
    here.check()


async def test_the_log_says_once_that_each_keeps_to_its_share_and_once_that_it_is_over(
    here: Budgets, log_lines: list[dict[str, Any]]
) -> None:
    with here.away():
        for _ in range(3):
            await here.each[0].look()
            await here.wait(0)
    for _ in range(3):
        await here.each[0].look()
    said = [line["event"] for line in log_lines if "limit of requests" in line["event"]]
    assert said == [
        "replicas: could not share the limit of requests: the database does not answer",
        "replicas: can share the limit of requests again",
    ]


async def test_rows_name_no_key_and_are_gone_soon(here: Budgets, db: Database, time: Clockwork) -> None:
    await here.sends(0, 3)
    table = db.tables.request_budgets
    async with db.reading() as connection:
        (row,) = (await connection.execute(select(table))).all()
    assert KEY.get_secret_value() not in str(row)
    time.move(60 + 5 + 61)
    await request_budgets.purge(db, at=time.seconds)
    async with db.reading() as connection:
        assert (await connection.execute(select(table))).all() == []
    await here.look()
    assert not here.each[0]._keys


async def test_with_the_real_time_the_databases_clock_counts(db: Database) -> None:
    budget = SharedBudget(db, Clock(), Budgets(db, Clockwork()).each[0]._heartbeat)
    (await budget.take(KEY, Asker.PERSON))()
    found, now = await request_budgets.lately(db)
    (use,) = found.values()
    assert now < use.leases[0].ends <= now + 5
    assert budget.room(KEY, Asker.PERSON) == 59


async def test_who_is_cancelled_while_waiting_costs_nothing_that_does_not_come_back(here: Budgets) -> None:
    asking = [asyncio.ensure_future(here.take(0)) for _ in range(10)]
    await asyncio.sleep(0)
    for one in asking[:5]:
        one.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    await here.each[0].stop()
    here.time.move(0)
    assert await here.sends(1) >= 50


@pytest.fixture(scope="module")
def url(postgres_or_why: Server | str) -> Any:
    if isinstance(postgres_or_why, str):
        pytest.skip(postgres_or_why)
    with postgres_or_why.new_database() as made:
        yield made


_DEED = st.tuples(
    st.sampled_from((0.0, 0.3, 1.1, 4.2, 7.0, 29.5, 59.75)),  # seconds before it
    st.integers(0, 2),  # the replica
    st.sampled_from(Asker),
    st.integers(1, 40),  # requests
    st.sampled_from((0.0, 0.0, 0.5, 3.0)),  # seconds until they have arrived
    st.sampled_from(("", "", "", "away", "back")),
)


@given(deeds=st.lists(_DEED, min_size=3, max_size=14), seed=st.integers(0, 999))
@settings(max_examples=30, deadline=None)
def test_no_sixty_seconds_ever_see_more_than_sixty_requests(
    url: str, tmp_path_factory: pytest.TempPathFactory, deeds: list[Any], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("property", numbered=True)
    asyncio.run(_never_too_many(_settings(url, folder), deeds, random.Random(seed)))


_KEYS = iter(range(1_000_000))


async def _never_too_many(settings: Settings, deeds: list[Any], chance: random.Random) -> None:
    async with open_database(settings) as db:
        here = Budgets(db, Clockwork(), key=SecretStr(f"cc_{next(_KEYS)}"))
        away: Any = None
        for gap, number, asker, count, travels, happens in deeds:
            here.time.move(gap)
            if happens == "away" and not away:
                await here.look()  # they look all the time
                (away := here.away()).__enter__()
            elif happens == "back" and away:
                away = away.__exit__(None, None, None)
            looking = [0, 1, 2]
            chance.shuffle(looking)
            under_way = []
            for one in looking:
                under_way += await _takes(here, number, asker, count // 4)
                await here.each[one].look()
            under_way += await _takes(here, number, asker, count)
            here.time.move(travels)
            for arrived in under_way:
                arrived()
            here.sent[len(here.sent) - len(under_way) :] = [
                here.time.seconds - chance.choice((0, travels)) for _ in under_way
            ]
        if away:
            away.__exit__(None, None, None)
        here.check()


_OF_BACKGROUND = st.tuples(
    st.sampled_from((0.0, 0.3, 1.1, 4.2, 7.0, 29.5)),  # seconds before it
    st.integers(0, 2),  # the replica
    st.integers(1, 40),  # requests
    st.booleans(),  # whether all look at what the others did
)


@given(deeds=st.lists(_OF_BACKGROUND, min_size=3, max_size=10), person=st.integers(0, 2))
@settings(max_examples=25, deadline=None)
def test_background_work_of_any_replicas_always_leaves_fifteen_to_a_person_on_any(
    url: str, tmp_path_factory: pytest.TempPathFactory, deeds: list[Any], person: int
) -> None:
    folder = tmp_path_factory.mktemp("property", numbered=True)
    asyncio.run(_fifteen_are_left(_settings(url, folder), deeds, person))


async def _fifteen_are_left(settings: Settings, deeds: list[Any], person: int) -> None:
    async with open_database(settings) as db:
        here = Budgets(db, Clockwork(), key=SecretStr(f"cc_{next(_KEYS)}"))
        for gap, number, count, all_look in deeds:
            here.time.move(gap)
            if all_look:
                await here.look()
            await _takes(here, number, Asker.BACKGROUND, count)
        assert here.most_in_a_minute() <= 45
        assert await here.sends(person, 15) == 15
        here.check()


async def _takes(here: Budgets, number: int, asker: Asker, count: int) -> list[Any]:
    found = []
    for _ in range(count):
        try:
            found.append(await here.take(number, asker))
        except RateLimited:
            break
    return found
