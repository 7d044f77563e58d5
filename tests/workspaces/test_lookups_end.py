"""Look-ups end: with the person's wish, after a month, with their workspace."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.clock import Clock
from bot.records import LOOKUPS_KEPT, Connection
from bot.store import installations, profiles
from bot.store.database import Database
from bot.store.retention import keep_tidy
from tests.drivers.lookups import ME, YOU, There, two_workspaces, workspace


@pytest.fixture
async def there(db: Database) -> There:
    return await two_workspaces(db)


async def test_clear_takes_what_is_written_and_what_is_not(there: There) -> None:
    there.note("a")
    there.note("a", user=YOU)
    await there.lookups.write()
    there.note("b")
    await there.lookups.clear("T1", ME)
    assert await there.of() == []
    await there.lookups.write()
    assert await there.written() == [("T1", YOU, "a")]


async def test_clear_and_write_at_the_same_time_leave_nothing(there: There) -> None:
    for number in range(200):
        there.note(f"c{number}")
    await asyncio.gather(there.lookups.write(), there.lookups.clear("T1", ME), there.lookups.write())
    assert await there.of() == []
    assert await there.written() == []


async def test_after_thirty_days_a_lookup_is_not_shown_and_then_deleted(there: There) -> None:
    there.note("a")
    there.note("b")
    await there.lookups.write()
    there.time.move(LOOKUPS_KEPT.total_seconds() - 0.5)
    assert await there.of() == ["b"]
    tidying = asyncio.create_task(keep_tidy(there.db, Clock(there.time.now, there.time.time), 400, 400))
    await there.until(("T1", ME, "b"))
    tidying.cancel()


async def test_what_is_too_old_is_not_shown_from_memory_either(there: There) -> None:
    there.note("a")
    there.time.move(LOOKUPS_KEPT.total_seconds())
    assert await there.of() == []
    assert there.lookups.unwritten("T1", ME) == []


async def test_a_workspace_that_left_takes_them_along(there: There) -> None:
    there.note("a")
    there.note("b", team="T2")
    await there.lookups.write()
    there.note("c")
    await there.lookups.forget_uninstalled(["T1"])
    await installations.forget(there.db, "T1", there.time.now() + timedelta(seconds=10))
    await there.lookups.write()
    assert await there.written() == [("T2", ME, "b")]
    assert await there.of() == []


async def test_what_another_replica_still_holds_of_it_is_not_written(there: There) -> None:
    """It has not heard yet; its notes hang on nothing."""
    other = there.replica()
    there.note("a", by=other)
    there.note("b", team="T2", by=other)
    await installations.forget(there.db, "T1", there.time.now() + timedelta(seconds=10))
    await other.write()
    assert await there.written() == [("T2", ME, "b")]
    assert await there.of(by=other) == []


async def test_of_a_workspace_that_came_back_they_are_gone_too(there: There) -> None:
    """The news of its leaving comes late: the key from after that stays."""
    there.note("a")
    await there.lookups.write()
    left = there.time.now()
    there.time.move(60)
    await there.connect("T1")
    await installations.forget(there.db, "T1", left)
    assert (await profiles.read(there.db, "T1")).connection
    assert await there.of() == []


async def test_leaving_and_writing_at_the_same_time_leave_nothing(there: There) -> None:
    for number in range(100):
        there.note(f"c{number}")

    async def leave() -> None:
        await there.lookups.forget_uninstalled(["T1"])
        await installations.forget(there.db, "T1", there.time.now() + timedelta(seconds=10))

    await asyncio.gather(there.lookups.write(), leave(), there.lookups.write())
    await there.lookups.write()
    assert await there.written() == []


async def test_a_workspace_with_a_key_from_the_environment_needs_nobody_to_connect_it(db: Database) -> None:
    there = There(db)
    there.lookups.note(replace(workspace("T7", Connection(SecretStr("cc_x"))), enterprise_id="E1"), ME, "a")
    await there.lookups.write()
    assert await there.written() == [("T7", ME, "a")]
    await there.lookups.forget_uninstalled(["T7"])
    await installations.forget(db, "E1", there.time.now() + timedelta(seconds=10))
    assert await there.written() == []
