"""SQLite's one connection: how often its thread is waited for, and that another one can always be opened."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from pydantic import SecretStr
from sqlalchemy import Delete, delete, insert, select

from bot.config import Settings
from bot.store import sqlite, sqlite_driver
from bot.store.database import Database, open_database

pytestmark = pytest.mark.parametrize("database_options", ["sqlite"], indirect=True)


@pytest.fixture
def turns() -> Iterator[Callable[[], int]]:
    """Return how often the thread was waited for since the last call."""
    run, counted = sqlite_driver._run, 0

    def count(*args: Any) -> None:  # Any: as `_run`
        nonlocal counted
        counted += 1
        run(*args)

    def since() -> int:
        nonlocal counted
        before, counted = counted, 0
        return before

    with patch.object(sqlite_driver, "_run", count):
        yield since


async def test_a_statement_with_its_rows_waits_for_the_thread_once(
    database_settings: Settings, turns: Callable[[], int]
) -> None:
    """Under full load each turn of the thread takes tens of milliseconds: until the event loop comes round to it."""
    async with open_database(database_settings) as db:
        assert await db.answers()  # now it is connected
        canaries = db.tables.canaries
        one, two = ({"key_name": name, "canary": SecretStr("1")} for name in ("one", "two"))
        turns()
        async with db.reading() as connection:
            assert len((await connection.execute(select(canaries.c.key_name))).all()) == 1
        assert turns() == 1 + 2  # BEGIN and COMMIT
        async with db.writing() as connection:
            assert (await connection.execute(insert(canaries).values(one).returning(canaries.c.key_name))).all()
            assert (await connection.execute(insert(canaries), [two])).rowcount == 1
            assert (await connection.execute(delete(canaries))).rowcount == 3
        assert turns() == 3 + 2
        with pytest.raises(ZeroDivisionError):
            await _fail_after(db, delete(canaries))
        assert turns() == 1 + 2  # BEGIN and ROLLBACK
        assert await db.answers()


async def test_another_connection_is_opened_after_one_that_nobody_closed(database_settings: Settings) -> None:
    """Its thread would wait for work for ever, and the next one for the thread."""
    async with open_database(database_settings) as db:
        async with db.reading() as connection:
            await db.engine.dispose()  # the connection is returned to a pool that nobody uses any more
            await connection.execute(select(db.tables.canaries.c.key_name))
        assert await db.answers()


async def test_another_connection_is_opened_after_one_that_could_not_be_set_up(
    database_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Any) -> None:  # Any: the driver's connection
        raise sqlite3.OperationalError("disk I/O error")

    async with open_database(database_settings) as db:
        await db.engine.dispose()
        with monkeypatch.context() as broken:
            broken.setattr(sqlite, "_write_ahead", fail)
            assert not await db.answers()
        assert await db.answers()


async def _fail_after(db: Database, statement: Delete) -> None:
    async with db.writing() as connection:
        await connection.execute(statement)
        raise ZeroDivisionError
