"""What was found in the newest reading of an account, and who takes care of it, is stored for every replica."""

import asyncio

from bot.insight.assessment import Assessed, Assessment, OpenProblem
from bot.insight.problems import PastEnd
from bot.store import accounts, assessments, installations, on_it, profiles
from bot.store.accounts import Key
from bot.store.database import Database
from bot.store.on_it import ENDS_AFTER, OnItRow
from tests.samples.store_rows import NOW, at, audit_entry, connect, install, listed, rows

FOUND = Assessed("AEP", "active", 90, 40, (OpenProblem(PastEnd(at(-900)), at(-60), NOW),))


def _assessment(seconds: float = 0, account: str = "a1") -> Assessment:
    return Assessment(at(seconds), {"c1": FOUND}, account=account)


async def test_the_last_one_is_stored_for_each_account(db: Database) -> None:
    await connect(db)
    assert await assessments.save(db, "T1", _assessment())
    assert await assessments.save(db, "T1", _assessment(900))
    assert not await assessments.save(db, "T1", _assessment(60)), "an older one comes late"
    assert await assessments.save(db, "T1", _assessment(account="b2"))
    assert await assessments.read(db, "T1", "a1") == _assessment(900)
    assert await assessments.read(db, "T1", "b2") == _assessment(account="b2")
    assert await assessments.read(db, "T2", "a1") is None


async def test_what_another_version_wrote_and_this_one_cannot_read_is_nothing(db: Database) -> None:
    await connect(db)
    values = {"workspace_id": "T1", "account": "a1", "at": NOW, "packed": b"of another version"}
    async with db.writing() as connection:
        await connection.execute(db.tables.assessments.insert().values(values))
    assert await assessments.read(db, "T1", "a1") is None


async def test_only_the_account_that_is_connected_now_is_current(db: Database) -> None:
    """Not that of a key before, nor of one that was disconnected; and the first one is found again."""
    await connect(db)
    assert await assessments.current(db, "T1") is None
    first = await accounts.recognize(db, "T1", Key(NOW), listed("1", "2")) or ""
    await assessments.save(db, "T1", _assessment(account=first))
    assert await assessments.current(db, "T1") == _assessment(account=first)
    await connect(db, when=at(60))
    assert await assessments.current(db, "T1") is None, "whose key it is, is only known from its list"
    other = await accounts.recognize(db, "T1", Key(at(60)), listed("8", "9")) or ""
    assert await assessments.current(db, "T1") is None
    await assessments.save(db, "T1", _assessment(90, account=other))
    assert await assessments.current(db, "T1") == _assessment(90, account=other)
    await profiles.disconnect(db, audit_entry("disconnected"))
    assert await assessments.current(db, "T1") is None
    await connect(db, when=at(120))
    assert await accounts.recognize(db, "T1", Key(at(120)), listed("2")) == first
    assert await assessments.current(db, "T1") == _assessment(account=first)


async def test_a_key_from_the_environment_has_an_account_too(db: Database) -> None:
    account = await accounts.recognize(db, "T1", Key(None, "0f0f"), listed("1"), "E1") or ""
    assert await assessments.save(db, "T1", _assessment(account=account))
    assert await assessments.current(db, "T1", "0f0f") == _assessment(account=account)
    assert await assessments.current(db, "T1", "1e1e") is None
    assert await assessments.current(db, "T1") is None


async def test_nothing_of_a_workspace_that_is_gone_is_kept(db: Database) -> None:
    assert not await assessments.save(db, "T1", _assessment())
    await on_it.take(db, "T1", "a1", "c1", "U1", NOW)
    assert await rows(db) == {}
    await install(db)
    await connect(db)
    await assessments.save(db, "T1", _assessment())
    await on_it.take(db, "T1", "a1", "c1", "U1", NOW)
    await installations.forget(db, "T1", at(1))
    assert await rows(db) == {}


async def test_one_person_takes_care_of_a_campaign_and_can_give_it_back(db: Database) -> None:
    await connect(db)
    await on_it.take(db, "T1", "a1", "c1", "U1", NOW)
    await on_it.take(db, "T1", "a1", "c1", "U2", at(5))
    await on_it.take(db, "T1", "a1", "", "U3", at(6))
    await on_it.take(db, "T1", "b2", "c1", "U4", NOW)
    whole = OnItRow("", "U3", at(6), None)
    assert await on_it.of(db, "T1", "a1") == {"c1": OnItRow("c1", "U2", at(5), None), "": whole}
    await on_it.give_back(db, "T1", "a1", "c1")
    assert await on_it.of(db, "T1", "a1") == {"": whole}


async def test_it_ends_by_itself_a_day_after_the_trouble_is_gone(db: Database) -> None:
    await connect(db)
    await on_it.take(db, "T1", "a1", "c1", "U1", NOW)
    assert not await on_it.mark_calm(db, "T1", "a1", {"c1"}, at(60))
    assert await on_it.mark_calm(db, "T1", "a1", set(), at(120))
    assert (await on_it.of(db, "T1", "a1"))["c1"].calm_since == at(120)
    assert await on_it.mark_calm(db, "T1", "a1", {"c1"}, at(180)), "it comes back"
    assert (await on_it.of(db, "T1", "a1"))["c1"].calm_since is None
    await on_it.mark_calm(db, "T1", "a1", set(), at(240))
    assert not await on_it.mark_calm(db, "T1", "a1", set(), at(239) + ENDS_AFTER)
    assert await on_it.mark_calm(db, "T1", "a1", set(), at(240) + ENDS_AFTER)
    assert await on_it.of(db, "T1", "a1") == {}


async def test_who_takes_it_at_the_moment_it_would_end_keeps_it(db: Database) -> None:
    await connect(db)
    await on_it.take(db, "T1", "a1", "c1", "U1", NOW)
    await on_it.mark_calm(db, "T1", "a1", set(), NOW)
    later = NOW + ENDS_AFTER
    ending = on_it.mark_calm(db, "T1", "a1", set(), later)
    await asyncio.gather(ending, on_it.take(db, "T1", "a1", "c1", "U2", later))
    assert (await on_it.of(db, "T1", "a1"))["c1"].user_id == "U2"
