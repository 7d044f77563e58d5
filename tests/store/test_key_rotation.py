"""The encryption key is changed while the bot runs: afterwards the old one is not needed, and nothing was lost."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Text, type_coerce, update

from bot.cli import admin
from bot.config import Settings, SettingsError
from bot.store import installations, profiles
from bot.store.database import open_database
from bot.store.encryption import Keyring, new_key
from bot.store.key_rotation import rotate
from bot.store.tables import Tables
from tests.drivers.command_line import run
from tests.samples.store_rows import (
    KEY,
    NOW,
    REFRESH,
    TOKEN,
    connect,
    environment,
    files,
    fill,
    install,
    sealed,
    until_somebody_waits,
)

NEWER = SecretStr(new_key())
SECRETS = {"installations.bot_token.T1", "installations.bot_refresh_token.T1", "connections.key.T1"}


def with_newer(old: Settings) -> Settings:
    """The new key first, the one in use second: step 3 of docs/operating.md."""
    return old.model_copy(update={"encryption_keys": (NEWER, *old.encryption_keys)})


def newer_alone(old: Settings) -> Settings:
    return old.model_copy(update={"encryption_keys": (NEWER,)})


def test_every_column_of_secrets_is_known() -> None:
    """Who adds one adds it here: the tests below fill it."""
    columns = Tables(Keyring([NEWER])).secrets
    assert {f"{column.table.name}.{column.name}.T1" for column in columns} == SECRETS


async def test_every_secret_is_encrypted_anew_and_the_old_key_is_not_needed_any_more(
    database_settings: Settings,
) -> None:
    async with open_database(database_settings) as db:
        await fill(db)
        before = await sealed(db)
    async with open_database(with_newer(database_settings)) as db:
        assert await rotate(db) == len(SECRETS)
        after = await sealed(db)
    assert set(before) == set(after) == SECRETS
    assert not set(before.values()) & set(after.values())
    with pytest.raises(SettingsError, match="does not fit"):
        async with open_database(database_settings):
            pass
    async with open_database(newer_alone(database_settings)) as db:
        installed, profile = await installations.find(db, "T1", None), await profiles.read(db, "T1")
    assert installed
    assert profile.connection
    assert [installed.bot_token, installed.bot_refresh_token, profile.connection.key] == [TOKEN, REFRESH, KEY]


async def test_a_second_time_there_is_nothing_to_do(database_settings: Settings) -> None:
    async with open_database(database_settings) as db:
        await fill(db)
        assert await rotate(db) == 0
    async with open_database(with_newer(database_settings)) as db:
        await install(db, "T2")  # made with the newer key already
        assert [await rotate(db), await rotate(db)] == [len(SECRETS), 0]


async def test_more_workspaces_than_go_into_one_transaction_are_all_encrypted_anew(
    database_settings: Settings,
) -> None:
    count = 1203
    async with open_database(database_settings) as db, db.writing() as connection:
        values = {"is_enterprise_install": False, "bot_token": TOKEN, "bot_scopes": "", "installed_at": NOW}
        rows = [{"id": f"T{number}", **values} for number in range(count)]
        await connection.execute(db.tables.installations.insert(), rows)
    async with open_database(with_newer(database_settings)) as db:
        assert await rotate(db) == count
        assert all(db.keyring.is_newest(value) for value in (await sealed(db)).values() if value)


async def test_what_the_bot_writes_meanwhile_wins(database_settings: Settings) -> None:
    """The bot, with both keys, is in the middle of keeping a key when the rotation comes to it."""
    async with open_database(database_settings) as db:
        await fill(db)
    both = with_newer(database_settings)
    async with open_database(both) as bot, open_database(both) as operator:
        table = bot.tables.connections
        async with bot.writing() as connection:
            await connection.execute(update(table).values(key=SecretStr("cc_MEANWHILE")))
            rotating = asyncio.create_task(rotate(operator))
            await until_somebody_waits(bot)
        changed = await rotating
    async with open_database(newer_alone(database_settings)) as db:
        kept = (await profiles.read(db, "T1")).connection
    assert kept
    assert (kept.key.get_secret_value(), changed) == ("cc_MEANWHILE", 2)


async def test_what_cannot_be_read_is_named_and_the_old_key_stays_needed(database_settings: Settings) -> None:
    async with open_database(database_settings) as db:
        await fill(db)
        column = db.tables.connections.c.key
        async with db.writing() as connection:
            await connection.execute(update(db.tables.connections).values({column: type_coerce("garbage", Text)}))
    async with open_database(with_newer(database_settings)) as db:
        with pytest.raises(SettingsError) as caught:
            await rotate(db)
        tokens = [value for place, value in (await sealed(db)).items() if place.startswith("installations")]
        assert [db.keyring.is_newest(value or "") for value in tokens] == [True, True]
    said = "2 secrets encrypted again, but none of ENCRYPTION_KEYS can read connections.key of T1"
    assert caught.value.problems == [said]
    with pytest.raises(SettingsError, match="does not fit"):
        async with open_database(newer_alone(database_settings)):
            pass


async def test_an_operator_rotates_while_the_bot_runs(database_settings: Settings, tmp_path: Path) -> None:
    async with open_database(database_settings) as db:
        await fill(db)
    async with open_database(with_newer(database_settings)) as bot:
        ran = await run("keys", "rotate", at=tmp_path, **environment(with_newer(database_settings)))
        assert (ran.status, ran.err) == (0, "")
        assert ran.lines == ["3 secrets encrypted again; only the first of ENCRYPTION_KEYS is needed now"]
        kept = (await profiles.read(bot, "T1")).connection
        assert kept
        assert kept.key == KEY
        await connect(bot, "T2")
    async with open_database(newer_alone(database_settings)) as db:
        assert (await profiles.read(db, "T2")).connection


async def test_a_new_key_can_be_used_as_it_is_printed(tmp_path: Path) -> None:
    ran = await run("keys", "new", at=tmp_path)
    assert (ran.status, ran.err, len(ran.lines)) == (0, "", 1)
    assert new_key() != new_key()
    given = Settings(_env_file=None, data_dir=tmp_path / "data", encryption_keys=ran.out)
    async with open_database(given) as db:
        await fill(db)
        assert (await profiles.read(db, "T1")).connection


async def test_there_is_nothing_to_rotate_where_there_is_no_database(tmp_path: Path) -> None:
    for url in (None, f"sqlite:///{tmp_path}/no.db"):
        with pytest.raises(SettingsError, match="there is no database at"):
            await admin.rotate(Settings(_env_file=None, data_dir=tmp_path / "data", database_url=url))
    assert files(tmp_path) == {}


async def test_without_the_key_in_use_and_a_new_one_there_is_nothing_to_rotate(tmp_path: Path) -> None:
    async with open_database(Settings(_env_file=None, data_dir=tmp_path / "data")):
        pass
    ran = await run("keys", "rotate", at=tmp_path)
    assert (ran.status, ran.out, len(ran.lines)) == (2, "", 1)
    assert ran.err.startswith("ENCRYPTION_KEYS is not set: put a new key first and the one in use second")
