"""Processes that die while they make problems quiet, or lift that: nothing is lost, and nothing is doubled."""

from bot.config import Settings
from bot.store import audit, quiet
from bot.store.database import Database, open_database
from tests.drivers.dying_works import QUIET, WORKS
from tests.drivers.dying_writes import die_at_each_point
from tests.samples.store_rows import connect

BOTH: set[str] = set(QUIET)
ONE = {"past_end"}


async def found(db: Database, campaign_id: str) -> tuple[set[str], list[str]]:
    """Return what is quiet of a campaign, and what the audit trail says of it."""
    kinds: set[str] = {kind for id_, kind in await quiet.of(db, "T1", "a1") if id_ == campaign_id}
    entries = await audit.newest(db, "T1", 1000)
    return kinds, sorted(one.action for one in entries if one.details.get("campaign") == campaign_id)


async def test_a_death_at_any_statement_leaves_all_of_it_or_nothing(database_settings: Settings) -> None:
    async with open_database(database_settings) as db:
        await connect(db)
    points = await die_at_each_point(database_settings, "quiet")
    assert points > 20, "statements and commits, before and after each"
    whole = [(set(), []), (BOTH, ["quieted problems"]), (ONE, ["lifted a quiet", "quieted problems"])]
    async with open_database(database_settings) as db:
        left = [await found(db, f"c{point}") for point in range(1, points + 1)]
        for point in range(1, points + 1):
            await WORKS["quiet"].write(db, point)  # who was interrupted does it again
        again = [await found(db, f"c{point}") for point in range(1, points + 1)]
    assert [one for one in left if one not in whole] == []
    assert [whole.index(one) for one in left] == sorted(whole.index(one) for one in left), "in this order"
    assert {whole.index(one) for one in left} == {0, 1, 2}
    assert {frozenset(kinds) for kinds, _ in again} == {frozenset(ONE)}
