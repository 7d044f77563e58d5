"""Secrets at rest: nobody reads them without a key, and a key that does not fit is told before anything is touched."""

import asyncio
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.config import Settings, SettingsError
from bot.store import profiles
from bot.store.database import Database, open_database
from bot.store.encryption import Keyring, Unreadable, key_file, new_key, read_or_make_key
from tests.samples.store_rows import KEY, REFRESH, TOKEN, connect, everything, files, fill, sealed

DOES_NOT_FIT = "ENCRYPTION_KEYS does not fit this database"

pytestmark = pytest.mark.nothing_there


async def opened(given: Settings, **more: Any) -> None:
    """Opens the database and closes it again, as the bot would at its start."""
    async with open_database(given.model_copy(update=more)) as db:
        assert await db.answers()


def keys(*texts: str) -> tuple[SecretStr, ...]:
    return tuple(map(SecretStr, texts))


async def test_no_secret_stands_in_the_database_in_clear(db: Database, database_settings: Settings) -> None:
    await fill(db)
    stored = repr(everything(database_settings))
    assert "connected" in stored
    assert not [secret for secret in (TOKEN, REFRESH, KEY) if secret.get_secret_value() in stored]


async def test_the_same_secret_looks_different_each_time(db: Database) -> None:
    await connect(db, "T1")
    await connect(db, "T2")
    stored = [value for value in (await sealed(db)).values() if value]
    assert len(set(stored)) == len(stored) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@pytest.mark.parametrize("database_options", ["sqlite"], indirect=True)
@given(secret=st.text())
async def test_any_secret_survives_being_encrypted(db: Database, secret: str) -> None:
    """Each takes the place of the one before."""
    await connect(db, key=SecretStr(secret))
    kept = (await profiles.read(db, "T1")).connection
    assert kept
    assert kept.key.get_secret_value() == secret


async def test_a_wrong_key_is_told_and_nothing_is_touched(database_settings: Settings) -> None:
    async with open_database(database_settings) as db:
        await fill(db)
    before = everything(database_settings)
    for change in (True, False):
        with pytest.raises(SettingsError, match=DOES_NOT_FIT):
            async with open_database(
                database_settings.model_copy(update={"encryption_keys": keys(new_key())}), change=change
            ):
                pass
    assert everything(database_settings) == before
    async with open_database(database_settings) as db:
        assert (await profiles.read(db, "T1")).connection


async def test_a_key_in_use_cannot_be_dropped_before_everything_is_encrypted_anew(database_settings: Settings) -> None:
    """Even when nothing is stored yet: somebody may be about to."""
    (old,), newer = database_settings.encryption_keys, SecretStr(new_key())
    await opened(database_settings)
    await opened(database_settings, encryption_keys=(newer, old))
    for alone in (newer, old):
        with pytest.raises(SettingsError, match=DOES_NOT_FIT):
            await opened(database_settings, encryption_keys=(alone,))
    await opened(database_settings, encryption_keys=(old, newer))


async def test_a_key_may_be_known_before_it_is_used_and_dropped_again(database_settings: Settings) -> None:
    (old,) = database_settings.encryption_keys
    await opened(database_settings)
    await opened(database_settings, encryption_keys=(old, SecretStr(new_key())))
    await opened(database_settings)


@pytest.mark.parametrize("change", [True, False])
async def test_a_database_of_ones_own_needs_keys_of_ones_own(database_settings: Settings, change: bool) -> None:
    url = database_settings.database_url or SecretStr(f"sqlite+aiosqlite:///{database_settings.data_dir}/own.db")
    bare = database_settings.model_copy(update={"encryption_keys": (), "database_url": url})
    with pytest.raises(SettingsError, match="ENCRYPTION_KEYS is missing: `campaign-bot keys new` makes one"):
        async with open_database(bare, change=change):
            pass
    assert everything(database_settings) == {}


@pytest.mark.parametrize(
    "wrong",
    ["SECRET", "SECRET" * 8, "ü" * 44, Fernet.generate_key().decode()[:-1]],
    ids=["short", "long", "of other letters", "cut off"],
)
async def test_what_is_no_key_is_told_without_quoting_it(tmp_path: Path, wrong: str) -> None:
    given = Settings(_env_file=None, data_dir=tmp_path / "data", encryption_keys=f"{new_key()}, {wrong}")
    with pytest.raises(SettingsError) as caught:
        await opened(given)
    assert caught.value.problems == [
        "ENCRYPTION_KEYS holds something that is no key; `campaign-bot keys new` makes one"
    ]
    assert not (tmp_path / "data").exists()


async def test_a_key_file_that_holds_no_key_is_named(tmp_path: Path) -> None:
    key_file(tmp_path).write_text("SECRET\n")
    with pytest.raises(SettingsError) as caught:
        await opened(Settings(_env_file=None, data_dir=tmp_path))
    assert str(caught.value).startswith(f"{key_file(tmp_path)} holds something that is no key")
    assert "SECRET" not in str(caught.value)


async def test_a_lost_key_file_is_told_while_its_database_is_there(tmp_path: Path) -> None:
    given = Settings(_env_file=None, data_dir=tmp_path)
    await opened(given)
    lost = key_file(tmp_path).rename(tmp_path / "elsewhere")
    before = everything(given)
    for _ in range(2):
        with pytest.raises(SettingsError, match=r"is missing, and .*campaign-bot\.db cannot be read"):
            await opened(given)
    assert everything(given) == before
    await opened(given, encryption_keys=keys(lost.read_text()))
    lost.rename(key_file(tmp_path))
    await opened(given)


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    old, newer = new_key(), new_key()
    stored = Keyring(keys(old)).seal(KEY)
    both = Keyring(keys(newer, old))
    assert both.open(stored) == KEY
    assert [both.is_newest(stored), both.is_newest(both.seal(KEY))] == [False, True]


def test_what_cannot_be_read_is_told_without_a_word_of_it() -> None:
    stored = Keyring(keys(new_key())).seal(KEY)
    with pytest.raises(Unreadable) as caught:
        Keyring(keys(new_key()), "SOME_PLACE").open(stored)
    told = "".join(format_exception(caught.value))
    assert "Unreadable: encrypted with a key that is not in SOME_PLACE\n" in told
    assert stored not in told
    assert "InvalidToken" not in told


def test_who_is_overtaken_while_making_the_first_key_takes_the_other_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, path = new_key(), key_file(tmp_path)

    def too_late() -> str:
        path.write_text(theirs)
        return new_key()

    monkeypatch.setattr("bot.store.encryption.new_key", too_late)
    assert read_or_make_key(path).get_secret_value() == theirs
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {path.name: theirs}


async def test_programs_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    await asyncio.gather(*(opened(Settings(_env_file=None, data_dir=tmp_path)) for _ in range(8)))
    assert list(files(tmp_path)) == ["campaign-bot.db", "encryption.key"]
