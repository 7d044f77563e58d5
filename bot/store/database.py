"""Open the database, SQLite or PostgreSQL, with its encryption keys checked and its tables up to date."""

import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url, select
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.circuit_breaker import CircuitBreaker
from bot.config import Settings, SettingsError
from bot.errors import StoreUnavailable
from bot.stopping import raise_if_cancelled
from bot.store import migrate
from bot.store.deadline import deadline
from bot.store.encryption import Keyring, key_file
from bot.store.encryption_keys import check_writable, keyring_of, make_folder
from bot.store.sqlite import sqlite_engine
from bot.store.tables import Tables
from bot.store.under_way import UnderWay
from bot.store.writes import NO_ROOM, Writes, why_refused

_READ = 2.0  # seconds for a transaction that only reads: Slack waits 3 s, and callers can use an older value
_WRITE = 10.0  # seconds for one that writes: a replica counts as dead after 20 s
_ENDING = 1.0  # seconds for transactions under way when the database is closed
_POOLER = "PgBouncer refuses the program: it needs the line `ignore_startup_parameters = options`"
_READING, _MIGRATING = {"reading": True}, {"migrating": True}
_EACH_ALONE = {"isolation_level": "AUTOCOMMIT"}


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. Each `writing` block is one transaction. All blocks raise StoreUnavailable."""

    engine: AsyncEngine
    tables: Tables
    keyring: Keyring
    is_read_only: bool = False  # opened without `change`: each transaction is told that it may only read
    needs_migration: bool = False  # only True when it is read-only: otherwise it has been migrated
    under_way: UnderWay = field(default_factory=UnderWay, compare=False)
    writes: Writes = field(default_factory=Writes, compare=False)
    breaker: CircuitBreaker = field(default_factory=CircuitBreaker, compare=False)  # of the caches of what it holds

    @property
    def is_shared(self) -> bool:
        """Whether other processes may use it at the same time. With SQLite there is one."""
        return self.engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection that only reads. It takes at most 2 s, whatever the database does.

        With PostgreSQL each statement is a transaction of its own: there, one around them all would not see the same
        rows twice either (READ COMMITTED), and its BEGIN and COMMIT are two round trips more.
        """
        each_alone = self.is_shared and not self.is_read_only
        with_options = self.engine.execution_options(**_READING, **(_EACH_ALONE if each_alone else {}))
        with self.under_way.one():
            async with translated(), deadline(_READ), with_options.begin() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may write. It is rolled back when the block raises.

        It takes at most 10 s, whatever the database does. When the database did not answer any more at its end, it may
        have been committed: StoreUnavailable has `is_unclear` then.
        """
        at_its_end = False
        with self.under_way.one(), self.writes.noted():
            try:
                async with translated(), deadline(_WRITE), self.engine.begin() as connection:
                    yield connection
                    at_its_end = True
            except StoreUnavailable as error:
                error.is_unclear = at_its_end and not error.refused
                raise

    @asynccontextmanager
    async def stating(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection whose every statement is a transaction of its own, which takes a third of the round trips.

        Only with PostgreSQL. The rest is as with `writing`.
        """
        each_alone = self.engine.execution_options(**_EACH_ALONE)
        with self.under_way.one(), self.writes.noted():
            async with translated(), deadline(_WRITE), each_alone.connect() as connection:
                yield connection

    @property
    def sender(self) -> str:
        """What tells the notices of this replica from those of others. Only with PostgreSQL."""
        return str(self.engine.sync_engine.get_execution_options()["sender"])

    async def answers(self) -> bool:
        """Return whether the database can be reached now."""
        try:
            async with self.reading() as connection:
                await connection.execute(select(self.tables.canaries.c.key_name).limit(1))
        except StoreUnavailable:
            return False
        return True


