"""Work that is given up in the middle of a transaction does not stand in the way of others."""

import asyncio
from pathlib import Path

import pytest

from bot.config import Settings
from bot.records import Lookup
from bot.store import lookups
from bot.store.database import open_database
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
