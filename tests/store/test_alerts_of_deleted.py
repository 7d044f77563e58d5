"""What the owner of a stopped digest has to hear is not lost when it is deleted before that, and restored."""

from typing import Any

import pytest

from bot.config import Settings
from bot.digests.digest import Alert
from bot.store import alerts, deletions, owner_alerts, pauses, stops
from bot.store.database import Database, open_database
from tests.drivers.dying_works import id_of, owner_of
from tests.drivers.dying_writes import die_at_each_point
from tests.drivers.ledger import at
from tests.samples.digests import NOW, audit_entry, digest, keep
from tests.samples.store_rows import NOW as THEN
from tests.samples.store_rows import connect
from tests.store.test_owner_alerts import HOUR, WORKSPACE, heard, paused, stop


async def delete(db: Database, id_: str) -> None:
    assert await deletions.delete(db, id_, audit_entry("digest deleted", when=at(1)))


async def restored(db: Database, id_: str) -> list[Any]:
    """Restore a digest, and return what is to be told then."""
    assert await deletions.restore(db, id_, at(HOUR), audit_entry("digest restored", when=at(60)))
    return [*await alerts.due(db, at(60)), *await owner_alerts.due(db, at(60))]


@pytest.mark.parametrize("who", ["claims it", "drops it", "does nothing"])
async def test_what_is_deleted_before_it_is_told_is_told_when_it_is_restored(db: Database, who: str) -> None:
    await keep(db, digest("d1"))
    await stop(db)
    (alert,) = await owner_alerts.due(db, NOW)
    await delete(db, "d1")
    if who == "claims it":
        assert not await owner_alerts.claim(db, alert)
    elif who == "drops it":
        await owner_alerts.drop(db, alert, at(2))
    assert await alerts.due(db, at(59)) == []
    (due,) = await restored(db, "d1")
    is_claimed = [await (owner_alerts if due == alert else alerts).claim(db, due) for _ in range(2)]
    assert is_claimed == [True, False]
    assert due in (alert, Alert("d1", "is_archived"))


async def test_what_is_told_meanwhile_does_not_name_it_and_is_not_repeated(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2"))
    await stop(db)
    (alert,) = await owner_alerts.due(db, NOW)
    await delete(db, "d2")
    assert not await owner_alerts.claim(db, alert)
    told = owner_alerts.about(alert, ["d1"])
    assert await owner_alerts.claim(db, told)
    await owner_alerts.put_back(db, told, at(30))  # Slack surely did not take it
    assert await restored(db, "d2") == [Alert("d2", "is_archived"), told]


async def test_what_its_owner_knew_before_it_was_deleted_is_not_told_again(db: Database) -> None:
    await keep(db, digest("d1"))
    await stop(db)
    assert await heard(db) == {"U0ALEX": ("d1",)}
    await delete(db, "d1")
    assert await restored(db, "d1") == []


async def test_what_goes_for_good_or_is_mended_when_it_is_back_is_not_told(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2"))
    await stop(db)
    (alert,) = await owner_alerts.due(db, NOW)
    await delete(db, "d1")
    await delete(db, "d2")
    await owner_alerts.drop(db, alert, at(2))
    (due,) = await restored(db, "d1")
    await pauses.resume(db, "d1", NOW, audit_entry("digest resumed"))
    assert not await alerts.claim(db, due)
    await deletions.purge(db, at(2 * HOUR))
    assert await alerts.due(db, at(9999)) == []


async def test_a_key_that_is_missing_stops_it_when_it_is_back_and_not_before(db: Database) -> None:
    await keep(db, digest("d1"), digest("d2", owner_id="U2"))
    await delete(db, "d2")
    assert await stops.stop_for_key(db, WORKSPACE, at(30)) == 1
    assert await heard(db, 30) == {"U0ALEX": ("d1",)}
    assert await restored(db, "d2") == []
    assert await paused(db) == {"d1": "key"}
    assert await stops.stop_for_key(db, WORKSPACE, at(90)) == 1  # its next delivery meets it
    assert await heard(db, 90) == {"U2": ("d2",)}
    assert await paused(db) == {"d1": "key", "d2": "key"}


async def test_whoever_dies_while_they_tell_loses_nothing_of_a_deleted_one(database_settings: Settings) -> None:
    async with open_database(database_settings) as db:
        await connect(db, WORKSPACE)
    points = await die_at_each_point(database_settings, "tell")
    async with open_database(database_settings) as db:
        waiting = {one.owner_id for one in await owner_alerts.due(db, THEN, most=1000)}
        ids = {point: f"{id_of(point)}b" for point in range(1, points + 1)}
        for one in ids.values():
            assert await deletions.restore(db, one, None, audit_entry("digest restored", when=THEN))
        names = [name for alert in await owner_alerts.due(db, THEN, most=1000) for name in alert.digests]
        names += [alert.digest_id for alert in await alerts.due(db, THEN, most=1000) if isinstance(alert, Alert)]
    assert sorted(name for name in names if name.endswith("b")) == sorted(ids.values()), "each is told once"
    told = [owner_of(point) not in waiting for point in ids]
    assert told == sorted(told)
    assert set(told) == {False, True}
