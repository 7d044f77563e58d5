"""Fingerprints of the account a workspace had last: they outlive the key, and go with the app."""

from bot.records import KnownAccount
from bot.store import installations, known_accounts, profiles
from bot.store.database import Database
from tests.samples.store_rows import NOW, at, audit_entry, connect, install, rows

LISTED = KnownAccount(NOW, frozenset({"0a", "1b"}), "c1", whole=True)


async def test_the_last_list_takes_the_place_of_the_one_before(db: Database) -> None:
    await known_accounts.save(db, "T1", LISTED)
    assert await known_accounts.read(db, "T1") is None  # of a workspace that is gone nothing is kept
    await connect(db)
    await known_accounts.save(db, "T1", LISTED)
    assert await known_accounts.read(db, "T1") == LISTED
    later = KnownAccount(at(60), frozenset())
    await known_accounts.save(db, "T1", later)
    assert await known_accounts.read(db, "T1") == later
    assert await known_accounts.read(db, "T2") is None


async def test_it_outlives_the_key_and_goes_with_the_app(db: Database) -> None:
    await install(db)
    await connect(db)
    await known_accounts.save(db, "T1", LISTED)
    await profiles.disconnect(db, audit_entry("disconnected"))
    assert await known_accounts.read(db, "T1") == LISTED
    await installations.forget(db, "T1", at(1))
    assert await rows(db) == {}
