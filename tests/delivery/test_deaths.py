"""Processes of the real program that die at every point where something was written or sent, and at random ones.

SQLite: one process, started again. PostgreSQL: three; one dies, the others carry on, and it is started again.
"""

import random
from pathlib import Path

import pytest

from bot.config import Settings
from tests.drivers.killed_processes import HTTP, INSIDE, Replicas, mortals

RANDOM = 6  # deaths; the soak has a hundred
pytestmark = pytest.mark.timeout(900)  # some fifty deaths, one after the other, and every time a program that starts


async def check(some: Replicas) -> None:
    """Nothing is lost and nothing doubled; what is unconfirmed has a reason, and goes out when it is sent again."""
    ended = await some.outcomes()
    unconfirmed = []
    for id_, where in some.died.items():
        row, messages = ended[id_]
        if row.state == "unconfirmed":
            assert where.startswith(INSIDE) or id_ in some.exposed, (where, messages)
            assert messages <= 1, where
            unconfirmed.append((row, messages))
        else:
            assert (row.state, messages) == ("sent", 1), (where, row)
    for row, _ in unconfirmed:
        await some.send_again(row)
    again = await some.outcomes(1.0)  # nobody was taken for dead since
    assert [(again[row.digest_id][0].state, again[row.digest_id][1] - before) for row, before in unconfirmed] == [
        ("sent", 1)
    ] * len(unconfirmed)


async def test_a_death_at_any_point_loses_nothing_and_doubles_nothing(
    database_settings: Settings, tmp_path: Path
) -> None:
    async with mortals(database_settings, tmp_path) as some:
        commits = await some.undisturbed()
        points = [(at, how) for at in range(1, len(commits) + 1) for how in ("before", "after")]
        for number, (at, how) in enumerate([*points, *((0, how) for how in HTTP)], 1):
            assert await some.die(number, at, how), (at, how, commits)
        for number in range(RANDOM):
            await some.die_at_random(500 + number, random.Random(number))
        await check(some)
        assert {*INSIDE} - {"slack"} <= {*some.died.values()}  # each of these labels occurs


async def test_where_the_app_may_look_a_message_is_found_and_nothing_is_left_open(
    tmp_path: Path, database_settings: Settings
) -> None:
    async with mortals(database_settings, tmp_path, most=2, scopes=("channels:history",)) as some:
        for number, how in enumerate(("taken", "answered"), 1):
            assert await some.die(number, 0, how)
        ended = (await some.outcomes()).values()
        assert [(row.state, messages) for row, messages in ended] == [("sent", 1)] * 2
