"""Look-ups: noted at no cost, written by and by, shared by replicas."""

import asyncio
import time

import pytest

from bot.records import Lookup
from bot.store import lookups
from bot.store.database import Database
from bot.workspaces.lookups import MOST, SHOWN
from tests.conftest import AEP
from tests.drivers.lookups import ME, YOU, There, away, connection, two_workspaces, workspace


@pytest.fixture
async def there(db: Database) -> There:
    return await two_workspaces(db)


async def test_a_note_is_seen_at_once_and_written_later(there: There) -> None:
    there.note("a")
    assert await there.of() == ["a"]
    assert await there.written() == []
    await there.lookups.write()
    assert await there.written() == [("T1", ME, "a")]
    assert await there.of() == ["a"]
    assert there.lookups.unwritten("T1", ME) == []


async def test_newest_first_each_once_and_ten_at_most(there: There) -> None:
    for number in range(8):
        there.note(f"c{number}")
    await there.lookups.write()
    for number in (3, 8, 9, 10, 11, 0):
        there.note(f"c{number}")
    expected = ["c0", "c11", "c10", "c9", "c8", "c3", "c7", "c6", "c5", "c4"]
    assert await there.of() == expected
    await there.lookups.write()
    assert await there.of() == expected
    assert len(expected) == SHOWN


async def test_replicas_see_what_each_other_has_written(there: There) -> None:
    other = there.replica()
    there.note("a")
    there.note("b", by=other)
    await there.lookups.write()
    assert await there.of(by=other) == ["b", "a"]
    await other.write()
    assert await there.of() == ["b", "a"]


async def test_of_two_replicas_the_later_look_counts_whoever_writes_last(there: There) -> None:
    other = there.replica()
    there.note("a")
    there.note("b")
    there.note("a", by=other)
    await other.write()
    await there.lookups.write()
    assert await there.of() == ["a", "b"]


async def test_replicas_that_write_the_same_rows_at_once_do_not_stand_in_each_others_way(there: There) -> None:
    replicas = [there.replica() for _ in range(4)]
    for turn, one in enumerate(replicas):
        for number in range(50) if turn % 2 else reversed(range(50)):
            there.note(f"c{number}", user=f"U{number % 5}", by=one)
    await asyncio.gather(*(one.write() for one in replicas))
    assert len(await there.written()) == 50
    assert all(one.unwritten("T1", f"U{n}") == [] for one in replicas for n in range(5))


async def test_everybody_has_their_own_in_every_workspace(there: There) -> None:
    there.note("a")
    there.note("b", user=YOU)
    there.note("c", team="T2")
    for _ in range(2):
        assert (await there.of(), await there.of(YOU), await there.of(team="T2")) == (["a"], ["b"], ["c"])
        await there.lookups.write()


async def test_while_the_store_does_not_answer_notes_are_kept_and_written_afterwards(there: There) -> None:
    there.note("a")
    async with away(there.db):
        await there.lookups.write()
        there.note("b")
        await there.lookups.write()
        assert [one.campaign_id for one in there.lookups.unwritten("T1", ME)] == ["b", "a"]
    await there.lookups.write()
    assert await there.written() == [("T1", ME, "a"), ("T1", ME, "b")]


async def test_what_is_not_written_is_bounded_and_the_oldest_gives_way(there: There) -> None:
    for number in range(MOST + 3):
        there.note(f"c{number}")
    await there.lookups.write()
    written = [row[2] for row in await there.written()]
    assert len(written) == MOST
    assert written[0] == "c3"


async def test_writing_goes_on_every_few_seconds_and_once_more_at_the_end(there: There) -> None:
    writing = asyncio.create_task(there.lookups.keep_writing(every=0.01))
    there.note("a")
    await there.until(("T1", ME, "a"))
    there.note("b")
    await there.until(("T1", ME, "a"), ("T1", ME, "b"))
    there.note("c")
    there.lookups.end()
    await writing
    assert len(await there.written()) == 3


async def test_a_note_costs_next_to_nothing(there: There) -> None:
    ours = workspace("T1", connection(there))
    started = time.thread_time()  # of this thread: a busy machine does not count
    for _ in range(1000):
        there.lookups.note(ours, ME, AEP)
    assert time.thread_time() - started < 0.05  # 0.05 ms each, ten times what it takes


async def test_nothing_is_kept_but_ids_and_a_time(db: Database) -> None:
    assert set(Lookup.__slots__) == {"workspace_id", "user_id", "campaign_id", "at"}
    assert {column.name for column in db.tables.lookups.columns} == set(Lookup.__slots__)
    await lookups.save(db, [], {})
