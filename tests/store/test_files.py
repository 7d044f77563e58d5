"""What lies in DATA_DIR: for its owner alone, and said plainly when it cannot be."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings, SettingsError
from bot.store.database import file_mode, open_database, sqlite_file
from bot.store.encryption import new_key
from tests.samples.store_rows import connect, files


@pytest.fixture(autouse=True)
def generous(tmp_path: Path) -> Iterator[None]:
    """A machine where new files can be read and written by everybody, and a folder that some more may look into."""
    tmp_path.chmod(0o750)
    before = os.umask(0)
    yield
    os.umask(before)


def given(folder: Path, **more: Any) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **more)


async def test_the_folder_and_all_files_in_it_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "data"
    async with open_database(given(folder)) as db:
        await connect(db)
        modes = {name: mode for name, (mode, _) in files(folder).items()}
    private = ("campaign-bot.db", "campaign-bot.db-shm", "campaign-bot.db-wal", "encryption.key")
    assert modes == dict.fromkeys(private, 0o600)
    assert file_mode(folder) == 0o700


async def test_a_file_that_others_could_read_is_closed_to_them_at_the_start(tmp_path: Path) -> None:
    async with open_database(given(tmp_path)):
        pass
    (tmp_path / "campaign-bot.db").chmod(0o644)
    async with open_database(given(tmp_path)) as db:
        await connect(db)
        assert {mode for mode, _ in files(tmp_path).values()} == {0o600}


async def test_a_file_that_somebody_else_is_just_making_is_waited_for(tmp_path: Path) -> None:
    """Of several that start at the same moment; SQLite would refuse at once."""
    file = tmp_path / "shared.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("CREATE TABLE theirs (x int)")
        other.execute("BEGIN IMMEDIATE")
        opened = asyncio.create_task(
            _answers(given(tmp_path, database_url=f"sqlite:///{file}", encryption_keys=new_key()))
        )
        assert not (await asyncio.wait([opened], timeout=0.3))[0]
        other.execute("COMMIT")
        assert await opened


async def _answers(settings: Settings) -> bool:
    async with open_database(settings) as db:
        return await db.answers()


async def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    """Whoever runs the bot made it; it may be shared with something else."""
    async with open_database(given(tmp_path)):
        pass
    assert file_mode(tmp_path) == 0o750


@pytest.mark.parametrize("form", ["sqlite:///{}", "sqlite+aiosqlite:///{}"])
async def test_the_file_may_be_named(tmp_path: Path, form: str) -> None:
    file = tmp_path / "new" / "own ünïcode.db"
    named = given(tmp_path / "unused", database_url=form.format(file), encryption_keys=new_key())
    assert sqlite_file(named) == file
    async with open_database(named):
        pass
    assert list(files(tmp_path)) == ["new", "new/own ünïcode.db"]
    assert [file_mode(file.parent), file_mode(file)] == [0o700, 0o600]


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///:memory:"])
@pytest.mark.parametrize("change", [True, False])
async def test_a_database_that_would_be_gone_after_a_restart_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, change: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="DATABASE_URL must name a file"):
        async with open_database(given(tmp_path, database_url=url, encryption_keys=new_key()), change=change):
            pass
    assert files(tmp_path) == {}
    assert file_mode(tmp_path) == 0o750


async def test_a_folder_in_place_of_the_file_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a folder: the database must be a file"):
        async with open_database(given(tmp_path, database_url=f"sqlite:///{tmp_path}", encryption_keys=new_key())):
            pass
    assert file_mode(tmp_path) == 0o750


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "data"
    with pytest.raises(SettingsError) as caught:
        async with open_database(given(folder)):
            pass
    assert caught.value.problems == [f"DATA_DIR {folder} cannot be made: Not a directory"]


async def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "holiday.jpg"
    file.write_bytes(b"\xff\xd8 a picture" * 1000)
    before = file.read_bytes()
    with pytest.raises(SettingsError) as caught:
        async with open_database(given(tmp_path, database_url=f"sqlite:///{file}", encryption_keys=new_key())):
            pass
    assert caught.value.problems == ["the database cannot be used (DatabaseError): look at DATABASE_URL"]
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bot:SECRET@127.0.0.1:port/bot",
        "postgresql://bot:SECRET@[::1/bot",
        "postgresql://bot:SECRET@127.0.0.1:9/bot",
        "postgres://bot:SECRET@127.0.0.1:9/bot?nonsense=SECRET",
        "postgresql+psycopg://bot:SECRET@host.invalid/bot",
    ],
)
async def test_an_address_that_leads_nowhere_is_told_without_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        async with open_database(given(tmp_path, database_url=url, encryption_keys=new_key())):
            pass
    (problem,) = caught.value.problems
    assert "DATABASE_URL" in problem
    assert "SECRET" not in problem
