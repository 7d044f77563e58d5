"""Readings of an account: one after the other, each once, thinned without changing any, and gone with the app."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.insight.assessment import Assessment
from bot.insight.packing import pack_all
from bot.insight.series import AccountReading
from bot.store import accounts, assessments, installations, on_it, readings
from bot.store.accounts import Key
from bot.store.database import Database
from bot.store.retention import thin_readings
from tests.samples.readings import AEP, reading
from tests.samples.store_rows import NOW, at, connect, install, listed, rows

QUARTER = timedelta(minutes=15)
ZONE, DAYS = "America/New_York", 400


async def _append(db: Database, *some: AccountReading, account: str = "a1", workspace: str = "T1") -> list[bool]:
    """Each after the one before."""
    befores = [None, *some]
    return [
        await readings.append(db, workspace, account, one, before) for before, one in zip(befores, some, strict=False)
    ]


async def _calls(db: Database, account: str = "a1", since: datetime | None = None) -> dict[datetime, int | None]:
    """The calls of the first campaign at every moment."""
    series = (await readings.load(db, "T1", account, since)).history.series().get(AEP)
    if series is None:
        return {}
    figures = {moment: series.at(moment) for moment in series.read}
    return {moment: one.calls if one else None for moment, one in figures.items()}


async def test_what_was_read_is_there_again_for_each_account_by_itself(db: Database) -> None:
    await connect(db)
    first, second = reading(NOW, 3), reading(NOW + QUARTER, 8)
    assert await _append(db, first, second) == [True, True]
    assert await _append(db, reading(NOW, 70), account="b2") == [True]
    assert await _calls(db) == {NOW: 3, NOW + QUARTER: 8}
    assert await _calls(db, "b2") == {NOW: 70}
    assert await _calls(db, "c3") == {}
    assert (await readings.load(db, "T1", "a1")).last == second
    assert await _calls(db, since=at(60)) == {NOW + QUARTER: 8}
    assert await readings.newest(db, "T1", "a1") == NOW + QUARTER
    assert await readings.moments(db, "T1", "a1") == [NOW, NOW + QUARTER]
    assert await readings.moments(db, "T1", "a1", NOW + QUARTER) == [NOW + QUARTER]
    assert await readings.newest(db, "T1", "c3") is None


async def test_a_reading_is_only_added_after_the_one_it_was_compared_with(db: Database) -> None:
    """Two replicas that read at once, or one that does not know what the other did."""
    await connect(db)
    first = reading(NOW, 3)
    both = [readings.append(db, "T1", "a1", first, None), readings.append(db, "T1", "a1", reading(at(1), 4), None)]
    assert sorted(await asyncio.gather(*both)) == [False, True]
    kept = (await readings.load(db, "T1", "a1")).last
    assert kept
    assert not await readings.append(db, "T1", "a1", reading(at(9), 9), reading(at(-9), 1))
    assert not await readings.append(db, "T1", "a1", kept, kept), "not newer"
    assert await readings.append(db, "T1", "a1", reading(at(9), 9), kept)


async def test_nothing_is_kept_of_a_workspace_that_is_gone(db: Database) -> None:
    assert await _append(db, reading(NOW)) == [False]
    await install(db)
    await connect(db)
    assert await _append(db, reading(NOW)) == [True]
    await installations.forget(db, "T1", at(1))
    assert await rows(db) == {}


async def test_readings_of_an_installation_that_was_removed_go_also_when_slack_says_so_late(db: Database) -> None:
    await install(db)
    await connect(db)
    await _append(db, reading(NOW))
    await install(db, when=at(600))
    await connect(db, when=at(600))
    await _append(db, reading(at(700)), account="b2")
    await installations.forget(db, "T1", at(300))
    assert "readings" not in await rows(db), "a part of them could not be read without the others"
    assert await _append(db, reading(at(900))) == [True]


async def test_a_manager_who_switches_readings_off_deletes_them(db: Database) -> None:
    await connect(db)
    await connect(db, "T2")
    for workspace in ("T1", "T2"):
        await _append(db, reading(NOW), workspace=workspace)
    await readings.delete_all(db, "T1")
    assert [one.workspace_id for one in await readings.usage(db)] == ["T2"]


async def test_the_first_readings_are_added_only_to_an_account_that_has_none(db: Database) -> None:
    await connect(db)
    past = [reading(at(-90_000), 1, coarse=True), reading(at(-3600), 2, coarse=True)]
    assert await readings.begin(db, "T1", "a1", list(pack_all(past)))
    assert not await readings.begin(db, "T1", "a1", list(pack_all(past)))
    assert await readings.append(db, "T1", "a1", reading(NOW, 7), past[-1])
    series = (await readings.load(db, "T1", "a1")).history.series()[AEP]
    assert list(series.read) == [at(-90_000), at(-3600), NOW]
    assert series.coarse == {at(-90_000), at(-3600)}
    assert await readings.begin(db, "T1", "b2", [])


async def test_readings_are_thinned_and_those_that_stay_are_what_they_were(db: Database) -> None:
    await connect(db)
    some = [reading(NOW + number * QUARTER, number) for number in range(24)]
    await _append(db, *some)
    before, size = await _calls(db), (await readings.usage(db))[0]
    assert (size.first, size.last, size.rows) == (NOW, some[-1].at, 24)
    assert await readings.thin(db, "T1", "a1", NOW, zone=ZONE, days=DAYS) == 0
    later = NOW + timedelta(days=4)
    gone = await readings.thin(db, "T1", "a1", later, zone=ZONE, days=DAYS)
    after = await _calls(db)
    assert gone == 24 - len(after) == 18
    assert after == {moment: calls for moment, calls in before.items() if moment in after}
    assert (await readings.usage(db))[0].size < size.size
    assert await readings.thin(db, "T1", "a1", later, zone=ZONE, days=DAYS) == 0
    assert await readings.append(db, "T1", "a1", reading(later, 99), some[-1]), "it goes on after that"
    assert (await _calls(db))[later] == 99


async def test_two_replicas_that_thin_at_once_and_one_that_reads_change_nothing_else(db: Database) -> None:
    await connect(db)
    some = [reading(NOW + number * QUARTER, number) for number in range(24)]
    await _append(db, *some)
    before, later = await _calls(db), NOW + timedelta(days=4)
    thinned = [readings.thin(db, "T1", "a1", later, zone=ZONE, days=DAYS) for _ in range(3)]
    added = readings.append(db, "T1", "a1", reading(later, 99), some[-1])
    *gone, done = await asyncio.gather(*thinned, added)
    assert done
    assert sum(gone) == 18
    after = await _calls(db)
    assert after == {moment: calls for moment, calls in before.items() if moment in after} | {later: 99}


async def test_many_readings_are_read_a_few_at_a_time(db: Database) -> None:
    await connect(db)
    some = [reading(NOW + number * QUARTER, number) for number in range(205)]
    assert await readings.begin(db, "T1", "a1", list(pack_all(some)))
    assert list((await _calls(db)).values()) == list(range(205))


async def test_what_cannot_be_read_is_deleted_and_readings_go_on_after_the_last_good_one(
    db: Database, log_lines: list[dict[str, Any]]
) -> None:
    await connect(db)
    some = [reading(NOW + number * QUARTER, number) for number in range(8)]
    await _append(db, *some)
    table = db.tables.readings
    async with db.writing() as connection:
        await connection.execute(update(table).where(table.c.at == some[3].at).values(packed=b"rubbish"))
    assert await readings.thin(db, "T1", "a1", NOW + timedelta(days=9), zone=ZONE, days=DAYS) == 0
    assert list((await _calls(db)).values()) == [0, 1, 2]
    assert await readings.append(db, "T1", "a1", some[7], some[2])
    assert list((await _calls(db)).values()) == [0, 1, 2, 7]
    deleted = [line["rows"] for line in log_lines if line["event"] == "readings could not be read and are deleted"]
    assert deleted == [5]


async def test_once_a_day_all_accounts_are_thinned_and_what_is_too_old_is_deleted(db: Database) -> None:
    await connect(db)
    for number, account in enumerate(("a1", "b2")):
        await accounts.recognize(db, "T1", Key(at(number)), listed(account))
        await _append(db, *(reading(NOW + one * QUARTER, one) for one in range(8)), account=account)
    await assessments.save(db, "T1", Assessment(NOW, {}, account="a1", zone="Europe/Berlin"))
    await on_it.take(db, "T1", "a1", "c1", "U1", NOW)
    assert await thin_readings(db, NOW + timedelta(days=4), DAYS) == 12
    assert {one.rows for one in await readings.usage(db)} == {2}
    assert await thin_readings(db, NOW + timedelta(days=401), DAYS) == 8
    left = await rows(db)
    assert not left.keys() & {"readings", "accounts", "assessments", "on_it"}
