"""Readings begin with what digests showed, and make room for them."""

from typing import Any

from sqlalchemy import text

from tests.conftest import AEP, MakeWorld
from tests.drivers.digest_deliveries import Deliveries
from tests.drivers.readings import SUNRISE, Reading, reading_bot


async def _with_a_digest(make_world: MakeWorld, **options: Any) -> tuple[Reading, Deliveries]:
    there = await reading_bot(make_world, **options)
    return there, Deliveries(there.world, there.time)


async def test_the_first_reading_of_an_account_comes_after_what_its_digests_showed(
    make_world: MakeWorld, database_options: dict[str, Any]
) -> None:
    there, digests = await _with_a_digest(make_world, read_every=0, **database_options)
    digest = await digests.make()
    await digests.at(digest)
    await digests.ended(digest)
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    there.time.move(600)
    await there.world.bot.readings.readings.read(workspace)
    series = await there.world.bot.readings.readings.series(workspace, AEP)
    assert series
    assert len(series.read) == 2
    assert len(series.coarse) == 1
    assert series.points[0].figures.calls is not None


async def test_a_database_without_room_keeps_no_readings_and_posts_digests(
    make_world: MakeWorld, log_lines: list[dict[str, Any]]
) -> None:
    there, digests = await _with_a_digest(make_world)
    digest = await digests.make()
    await there.due()
    assert len(await there.moments()) == 1
    async with there.world.bot.db.writing() as connection:
        pages = int(await connection.scalar(text("PRAGMA page_count")) or 0)
        await connection.execute(text(f"PRAGMA max_page_count = {pages + 200}"))
    for _ in range(2):
        await there.due()
    assert len(await there.moments()) == 1
    assert (await there.turn()).why == "NoRoom"
    await digests.at(digest)
    assert [row.state for row in await digests.ended(digest)] == ["sent"]
    await there.looked()  # the turn that is due by now found no room either
    async with there.world.bot.db.writing() as connection:
        await connection.execute(text("PRAGMA max_page_count = 1000000"))
    await there.due()
    assert len(await there.moments()) == 2
    said = [line["event"] for line in log_lines if "read" in line["event"]]
    assert said.count("no readings are kept: the database has no room") == said.count("readings are kept again") == 1
    assert not [one for one in said if one.startswith("campaigns can")]
