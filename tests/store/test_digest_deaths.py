"""Processes that die while they save, delete, confirm, send, stop, ask and so on: all of it is there, or nothing."""

from typing import Any

from sqlalchemy import func, select

from bot.config import Settings
from bot.digests.digest import Digest
from bot.store import audit, deliveries, owner_alerts
from bot.store.database import Database, open_database
from bot.store.digest_rows import digest_of, rows
from tests.drivers.dying_works import WORKS, id_of, three_of
from tests.drivers.dying_writes import die_at_each_point
from tests.samples.digests import NOW
from tests.samples.store_rows import connect

Found = tuple[Any, ...]  # Any: what each test looks at
LEAST = 8  # points: two statements and their commit, before and after each


async def died(settings: Settings, work: str) -> int:
    """Do a work in processes that die, in a database with a workspace, and return at how many points."""
    async with open_database(settings) as db:
        await connect(db, "T01SUNRISE")
    points = await die_at_each_point(settings, work)
    assert points > LEAST
    return points


async def stored(db: Database, id_: str) -> Digest | None:
    """Return a digest, deleted or not."""
    async with db.reading() as connection:
        row = (await connection.execute(rows(db.tables).where(db.tables.digests.c.id == id_))).first()
    return digest_of(row) if row else None


async def to_say(db: Database, id_: str) -> int:
    """Return how many announcements of a digest wait."""
    table = db.tables.announcements
    async with db.reading() as connection:
        return await connection.scalar(select(func.count()).where(table.c.digest_id == id_)) or 0


async def entries(db: Database, id_: str) -> list[str]:
    """Return what the audit trail says of a digest, oldest first."""
    found = await audit.newest(db, "T01SUNRISE", 1000)
    return [one.action for one in reversed(found) if one.details.get("digest") == id_]


def in_order(found: list[Found], whole: list[Found]) -> None:
    """Assert that each point left one of these states, a later point a later one, and that each state was left."""
    assert [one for one in found if one not in whole] == []
    steps = [whole.index(one) for one in found]
    assert steps == sorted(steps)
    assert set(steps) == set(range(len(whole)))


async def test_a_digest_is_saved_with_its_introduction_or_not_at_all(database_settings: Settings) -> None:
    points = await died(database_settings, "save")

    async def found(db: Database, id_: str) -> Found:
        return await stored(db, id_) is not None, await to_say(db, id_), await entries(db, id_)

    saved = (True, 1, ["digest made"])
    async with open_database(database_settings) as db:
        in_order([await found(db, id_of(point)) for point in range(1, points + 1)], [(False, 0, []), saved])
        for point in range(1, points + 1):
            await WORKS["save"].write(db, point)  # who was interrupted does it again
        again = [await found(db, id_of(point)) for point in range(1, points + 1)]
    assert {one[:2] for one in again} == {(True, 1)}


async def test_what_is_deleted_restored_or_purged_is_so_with_its_deliveries(database_settings: Settings) -> None:
    points = await died(database_settings, "delete")

    async def found(db: Database, id_: str) -> Found:
        digest, ledger = await stored(db, id_), await deliveries.history(db, id_)
        is_deleted = digest and (digest.deleted_at is not None, digest.next_due is not None)
        states = sorted((row.id.partition(":")[2], row.state, row.reason) for row in ledger)
        return is_deleted, states, await to_say(db, id_), await entries(db, id_)

    deleted, restored = "digest deleted", "digest restored"
    sent, due, ended = ("sent", "sent", ""), ("late", "due", ""), ("late", "skipped", "deleted")
    there, gone = (False, True), (True, False)
    whole = [
        (there, [due, sent], 1, []),
        (gone, [ended, sent], 1, [deleted]),
        (there, [due, sent], 1, [deleted, restored]),
        (gone, [ended, sent], 1, [deleted, restored, deleted]),
        (None, [], 0, [deleted, restored, deleted]),
    ]
    async with open_database(database_settings) as db:
        in_order([await found(db, id_of(point)) for point in range(1, points + 1)], whole)
        for point in range(1, points + 1):
            await WORKS["delete"].write(db, point)
        again = [await found(db, id_of(point)) for point in range(1, points + 1)]
    assert [one[:3] for one in again] == [(None, [], 0)] * points


