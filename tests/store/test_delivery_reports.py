"""The ledger in numbers: counted right, and without reading all of it every time somebody looks."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.config import Settings
from bot.store import deliveries, delivery_reports
from bot.store.database import Database, open_database
from bot.store.encryption import new_key
from tests.drivers.ledger import at
from tests.samples.digests import delivery, digest, keep


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
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, ____: Any) -> None:
        asked.append((statement, parameters))

    event.listen(sqlite.engine.sync_engine, "before_cursor_execute", note)
    await delivery_reports.by_state(sqlite, at(0))
    await deliveries.purge(sqlite, at(0) - timedelta(days=400))
    event.remove(sqlite.engine.sync_engine, "before_cursor_execute", note)
    plans = [await _plan(sqlite, *one) for one in asked if "deliveries" in one[0]]
    ledger = [[line.replace("COVERING ", "") for line in plan if "deliveries" in line] for plan in plans]
    assert ledger == [
        ["SEARCH deliveries USING INDEX ix_deliveries_tallied (due>?)"],
        ["SEARCH deliveries USING INDEX ix_deliveries_ended (ended_at<?)"],
    ]


async def _plan(db: Database, statement: str, parameters: Any) -> list[str]:
    async with db.reading() as connection:
        found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [str(row[-1]) for row in found.all()]
