"""Work that is given up in the middle of a transaction does not stand in the way of others."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.config import Settings
from bot.records import Lookup
from bot.store import lookups, profiles
from bot.store.database import open_database
from bot.store.sqlite import sqlite_engine
from tests.samples.store_rows import NOW, connect, rows


@pytest.mark.parametrize("after", [0.0, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.005])
async def test_in_a_file_whoever_writes_next_need_not_wait(tmp_path: Path, after: float) -> None:
    """SQLite's lock was held by a closed connection, for as long as Python remembered its cursor."""
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", database_url=None, encryption_keys=())
    many = [Lookup("T1", "U1", f"c{number}", NOW) for number in range(100)]
    async with open_database(settings) as db:
        await connect(db)
        for _ in range(5):
            given_up = asyncio.create_task(lookups.save(db, many, {}))
            await asyncio.sleep(after)
            given_up.cancel()
            await asyncio.gather(given_up, return_exceptions=True)
            async with asyncio.timeout(5):
                await lookups.save(db, many, {})
        assert (await rows(db))["lookups"] == 100


async def ended(tasks: set[asyncio.Task[Any]]) -> bool:
    """Whether all end when they are canceled, as at the end of a program."""
    for one in tasks:
        one.cancel()
    return not tasks or not (await asyncio.wait(tasks, timeout=5))[1]


@pytest.mark.parametrize("looks", [1, 4])
async def test_a_file_is_closed_whatever_was_given_up_a_moment_before(tmp_path: Path, looks: int) -> None:
    """The thread of a connection that was closed while it was canceled was asked something more, and never answered."""
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", database_url=None, encryption_keys=())
    before = asyncio.all_tasks()
    for after in range(40):
        async with open_database(settings) as db:
            given_up = [asyncio.create_task(profiles.read(db, "T1")) for _ in range(looks)]
            await asyncio.sleep(after / 10_000)
            for one in given_up:
                one.cancel()
            await asyncio.sleep(0)
        assert [one for one in given_up if not one.done()] == []
        assert await ended(asyncio.all_tasks() - before)


@pytest.mark.parametrize("then", [0.0, 0.0001, 0.0003, 0.0005])
async def test_a_connection_that_is_closed_while_it_is_cancelled_ends(tmp_path: Path, then: float) -> None:
    """As above, where closing the database waits for nobody."""
    before = asyncio.all_tasks()
    for after in range(40):
        engine = sqlite_engine(tmp_path / "file.db", change=True)
        look = asyncio.create_task(_look(engine))
        await asyncio.sleep(after / 10_000)
        look.cancel()
        await asyncio.sleep(then)
        await engine.dispose()
        assert await ended(asyncio.all_tasks() - before)


async def _look(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(select(literal(1)))