async def test_what_is_confirmed_ends_the_pause_that_it_disproves(database_settings: Settings) -> None:
    points = await died(database_settings, "confirm")

    async def found(db: Database, id_: str) -> Found:
        digest, (row,) = await stored(db, id_), await deliveries.history(db, id_)
        assert digest
        return row.state, digest.pause is not None, await entries(db, id_)

    confirmed = ("sent", False, ["digest confirmed", "digest resumed"])
    async with open_database(database_settings) as db:
        left = [await found(db, id_of(point)) for point in range(1, points + 1)]
        in_order(left, [("unconfirmed", True, []), confirmed])
        for point in range(1, points + 1):
            await WORKS["confirm"].write(db, point)
        assert [await found(db, id_of(point)) for point in range(1, points + 1)] == [confirmed] * points


async def test_what_is_sent_by_hand_is_in_the_audit_trail(database_settings: Settings) -> None:
    points = await died(database_settings, "send")

    async def found(db: Database, id_: str) -> Found:
        states = sorted((row.id.partition(":")[2], row.state) for row in await deliveries.history(db, id_))
        return states, await entries(db, id_)

    now, again = "digest sent now", "digest sent again"
    whole = [
        ([("slot", "failed")], []),
        ([("now-1", "due"), ("slot", "failed")], [now]),
        ([("now-1", "due"), ("slot", "due")], [now, again]),
    ]
    async with open_database(database_settings) as db:
        in_order([await found(db, id_of(point)) for point in range(1, points + 1)], whole)
        for point in range(1, points + 1):
            await WORKS["send"].write(db, point)
        assert [await found(db, id_of(point)) for point in range(1, points + 1)] == [whole[-1]] * points


async def test_one_cause_stops_many_with_a_word_to_each_owner_or_none(database_settings: Settings) -> None:
    points = await died(database_settings, "stop")

    async def found(db: Database, point: int) -> Found:
        kept = [await stored(db, one.id) for one in three_of(point)]
        paused = [one.pause is not None for one in kept if one]
        due = [one for one in await owner_alerts.due(db, NOW, most=1000) if one.cause.place == f"C{id_of(point)}"]
        (row,) = await deliveries.history(db, id_of(point))
        told = {one.owner_id: len(one.digests) for one in due}
        noted = [entry for one in three_of(point) for entry in await entries(db, one.id)]
        return paused, row.state, told, noted

    stopped = ([True] * 3, "failed", {"U0ALEX": 2, "U2": 1}, ["digest paused"] * 3)
    async with open_database(database_settings) as db:
        in_order([await found(db, point) for point in range(1, points + 1)], [([False] * 3, "due", {}, []), stopped])
        for point in range(1, points + 1):
            await WORKS["stop"].write(db, point)
        assert [await found(db, point) for point in range(1, points + 1)] == [stopped] * points


async def test_an_owner_is_asked_on_the_last_day_once(database_settings: Settings) -> None:
    points = await died(database_settings, "ask")

    async def found(db: Database, id_: str) -> Found:
        digest = await stored(db, id_)
        assert digest
        return digest.end_asked is not None, await to_say(db, id_) - 1  # its introduction waits, too

    async with open_database(database_settings) as db:
        left = [await found(db, id_of(point)) for point in range(1, points + 1)]
        states = [(False, 0), (True, 1), (True, 0)]
        assert [one for one in left if one not in states] == []
        assert set(left) == set(states)
        asked = [number for number, one in enumerate(left, 1) if one[0]]
        for point in range(1, points + 1):
            await WORKS["ask"].write(db, point)
        again = [await found(db, id_of(point)) for point in range(1, points + 1)]
    assert again == [(True, 0)] * points
    assert asked == list(range(asked[0], points + 1)), "whoever comes later finds that it was asked"
