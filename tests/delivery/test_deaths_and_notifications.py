"""Somebody dies between a delivery that cannot succeed and the word to its owner: it is said once, and never twice."""

from pathlib import Path

import pytest

from bot.config import Settings
from bot.store import digests
from tests.drivers.killed_processes import OWNER, Replicas, mortals

ABSENT = "C{}X"  # there is no such channel; each digest has its own, as each is a cause of its own
TELLING = "after owner_alerts"  # whoever dies here has claimed it, and may have told it: nobody repeats it
pytestmark = pytest.mark.timeout(600)  # deaths, one after the other


def told(some: Replicas, id_: str) -> int:
    """How often its owner was told."""
    direct = [one for one in some.world.slack.workspace.messages if one.channel == f"D-{OWNER}"]
    return sum(f"*Digest {id_}* could not be sent" in one.text for one in direct)


async def test_the_word_to_the_owner_survives_a_death_and_is_never_repeated(
    database_settings: Settings, tmp_path: Path
) -> None:
    async with mortals(database_settings, tmp_path) as some:
        some.channel = ABSENT
        commits = await some.undisturbed()
        first = next(at for at, label in enumerate(commits, 1) if "owner_alerts" in label)
        points = [(at, how) for at in (first, first + 1) for how in ("before", "after")]
        for number, (at, how) in enumerate(points, 1):
            assert await some.die(number, at, how), (at, how, commits)
        await some.revive()
        ended = await some.outcomes()
        assert {row.state for row, _ in ended.values()} <= {"failed", "unconfirmed"}
        stopped = [id_ for id_, (row, _) in ended.items() if row.state == "failed"]
        assert len(stopped) >= len(points)
        for id_ in stopped:
            assert told(some, id_) == (0 if some.died[id_] == TELLING else 1), (some.died[id_], commits)
            digest = await digests.read(some.db, id_)
            assert digest
            assert digest.pause
            assert digest.pause.why == "failed"
        assert TELLING in some.died.values()
