"""Replicas of the real version before, which had a queue of its own, beside this one: nothing is lost, nothing doubled.

Its code comes from this repository's history.
"""

import asyncio
import random
import shutil
import subprocess
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.store.database import open_database
from bot.store.encryption import new_key
from tests.drivers.killed_processes import ROOT, Replicas, forks
from tests.drivers.outside_world import kill, outside
from tests.plugins.postgres import Server

BEFORE = "6a13088"
_PATIENCE = 60.0  # seconds
pytestmark = pytest.mark.timeout(600)  # two dozen deliveries, and programs that start and die


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the version before."""
    made = tmp_path_factory.mktemp("before")
    git = shutil.which("git") or pytest.skip("no git")
    packed = subprocess.run([git, "archive", BEFORE], cwd=ROOT, capture_output=True, check=False, timeout=60)  # noqa: S603 - ours
    if packed.returncode:
        pytest.skip(f"no {BEFORE} in the history")
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as files:
        files.extractall(made, filter="data")
    return made


@asynccontextmanager
async def both(settings: Settings, folder: Path, tree: Path, before: int) -> AsyncIterator[tuple[Replicas, Replicas]]:
    """Run so many replicas of the version before and then two of this one, which migrate the database."""
    async with outside(before + 2) as world, forks(tree) as their_source, forks() as source:
        old_slots, slots = tuple(world.addresses[:before]), tuple(world.addresses[before:])
        theirs = Replicas(world, their_source, settings, None, folder, old_slots)  # type: ignore[arg-type] # it is not asked
        try:
            await theirs.revive()
            async with asyncio.timeout(_PATIENCE):
                while theirs.said().count("ready") < before:  # noqa: ASYNC110 - only the log says it
                    await asyncio.sleep(0.1)
            async with open_database(settings) as db:
                theirs.db, ours = db, Replicas(world, source, settings, db, folder, slots)
                try:
                    await ours.revive()
                    yield theirs, ours
                finally:
                    ours.end()
        finally:
            theirs.end()


@pytest.mark.parametrize("seed", range(2))
async def test_deaths_in_both_versions_lose_nothing_and_double_nothing(
    postgres_server: Server, postgres_url: str, tmp_path: Path, tree: Path, seed: int
) -> None:
    made: dict[str, Any] = {"database_url": postgres_url, "encryption_keys": new_key()}  # Any: as read
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", **made)
    chance = random.Random(seed)
    async with both(settings, tmp_path, tree, before=2) as (theirs, ours):
        await ours.add("first")
        await _until_all_run(ours, 4)
        for number in range(1, 25):
            if number == 8:  # one of theirs dies for good: it could not start again on the migrated database
                kill(_pid(theirs, 0))
            if number == 16:
                kill(_pid(theirs, 1))
            await ours.die_at_random(number, chance)
        ended = await ours.outcomes()
    for id_, (row, messages) in ended.items():
        if row.state == "unconfirmed":
            assert messages <= 1, id_
        else:
            assert (row.state, messages) == ("sent", 1), (id_, row)
    assert len(ended) == 25
    said = {slot: (tmp_path / f"{slot.rpartition(':')[2]}.log").read_text(encoding="utf-8") for slot in theirs.slots}
    assert any("digest sent" in text for text in said.values()), "theirs delivered nothing, and there was no test"


async def _until_all_run(some: Replicas, count: int) -> None:
    """Wait until so many replicas have seen that there is a digest."""
    async with asyncio.timeout(_PATIENCE):
        while some.said().count("digests are run") < count:  # noqa: ASYNC110 - only the log says it
            await asyncio.sleep(0.1)


def _pid(some: Replicas, number: int) -> int:
    return some.world.pids[int(some.slots[number].rpartition(":")[2])]
