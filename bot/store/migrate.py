"""Bring a database up to date, only once even when several programs start at the same time."""

from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Connection, inspect, select, text

from bot.config import SettingsError
from bot.store.encryption import Keyring, Unreadable
from bot.store.tables import Tables

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x63_63_62_6F_74  # "ccbot": the same for every replica
_CANARY = "campaign-bot"


def to_newest(connection: Connection, tables: Tables, keyring: Keyring) -> None:
    """Check the encryption keys, then create or migrate the tables, all in the transaction of `connection`.

    A second program waits: on PostgreSQL for an advisory lock, on SQLite for the one writer. Raise SettingsError, with
    nothing changed, when the keys do not fit or a newer version made the database.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    _refuse_newer(connection)
    if inspect(connection).has_table(tables.canaries.name):
        _check_keys(connection, tables, keyring)
    if current(connection) != newest():
        upgrade(connection)
    _add_canary(connection, tables, keyring)


def needs_migration(connection: Connection, tables: Tables, keyring: Keyring) -> bool:
    """Return whether the database needs a migration. Change nothing. Raise SettingsError like `to_newest`."""
    _refuse_newer(connection)
    if not inspect(connection).has_table(tables.canaries.name):
        return True
    _check_keys(connection, tables, keyring)
    return current(connection) != newest()


def current(connection: Connection) -> str | None:
    """Return the version of the database, or None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def versions() -> list[str]:
    """Return all versions this program knows, oldest first."""
    return sorted(file.stem.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def newest() -> str:
    """Return the newest version this program knows."""
    return versions()[-1]


def upgrade(connection: Connection, version: str = "head") -> None:
    """Migrate the tables to this version, in the transaction of `connection`."""
    from alembic import command  # imported only when needed: importing it takes a third of the start-up time
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))  # Alembic interpolates %
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def _refuse_newer(connection: Connection) -> None:
    version = current(connection)
    if version is not None and version not in versions():
        raise SettingsError(
            [f"the database was made by a newer version of this program ({version}): run that one, or restore a backup"]
        )


def _check_keys(connection: Connection, tables: Tables, keyring: Keyring) -> None:
    try:
        connection.execute(select(tables.canaries.c.canary)).all()
    except Unreadable as error:
        raise SettingsError(
            [
                f"{keyring.named} does not fit this database: some of what is stored was encrypted with a key that is "
                "not among them. Nothing was changed. Add the missing key; until then nobody’s key can be read"
            ]
        ) from error


def _add_canary(connection: Connection, tables: Tables, keyring: Keyring) -> None:
    """Record that the newest key is in use, so that a later start without it is refused."""
    known = select(tables.canaries.c.key_name).where(tables.canaries.c.key_name == keyring.newest)
    if connection.execute(known).scalar() is None:
        connection.execute(tables.canaries.insert().values(key_name=keyring.newest, canary=SecretStr(_CANARY)))
