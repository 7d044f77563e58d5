"""`/readyz` answers within a second whatever hangs, and notices that nothing can be written."""

import asyncio
import resource
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection, event, text

from bot.errors import StoreUnavailable
from bot.slack.http import readiness
from bot.store import writes
from bot.store.database import Database
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.hanging_database import hanging_database
from tests.samples.store_rows import connect, rows

_WITHIN = 0.3  # seconds, as the limit
_SOON = 6.0  # seconds in which that is over, also on a busy machine
_EVER = 60.0  # seconds
Probe = tuple[int, str]
READY = (200, "ready")
SILENT = (503, "the database does not answer")


async def probe(there: World) -> Probe:
    """What an orchestrator sees."""
    url = f"{there.slack.bot}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url, timeout=aiohttp.ClientTimeout(_SOON)) as answer:
        return answer.status, await answer.text()


async def becomes(there: World, expected: Probe) -> None:
    async with asyncio.timeout(_EVER):
        while await probe(there) != expected:  # noqa: ASYNC110 - nobody else says so
            await asyncio.sleep(0.05)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch, patient_database: None) -> None:
    monkeypatch.setattr(readiness, "_WITHIN", _WITHIN)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each probe checks whether the database can be written."""
    monkeypatch.setattr(readiness, "_EVERY", 0.0)


async def test_it_answers_while_the_database_hangs_however_many_probe(
    make_world: MakeWorld, database_options: dict[str, Any], hurried: None
) -> None:
    with hanging_database(database_options) as hang:
        there = await make_world(**hang.options)
        await becomes(there, READY)
        hang.begin()
        for count in (1, 30, 1):
            assert set(await asyncio.gather(*(probe(there) for _ in range(count)))) == {SILENT}
        assert there.bot.db.engine.pool.checkedout() < 10  # type: ignore[attr-defined] # a QueuePool, of which the bot uses some
        hang.end()
        await becomes(there, READY)


async def test_it_answers_while_others_have_all_connections(
    make_world: MakeWorld, database_options: dict[str, Any], hurried: None
) -> None:
    there = await make_world(**database_options)
    await becomes(there, READY)
    async with AsyncExitStack() as stack:
        for _ in range(10 if database_options["database_url"] else 1):
            await stack.enter_async_context(there.bot.db.reading())
        assert await probe(there) == SILENT
    await becomes(there, READY)


async def _fill(db: Database) -> None:
    await _set_full(db)
    with suppress(StoreUnavailable):
        while db.engine.dialect.name == "sqlite":
            async with db.writing() as connection:
                await connection.execute(text("INSERT INTO filler VALUES (zeroblob(4000))"))


async def _set_full(db: Database) -> None:
    async with db.writing() as connection:
        if db.engine.dialect.name == "sqlite":
            pages = await connection.scalar(text("PRAGMA page_count"))
            await connection.execute(text("CREATE TABLE filler (pages BLOB)"))
            await connection.execute(text(f"PRAGMA max_page_count = {pages + 8}"))
            return
        await connection.execute(
            text(
                "CREATE FUNCTION no_room() RETURNS trigger AS $$ BEGIN "
                "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$ LANGUAGE plpgsql"
            )
        )
        await connection.execute(text("CREATE TRIGGER no_room BEFORE INSERT ON replicas EXECUTE FUNCTION no_room()"))


async def _make_room(db: Database) -> None:
    async with db.writing() as connection:
        if db.engine.dialect.name == "sqlite":
            await connection.execute(text("PRAGMA max_page_count = 1000000"))
        else:
            await connection.execute(text("DROP FUNCTION no_room CASCADE"))


def _read_only(connection: Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")


async def _forbid(db: Database) -> None:
    if db.engine.dialect.name == "postgresql":
        event.listen(db.engine.sync_engine, "begin", _read_only)
        return
    async with db.writing() as connection:
        await connection.execute(text("PRAGMA query_only = ON"))


async def _allow(db: Database) -> None:
    if db.engine.dialect.name == "postgresql":
        event.remove(db.engine.sync_engine, "begin", _read_only)
        return
    async with db.reading() as connection:
        await connection.execute(text("PRAGMA query_only = OFF"))


@pytest.mark.parametrize(
    ("break_it", "mend_it", "why"),
    [(_fill, _make_room, "it has no room"), (_forbid, _allow, "it is read-only")],
    ids=["full", "read-only"],
)
async def test_it_notices_that_nothing_can_be_written_and_the_log_says_it_once(
    make_world: MakeWorld,
    database_options: dict[str, Any],
    log_lines: list[dict[str, Any]],
    often: None,
    monkeypatch: pytest.MonkeyPatch,
    break_it: Callable[[Database], Awaitable[None]],
    mend_it: Callable[[Database], Awaitable[None]],
    why: str,
) -> None:
    there = await make_world(**database_options)
    assert await probe(there) == READY
    await break_it(there.bot.db)
    for _ in range(3):
        assert await probe(there) == (503, f"the database cannot be written: {why}")
    await mend_it(there.bot.db)
    monkeypatch.setattr(writes, "_CALM", 0.0)
    for _ in range(3):
        assert await probe(there) == READY
    said = [line for line in log_lines if str(line.get("event")).startswith("the database c")]
    assert [(line["event"], line.get("why")) for line in said] == [
        ("the database cannot be written", why),
        ("the database can be written again", None),
    ]
    assert (await rows(there.bot.db)).get("replicas", 0) <= 1  # the heartbeat, where there may be other replicas


@pytest.mark.parametrize("database_options", ["sqlite"], indirect=True)
async def test_it_notices_that_the_file_cannot_grow(
    make_world: MakeWorld, database_options: dict[str, Any], often: None
) -> None:
    """The system refuses it (EFBIG), as it does with a quota; SQLite has no word of its own for that."""
    there = await make_world(**database_options)
    assert await probe(there) == READY
    grown = (database_options["data_dir"] / "campaign-bot.db-wal").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (grown, before[1]))
    try:
        found = [await probe(there) for _ in range(2)]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert found == [(503, "the database cannot be written: its disk fails")] * 2
    assert await probe(there) == READY


async def test_it_writes_at_most_every_ten_seconds(make_world: MakeWorld, database_options: dict[str, Any]) -> None:
    there = await make_world(**database_options)
    written: list[str] = []
    event.listen(
        there.bot.db.engine.sync_engine,
        "before_cursor_execute",
        lambda _, __, statement, values, *___: (
            written.append(statement) if "INTO replicas" in statement and "check-" in str(values) else None
        ),
    )
    await asyncio.gather(*(probe(there) for _ in range(5)))
    assert await probe(there) == READY
    assert len(written) == 1
    await connect(there.bot.db)
