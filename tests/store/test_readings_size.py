"""What a large account's readings of a year take, as docs/operating.md says."""

import pytest
from sqlalchemy import text

from bot.insight.packing import pack_all
from bot.store import readings
from bot.store.database import Database
from tests.samples.busy_account import kept_moments
from tests.samples.busy_account import readings as busy
from tests.samples.store_rows import connect

DAYS, CAMPAIGNS, ACTIVE = 400, 500, 100
MOST = 4_000_000  # bytes


@pytest.mark.parametrize("database_options", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("touched", "most"), [(False, 1_000_000), (True, 1_500_000)])
async def test_500_campaigns_of_which_100_call_take_little_in_400_days(
    db: Database, *, touched: bool, most: int
) -> None:
    """Also where careCycle should move `updatedAt` with every call."""
    await connect(db)
    moments = kept_moments(DAYS)
    assert 1_400 < len(moments) < 1_450
    before = await _file_size(db)
    rows = list(pack_all(busy(moments, CAMPAIGNS, ACTIVE, touched=touched)))
    assert await readings.begin(db, "T1", "a1", rows)
    (usage,) = await readings.usage(db)
    assert usage.rows == len(moments)
    assert usage.size < most
    assert await _file_size(db) - before < MOST, "with all that SQLite needs beside"


async def _file_size(db: Database) -> int:
    async with db.reading() as connection:
        pages, size = [
            int(await connection.scalar(text(f"PRAGMA {name}")) or 0) for name in ("page_count", "page_size")
        ]
    return pages * size
