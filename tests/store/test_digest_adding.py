"""One campaign more in a digest: whoever adds at the same time, nothing is lost, doubled or too much."""

import asyncio
from dataclasses import replace

from bot.digests.digest import CampaignFilter
from bot.store import audit, deletions, digests
from bot.store.database import Database
from tests.samples.digests import audit_entry, digest, keep

CHANGED = audit_entry("digest changed")


async def add(db: Database, campaign: str, most: int = 500, team: str = "T01SUNRISE") -> tuple[str, ...] | None:
    changed = await digests.add_campaign(db, "d1", campaign, most, replace(CHANGED, workspace_id=team))
    return changed.choice.ids if changed else None


async def test_what_many_add_at_once_is_all_there_once(db: Database) -> None:
    before = digest(choice=CampaignFilter(ids=("c0",)))
    await keep(db, before)
    await asyncio.gather(*(add(db, f"c{number % 10}") for number in range(20)))
    after = await digests.read(db, "d1")
    assert after
    assert sorted(after.choice.ids) == [f"c{number}" for number in range(10)]
    assert replace(after, choice=before.choice) == before
    rows = await audit.newest(db, "T01SUNRISE", 50)
    assert [row.action for row in rows].count("digest changed") == 9


async def test_many_at_once_do_not_bring_it_over_the_limit(db: Database) -> None:
    await keep(db, digest(choice=CampaignFilter(ids=("c0",))))
    found = await asyncio.gather(*(add(db, f"c{number}", most=3) for number in range(8)))
    assert all(ids and len(ids) <= 3 for ids in found)
    assert len(await add(db, "c99", most=3) or ()) == 3


async def test_one_that_takes_campaigns_by_itself_stays_as_it_is(db: Database) -> None:
    await keep(db, digest())
    assert await add(db, "c1") == ()


async def test_one_that_is_gone_or_of_another_workspace_is_none(db: Database) -> None:
    await keep(db, digest(choice=CampaignFilter(ids=("c0",))))
    assert await add(db, "c1", team="T2") is None
    await deletions.delete(db, "d1", CHANGED)
    assert await add(db, "c1") is None
