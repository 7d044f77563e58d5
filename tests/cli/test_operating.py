"""The program and its database, as operators meet them: starting, looking, asking the doctor."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.cli.admin import audit_lines
from bot.config import Settings
from bot.store import audit, profiles
from bot.store.database import open_database, sqlite_file
from bot.store.encryption import key_file, new_key
from tests.conftest import MakeWorld
from tests.drivers import serving_processes as serving
from tests.drivers.command_line import Ran, run
from tests.samples.store_rows import NOW, at, audit_entry, connect, environment, everything, files, fill

pytestmark = pytest.mark.nothing_there
NEEDED = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "x"}


async def doctor(given: Settings, at: Path, **more: str) -> Ran:
    return await run("doctor", at=at, **{**NEEDED, **environment(given), **more})


def about_the_store(ran: Ran) -> list[str]:
    """What the doctor says of the database."""
    return [line for line in ran.lines if "database" in line or "campaign-bot.db" in line or "added the app" in line]


async def test_four_bots_that_start_at_once_on_an_empty_database_all_serve(
    make_world: MakeWorld, database_settings: Settings, tmp_path: Path
) -> None:
    here, own = await make_world(), environment(database_settings)
    if sqlite_file(database_settings):
        own["ENCRYPTION_KEYS"] = ""  # they have to agree on one, too
    bots = await asyncio.gather(*(serving.start(tmp_path, **serving.settings(here), **own) for _ in range(4)))
    lines = "".join(await asyncio.gather(*map(serving.stop, bots))).splitlines()
    # Four that write at once, on a busy machine: one may have to look a second time.
    wrong = [
        line for line in lines if ("error" in line or "warning" in line) and "database does not answer" not in line
    ]
    assert not wrong
    made = database_settings if own["ENCRYPTION_KEYS"] else database_settings.model_copy(update={"encryption_keys": ()})
    async with open_database(made) as db, db.reading() as connection:
        assert len((await connection.execute(select(db.tables.canaries))).all()) == 1


async def test_serving_with_a_wrong_key_ends_with_two_and_touches_nothing(
    database_settings: Settings, tmp_path: Path
) -> None:
    async with open_database(database_settings) as db:
        await fill(db)
    before = everything(database_settings)
    ran = await run("serve", at=tmp_path, **{**NEEDED, **environment(database_settings), "ENCRYPTION_KEYS": new_key()})
    assert (ran.status, ran.out, len(ran.lines)) == (2, "", 1)
    assert ran.err.startswith("ENCRYPTION_KEYS does not fit this database")
    assert everything(database_settings) == before


async def test_the_trail_is_told_newest_first_a_line_for_each_entry(database_settings: Settings) -> None:
    async with open_database(database_settings) as db:
        await audit.note(db, audit_entry("connected", last_four="7890"))
        await audit.note(db, audit_entry("shared", "T2", at(1), channel="C1", campaign=None))
        await audit.note(db, audit_entry("disconnected", when=at(86400)))
    asked: Any = ((None, 50), ("T1", 50), (None, 1))
    everybody, one, last = [await audit_lines(database_settings, *which) for which in asked]
    lines = [
        "2026-11-24 09:02:11Z  T1  U1  disconnected",
        "2026-11-23 09:02:12Z  T2  U1  shared  channel=C1",
        "2026-11-23 09:02:11Z  T1  U1  connected  last_four=7890",
    ]
    assert [everybody, one, last] == [lines, [lines[0], lines[2]], lines[:1]]


async def test_the_doctor_says_that_the_database_fits_and_how_many_use_it(
    database_settings: Settings, tmp_path: Path
) -> None:
    async with open_database(database_settings) as db:
        await fill(db)
        await connect(db, "T2")
        await profiles.mark_broken(db, "T2", NOW, at(1))
    before = everything(database_settings)
    ran = await doctor(database_settings, tmp_path)
    kind = "sqlite" if sqlite_file(database_settings) else "postgresql"
    assert ran.status == 0
    assert about_the_store(ran) == [
        f"✓ the database ({kind}) answers, and ENCRYPTION_KEYS fits what is stored",
        "• 1 workspace has added the app, 2 connected to careCycle",
    ]
    assert "• careCycle no longer accepts the key of 1 workspace" in ran.lines
    assert everything(database_settings) == before


async def test_the_doctor_says_what_is_wrong_with_the_database_and_changes_nothing(
    database_settings: Settings, tmp_path: Path
) -> None:
    async with open_database(database_settings) as db:
        await fill(db)
    before = everything(database_settings)
    ran = await doctor(database_settings, tmp_path, ENCRYPTION_KEYS=new_key())
    assert everything(database_settings) == before
    (said,) = [line for line in ran.lines if line.startswith("✗")]
    assert ran.status == 1
    assert "ENCRYPTION_KEYS does not fit this database" in said


async def test_the_doctor_makes_neither_a_database_nor_a_key(database_settings: Settings, tmp_path: Path) -> None:
    ran = await doctor(database_settings, tmp_path)
    assert ran.status == 0
    assert [line for line in about_the_store(ran) if "at the start" in line or "at the first start" in line]
    assert everything(database_settings) == {}


async def test_looking_at_digests_makes_neither_a_database_nor_a_key(tmp_path: Path) -> None:
    words = (("list",), ("times", "d1"), ("history", "d1"), ("dry-run", "d1"), ("requeue", "d1"))
    ran = await asyncio.gather(*(run("digests", *one, at=tmp_path, **NEEDED) for one in words))
    assert [(one.status, len(one.lines)) for one in ran] == [(2, 1)] * len(words)
    assert list(files(tmp_path)) == []


async def test_of_a_database_that_is_set_wrongly_the_doctor_says_that_alone(tmp_path: Path) -> None:
    ran = await run("doctor", at=tmp_path, **NEEDED, DATABASE_URL="mysql://x")
    assert ran.status == 1
    assert [line for line in ran.lines if "DATABASE_URL" in line]
    assert about_the_store(ran) == []


async def test_the_doctor_finds_what_a_first_start_would_stumble_over(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    wrong = {
        "ENCRYPTION_KEYS holds something that is no key": {"ENCRYPTION_KEYS": "garbage"},
        "ENCRYPTION_KEYS is missing": {"DATABASE_URL": "sqlite:///x.db"},
        "cannot be made: Not a directory": {"DATA_DIR": "file/x"},
    }
    ran = await asyncio.gather(*(run("doctor", at=tmp_path, **NEEDED, **given) for given in wrong.values()))
    said = [[line for line in one.lines if line.startswith("✗")] for one in ran]
    assert [one.status for one in ran] == [1, 1, 1]
    for expected, (line,) in zip(wrong, said, strict=True):
        assert expected in line
    assert list(files(tmp_path)) == ["file"]


async def test_the_doctor_names_the_command_as_it_is_called_here(tmp_path: Path) -> None:
    many = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "x", "SLACK_SIGNING_SECRET": "x", "COMMAND": "/cc"}
    ran = await asyncio.gather(*(run("doctor", at=tmp_path, **given) for given in (many, {**NEEDED, "COMMAND": "/cc"})))
    for one in ran:
        assert "with /cc connect" in one.out
        assert "/campaign " not in one.out


async def test_the_doctor_misses_what_has_been_there_and_makes_nothing_anew(tmp_path: Path) -> None:
    lost = ("campaign-bot.db", "encryption.key")
    for name in lost:
        async with open_database(Settings(_env_file=None, data_dir=tmp_path / name)):
            pass
        (tmp_path / name / name).unlink()
    before = files(tmp_path)
    ran = await asyncio.gather(*(doctor(Settings(_env_file=None, data_dir=tmp_path / name), tmp_path) for name in lost))
    without_database, without_key = [" ".join(about_the_store(one)) for one in ran]
    assert [one.status for one in ran] == [0, 1]
    assert "campaign-bot.db is made at the first start" in without_database
    assert "encryption.key is missing, and" in without_key
    assert files(tmp_path) == before


async def test_of_a_key_file_that_does_not_fit_the_file_is_named(tmp_path: Path) -> None:
    async with open_database(Settings(_env_file=None, data_dir=tmp_path / "data")):
        pass
    key_file(tmp_path / "data").write_text(new_key())
    doctor, serve = await asyncio.gather(*(run(word, at=tmp_path, **NEEDED) for word in ("doctor", "serve")))
    assert (doctor.status, serve.status) == (1, 2)
    for ran in (doctor, serve):
        assert "data/encryption.key does not fit this database" in ran.out + ran.err
        assert "ENCRYPTION_KEYS does not fit" not in ran.out + ran.err


async def test_a_database_that_does_not_answer_is_told_by_every_command(tmp_path: Path) -> None:
    nobody = {"DATABASE_URL": "postgresql://bot:SECRET@127.0.0.1:9/bot", "ENCRYPTION_KEYS": new_key(), **NEEDED}
    commands: Any = (("doctor",), ("audit",), ("keys", "rotate"), ("serve",))
    ended = await asyncio.gather(*(run(*command, at=tmp_path, **nobody) for command in commands))
    assert [ran.status for ran in ended] == [1, 2, 2, 2]
    for ran in ended:
        assert "the database cannot be used (OperationalError): look at DATABASE_URL" in ran.out + ran.err
        assert "SECRET" not in (ran.out + ran.err).replace("SIGNING_SECRET", "")


async def test_a_key_beside_the_database_is_found_by_every_command(tmp_path: Path) -> None:
    async with open_database(Settings(_env_file=None, data_dir=tmp_path / "data")) as db:
        await audit.note(db, audit_entry())
        await audit.note(db, audit_entry("connected", "T2", at(1)))
    trail, said = await asyncio.gather(
        run("audit", "--workspace", "T1", "--most", "5", at=tmp_path), run("doctor", at=tmp_path, **NEEDED)
    )
    assert (trail.lines, trail.status) == (["2026-11-23 09:02:11Z  T1  U1  shared"], 0)
    assert said.status == 0
