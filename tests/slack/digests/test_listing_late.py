"""What lists say of a digest that is late: why, and when it is tried again today, not when the next one is due."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from blocks.digests import listed as one_listed
from bot.cli.digests import listed
from bot.config import Settings
from bot.digests.digest import Pause
from bot.store.waiting import waiting
from tests.conftest import MakeWorld
from tests.drivers.digest_deliveries import CHANNEL, MEMBER, Deliveries, delivering
from tests.drivers.slash_command import ask_one, said
from tests.samples.digest_modals import DIGEST, LATE, NOW


@pytest.fixture
async def there(make_world: MakeWorld, tmp_path: Path) -> Deliveries:
    return await delivering(make_world, data_dir=tmp_path / "data")


async def test_the_list_says_why_it_is_late_and_when_it_is_tried_again(there: Deliveries, tmp_path: Path) -> None:
    digest, well = await there.make(), await there.make(name="Weekly", timetable=replace(DIGEST.timetable, zone="UTC"))
    assert there.world.carecycle
    there.world.carecycle.fault = "server_error"
    await there.at(digest)
    row = await there.put_off(digest, "carecycle")
    await there.put_off(well, "carecycle")
    there.world.carecycle.fault = "none"
    for again in ("9:00 AM", "9:00 AM"):
        words = said(await ask_one(there.world, "digest", channel=CHANNEL))
        assert f"today’s is late: careCycle is not answering; tried again at {again}" in words
        assert "next Wed" not in words
    rows = await listed(Settings(_env_file=None, data_dir=tmp_path / "data"), None, there.time.now())
    late = ("late: careCycle is not answering", row.try_at)
    assert [(one["state"], one["tried again"]) for one in rows] == [late, late]
    there.moved_to(row.try_at)
    await there.ended(digest)
    await there.ended(well)
    words = said(await ask_one(there.world, "digest", channel=CHANNEL))
    assert "is late" not in words
    assert "next Wed, Nov 25, 9:00 AM" in words


async def test_of_many_digests_only_those_that_wait_are_found(there: Deliveries) -> None:
    digests = [await there.make(name=f"Digest {number}") for number in range(3)]
    assert there.world.carecycle
    there.world.carecycle.fault = "server_error"
    await there.at(digests[0])
    for digest in digests:
        await there.put_off(digest, "carecycle")
    db = there.world.bot.db
    assert set(await waiting(db, [one.id for one in digests[:2]])) == {one.id for one in digests[:2]}
    assert await waiting(db, []) == {}
    assert await waiting(db, [f"none{number}" for number in range(1201)]) == {}


@pytest.mark.parametrize(
    ("due", "again", "words"),
    [
        (0, 20, "today’s is late: careCycle is not answering; tried again at 9:20 AM"),
        (0, -20, "today’s is late: careCycle is not answering; tried again at 9:10 AM"),  # its time has just come
        (-10, 20, "the one of Sun, Nov 22, 11:00 PM is late: careCycle is not answering; tried again at 9:20 AM"),
    ],
)
def test_which_one_is_late_and_when_it_is_tried(due: int, again: int, words: str) -> None:
    nine = DIGEST.next_due
    assert nine
    late = replace(LATE, due=nine + timedelta(hours=due), try_at=nine + timedelta(minutes=again))
    assert one_listed.state(DIGEST, nine + timedelta(minutes=10), late) == words


def test_a_pause_is_said_before_a_retry() -> None:
    assert "is late" not in one_listed.state(replace(DIGEST, pause=Pause(NOW, "person", None, MEMBER)), NOW, LATE)


def test_a_key_that_stopped_it_is_said_once() -> None:
    waits = replace(DIGEST, pause=Pause(NOW, "key"))
    failed = replace(LATE, state="failed", reason="key", try_at=None)
    assert one_listed.row(one_listed.Listed(waits, failed), NOW).count("key") == 1
    assert "careCycle was not answering" in one_listed.row(
        one_listed.Listed(waits, replace(failed, reason="carecycle")), NOW
    )
