"""Somebody dies while the line about a late digest is posted or deleted: there is one at most, and none is left."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import Settings
from bot.digests.timetable import Timetable
from bot.slack.digests.line_port import LINE_EVENT
from bot.store import deliveries, late_lines
from playground.slack.workspace import Conversation
from tests.drivers.killed_processes import OWNER, Replicas, mortals
from tests.plugins import machine_clock
from tests.samples.digests import delivery, digest, keep

LATE = timedelta(minutes=15)
# Where a death leaves open whether the line is there: from the row that claims it to the one that it was posted.
OPEN = ("after late_lines posting", "before late_lines posted", "slack")
pytestmark = pytest.mark.timeout(600)  # deaths, one after the other


def lines(some: Replicas, id_: str) -> int:
    """How many lines are in the digest's channel."""
    posted = [one for one in some.world.slack.workspace.messages if one.channel == f"C{id_}X"]
    return sum((one.metadata or {}).get("event_type") == LINE_EVENT for one in posted)


async def begin(some: Replicas, id_: str, at: int, how: str) -> None:
    """Let a digest be late, in a channel of its own, and wait long for its next try."""
    channel, now = f"C{id_}X", machine_clock.now()
    some.world.slack.workspace.channels[channel] = Conversation(channel, id_, bot_is_member=True)
    if how in ("on receipt", "taken", "answered"):
        some.world.strikes[id_] = how
    some.set_trap(id_, at, how)
    never = Timetable("UTC", cron="0 0 29 2 *")
    due, again = now - LATE, now + timedelta(hours=1)
    row = delivery(f"{id_}:slot", id_, kind="scheduled", due=due, wanted_at=due, channel_id=channel, try_at=again)
    one = digest(id_, channel_id=channel, owner_id=OWNER, timetable=never, next_due=None)
    await keep(some.db, one, when=now)  # its introduction comes when nobody looks at it any more
    await deliveries.add(some.db, row, now)
    await deliveries.postpone(some.db, row, "carecycle", again)


async def settled(some: Replicas, id_: str, states: tuple[str, ...]) -> None:
    """Wait until the digest's line has one of these states; none: it is over."""
    async with asyncio.timeout(40):
        while True:
            await some.revive()
            found = [one.state for one in await late_lines.lines(some.db) if one.channel_id == f"C{id_}X"]
            if (found and found[0] in states) or (not found and not states):
                return
            await asyncio.sleep(0.05)


async def whole(some: Replicas, id_: str, at: int = 0, how: str = "before") -> str:
    """Let a line come and go while somebody dies, and return where."""
    await begin(some, id_, at, how)
    await settled(some, id_, ("posted", "unclear"))
    assert lines(some, id_) <= 1
    found = await deliveries.read(some.db, f"{id_}:slot")
    assert found
    await deliveries.sent(some.db, found[0], "1.1", machine_clock.now())
    await settled(some, id_, ())
    return some.where_died(id_)


async def test_a_death_at_any_point_leaves_one_line_at_most_and_no_lie(
    database_settings: Settings, tmp_path: Path
) -> None:
    async with mortals(database_settings, tmp_path) as some:
        await some.revive()
        await whole(some, "quiet")
        commits = some.labels()
        claims = commits.count("late_lines posting")  # of several replicas that try at once one succeeds
        assert (len(commits) - claims + 1, lines(some, "quiet")) == (4, 0), commits  # claimed, posted, taken, gone
        numbers = range(1, 5)
        points = [(at, how) for at in numbers for how in ("before", "after")]
        for number, (at, how) in enumerate([*points, *((0, how) for how in ("on receipt", "taken", "answered"))]):
            id_ = f"run{number:04d}"
            where = await whole(some, id_, at, how)
            assert where, (at, how, commits)
            assert lines(some, id_) <= (1 if where.startswith(OPEN) else 0), where


async def test_where_the_app_may_look_no_line_is_lost_or_left(database_settings: Settings, tmp_path: Path) -> None:
    async with mortals(database_settings, tmp_path, scopes=("channels:history",)) as some:
        await some.revive()
        for number, how in enumerate(("on receipt", "taken", "answered")):
            id_ = f"run{number:04d}"
            await begin(some, id_, 0, how)
            await settled(some, id_, ("posted",))
            assert lines(some, id_) == 1
            found = await deliveries.read(some.db, f"{id_}:slot")
            assert found
            await deliveries.sent(some.db, found[0], "1.1", machine_clock.now())
            await settled(some, id_, ())
            assert lines(some, id_) == 0
