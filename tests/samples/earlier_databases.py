"""Databases as earlier versions of this program made them, with a row in every table."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, Integer, LargeBinary, MetaData, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.config import Settings
from bot.store import migrate
from bot.store.database import sqlite_file
from bot.store.encryption import Keyring
from bot.store.tables import Tables
from tests.samples.store_rows import KEY, NOW

ID = "T1"  # every text that is not known to be something else


async def run_in(settings: Settings, does: Any, *arguments: Any) -> Any:
    """Does something with a connection to the database that knows nothing of our tables, and commits."""
    if file := sqlite_file(settings):
        file.parent.mkdir(exist_ok=True)
    url = settings.database_url.get_secret_value() if settings.database_url else f"sqlite+aiosqlite:///{file}"
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(does, *arguments)
    finally:
        await engine.dispose()


def made_by(connection: Connection, version: str, settings: Settings) -> list[str]:
    """Makes the tables of this version and puts a row into each; their names."""
    migrate.upgrade(connection, version)
    (metadata := MetaData()).reflect(connection)
    return _filled(connection, metadata, settings)


def goes_on(connection: Connection, version: str, settings: Settings) -> None:
    """This version goes on beside the newest one: it fills, reads and changes the tables as it knows them."""
    migrate.upgrade(connection, version)
    (metadata := MetaData()).reflect(connection)
    migrate.upgrade(connection)
    for name in _filled(connection, metadata, settings):
        columns = metadata.tables[name].columns
        assert len(connection.execute(select(*columns)).all()) == 1, name
        connection.execute(metadata.tables[name].update().values({one.name: one for one in columns}))


def _filled(connection: Connection, metadata: MetaData, settings: Settings) -> list[str]:
    keyring = Keyring(settings.encryption_keys)
    tables = [table for table in metadata.sorted_tables if table.name != "alembic_version"]
    for table in tables:
        values = {column.name: _value(column, keyring) for column in table.columns}
        connection.execute(table.insert().values({name: value for name, value in values.items() if value is not None}))
    return [table.name for table in tables]


def kept(version: str) -> dict[str, Any]:
    """What a running program of this version wrote: a workspace, a digest, its first delivery, and messages.

    0005 was written by commit d541cdd, the last before findings were kept by field and kind; 0007 by 02ba32f, the last
    before accounts were read regularly; 0009 by 9dcf75d, the last before digests kept what they told. There are three
    of that one, of each layout one.
    """
    found: dict[str, Any] = json.loads(Path(__file__).with_name(f"version_{version}.json").read_text(encoding="utf-8"))
    return found


def restore(connection: Connection, version: str, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Makes the tables of this version and puts the rows into them, whatever version they were written by."""
    migrate.upgrade(connection, version)
    (metadata := MetaData()).reflect(connection)
    for table in metadata.sorted_tables:
        for row in tables.get(table.name, ()):
            values = {name: _restored(table.c[name], value) for name, value in row.items()}
            counted = {one.name for one in table.primary_key if isinstance(one.type, Integer)}
            there = {name: value for name, value in values.items() if name not in counted}
            connection.execute(table.insert().values(there))


def _restored(column: "Column[Any]", value: Any) -> Any:
    """The value of a row of SQLite, as the column of either database takes it."""
    if isinstance(value, dict):
        return b64decode(value["base64"])
    if isinstance(column.type, JSON):
        return json.loads(value)
    if isinstance(column.type, DateTime) and value:
        when = datetime.fromisoformat(value)
        return when.replace(tzinfo=UTC) if column.type.timezone else when
    return bool(value) if isinstance(column.type, Boolean) else value


def relabel(connection: Connection, version: str) -> None:
    """The database says that another version made it."""
    connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def _value(column: "Column[Any]", keyring: Keyring) -> object:
    """Something the column takes; None where the database counts by itself."""
    if column.table.name == "encryption_canaries":
        return keyring.newest if column.primary_key else keyring.seal(SecretStr("campaign-bot"))
    if (column.table.name, column.name) in {(one.table.name, one.name) for one in Tables(keyring).secrets}:
        return keyring.seal(KEY)
    if isinstance(column.type, Integer):
        return None if column.primary_key else 0
    for kind, value in ((Boolean, True), (DateTime, NOW), (Date, NOW.date()), (JSON, {}), (LargeBinary, b"packed")):
        if isinstance(column.type, kind):
            return value
    return ID
