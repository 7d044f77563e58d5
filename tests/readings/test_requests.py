"""The requests of a day, as docs/operating.md computes them: readings, looks at transfers, digests and people."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.delivery.operations import new_id
from bot.digests.digest import CampaignFilter, Digest
from bot.digests.timetable import Timetable
from bot.readings.schedule import next_slot
from bot.records import AuditEntry, Connection, Lookup
from bot.store import lookups, profiles
from playground.carecycle import CareCycle
from tests.conftest import MakeWorld
from tests.drivers.accounts import campaign, id_of
from tests.drivers.digest_deliveries import Deliveries
from tests.drivers.readings import SUNRISE, Reading, reading_bot

WORKSPACES = [SUNRISE, *(f"T{number:08d}" for number in range(9))]
CAMPAIGNS, ACTIVE, EVERY = 500, 40, timedelta(hours=1)
DAY = timedelta(days=1)
LOOKED_UP = 7  # campaigns that people look up, none of them active


def of_a_day(campaigns: int, active: int, every: timedelta) -> int:
    """The formula of docs/operating.md for one workspace that nobody but the readings asks about."""
    readings = DAY // every
    return readings * -(-campaigns // 100) + min(4 * active, 20 * readings)


def accounts() -> CareCycle:
    """Ten accounts, each with a key of its own."""
    careCycle = CareCycle([], keys={f"cc_{id_}_1111": f"client_{id_}" for id_ in WORKSPACES})  # noqa: N806 - its name
    rows = {
        id_of(number): campaign(number, f"Outreach {number}", status="active" if number < ACTIVE else "paused")
        for number in range(CAMPAIGNS)
    }
    careCycle.others = {f"client_{id_}": dict(rows) for id_ in WORKSPACES}
    return careCycle


async def in_use(there: Reading, workspace: str) -> None:
    """Connect a workspace, in which somebody looked a campaign up."""
    now, db = there.time.now(), there.world.bot.db
    kept = Connection(SecretStr(f"cc_{workspace}_1111"), "U1", now)
    await profiles.connect(db, kept, AuditEntry(now, workspace, "U1", "connected"), None)
    await lookups.save(db, [Lookup(workspace, "U1", id_of(ACTIVE), now)], {})


@pytest.mark.timeout(300)  # a day of ten workspaces, over real HTTP
async def test_the_requests_of_a_day_are_as_computed(make_world: MakeWorld) -> None:
    there = await reading_bot(make_world, accounts(), carecycle_api_key=None, read_every=60)
    for workspace in WORKSPACES:
        await in_use(there, workspace)
    await there.looked()
    expected = len(WORKSPACES) * of_a_day(CAMPAIGNS, ACTIVE, EVERY)

    at_nine, beside = await digests(there)
    moments: dict[datetime, list[Any]] = {}
    start = there.time.now()
    for workspace in WORKSPACES:
        slot = next_slot(workspace, start, EVERY)
        while slot <= start + DAY:
            moments.setdefault(slot, []).append("read")
            slot = next_slot(workspace, slot, EVERY)
    for number in range(LOOKED_UP):
        moments.setdefault(start + timedelta(hours=1 + number, seconds=7), []).append(id_of(ACTIVE + number))
    for digest in (at_nine, beside):
        assert digest.next_due
        moments.setdefault(digest.next_due, []).append(digest)
    for moment in sorted(moments):
        there.time.move((moment - there.time.now()).total_seconds())
        await there.looked()
        await happens(there, moments[moment])

    expected += LOOKED_UP  # one each: none was in memory
    expected += -(-ACTIVE // 100)  # the digest of active campaigns at nine; the other one shares the reading before it
    assert len(there.carecycle.requests) == expected
    assert {one.status for one in there.carecycle.requests} == {200}


async def digests(there: Reading) -> tuple[Digest, Digest]:
    """A digest at a time of its own, and one within the minute after a reading."""
    seconds = next_slot(SUNRISE, there.time.now() + timedelta(hours=3), EVERY)
    shared = (seconds + timedelta(minutes=1)).replace(second=0)
    alone = shared + timedelta(minutes=10)
    return await digest_at(there, alone), await digest_at(there, shared)


async def digest_at(there: Reading, due: datetime) -> Digest:
    timetable = Timetable("UTC", frozenset(range(1, 8)), (f"{due.astimezone(UTC):%H:%M}",))
    made = Digest(new_id(), SUNRISE, "Digest", "C02STANDUP", "U01OWNER", timetable, CampaignFilter(status="active"))
    return await there.world.bot.services.digests.save(made, "U01OWNER", new=True)


async def happens(there: Reading, what: list[Any]) -> None:
    for one in what:
        if isinstance(one, Digest):
            there.world.bot.scheduler.wake()  # it is due
            await Deliveries(there.world, there.time).ended(one)
        elif one != "read":
            await there.world.slack.say(f"/campaign {one}")
