"""The ledger in numbers: counted right, and without reading all of it every time somebody looks."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.config import Settings
from bot.store import deletions, deliveries, delivery_reports, late_lines, pauses, snapshots
from bot.store.database import Database, open_database
from bot.store.encryption import new_key
from tests.drivers.ledger import at
from tests.samples.digests import audit_entry, delivery, digest, keep


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(Settings(_env_file=None, data_dir=tmp_path, encryption_keys=new_key())) as db:
        yield db


async def test_deliveries_are_counted_by_state_and_reason_since_a_moment(db: Database) -> None:
    await keep(db, digest())
    old, new = at(-3600), at(0)
    for number, due in enumerate((old, new, new)):
        await deliveries.add(db, replace(delivery(), id=f"run {number}", due=due), at(0))
    assert await delivery_reports.by_state(db, at(-60)) == {("due", ""): 2}


async def test_neither_counting_nor_tidying_reads_the_whole_ledger(sqlite: Database) -> None:
    async with _asked(sqlite) as asked:
        await delivery_reports.by_state(sqlite, at(0))
        await deliveries.purge(sqlite, at(0) - timedelta(days=400))
    assert await _plans(sqlite, asked) == [
        ["SEARCH deliveries USING INDEX ix_deliveries_tallied (due>?)"],
        ["SEARCH deliveries USING INDEX ix_deliveries_ended (ended_at<?)"],
    ]


READERS: dict[str, Callable[[Database], Awaitable[object]]] = {
    "what it is compared with": lambda db: delivery_reports.last_sent(db, "d1", "C0SALES"),
    "who paused it": lambda db: pauses.told_pause(db, digest(), None),
    "what it showed": lambda db: snapshots.shown(db, "d1", "C0SALES", "d1:now-1"),
    "how its line stands": lambda db: late_lines.states(db, ["d1", "d2"]),
    "what its line says": lambda db: late_lines.told_of(db, ["d1", "d2"]),
    "how the last one went": lambda db: delivery_reports.newest_of(db, ["d1", "d2"]),
}


@pytest.mark.parametrize("what", READERS)
async def test_of_a_digest_only_its_own_deliveries_are_read(sqlite: Database, what: str) -> None:
    await keep(sqlite, digest("d1"), digest("d2"))
    async with _asked(sqlite) as asked:
        await READERS[what](sqlite)
    found = {line.partition(" USING ")[2] for plan in await _plans(sqlite, asked) for line in plan}
    own = {"INDEX ix_deliveries_of_digest (digest_id=?)", "INDEX sqlite_autoindex_deliveries_1 (id=?)"}
    since = "INDEX ix_deliveries_of_digest (digest_id=? AND due>?)"
    assert found - {*own, since} == set()
    assert found


async def test_restoring_reads_only_what_waited_of_that_digest(sqlite: Database) -> None:
    await keep(sqlite, digest("d1"))
    assert await deletions.delete(sqlite, "d1", audit_entry("digest deleted"))
    async with _asked(sqlite) as asked:
        assert await deletions.restore(sqlite, "d1", None, audit_entry("digest restored"))
    (plan,) = await _plans(sqlite, asked)
    assert plan == ["SEARCH deliveries USING INDEX ix_deliveries_of_digest (digest_id=?)"]


async def test_what_the_first_readings_are_made_of_is_found_by_its_time(sqlite: Database) -> None:
    async with _asked(sqlite) as asked:
        await snapshots.kept(sqlite, "T01SUNRISE", at(0))
    assert await _plans(sqlite, asked) == [["SEARCH deliveries USING INDEX ix_deliveries_ended (ended_at>?)"]]


@asynccontextmanager
async def _asked(db: Database) -> AsyncIterator[list[tuple[str, Any]]]:
    """Note what is asked of a database, with its parameters."""
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, ____: Any) -> None:
        asked.append((statement, parameters))

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine.sync_engine, "before_cursor_execute", note)


async def _plans(db: Database, asked: list[tuple[str, Any]]) -> list[list[str]]:
    """Return how SQLite looks for what was asked of the ledger."""
    plans = [await _plan(db, *one) for one in asked if "deliveries" in one[0]]
    ledger = [[line.replace("COVERING ", "") for line in plan if _reads(line)] for plan in plans]
    return [plan for plan in ledger if plan]


def _reads(line: str) -> bool:
    return line.startswith(("SEARCH deliveries", "SCAN deliveries", "SEARCH own", "SCAN own"))


async def _plan(db: Database, statement: str, parameters: Any) -> list[str]:
    async with db.reading() as connection:
        found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [str(row[-1]) for row in found.all()]
