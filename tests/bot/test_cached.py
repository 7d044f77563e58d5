"""Values remembered for a short while: one load for many askers, and what was changed meanwhile is not remembered."""

import asyncio

import pytest

from bot.cached import StaleCache
from bot.clock import Clock
from bot.errors import NotInstalled, StoreUnavailable
from tests.drivers.loads import Store


async def test_many_who_ask_at_once_share_one_load() -> None:
    store = Store()
    asking = [await store.ask() for _ in range(20)]
    other = await store.ask("T2")
    assert len(store.loads) == 2
    store.loads[0].set_result("first")
    store.loads[1].set_result("other")
    assert await asyncio.gather(*asking, other) == ["first"] * 20 + ["other"]


async def test_a_value_is_loaded_again_when_it_is_old() -> None:
    store = Store()
    assert await store.answered("first") == "first"
    store.time.move(29.9)
    assert (await store.remembered.of("T1"), store.remembered.known("T1")) == ("first", "first")
    store.time.move(0.2)
    assert store.remembered.known("T1") is None
    assert await store.answered("second") == "second"


async def test_what_is_put_is_newer_than_what_is_being_loaded() -> None:
    store = Store()
    asking = await store.ask()
    store.remembered.put("T1", "put")
    store.loads[0].set_result("loaded")
    assert await asking == "loaded"
    assert (store.remembered.known("T1"), await store.remembered.of("T1")) == ("put", "put")


async def test_what_is_forgotten_while_it_is_loaded_is_not_remembered() -> None:
    """The load may have read what was there before the change."""
    store = Store()
    before = await store.ask()
    store.remembered.forget(lambda key: key == "T1")
    after = await store.ask()
    store.loads[1].set_result("new")
    assert await after == "new"
    store.loads[0].set_result("old")
    assert await before == "old"
    assert await store.remembered.of("T1") == "new"
    assert len(store.loads) == 2


async def test_what_is_forgotten_does_not_stand_in_during_an_outage() -> None:
    store = Store()
    await store.answered("first")
    store.remembered.forget(lambda key: key == "T1")
    asking = await store.ask()
    store.loads[-1].set_exception(StoreUnavailable())
    with pytest.raises(StoreUnavailable):
        await asking


async def test_what_was_changed_is_read_again_before_anybody_asks() -> None:
    store = Store()
    await store.answered("first")
    store.remembered.reload(lambda key: key in ("T1", "T2"))
    await asyncio.sleep(0)
    assert len(store.loads) == 2  # and none of T2, which was not in memory
    store.loads[-1].set_result("second")
    asking = await store.ask()
    assert await asking == "second"
    assert len(store.loads) == 2


async def test_only_what_matches_is_forgotten() -> None:
    store = Store()
    await store.answered("first", "T1")
    await store.answered("other", "T2")
    store.remembered.forget(lambda key: key == "T1")
    assert (store.remembered.known("T1"), store.remembered.known("T2")) == (None, "other")
    assert store.remembered.held() == {"T2"}


async def test_all_who_wait_learn_of_a_failure_and_the_next_one_tries_again() -> None:
    store = Store()
    asking = [await store.ask() for _ in range(3)]
    store.loads[0].set_exception(StoreUnavailable())
    assert [type(one) for one in await asyncio.gather(*asking, return_exceptions=True)] == [StoreUnavailable] * 3
    assert await store.answered("first") == "first"


async def test_the_last_value_stands_in_for_an_outage_and_for_nothing_else() -> None:
    store = Store()
    await store.answered("first")
    store.time.move(31)
    asking = await store.ask()
    store.loads[-1].set_exception(StoreUnavailable())
    assert await asking == "first"
    store.time.move(5)
    asking = await store.ask()
    store.loads[-1].set_exception(NotInstalled())
    with pytest.raises(NotInstalled):
        await asking


async def test_whoever_does_not_wait_any_longer_does_not_take_the_load_away_from_the_others() -> None:
    store = Store()
    first, second = await store.ask(), await store.ask()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    store.loads[0].set_result("value")
    assert await second == "value"
    assert store.remembered.known("T1") == "value"


async def test_at_most_so_many_values_are_kept_and_none_beyond_its_time() -> None:
    store = Store()
    clock = Clock(store.time.now, store.time.time)
    few = StaleCache[str, str](store._load, clock, store.breaker, seconds=30, at_most=60, most=2)
    for key in "abc":
        few.put(key, key)
    assert [few.known(key) for key in "abc"] == [None, "b", "c"]
    assert few.held() == {"b", "c"}
    few.put("b", "newer")
    few.put("d", "d")
    assert [few.known(key) for key in "bcd"] == ["newer", None, "d"]
    store.time.move(30)
    assert [few.known(key) for key in "bd"] == [None, None]
    assert few.glance("d") == ("d", True)
    store.time.move(31)
    assert few.glance("d") == (None, True)
