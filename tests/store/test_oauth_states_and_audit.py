"""OAuth states, good once for ten minutes; the audit trail, and how it ends."""

import asyncio

import pytest
from sqlalchemy import select

from bot.clock import Clock
from bot.store import audit, oauth_states
from bot.store.database import Database
from bot.store.retention import keep_tidy
from tests.samples.store_rows import NOW, at, audit_entry, connect, rows

LIVES = oauth_states.SECONDS


async def test_a_state_is_good_once(db: Database) -> None:
    first, second = await oauth_states.issue(db, NOW), await oauth_states.issue(db, NOW)
    assert first != second
    assert [await oauth_states.consume(db, first, at(5)) for _ in range(3)] == [True, False, False]
    assert await oauth_states.consume(db, second, at(5))


async def test_of_two_who_bring_the_same_state_at_once_one_comes_through(db: Database) -> None:
    state = await oauth_states.issue(db, NOW)
    came = await asyncio.gather(*(oauth_states.consume(db, state, at(1)) for _ in range(10)))
    assert sorted(came) == [False] * 9 + [True]


@pytest.mark.parametrize(("after", "good"), [(LIVES - 0.001, True), (LIVES, False), (LIVES + 86400, False)])
async def test_a_state_lives_ten_minutes(db: Database, after: float, good: bool) -> None:
    assert await oauth_states.consume(db, await oauth_states.issue(db, NOW), at(after)) is good


@pytest.mark.parametrize("forged", ["", "x", "0" * 64, "'; DROP TABLE oauth_states; --", "\x00", "é" * 5000])
async def test_a_state_we_did_not_issue_is_not_taken(db: Database, forged: str) -> None:
    state = await oauth_states.issue(db, NOW)
    assert not await oauth_states.consume(db, forged, at(1))
    assert not await oauth_states.consume(db, state.swapcase(), at(1))
    assert await oauth_states.consume(db, state, at(1))


async def test_a_state_cannot_be_read_out_of_the_database(db: Database) -> None:
    state = await oauth_states.issue(db, NOW)
    async with db.reading() as connection:
        (kept,) = (await connection.execute(select(db.tables.oauth_states.c.digest))).scalars()
    assert state not in kept
    assert not await oauth_states.consume(db, kept, at(1))


async def test_states_that_nobody_brought_back_are_deleted_when_the_next_is_issued(db: Database) -> None:
    for second in range(3):
        await oauth_states.issue(db, at(second))
    fresh = await oauth_states.issue(db, at(LIVES + 1))
    assert await rows(db) == {"oauth_states": 2}
    assert await oauth_states.consume(db, fresh, at(LIVES + 2))


async def test_entries_come_back_newest_first_each_as_it_was_noted(db: Database) -> None:
    noted = [
        audit_entry("connected", last_four="7890"),
        audit_entry("shared", when=at(1), channel="C1", campaign=None),
        audit_entry("changed settings", when=at(1), changed=["audience"], managers_added=["U2"], note="“Ünïcode” 🌅"),
        audit_entry("disconnected", when=at(2)),
    ]
    for one in noted:
        await audit.note(db, one)
    assert await audit.newest(db, "T1") == noted[::-1]


async def test_a_workspace_sees_its_own_entries_and_no_more_than_were_asked_for(db: Database) -> None:
    for second in range(4):
        await audit.note(db, audit_entry(when=at(second), workspace_id=f"T{second % 2}"))
    assert [one.at for one in await audit.newest(db, "T1")] == [at(3), at(1)]
    assert [one.at for one in await audit.newest(db, most=3)] == [at(3), at(2), at(1)]
    assert await audit.newest(db, "T9") == []


async def test_old_rows_of_the_trail_are_deleted_and_the_key_stays(db: Database) -> None:
    await connect(db)
    for second in (10, 20):
        await audit.note(db, audit_entry(when=at(second)))
    assert await audit.purge(db, at(20)) == 2
    assert await audit.purge(db, at(20)) == 0
    assert [one.at for one in await audit.newest(db)] == [at(20)]
    assert (await rows(db))["connections"] == 1


async def test_the_trail_is_tidied_at_the_start_by_the_days_that_were_set(db: Database) -> None:
    for days in (0, 29, 30, 31, 400):
        await audit.note(db, audit_entry(when=at(-days * 86400)))
    tidying = asyncio.create_task(keep_tidy(db, Clock(now=lambda: NOW), 30, 400))
    while len(await audit.newest(db)) == 5:
        pass
    tidying.cancel()
    await asyncio.gather(tidying, return_exceptions=True)
    assert [(NOW - one.at).days for one in await audit.newest(db)] == [0, 29, 30]
