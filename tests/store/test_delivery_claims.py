"""Deliveries that wait in the ledger: each is one replica's at a time, and nobody's when that replica is gone."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.digests.due import Ticket
from bot.store import deliveries, delivery_claims, replicas
from bot.store.database import Database
from tests.drivers.ledger import at, begin, claim, kept, one_due
from tests.samples.digests import NOW, delivery, digest, keep

_SILENT = timedelta(seconds=20)


async def waiting(db: Database, workspaces: Iterable[str], each: int) -> None:
    """Add so many deliveries of each workspace, those of the first one before all others."""
    for team in workspaces:
        await keep(db, digest(f"d{team}", workspace_id=team))
        for number in range(each):
            row = delivery(f"d{team}:now-{number}", f"d{team}", workspace_id=team, wanted_at=at(number))
            assert await deliveries.add(db, row, at(number))


async def gone(db: Database, replica: str, *, for_seconds: float = 60) -> None:
    """Let the last heartbeat of a replica be so long ago."""
    table = db.tables.replicas
    async with db.writing() as connection:
        earlier = await replicas._now(connection) - timedelta(seconds=for_seconds)
        await connection.execute(update(table).where(table.c.id == replica).values(beat_at=earlier))


async def of_the_version_before(db: Database, replica: str) -> None:
    """Let a replica of the version before be alive."""
    await replicas.beat(db, replica)
    await _set(db, db.tables.replicas, replica, claims=None)


async def handed(db: Database, run: str, when: datetime) -> None:
    """Put a delivery into the queue of a replica of the version before."""
    await _set(db, db.tables.deliveries, run, handed_at=when)


async def _set(db: Database, table: Any, id_: str, **values: object) -> None:  # Any: a table's columns
    async with db.writing() as connection:
        await connection.execute(update(table).where(table.c.id == id_).values(**values))


async def test_what_one_replica_claims_is_no_other_ones(db: Database) -> None:
    run = await one_due(db)
    assert await claim(db, at(1)) == [Ticket(run, 0, "T01SUNRISE")]
    assert await claim(db, at(3600), by="r2") == []
    assert await claim(db, at(3600)) == [], "nor is it claimed once more by the same one"


async def test_of_many_who_claim_at_once_each_delivery_is_one_replicas(db: Database) -> None:
    await waiting(db, (f"T{number}" for number in range(20)), 3)

    async def one_replica(name: str) -> list[str]:
        mine: list[str] = []
        for _ in range(30):
            mine += [ticket.run for ticket in await claim(db, at(60), by=name, most=3)]
        return mine

    claimed = [run for part in await asyncio.gather(*(one_replica(f"r{one}") for one in range(4))) for run in part]
    assert len(claimed) == len(set(claimed)) == 60


async def test_a_busy_workspace_gets_its_share_and_others_get_theirs(db: Database) -> None:
    await waiting(db, ("Tbusy",), 300)
    await waiting(db, ("Tcalm", "Tsmall"), 1)
    found = await delivery_claims.claim(db, at(600), "r1", 30, {})
    assert found.more
    assert Counter(ticket.workspace_id for ticket in found.tickets) == {"Tbusy": 2} or len(found.tickets) >= 2
    rest = await claim(db, at(600), Tbusy=2)
    claimed = Counter(ticket.workspace_id for ticket in (*found.tickets, *rest))
    assert claimed == {"Tbusy": 2, "Tcalm": 1, "Tsmall": 1}


async def test_one_of_a_workspace_is_claimed_before_a_second_one_of_another(db: Database) -> None:
    await waiting(db, ("T1", "T2", "T3"), 3)
    claimed = [ticket.workspace_id for ticket in await claim(db, at(60), most=3)]
    assert sorted(claimed) == ["T1", "T2", "T3"]
    assert len(await claim(db, at(60), T1=1, T2=1, T3=1)) == 3


async def test_what_is_held_is_not_claimed_though_it_was_handed_back(db: Database) -> None:
    run = await one_due(db)
    assert (await delivery_claims.claim(db, at(1), "r1", 30, {}, {run})).tickets == []


async def test_what_is_asked_for_now_is_found_at_once_and_a_second_click_is_none(db: Database) -> None:
    await keep(db, digest())
    clicks = (delivery(f"d1:now-{number}", wanted_at=at(number)) for number in range(3))
    assert [await deliveries.add(db, one, one.wanted_at - timedelta(seconds=10)) for one in clicks] == [
        True,
        False,
        False,
    ]
    assert await claim(db, NOW) == [Ticket("d1:now-0", 0, "T01SUNRISE")]
    assert await deliveries.add(db, delivery("d1:now-9", wanted_at=at(11)), at(1))


@pytest.mark.parametrize("anew", [False, True])
async def test_what_is_handed_back_is_anybodys(db: Database, anew: bool) -> None:
    run = await one_due(db)
    assert await delivery_claims.hand_back(db, "r1") == 0
    await claim(db)
    assert await delivery_claims.hand_back(db, "r1", but=[run]) == 0
    assert await delivery_claims.hand_back(db, "r2") == 0
    assert await delivery_claims.hand_back(db, "r1", anew=anew) == 1
    assert await claim(db, by="r2") == [Ticket(run, int(anew), "T01SUNRISE")]


async def test_what_a_dead_replica_had_goes_on_as_another_attempt(db: Database) -> None:
    await replicas.beat(db, "r1")
    run = await one_due(db)
    await claim(db)
    row = await kept(db, run)
    assert await delivery_claims.hand_back_of_dead(db, _SILENT) == 0
    await gone(db, "r1")
    assert await delivery_claims.hand_back_of_dead(db, _SILENT) == 1
    assert await claim(db, by="r2") == [Ticket(run, 1, "T01SUNRISE")]
    assert await begin(db, row, by="it was only frozen") is None
    assert await delivery_claims.hand_back_of_dead(db, _SILENT) == 1, "and r2 never beat"


async def test_what_is_over_is_not_handed_back(db: Database) -> None:
    run = await one_due(db)
    await claim(db)
    posting = await begin(db, await kept(db, run))
    assert posting
    assert await deliveries.sent(db, posting, "1.1", at(1))
    assert await delivery_claims.hand_back(db, "r1") == await delivery_claims.hand_back_of_dead(db, _SILENT) == 0


async def test_what_the_version_before_leases_or_has_in_its_queue_is_left_to_it_while_it_is_alive(db: Database) -> None:
    await of_the_version_before(db, "old")
    run = await one_due(db)
    await _set(db, db.tables.deliveries, run, leased_until=at(30))
    assert await claim(db, at(29)) == []
    await handed(db, run, at(29))
    assert await claim(db, at(3600)) == []
    assert await delivery_claims.hand_back_of_dead(db, _SILENT) == 0
    await gone(db, "old")
    assert await delivery_claims.hand_back_of_dead(db, _SILENT) == 1
    assert await claim(db, at(3601)) == [Ticket(run, 1, "T01SUNRISE")]


async def test_what_the_version_before_leased_and_did_not_put_into_its_queue_is_claimed(db: Database) -> None:
    await of_the_version_before(db, "old")
    run = await one_due(db)
    await _set(db, db.tables.deliveries, run, leased_until=at(30))
    assert await claim(db, at(30)) == [Ticket(run, 0, "T01SUNRISE")]


async def test_what_the_version_before_takes_for_lost_is_fenced_off_from_who_had_it(db: Database) -> None:
    """After a quarter of an hour it makes another attempt of a claim, as it does of what its own queue lost."""
    await replicas.beat(db, "r1")
    run = await one_due(db)
    await claim(db)
    row = await kept(db, run)
    again = {"attempt": 1, "handed_at": None, "leased_until": None, "try_at": at(900)}
    await _set(db, db.tables.deliveries, run, **again)
    assert await begin(db, row) is None
    assert await claim(db, at(900), by="r2") == [Ticket(run, 1, "T01SUNRISE")]
