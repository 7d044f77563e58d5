"""How many requests a careCycle key may send."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.carecycle.rate_limit import FOR_PEOPLE, PER_MINUTE, Asker, Budget
from bot.clock import Clock
from bot.errors import RateLimited
from tests.conftest import Clockwork

KEY, OTHER_KEY = SecretStr("cc_one"), SecretStr("cc_two")


@pytest.fixture
def time() -> Clockwork:
    return Clockwork()


def taken(budget: Budget, key: SecretStr, asker: Asker) -> None:
    """Take at once: the budget of one process waits for nothing."""
    with pytest.raises(StopIteration):
        budget.take(key, asker).send(None)


def sends(budget: Budget, key: SecretStr = KEY, asker: Asker = Asker.PERSON) -> int:
    """How many requests may be sent right now, all of which are."""
    for sent in range(1_000):
        try:
            taken(budget, key, asker)
        except RateLimited:
            return sent
    raise AssertionError("no limit")


def wait(budget: Budget, key: SecretStr = KEY, asker: Asker = Asker.PERSON) -> float:
    with pytest.raises(RateLimited) as raised:
        taken(budget, key, asker)
    return raised.value.retry_after


@pytest.fixture
def budget(time: Clockwork) -> Budget:
    return Budget(Clock(time.now, time.time))


def test_of_sixty_requests_a_minute_background_work_leaves_fifteen_to_people(budget: Budget) -> None:
    assert [budget.room(KEY, asker) for asker in (Asker.PERSON, Asker.BACKGROUND)] == [60, 45]
    assert sends(budget, asker=Asker.BACKGROUND) == 45
    assert [budget.room(KEY, asker) for asker in (Asker.PERSON, Asker.BACKGROUND)] == [15, 0]
    assert sends(budget) == 15
    assert [budget.room(KEY, asker) for asker in (Asker.PERSON, Asker.BACKGROUND)] == [0, 0]


def test_there_is_no_room_while_the_gate_is_shut_and_all_of_it_once_it_opens(budget: Budget, time: Clockwork) -> None:
    budget.close(KEY, 40)
    time.move(39.5)
    assert [budget.room(KEY, asker) for asker in Asker] == [0, 0]
    assert budget.room(OTHER_KEY, Asker.PERSON) == 60
    time.move(0.5)
    assert [budget.room(KEY, asker) for asker in (Asker.PERSON, Asker.BACKGROUND)] == [60, 45]


def test_in_the_last_second_of_a_shut_gate_nothing_is_sent_yet(budget: Budget, time: Clockwork) -> None:
    budget.close(KEY, 40)
    time.move(39.5)
    assert [wait(budget, asker=asker) for asker in Asker] == [0.5, 0.5]
    time.move(0.5)
    assert sends(budget) == PER_MINUTE


def test_sixty_requests_a_minute_slide_with_the_time(budget: Budget, time: Clockwork) -> None:
    taken(budget, KEY, Asker.PERSON)
    time.move(40)
    assert sends(budget) == PER_MINUTE - 1
    assert wait(budget) == 20
    time.move(20)
    assert (sends(budget), wait(budget)) == (1, 40)


def test_background_work_leaves_room_for_people_and_waits_until_there_is_some(budget: Budget, time: Clockwork) -> None:
    assert sends(budget, asker=Asker.BACKGROUND) == PER_MINUTE - FOR_PEOPLE
    time.move(30)
    assert sends(budget) == FOR_PEOPLE
    assert wait(budget, asker=Asker.BACKGROUND) == 30
    time.move(30)
    assert sends(budget) == PER_MINUTE - FOR_PEOPLE
    assert wait(budget, asker=Asker.BACKGROUND) == 60  # those of half a minute ago are people's own share


def test_a_429_shuts_the_gate_for_everybody_with_that_key_and_counts_down(budget: Budget, time: Clockwork) -> None:
    budget.close(KEY, 60)
    assert (wait(budget), wait(budget, asker=Asker.BACKGROUND), sends(budget, OTHER_KEY)) == (60, 60, PER_MINUTE)
    time.move(20)
    budget.close(KEY, 5)  # a later, shorter one does not open it
    assert (wait(budget), budget.is_closed(KEY), budget.is_closed(OTHER_KEY)) == (40, True, False)
    time.move(40)
    assert (sends(budget), budget.is_closed(KEY)) == (PER_MINUTE, False)


_BURSTS = st.tuples(st.sampled_from((0.25, 7.0, 29.5, 59.75, 60.0)), st.integers(1, 70), st.sampled_from(Asker))


@given(st.lists(_BURSTS, max_size=12))
def test_no_sixty_seconds_ever_see_more_than_sixty_requests(bursts: list[tuple[float, int, Asker]]) -> None:
    time, sent, waits = Clockwork(), list[float](), list[float]()
    budget = Budget(Clock(time.now, time.time))
    for gap, burst, asker in bursts:
        time.move(gap)
        for _ in range(burst):
            try:
                taken(budget, KEY, asker)
                sent.append(time.seconds)
            except RateLimited as error:
                waits.append(error.retry_after)
    assert all(0 < wait <= 60 for wait in waits)
    assert all(later - earlier >= 60 for earlier, later in zip(sent, sent[PER_MINUTE:], strict=False))


@given(st.lists(st.tuples(st.floats(0, 5), st.sampled_from(Asker)), min_size=61, max_size=100))
@settings(max_examples=30, deadline=None)
def test_who_waits_as_long_as_told_may_send(asked: list[tuple[float, Asker]]) -> None:
    time = Clockwork()
    budget = Budget(Clock(time.now, time.time))
    for gap, asker in asked:
        time.move(gap)
        try:
            taken(budget, KEY, asker)
        except RateLimited as error:
            time.move(error.retry_after + 1e-6)  # floating point
            taken(budget, KEY, asker)
