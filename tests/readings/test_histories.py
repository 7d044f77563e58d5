"""What was read is kept in memory only up to a limit, and what it takes there is as it is counted."""

import asyncio
import gc
import tracemalloc

from bot.clock import Clock
from bot.insight.packing import Packed, pack, unpack
from bot.readings.histories import MOST_BYTES, POINT_BYTES, Account, Held, Histories
from tests.conftest import Clockwork
from tests.samples.busy_account import kept_moments, readings

DAY = 24 * 3600.0


class Loads:
    """The database, which counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[Account] = []
        self.time = Clockwork()
        self.histories = Histories(self.load, Clock(self.time.now, self.time.time), most=100_000)

    async def load(self, workspace_id: str, account: str) -> Held:
        self.asked.append((workspace_id, account))
        return Held()


async def test_an_account_is_loaded_once_and_again_after_a_day_when_it_was_thinned() -> None:
    loads = Loads()
    for _ in range(3):
        await loads.histories.of(("T1", "a"))
    assert len(loads.asked) == 1
    loads.time.move(DAY)
    await loads.histories.of(("T1", "a"))
    assert len(loads.asked) == 2


async def test_who_asks_while_an_account_is_loaded_waits_for_it_unless_it_was_dropped() -> None:
    loads = Loads()
    first, second = await asyncio.gather(*(loads.histories.of(("T1", "a")) for _ in range(2)))
    assert first is second
    assert len(loads.asked) == 1
    loads.histories.drop(("T1", "a"))
    loading = asyncio.create_task(loads.histories.of(("T1", "a")))
    await asyncio.sleep(0)
    loads.histories.drop(("T1", "a"))
    assert await loads.histories.of(("T1", "a")) is not await loading
    assert len(loads.asked) == 3
    await loads.histories.close()


async def test_those_that_were_read_longest_ago_make_room() -> None:
    loads = Loads()
    for number in range(11):  # ten fit
        await loads.histories.of((f"T{number}", "a"))
    loads.asked.clear()
    await loads.histories.of(("T10", "a"))
    assert loads.asked == []
    await loads.histories.of(("T0", "a"))
    assert loads.asked == [("T0", "a")]


async def test_what_is_larger_than_the_limit_is_used_and_not_kept() -> None:
    loads = Loads()
    held = await loads.histories.of(("T1", "a"))
    for reading in readings(kept_moments(2), 100, 50):
        held.add(reading)
    loads.histories.keep(("T1", "a"), held)
    loads.asked.clear()
    await loads.histories.of(("T1", "a"))
    assert loads.asked == [("T1", "a")]


def test_a_history_takes_as_much_memory_as_is_counted() -> None:
    rows, before = [], None
    for reading in readings(kept_moments(4), 200, 100):
        rows.append(Packed(reading.at, pack(reading, before)))
        before = reading
    gc.collect()
    tracemalloc.start()
    held = Held()
    for reading in unpack(rows):
        held.add(reading)
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held.history.points > 5_000
    assert POINT_BYTES / 2 < taken / held.history.points < POINT_BYTES
    assert held.bytes < MOST_BYTES
