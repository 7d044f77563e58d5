"""Behind a pooler in transaction mode the program works, and says what it cannot hear there."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.cli.doctor.offline import offline
from bot.config import Settings, SettingsError
from bot.errors import NotConnected, StoreUnavailable
from bot.replicas import listener
from bot.replicas.listener import Listener
from bot.store import profiles
from bot.store.database import Database, open_database
from tests.conftest import AEP
from tests.drivers.keyed_replicas import OLD, keyed_replica
from tests.drivers.replicas import until
from tests.plugins.pgbouncer import pgbouncer
from tests.samples.store_rows import audit_entry, connect

pytestmark = [
    pytest.mark.usefixtures("need_pgbouncer"),
    pytest.mark.parametrize("database_options", ["postgresql"], indirect=True),
]


@pytest.fixture
def direct(database_options: dict[str, Any], need_pgbouncer: None) -> Settings:
    """Return the settings that lead past the pooler."""
    return Settings(_env_file=None, **database_options)


@pytest.fixture
def pooled(direct: Settings) -> Iterator[Settings]:
    """Yield the settings that lead through it."""
    assert direct.database_url
    with pgbouncer(direct.database_url.get_secret_value()) as url:
        yield direct.model_copy(update={"database_url": SecretStr(url)})


@pytest.fixture
async def db(pooled: Settings) -> AsyncIterator[Database]:
    """Yield the database, opened through the pooler."""
    async with open_database(pooled) as opened:
        yield opened


async def test_it_reads_and_writes_with_its_limits_and_prepares_nothing(db: Database) -> None:
    for number in range(12):  # psycopg prepares what it has run five times, and others get the connection
        await connect(db, f"T{number}")
        assert (await profiles.read(db, f"T{number}")).connection
    async with db.writing() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        assert driver.prepare_threshold is None
        shown = [await connection.scalar(text(f"SHOW {name}")) for name in ("statement_timeout", _IDLE)]
    assert shown == ["9s", "20s"]


_IDLE = "idle_in_transaction_session_timeout"


async def test_a_database_opened_to_look_cannot_write_and_others_can(pooled: Settings, db: Database) -> None:
    async with open_database(pooled, change=False) as looking:
        with pytest.raises(StoreUnavailable):
            await connect(looking)
        await connect(db)


async def test_a_pooler_that_refuses_the_program_is_named(direct: Settings) -> None:
    assert direct.database_url
    with pgbouncer(direct.database_url.get_secret_value(), ignored="extra_float_digits") as url:
        refused = direct.model_copy(update={"database_url": SecretStr(url)})
        with pytest.raises(SettingsError, match="ignore_startup_parameters = options"):
            async with open_database(refused):
                pass


async def test_nothing_is_asked_with_a_deleted_key_although_nothing_is_heard(
    pooled: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "_DEAF", 0.5)
    deaf = Listener(db)
    deaf.start()
    try:
        await connect(db, key=OLD)
        async with keyed_replica(pooled, db, deaf) as here:
            before = await here.workspaces.of("T1")
            await until(lambda: deaf.why_not == "pooled")
            assert await here.name() == OLD.get_secret_value()
            await profiles.disconnect(db, audit_entry("disconnected"))
            before.resources.cache.forget("T1")
            with pytest.raises(NotConnected):
                await before.campaign(AEP)
            assert len(here.asked) == 1
    finally:
        await deaf.close()


def test_doctor_says_that_replicas_do_not_hear_each_other_and_what_to_do(pooled: Settings, direct: Settings) -> None:
    async def make() -> None:
        async with open_database(pooled):
            pass

    asyncio.run(make())
    (line,) = (one for one in offline(pooled, {}) if "hear each other" in one.says)
    assert line.ok is None
    assert "Set DATABASE_DIRECT_URL to the address of PostgreSQL itself" in line.says
    both = pooled.model_copy(update={"database_direct_url": direct.database_url})
    (line,) = (one for one in offline(both, {}) if "hear each other" in one.says)
    assert line.ok


async def test_with_a_direct_address_beside_it_all_is_heard(pooled: Settings, direct: Settings) -> None:
    both = pooled.model_copy(update={"database_direct_url": direct.database_url})
    async with open_database(both) as db:
        hears = Listener(db)
        hears.start()
        try:
            await until(lambda: hears.is_sound)
        finally:
            await hears.close()
