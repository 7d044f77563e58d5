"""A database without room stops readings first, and never digests."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.store import audit, readings
from bot.store.database import Database
from bot.store.room import Room, left
from tests.conftest import Clockwork
from tests.samples.busy_account import kept_moments
from tests.samples.busy_account import readings as busy
from tests.samples.readings import reading
from tests.samples.store_rows import NOW, at, audit_entry, connect

MANY = next(busy(kept_moments(1)[-1:], campaigns=3_000, active=0))
_TRIGGER = """
CREATE FUNCTION no_room() RETURNS trigger AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$ LANGUAGE plpgsql;

CREATE TRIGGER no_room BEFORE INSERT ON readings EXECUTE FUNCTION no_room();
"""


async def _fill(db: Database) -> None:
    """The database takes no reading of thousands of campaigns any more; other rows it does."""
    async with db.writing() as connection:
        if db.engine.dialect.name == "postgresql":
            for statement in _TRIGGER.strip().split("\n\n"):
                await connection.execute(text(statement))
            return
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.execute(text(f"PRAGMA max_page_count = {pages + 8}"))


async def _make_room(db: Database) -> None:
    async with db.writing() as connection:
        if db.engine.dialect.name == "postgresql":
            await connection.execute(text("DROP TRIGGER no_room ON readings"))
        else:
            await connection.execute(text("PRAGMA max_page_count = 1000000"))


async def _digests_go_on(db: Database) -> None:
    await audit.note(db, audit_entry())


async def _keep(room: Room, write: Callable[[], Awaitable[bool]]) -> bool | None:
    """Whether a reading was kept; None: there is no room."""
    try:
        async with room.for_a_reading():
            return await write()
    except StoreUnavailable as error:
        if not error.is_full:
            raise
        return None


def _said(log_lines: list[dict[str, Any]]) -> list[str]:
    return [line["event"] for line in log_lines if "readings are kept" in line["event"]]


async def test_a_full_database_is_said_once_and_once_when_it_is_over_while_digests_go_on(
    db: Database, log_lines: list[dict[str, Any]]
) -> None:
    time = Clockwork(NOW.timestamp())
    room = Room(db, Clock(time.now, time.time), reserve=0)
    await connect(db)

    async def write() -> bool:
        return await readings.append(db, "T1", "a1", MANY, None)

    await _fill(db)
    for _ in range(3):
        assert await _keep(room, write) is None
        await _digests_go_on(db)
    assert room.short_since == NOW
    await _make_room(db)
    assert await _keep(room, write) is None, "what becomes free is for digests at first"
    time.move(3601)
    assert await _keep(room, write)
    assert await _keep(room, write) is False, "it is stored already"
    assert room.short_since is None
    assert _said(log_lines) == ["no readings are kept: the database has no room", "readings are kept again"]


async def test_sqlite_keeps_no_readings_while_only_a_reserve_is_left(
    db: Database, log_lines: list[dict[str, Any]]
) -> None:
    """PostgreSQL does not say how much is left."""
    if db.engine.dialect.name == "postgresql":
        assert await left(db) is None
        return
    room = Room(db, Clock(lambda: NOW), reserve=400_000)
    await connect(db)
    assert await _keep(room, lambda: readings.append(db, "T1", "a1", reading(NOW), None))
    await _fill(db)
    there = await left(db)
    assert there
    assert 8 * 4096 <= there < 400_000
    assert await _keep(room, lambda: readings.append(db, "T1", "a1", reading(at(900), 1), reading(NOW))) is None
    await _digests_go_on(db)
    await _make_room(db)
    assert await _keep(room, lambda: readings.append(db, "T1", "a1", reading(at(900), 1), reading(NOW)))
    assert _said(log_lines) == ["no readings are kept: the database has no room", "readings are kept again"]


async def test_other_troubles_of_the_database_are_no_want_of_room(db: Database) -> None:
    room = Room(db, Clock(lambda: NOW), reserve=0)
    with pytest.raises(StoreUnavailable) as raised:
        async with room.for_a_reading(), db.writing() as connection:
            await connection.execute(text("SELECT nothing FROM nowhere"))
    assert not raised.value.is_full
    assert room.short_since is None