@asynccontextmanager
async def open_database(settings: Settings, *, change: bool = True) -> AsyncIterator[Database]:
    """Open the database of these settings, create or migrate its tables, and close it at the end of the block.

    Without `change` it is opened read-only, with its tables as they are. Raise SettingsError when the encryption keys
    do not fit what is stored (nothing is changed then), when a newer version made the database, or when it cannot be
    reached.
    """
    keyring = keyring_of(settings)
    engine = _engine(settings, change=change)
    try:
        tables = Tables(keyring)
        needs_migration = await _prepare(engine, tables, keyring, change=change)
        opened = Database(engine, tables, keyring, not change, needs_migration)
        try:
            yield opened
        finally:
            await opened.under_way.ended(_ENDING)
    finally:
        await _close(engine)


def check_first_start(settings: Settings) -> None:
    """Raise SettingsError when the encryption keys or the folder would make a first start fail. Create nothing."""
    file, key = sqlite_file(settings), key_file(settings.data_dir)
    if file is not None:
        check_writable(file.parent)
    there = settings.encryption_keys or settings.database_url or key.exists() or (file and file.exists())
    if there:  # otherwise the first start makes a key
        keyring_of(settings)


def sqlite_file(settings: Settings) -> Path | None:
    """Return the file of the SQLite database, or None for PostgreSQL. Raise SettingsError for a bad DATABASE_URL."""
    if settings.database_url is None:
        return settings.data_dir / "campaign-bot.db"
    try:
        url = make_url(settings.database_url.get_secret_value())
    except (ArgumentError, ValueError):  # its text may hold the password
        raise SettingsError(["DATABASE_URL is not the address of a database"]) from None
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        raise SettingsError(["DATABASE_URL must name a file: sqlite:///folder/file.db"])
    return Path(url.database)


def file_mode(file: Path) -> int:
    """Return the permission bits of a file."""
    return stat.S_IMODE(file.stat().st_mode)


def make_private(file: Path) -> None:
    """Create the file if it is missing, and let only its owner read and write it.

    SQLite gives the files it creates beside it the same mode. Raise SettingsError when the file cannot be used.
    """
    make_folder(file.parent)
    if file.is_dir():
        raise SettingsError([f"{file} is a folder: the database must be a file"])
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        file.chmod(0o600)
    except OSError as error:
        raise SettingsError([f"{file} cannot be used: {error.strerror}"]) from error


def _engine(settings: Settings, *, change: bool) -> AsyncEngine:
    if (file := sqlite_file(settings)) is not None:
        if change:
            make_private(file)
        return sqlite_engine(file, change=change)
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    direct_url = settings.database_direct_url.get_secret_value() if settings.database_direct_url else None
    from bot.store.postgresql import postgresql_engine  # imported only when needed: with SQLite nobody has its driver

    return postgresql_engine(url, direct_url, change=change)


async def _prepare(engine: AsyncEngine, tables: Tables, keyring: Keyring, *, change: bool) -> bool:
    """Migrate the database or, without `change`, check it. Return whether it still needs a migration."""
    try:
        if not change:
            async with translated(), deadline(_WRITE), engine.execution_options(**_READING).begin() as connection:
                return await connection.run_sync(migrate.needs_migration, tables, keyring)
        async with translated(), engine.execution_options(**_MIGRATING).begin() as connection:
            await connection.run_sync(migrate.to_newest, tables, keyring)
    except StoreUnavailable as error:
        if "unsupported startup parameter" in str(error.__cause__):
            raise SettingsError([_POOLER]) from error
        raise SettingsError([f"the database cannot be used ({error}): look at DATABASE_URL"]) from error
    await engine.dispose()  # the next connection enforces foreign keys again
    return False


async def _close(engine: AsyncEngine) -> None:
    """Close all connections. One that hangs ends by itself, or with the program."""
    with suppress(TimeoutError):
        async with deadline(_WRITE):
            await engine.dispose()


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Turn database errors and timeouts into StoreUnavailable, but not IntegrityError and DataError: those are bugs."""
    try:
        yield
    except (IntegrityError, DataError):
        raise
    except (DBAPIError, PoolTimeout, OSError) as error:
        raise_if_cancelled(error)
        cause = getattr(error, "orig", None) or error
        unavailable = StoreUnavailable(type(cause).__name__)
        unavailable.refused = why_refused(cause)
        unavailable.is_full = unavailable.refused == NO_ROOM
        raise unavailable from error
