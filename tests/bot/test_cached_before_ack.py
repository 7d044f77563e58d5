"""Before an ack: what is in memory is shown at once and renewed beside it; nobody waits for a database that hangs."""

import asyncio
from types import SimpleNamespace

import pytest

from bot import cached
from bot.cached import StaleCache
from bot.clock import Clock
from bot.errors import NotInstalled, StoreUnavailable
from tests.drivers.loads import Store

NOW = 1000.0  # by `time.perf_counter`


@pytest.fixture
async def hanging(monkeypatch: pytest.MonkeyPatch) -> Store:
    """Remembers a value of T1 that is stale. Nothing is loaded until it is told to, and nobody waits for long."""
    store = Store()
    await store.answered("first")
    store.time.move(31)
    monkeypatch.setattr(cached, "_RENEWED_WITHIN", 0.02)
    monkeypatch.setattr(cached, "_LOADED_WITHIN", 0.02)
    monkeypatch.setattr(cached, "time", SimpleNamespace(perf_counter=lambda: NOW))  # no pause of the machine counts
    return store


async def before_ack(store: Store, key: str = "T1") -> str:
    """What a request gets that arrives now."""
    async with asyncio.timeout(5):
        return await store.remembered.of(key, NOW)


async def ended(store: Store, result: str | Exception) -> None:
    """The last load ends, while nobody waits for it."""
    if isinstance(result, str):
        store.loads[-1].set_result(result)
    else:
        store.loads[-1].set_exception(result)
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_before_an_ack_the_stale_value_is_returned_and_the_load_goes_on_beside(hanging: Store) -> None:
    assert await before_ack(hanging) == "first"
    await ended(hanging, "second")
    assert hanging.remembered.known("T1") == "second"
    assert len(hanging.loads) == 2


async def test_before_an_ack_a_load_that_ends_in_time_is_waited_for(
    hanging: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "_RENEWED_WITHIN", 30)
    asking = asyncio.create_task(before_ack(hanging))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await ended(hanging, "second")
    assert await asking == "second"


async def test_after_a_wait_in_vain_no_cache_of_the_database_waits_or_loads_for_five_seconds(hanging: Store) -> None:
    clock = Clock(hanging.time.now, hanging.time.time)
    other = StaleCache[str, str](hanging._load, clock, hanging.breaker, seconds=30)
    other.put("T2", "other")
    hanging.time.move(31)
    assert await before_ack(hanging) == "first"
    for seconds in (0, 4.9):
        hanging.time.move(seconds)
        assert await other.of("T2", NOW) == "other"
        assert other.glance("T2") == ("other", False)
        assert len(hanging.loads) == 2
    hanging.time.move(0.2)
    assert other.glance("T2") == ("other", True)
    assert await other.of("T2", NOW) == "other"
    assert len(hanging.loads) == 3


async def test_when_a_late_load_succeeds_all_load_again_at_once(hanging: Store) -> None:
    assert await before_ack(hanging) == "first"
    await ended(hanging, "second")
    assert hanging.remembered.glance("T2") == (None, True)
    asking = await hanging.ask("T2")
    await ended(hanging, "other")
    assert await asking == "other"


async def test_an_uninstall_that_is_noticed_beside_counts(hanging: Store) -> None:
    assert await before_ack(hanging) == "first"
    await ended(hanging, NotInstalled())
    assert hanging.remembered.held() == set()
    asking = await hanging.ask()
    await ended(hanging, NotInstalled())
    with pytest.raises(NotInstalled):
        await asking


@pytest.mark.parametrize("result", ["loaded", NotInstalled()], ids=["a value", "an error"])
async def test_what_is_put_or_forgotten_meanwhile_is_not_undone_by_a_load_beside(
    hanging: Store, result: str | Exception
) -> None:
    assert await before_ack(hanging) == "first"
    hanging.remembered.put("T1", "put")
    await ended(hanging, result)
    assert hanging.remembered.known("T1") == "put"
    hanging.time.move(31)
    assert await before_ack(hanging) == "put"
    hanging.remembered.forget(lambda _: True)
    await ended(hanging, result)
    assert hanging.remembered.held() == set()


async def test_what_is_not_in_memory_is_given_up_and_then_all_are_told_at_once_for_five_seconds(hanging: Store) -> None:
    for key, seconds, loads in (("T2", 0, 2), ("T3", 0, 2), ("T2", 4.9, 2), ("T3", 0.2, 3)):
        hanging.time.move(seconds)
        with pytest.raises(StoreUnavailable):
            await before_ack(hanging, key)
        assert len(hanging.loads) == loads, (key, seconds)
    assert await before_ack(hanging) == "first"
    await ended(hanging, "back")
    assert await before_ack(hanging, "T3") == "back"
    assert hanging.remembered.glance("T2") == (None, False), "its first load is still under way"


async def test_a_late_renewal_refuses_nobody_who_has_nothing_in_memory(
    hanging: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database may answer in more than the 0.3 s for which a renewal is waited for."""
    monkeypatch.setattr(cached, "_LOADED_WITHIN", 30)
    assert await before_ack(hanging) == "first"
    asking = asyncio.create_task(before_ack(hanging, "T2"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await ended(hanging, "second")
    assert await asking == "second"


async def test_a_request_that_had_no_time_left_says_nothing_of_the_database(hanging: Store) -> None:
    long_ago = NOW - 60
    assert await hanging.remembered.of("T1", long_ago) == "first"
    with pytest.raises(StoreUnavailable):
        await hanging.remembered.of("T2", long_ago)
    assert not hanging.breaker.is_slow(hanging.time.time())


async def test_work_that_is_not_before_an_ack_waits_and_asks_also_after_a_failure(hanging: Store) -> None:
    """What was just saved is read anew."""
    with pytest.raises(StoreUnavailable):
        await before_ack(hanging, "T2")
    asking = await hanging.ask("T3")
    await ended(hanging, "third")
    assert await asking == "third"
    assert not hanging.breaker.is_down(hanging.time.time())


async def test_loads_beside_end_with_the_program(hanging: Store) -> None:
    assert await before_ack(hanging) == "first"
    await hanging.remembered.close()
    assert hanging.loads[-1].cancelled()
    assert hanging.remembered.held() == {"T1"}
