"""Readings begin with what past deliveries showed: coarse, one a day, and of the connected account alone."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.campaigns.figures import Figures
from bot.config import Settings
from bot.digests.snapshot import Snapshot, pack, unpack
from bot.insight.series import AccountReading
from bot.readings.seeds import seed
from bot.store import readings
from bot.store.database import Database, open_database
from tests.samples.digests import NEW_YORK, delivery, digest, keep
from tests.samples.earlier_databases import kept, restore, run_in

TEAM = "T01SUNRISE"
FIRST = datetime(2026, 11, 24, 15, tzinfo=UTC)


def _figures(calls: int, **more: int) -> Figures:
    return Figures("AEP", "active", 900, calls, states={"failed": 1, **more})


async def _sent(db: Database, digest_id: str, hours_ago: float, **calls: int) -> None:
    """A digest told these campaigns' calls so long before the first reading."""
    when = FIRST - timedelta(hours=hours_ago)
    shown = Snapshot(when, when.date(), {id_: _figures(count) for id_, count in calls.items()})
    row = delivery(f"{digest_id}:{hours_ago}", digest_id, due=when, wanted_at=when, state="sent", ended_at=when)
    values = {name: getattr(row, name) for name in row.__slots__} | {"snapshot": pack(shown)}
    async with db.writing() as connection:
        await connection.execute(db.tables.deliveries.insert().values(values))


async def _seed(db: Database, *ids: str, account: str = "a1") -> AccountReading | None:
    return await seed(db, TEAM, account, AccountReading(FIRST, {id_: _figures(99) for id_ in ids}), NEW_YORK)


async def test_digests_of_a_day_are_one_coarse_reading_and_each_campaign_is_as_it_was_shown_last(db: Database) -> None:
    await keep(db, digest(), digest("d2"))
    await _sent(db, "d1", 26, a=10, b=20)
    await _sent(db, "d1", 24, a=13, b=23)
    await _sent(db, "d2", 25, b=22, c=30)
    await _sent(db, "d1", 1, a=17)
    before = await _seed(db, "a", "b", "c")
    assert before
    assert (before.at, before.coarse) == (FIRST - timedelta(hours=1), True)
    assert await readings.append(db, TEAM, "a1", AccountReading(FIRST, {"a": _figures(99)}), before)
    history = (await readings.load(db, TEAM, "a1")).history.series()
    shown = {id_: [(one.figures.calls, one.coarse) for one in series.points] for id_, series in history.items()}
    assert shown == {"a": [(13, True), (17, True), (99, False)], "b": [(23, True)], "c": [(30, True)]}
    assert history["a"].coarse == {FIRST - timedelta(hours=24), FIRST - timedelta(hours=1)}


async def test_what_digests_of_another_account_showed_is_not_taken(db: Database) -> None:
    await keep(db, digest())
    await _sent(db, "d1", 26, other=10)
    assert await _seed(db, "a") is None
    assert await readings.usage(db) == []
    await _sent(db, "d1", 24, a=13, other=10)
    taken = await _seed(db, "a")
    assert taken
    assert set(taken.campaigns) == {"a"}


async def test_it_is_done_once_and_not_with_what_is_too_old_or_newer_than_the_first_reading(db: Database) -> None:
    await keep(db, digest())
    await _sent(db, "d1", 101 * 24, a=1)
    await _sent(db, "d1", -1, a=9)
    assert await _seed(db, "a") is None
    await _sent(db, "d1", 30, a=5)
    assert await _seed(db, "a")
    assert await _seed(db, "a") is None
    (usage,) = await readings.usage(db)
    assert usage.rows == 1


@pytest.mark.nothing_there
async def test_the_digest_of_the_version_before_seeds_the_readings_of_this_one(database_settings: Settings) -> None:
    earlier = kept("0007")
    settings = database_settings.model_copy(
        update={"encryption_keys": Settings(_env_file=None, encryption_keys=earlier["encryption_keys"]).encryption_keys}
    )
    await run_in(settings, restore, earlier["version"], earlier["tables"])
    async with open_database(settings) as db:
        async with db.reading() as connection:
            team = await connection.scalar(select(db.tables.deliveries.c.workspace_id))
        first = AccountReading(datetime(2026, 11, 24, 10, tzinfo=UTC), dict.fromkeys(await _ids(db), _figures(0)))
        before = await seed(db, str(team), "a1", first, NEW_YORK)
        assert before
        assert all(one.name and one.customers is not None for one in before.campaigns.values())


async def _ids(db: Database) -> list[str]:
    """The campaigns that the account has: those that its digest showed."""
    async with db.reading() as connection:
        packed = await connection.scalar(select(db.tables.deliveries.c.snapshot))
    return list(unpack(bytes(packed or b"")).campaigns)
