"""Who is cancelled hears of it whatever the cleaning brings, and what ends something has a limit."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.exc import OperationalError

from bot.parts import _for_ever
from bot.replicas.outages import Outages
from bot.stopping import DidNotEnd, Shutdown, cancel, end
from bot.store.database import translated

_MOMENT = 0.05  # seconds


async def _cleans_badly() -> None:
    """As a connection that is cancelled, and whose rolling back fails."""
    try:
        await asyncio.sleep(60)
    finally:
        raise OperationalError("ROLLBACK", {}, OSError("gone"))


async def _swallows() -> None:
    """Hears of one cancellation in four."""
    for _ in range(3):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue
    await asyncio.sleep(60)


async def _at_the_border_of_the_store() -> None:
    async with translated():
        await _cleans_badly()


@pytest.mark.parametrize(
    "work",
    [
        _at_the_border_of_the_store,
        lambda: Outages("digests").run_and_log("look", _cleans_badly),
        lambda: _for_ever(_cleans_badly),
    ],
    ids=["the store", "a loop of the engine", "a loop of the program"],
)
async def test_a_cancellation_is_heard_of_whatever_the_cleaning_raises(work: Callable[[], Awaitable[object]]) -> None:
    task = asyncio.ensure_future(work())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task], timeout=5)
    assert task.cancelled()


async def test_a_task_is_cancelled_until_it_obeys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.stopping._AGAIN", _MOMENT)
    task = asyncio.ensure_future(_swallows())
    await asyncio.sleep(0)
    assert await cancel({task}, within=5) == set()
    assert task.cancelled()


async def test_who_does_not_obey_in_time_is_named_and_waited_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.stopping._AGAIN", _MOMENT)
    task = asyncio.ensure_future(_swallows())
    await asyncio.sleep(0)
    assert await cancel({task}, within=_MOMENT) == {task}
    await cancel({task}, within=5)


async def test_a_part_that_is_cancelled_while_it_ends_ends_all_the_same() -> None:
    done = asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(_MOMENT)
        done.set()

    task = asyncio.ensure_future(end("part", work(), within=5))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task], timeout=5)
    assert (task.cancelled(), done.is_set()) == (True, True)


async def test_a_shutdown_goes_on_without_what_fails_or_hangs_and_names_it() -> None:
    shutdown, ended = Shutdown(grace=5), list[str]()

    async def fails() -> None:
        raise OSError

    async def has_parts() -> None:
        raise DidNotEnd("one", "two")

    async def works() -> None:
        ended.append(",".join(shutdown.ending))

    await shutdown.end("hangs", lambda: asyncio.sleep(60), within=_MOMENT)
    await shutdown.end("fails", fails, within=1)
    await shutdown.end("has parts", has_parts, within=1)
    await shutdown.end("works", works, within=1)
    assert shutdown.left == ["hangs", "fails", "one", "two"]
    assert (ended, shutdown.ending) == (["works"], [])


async def test_a_shutdown_keeps_its_grace_however_many_parts_hang() -> None:
    shutdown, loop = Shutdown(grace=2 * _MOMENT), asyncio.get_running_loop()
    began = loop.time()
    for part in range(4):
        await shutdown.end(str(part), lambda: asyncio.sleep(60), within=60)
    assert shutdown.left == ["0", "1", "2", "3"]
    assert loop.time() - began < 10
