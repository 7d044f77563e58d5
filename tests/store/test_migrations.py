"""The tables come to be: from nothing, from every earlier version, once, whoever starts at the same time."""

import asyncio
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, Table, inspect, select, text

from bot.config import Settings, SettingsError
from bot.store import audit, installations, migrate, profiles
from bot.store.database import Database, open_database
from bot.store.tables import ID as ID_TYPE
from bot.store.tables import Tables
from tests.samples.earlier_databases import ID, goes_on, made_by, relabel, run_in
from tests.samples.store_rows import KEY, connect, everything, fill

pytestmark = pytest.mark.nothing_there
VERSIONS = migrate.versions()
BEFORE = "0007"  # the last one that was released


async def test_a_new_database_is_of_the_newest_version(db: Database) -> None:
    async with db.reading() as connection:
        assert await connection.run_sync(migrate.current) == migrate.newest() == VERSIONS[-1]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_database_of_any_version_is_brought_up_to_date_with_all_that_is_in_it(
    database_settings: Settings, version: str
) -> None:
    filled = await run_in(database_settings, made_by, version, database_settings)
    async with open_database(database_settings) as db:
        async with db.reading() as connection:
            assert await connection.run_sync(migrate.current) == migrate.newest()
            for name in filled:
                table = db.tables.metadata.tables[name]
                assert len((await connection.execute(select(table))).all()) == 1, name
        await _can_be_read_and_written(db)
        await _nothing_hangs_in_the_air(db)


async def _can_be_read_and_written(db: Database) -> None:
    profile, installed = await profiles.read(db, ID), await installations.find(db, ID, None)
    assert profile.connection
    assert installed
    assert [profile.connection.key, installed.bot_token, profile.managers] == [KEY, KEY, {ID}]
    await connect(db, ID)
    assert len(await audit.newest(db, ID)) == 2


async def _nothing_hangs_in_the_air(db: Database) -> None:
    """SQLite does not look while a migration copies tables."""
    if db.engine.dialect.name == "sqlite":
        async with db.reading() as connection:
            assert (await connection.execute(text("PRAGMA foreign_key_check"))).all() == []


async def test_the_version_before_goes_on_with_the_newest_tables(database_settings: Settings) -> None:
    """At a rolling upgrade both run: it finds all its columns, and needs to fill no other; this one reads its rows."""
    await run_in(database_settings, goes_on, BEFORE, database_settings)
    async with open_database(database_settings) as db:
        await _can_be_read_and_written(db)
        assert (await profiles.read(db, ID)).preferences.readings


@pytest.mark.parametrize("version", VERSIONS[:-1])
async def test_an_earlier_database_can_be_looked_at_without_changing_it(
    database_settings: Settings, version: str
) -> None:
    await run_in(database_settings, made_by, version, database_settings)
    before = everything(database_settings)
    async with open_database(database_settings, change=False) as db:
        assert db.needs_migration
    assert everything(database_settings) == before


async def test_the_newest_database_can_be_looked_at_without_changing_it(database_settings: Settings) -> None:
    async with open_database(database_settings) as db:
        await fill(db)
    before = everything(database_settings)
    async with open_database(database_settings, change=False) as db:
        assert not db.needs_migration
        assert (await profiles.read(db, ID)).connection
    assert everything(database_settings) == before


async def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(database_settings: Settings) -> None:
    async with open_database(database_settings) as db:
        await fill(db)
    await run_in(database_settings, relabel, "9999")
    before = everything(database_settings)
    for change in (True, False):
        with pytest.raises(SettingsError, match=r"made by a newer version of this program \(9999\): run that one"):
            async with open_database(database_settings, change=change):
                pass
    assert everything(database_settings) == before


async def test_tables_that_cannot_be_made_are_told_and_none_is_made(database_settings: Settings) -> None:
    """Somebody else's database, with a table of the name of one of ours."""
    await run_in(database_settings, lambda connection: connection.execute(text("CREATE TABLE audit (x int)")).close())
    with pytest.raises(SettingsError, match="the database cannot be used"):
        async with open_database(database_settings):
            pass
    assert await run_in(database_settings, lambda connection: inspect(connection).get_table_names()) == ["audit"]


async def test_the_tables_are_what_the_migrations_make(db: Database) -> None:
    async with db.engine.connect() as connection:
        assert await connection.run_sync(_differences, db.tables) == []


async def test_a_table_that_no_migration_makes_would_be_found(db: Database) -> None:
    """What the test above looks with does see columns, types, defaults and keys."""
    tables = Tables(db.keyring)
    tables.metadata.remove(tables.managers)
    Table("managers", tables.metadata, Column("workspace_id", ID_TYPE, primary_key=True), Column("user_id", ID_TYPE))
    tables.connections.c.key.nullable = True
    tables.connections.c.connected_by.type = tables.connections.c.connected_at.type
    tables.metadata.remove(tables.oauth_states)
    async with db.engine.connect() as connection:
        found = await connection.run_sync(_differences, tables)
    assert {str(one[0]) for one in found} >= {"modify_type", "modify_nullable", "remove_table", "primary key"}


async def test_many_who_start_at_once_make_the_tables_once(database_settings: Settings) -> None:
    async def start() -> bool:
        async with open_database(database_settings) as db:
            return await db.answers()

    assert await asyncio.gather(*(start() for _ in range(6))) == [True] * 6
    async with open_database(database_settings) as db, db.reading() as connection:
        for name in ("alembic_version", "encryption_canaries"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {name}")) == 1  # noqa: S608 - from above


def _differences(connection: Connection, tables: Tables) -> list[Any]:
    """What Alembic would change to get from the database to `tables`; primary keys, which it does not look at, too."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    found = [one for group in compare_metadata(context, tables.metadata) for one in _flat(group)]
    for table in set(tables.metadata.tables.values()):
        there = inspect(connection).get_pk_constraint(table.name)["constrained_columns"]
        if sorted(there) != sorted(column.name for column in table.primary_key.columns):
            found.append(("primary key", table.name, there))
    return found


def _flat(group: Any) -> list[Any]:
    return group if isinstance(group, list) else [group]
