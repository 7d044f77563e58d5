"""What whoever runs the app sets for digests is what they do."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from blocks.digests.form_fields import TIMES
from bot.clock import Clock
from bot.delivery.pace import Pace
from playground.world import world
from tests.conftest import Clockwork, MakeWorld, text_of
from tests.drivers.digest_deliveries import DAY, Deliveries, delivering
from tests.drivers.digest_forms import form, save
from tests.drivers.slash_command import said


async def test_snapshot_days_is_how_long_a_delivery_is_kept(tmp_path: Path) -> None:
    time = Clockwork()
    same: dict[str, Any] = {"data_dir": tmp_path / "data", "clock": Clock(time.now, time.time), "now": time.time}
    async with world(**same, pace=Pace(tick=0.2, exist=0.2, polling=0.05)) as here:
        there = Deliveries(here, time)
        digest = await there.make()
        for count in (1, 2):
            await there.at(digest)
            young, *old = await there.ended(digest, count)
    time.move(1.5 * DAY)  # nobody is running
    async with world(**same, snapshot_days=2) as here:
        there = Deliveries(here, time)
        async with asyncio.timeout(20):
            while True:
                ids = {row.id for row in await there.ledger(digest)}
                if old[0].id not in ids:
                    break
                await asyncio.sleep(0.05)  # what is done once a day is done at the start
        assert young.id in ids


async def test_digest_campaigns_is_how_many_one_holds(make_world: MakeWorld) -> None:
    there = await delivering(make_world, digest_campaigns=3)
    await there.at(digest := await there.make())
    await there.ended(digest)
    assert "7 campaigns over a digest’s limit are not counted here" in text_of(there.posted[0].blocks)
    assert "10 campaigns match now, 7 of them over a digest’s limit" in said((await form(there.world)).view)


async def test_digest_times_is_how_often_a_day_one_may_come(make_world: MakeWorld) -> None:
    here = await make_world(digest_times=2)
    modal = await save(here, await form(here), {TIMES: "9, 10, 11"})
    assert modal.errors == {TIMES: "That is too often: 2 times a day at most."}
    assert "is saved" in said((await save(here, modal, {TIMES: "9, 10"})).view)


async def test_digest_grace_is_how_long_one_is_tried(make_world: MakeWorld) -> None:
    there = await delivering(make_world, digest_grace=5)
    digest = await there.make()
    assert there.world.carecycle
    there.world.carecycle.fault = "server_error"
    await there.at(digest)
    tries = 0
    while (row := await there.tried(digest, tries, count=1)).state == "due":
        tries = row.attempt
        there.moved_to(row.try_at)
    assert (row.state, row.reason) == ("failed", "carecycle")
    assert row.ended_at
    assert timedelta(minutes=5) <= row.ended_at - row.due < timedelta(minutes=6)


async def test_digest_grace_is_how_late_one_may_begin(make_world: MakeWorld) -> None:
    there = await delivering(make_world, digest_grace=5)
    digest = await there.make()
    await there.at(digest, late=4 * 60)
    await there.ended(digest)
    await there.at(digest, late=6 * 60)
    rows = await there.ended(digest, 2)
    assert [row.state for row in rows] == ["skipped", "sent"]
    assert rows[0].reason == "too_late"
