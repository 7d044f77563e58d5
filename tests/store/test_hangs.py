"""A database that hangs is given up in time, whatever is asked of it at that moment, and used again when it answers."""

import asyncio
import gc
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import literal, select, text

from bot.config import Settings, SettingsError
from bot.errors import StoreUnavailable
from bot.store import audit, database, deadline, postgresql
from bot.store.database import Database, open_database, sqlite_file
from tests.drivers.fault_proxy import postgres_proxy
from tests.drivers.hanging_database import Hanging, hanging_database
from tests.samples.store_rows import connect

_READ, _WRITE = 0.3, 0.6  # seconds, as limits
_SOON = 6.0  # seconds in which that is over, also on a busy machine: psycopg alone would wait ten or more
_EVER = 60.0  # seconds


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch, patient_database: None) -> None:
    """Give up soon: the real limits would make these tests long."""
    monkeypatch.setattr(database, "_READ", _READ)
    monkeypatch.setattr(database, "_WRITE", _WRITE)


@pytest.fixture
def hang(database_options: dict[str, Any]) -> Iterator[Hanging]:
    """Yield a database of either kind that can be made to hang."""
    with hanging_database(database_options) as there:
        yield there


@pytest.fixture(autouse=True)
def leaves_nothing(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """See that nothing is left: no thread that hangs, and no word of a library."""
    yield
    gc.collect()
    until = time.monotonic() + _SOON
    while any(one.name == "sqlite" for one in threading.enumerate()):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING] == []


async def in_time(work: Any, within: float = _SOON) -> None:  # Any: what is awaited
    """Await it, and fail when it takes too long."""
    task = asyncio.ensure_future(work)
    assert not (await asyncio.wait([task], timeout=within))[1], "it hangs"
    await task


async def works(db: Database) -> bool:
    """Whether the database can be read and written, and nobody holds a connection."""
    async with asyncio.timeout(_EVER):
        while not await db.answers():  # noqa: ASYNC110 - it may be a moment until a thread has ended
            await asyncio.sleep(0.02)
    await connect(db)
    return bool(await audit.newest(db)) and db.engine.pool.checkedout() == 0  # type: ignore[attr-defined] # a QueuePool


async def use(db: Database, how: str, when: str, hang: Hanging) -> None:
    """Use the database, which begins to hang at a certain moment."""
    if when == "before it is connected":
        await db.engine.dispose()
    if when in ("before it is connected", "while nobody uses it"):
        hang.begin()
    async with getattr(db, how)() as connection:
        if when == "in a statement":
            hang.begin()
        await connection.execute(select(literal(1)))
        hang.begin()
        if when == "at the rollback":
            raise ZeroDivisionError


@pytest.mark.parametrize("how", ["reading", "writing"])
@pytest.mark.parametrize(
    "when",
    ["before it is connected", "while nobody uses it", "in a statement", "at the commit", "at the rollback"],
)
async def test_whoever_uses_it_is_told_in_time(hang: Hanging, hurried: None, how: str, when: str) -> None:
    async with open_database(Settings(_env_file=None, **hang.options)) as db:
        assert await works(db)
        before = asyncio.all_tasks()
        expected = (StoreUnavailable, ZeroDivisionError) if when == "at the rollback" else StoreUnavailable
        if db.is_shared and how == "reading" and when == "at the commit":
            await in_time(use(db, how, when, hang))  # what was read in PostgreSQL needs no commit
        else:
            with pytest.raises(expected) as raised:
                await in_time(use(db, how, when, hang))
            if isinstance(raised.value, StoreUnavailable):
                assert raised.value.is_unclear == (how == "writing" and when == "at the commit")
        assert asyncio.all_tasks() == before
        hang.end()
        assert await works(db)


@pytest.mark.parametrize("when", ["in a statement", "at the commit", "at the rollback"])
async def test_who_is_canceled_ends_at_once(hang: Hanging, when: str) -> None:
    """Without a limit that would do it: as when the program stops."""
    async with open_database(Settings(_env_file=None, **hang.options)) as db:
        assert await works(db)
        using = asyncio.create_task(use(db, "writing", when, hang))
        await asyncio.sleep(0.2)
        using.cancel()
        assert not (await asyncio.wait([using], timeout=_SOON))[1]
        hang.end()
        assert await works(db)


async def test_many_that_are_given_up_leave_room_for_others(hang: Hanging, hurried: None) -> None:
    async with open_database(Settings(_env_file=None, **hang.options)) as db:
        assert await works(db)
        hang.begin()
        for count in (*[1] * 7, 20):
            async with asyncio.timeout(_SOON):
                assert not any(await asyncio.gather(*(db.answers() for _ in range(count))))
        assert sum(one.name == "sqlite" for one in threading.enumerate()) <= 1
        hang.end()
        assert await works(db)


async def test_it_is_closed_while_it_hangs(hang: Hanging, hurried: None) -> None:
    async def open_and_close() -> None:
        async with open_database(Settings(_env_file=None, **hang.options)) as db:
            assert await works(db)
            hang.begin()

    await in_time(open_and_close(), _EVER)
    hang.end()


async def test_a_start_ends_when_it_hangs(hang: Hanging, monkeypatch: pytest.MonkeyPatch) -> None:
    """Right after the connection was made, when there is no limit for it any more."""
    monkeypatch.setattr(deadline, "_STATEMENT", _READ)
    monkeypatch.setattr(postgresql, "_connected", lambda *_: hang.begin())
    if not hang.options["database_url"]:
        hang.begin()

    async def start() -> None:
        async with open_database(Settings(_env_file=None, **hang.options)):
            pass

    with pytest.raises(SettingsError, match="the database cannot be used"):
        await in_time(start())
    hang.end()


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_what_was_given_up_ends_on_the_server_too(database_settings: Settings, hurried: None) -> None:
    """A statement that takes long, and that nobody waits for any more: it would keep its locks."""
    async with open_database(database_settings) as db:
        with pytest.raises(StoreUnavailable):
            async with db.writing() as connection:
                await connection.execute(text("SELECT pg_sleep(600)"))
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        async with asyncio.timeout(_EVER), db.engine.connect() as connection:
            while await connection.scalar(text(f"SELECT count(*) {others} AND query LIKE '%pg_sleep%'")):
                await connection.rollback()
                await asyncio.sleep(0.1)


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_an_answer_that_drips_is_not_waited_for(database_settings: Settings, hurried: None) -> None:
    """Something comes all the time, and no answer."""
    assert database_settings.database_url
    with postgres_proxy(database_settings.database_url.get_secret_value()) as (url, proxy):
        async with open_database(database_settings.model_copy(update={"database_url": SecretStr(url)})) as db:
            assert await works(db)
            proxy.drip(100)
            await in_time(_refused(db))
            proxy.thaw()
            assert await works(db)


async def _refused(db: Database) -> None:
    with pytest.raises(StoreUnavailable):
        await connect(db)


@pytest.mark.parametrize("database_options", ["sqlite"], indirect=True)
async def test_a_file_that_another_program_keeps_locked_is_written_again_when_it_lets_go(
    database_settings: Settings, hurried: None
) -> None:
    file = sqlite_file(database_settings)
    async with open_database(database_settings) as db:
        with closing(sqlite3.connect(str(file), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for _ in range(2):
                await in_time(_refused(db))
        assert await works(db)
