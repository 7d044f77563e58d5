"""Databases as earlier versions of this program made them, with a row in every table."""

from typing import Any

from pydantic import SecretStr
from sqlalchemy import JSON, Boolean, Column, Connection, DateTime, Integer, LargeBinary, MetaData, text
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
    keyring = Keyring(settings.encryption_keys)
    (metadata := MetaData()).reflect(connection)
    tables = [table for table in metadata.sorted_tables if table.name != "alembic_version"]
    for table in tables:
        values = {column.name: _value(column, keyring) for column in table.columns}
        connection.execute(table.insert().values({name: value for name, value in values.items() if value is not None}))
    return [table.name for table in tables]


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
    for kind, value in ((Boolean, True), (DateTime, NOW), (JSON, {}), (LargeBinary, b"packed")):
        if isinstance(column.type, kind):
            return value
    return ID
