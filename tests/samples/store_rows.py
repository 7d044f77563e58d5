"""What is kept in these tests, and everything a database holds, for comparing it before and after."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import MetaData, Text, create_engine, select, text, type_coerce

from bot.config import Settings
from bot.records import AuditEntry, Connection, Installation, KnownAccount, Preferences
from bot.store import installations, profiles
from bot.store.database import Database, file_mode, sqlite_file

NOW = datetime(2026, 11, 23, 9, 2, 11, 123456, UTC)
TOKEN, REFRESH, KEY = SecretStr("xoxb-TOKEN"), SecretStr("xoxe-REFRESH"), SecretStr("cc_KEY-1234567890")


def at(seconds: float) -> datetime:
    """So long after NOW."""
    return NOW + timedelta(seconds=seconds)


def installation(id_: str = "T1", when: datetime = NOW, **more: Any) -> Installation:
    return Installation(**{"id": id_, "bot_token": TOKEN, "installed_at": when, **more})


def audit_entry(
    action: str = "shared", workspace_id: str = "T1", when: datetime = NOW, **details: object
) -> AuditEntry:
    return AuditEntry(when, workspace_id, "U1", action, details)


def listed(*campaigns: str, client: str | None = None, seconds: float = 0) -> KnownAccount:
    """What the list of an account shows."""
    return KnownAccount(at(seconds), frozenset(campaigns), client, whole=True)


async def install(db: Database, id_: str = "T1", when: datetime = NOW, **more: Any) -> Installation:
    """The app is added."""
    installed = installation(id_, when, **more)
    await installations.save(db, installed)
    return installed


async def connect(
    db: Database, id_: str = "T1", when: datetime = NOW, *, key: SecretStr = KEY, enterprise_id: str | None = None
) -> Connection:
    """A manager connects careCycle."""
    kept = Connection(key, "U1", when)
    await profiles.connect(db, kept, audit_entry("connected", id_, when), enterprise_id)
    return kept


async def prefer(
    db: Database, id_: str = "T1", when: datetime = NOW, *managers: str, enterprise_id: str | None = None, **choice: Any
) -> Preferences:
    """A manager changes settings."""
    chosen = Preferences(**choice)
    await profiles.save_preferences(db, chosen, managers, (), audit_entry("changed settings", id_, when), enterprise_id)
    return chosen


async def fill(db: Database) -> None:
    """One of everything that holds a secret, and of what is beside it."""
    await install(db, bot_refresh_token=REFRESH, bot_token_expires_at=at(3600))
    await connect(db)
    await prefer(db, "T1", NOW, "U2")


async def sealed(db: Database) -> dict[str, str | None]:
    """Every secret as it stands in the database, by its place."""
    found: dict[str, str | None] = {}
    async with db.reading() as connection:
        for column in db.tables.secrets:
            (key,) = column.table.primary_key
            rows = await connection.execute(select(key, type_coerce(column, Text)))
            found |= {f"{column.table.name}.{column.name}.{row[0]}": row[1] for row in rows}
    return found


async def rows(db: Database) -> dict[str, int]:
    """How many rows each table has, but for those that have none and the canaries."""
    found: dict[str, int] = {}
    async with db.reading() as connection:
        for table in db.tables.metadata.sorted_tables:
            found[table.name] = len((await connection.execute(select(table))).all())
    return {name: count for name, count in found.items() if count and name != "encryption_canaries"}


async def until_somebody_waits(db: Database) -> None:
    """For a row that is being written. PostgreSQL says so; on SQLite everybody waits for the one who writes."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype IN ('transactionid', 'tuple') AND NOT granted")
    while db.engine.dialect.name == "postgresql":
        async with db.reading() as connection:
            if await connection.scalar(waiting):
                return


def everything(settings: Settings) -> dict[str, Any]:
    """Every row of every table, as it is stored; of SQLite also every file of its folder, byte for byte."""
    file = sqlite_file(settings)
    found: dict[str, Any] = files(file.parent) if file else {}
    if file and not file.exists():
        return found
    url = settings.database_url.get_secret_value() if settings.database_url else f"sqlite:///{file}"
    engine = create_engine(url.replace("+aiosqlite", ""))
    try:
        with engine.connect() as connection:
            (metadata := MetaData()).reflect(connection)
            for table in metadata.sorted_tables:
                found[table.name] = sorted(map(repr, connection.execute(select(table))))
    finally:
        engine.dispose()
    return found


def files(folder: Path) -> dict[str, Any]:
    """Every file of a folder, to the byte, with its mode."""
    return {str(file.relative_to(folder)): (file_mode(file), _read(file)) for file in sorted(folder.rglob("*"))}


def _read(file: Path) -> bytes | None:
    return None if file.is_dir() else file.read_bytes()


def environment(settings: Settings) -> dict[str, str]:
    """The settings of the database, as a process takes them."""
    keys = ",".join(key.get_secret_value() for key in settings.encryption_keys)
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    return {"DATA_DIR": str(settings.data_dir), "DATABASE_URL": url, "ENCRYPTION_KEYS": keys}
