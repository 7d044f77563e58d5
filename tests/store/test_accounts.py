"""Which careCycle account was read: a key's own, one that was known before, or a new one."""

import pytest

from bot.records import KnownAccount
from bot.store import accounts, assessments, known_accounts, readings
from bot.store.accounts import Key
from bot.store.database import Database
from tests.samples.readings import reading
from tests.samples.store_rows import NOW, at, connect, listed, rows


async def test_a_key_has_one_account_whatever_its_list_shows(db: Database) -> None:
    await connect(db)
    first = await accounts.recognize(db, "T1", Key(NOW), listed("1", "2"))
    assert first
    for shows in (listed("2", "3"), listed(), listed("8"), listed(client="c9")):
        assert await accounts.recognize(db, "T1", Key(NOW), shows) == first
    assert (await rows(db))["accounts"] == 1
    assert await accounts.of(db, "T1", Key(NOW)) == first
    assert await accounts.of(db, "T1", Key(at(1))) is None


async def test_another_account_begins_anew_and_the_first_one_finds_its_own_again(db: Database) -> None:
    await connect(db)
    first = await accounts.recognize(db, "T1", Key(NOW), listed("1", "2"))
    other = await accounts.recognize(db, "T1", Key(at(1)), listed("8", "9", seconds=1))
    assert first != other
    assert await accounts.recognize(db, "T1", Key(at(2)), listed("2", "3", seconds=2)) == first
    assert await accounts.recognize(db, "T1", Key(at(3)), listed("9", seconds=3)) == other
    assert (await rows(db))["accounts"] == 2


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        (listed("1", client="c1"), listed("2", client="c1"), True),
        (listed("1", client="c1"), listed("1", client="c2"), False),
        (listed("1", client="c1"), listed("1"), True),
        (listed("1"), listed("2"), False),
        (listed("1"), listed(), False),
    ],
)
async def test_it_is_recognized_by_its_organization_or_else_by_its_campaigns(
    db: Database, before: KnownAccount, now: KnownAccount, *, same: bool
) -> None:
    await connect(db)
    first = await accounts.recognize(db, "T1", Key(NOW), before)
    assert (await accounts.recognize(db, "T1", Key(at(1)), now) == first) == same


async def test_the_organization_that_the_first_page_of_a_list_named_is_used(db: Database) -> None:
    """The figures of a list do not have it."""
    await connect(db)
    await known_accounts.save(db, "T1", listed("1", client="c1"))
    first = await accounts.recognize(db, "T1", Key(NOW), listed("1"))
    assert await accounts.recognize(db, "T1", Key(at(1)), listed("7")) == first


async def test_an_account_without_campaigns_is_recognized_when_it_has_some(db: Database) -> None:
    await connect(db)
    first = await accounts.recognize(db, "T1", Key(NOW), listed("1", "2"))
    empty = await accounts.recognize(db, "T1", Key(at(1)), listed())
    assert empty
    assert empty != first
    assert await accounts.recognize(db, "T1", Key(at(1)), listed()) == empty
    await readings.append(db, "T1", empty, reading(at(2)), None)
    assert await accounts.recognize(db, "T1", Key(at(1)), listed("2")) == first
    assert await accounts.of(db, "T1", Key(at(1))) == first
    assert await readings.usage(db) == [], "what was read meanwhile is not of an account of its own"
    assert await accounts.recognize(db, "T1", Key(at(9)), listed()) is not None
    assert await accounts.recognize(db, "T1", Key(at(9)), listed("5")) == await accounts.of(db, "T1", Key(at(9)))


async def test_campaigns_that_came_later_are_known_a_day_later(db: Database) -> None:
    await connect(db)
    first = await accounts.recognize(db, "T1", Key(NOW), listed("1"))
    await accounts.recognize(db, "T1", Key(NOW), listed("2", seconds=60))
    await accounts.recognize(db, "T1", Key(NOW), listed("3", seconds=90_000))
    assert await accounts.recognize(db, "T1", Key(at(1)), listed("2", seconds=90_001)) != first
    assert await accounts.recognize(db, "T1", Key(at(2)), listed("3", seconds=90_002)) == first


async def test_nothing_is_noted_of_a_workspace_that_is_gone(db: Database) -> None:
    assert await accounts.recognize(db, "T1", Key(NOW), listed("1")) is None
    assert await assessments.current(db, "T1") is None
    assert await rows(db) == {}
