"""Work beside an answer: it is given up with the answer, and the program does not end before it has ended."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.slack.reply.background import BackgroundTasks


@pytest.fixture
async def tasks() -> AsyncIterator[BackgroundTasks]:
    made = BackgroundTasks()
    yield made
    assert await made.drain(5) == 0


async def test_work_that_is_given_up_is_kept_until_it_has_ended(tasks: BackgroundTasks) -> None:
    """It may hold a connection of a database, and gives it back in its own time."""
    free = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            async with asyncio.timeout(5):
                await free.wait()

    with tasks.beside(work()) as task:
        await asyncio.sleep(0)
    draining = asyncio.create_task(tasks.drain(5))
    for _ in range(5):
        await asyncio.sleep(0)
    assert (task.done(), draining.done()) == (False, False)
    free.set()
    assert await draining == 0
    assert task.cancelled()


@pytest.mark.parametrize("ends", ["before", "after"])
async def test_what_goes_wrong_in_work_that_nobody_waits_for_is_nobodys_mistake(
    tasks: BackgroundTasks, log_lines: list[dict[str, object]], ends: str
) -> None:
    """asyncio would report an exception that nobody looks at."""

    async def work() -> None:
        if ends == "after":
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                raise ValueError from None
        raise ValueError

    with tasks.beside(work()):
        await asyncio.sleep(0)
    await tasks.drain(5)
    assert list(log_lines) == []


async def test_the_result_of_work_beside_is_awaited_like_any_other(tasks: BackgroundTasks) -> None:
    with tasks.beside(asyncio.sleep(0, "done")) as task:
        assert await task == "done"
