"""Make the engine of a SQLite file: one connection, which waits for other programs and can always be closed."""

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as Transacting
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store.sqlite_driver import Connection

_BUSY = 9  # seconds SQLite waits for another program's write: a little less than a write may take
_MIGRATION = 30  # seconds it waits for another program's migration
_AGAIN = 0.02  # seconds between two attempts to switch SQLite to WAL


class _Opener:
    """Opens connections to a file, each after the one before is over: when the disk hangs, one thread does."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._last: Connection | None = None

    async def open(self) -> Connection:
        """Open a connection. Raise OperationalError when the one before hangs for all the time that is left."""
        if self._last:
            self._last.give_up()  # if nobody closed it: there is one at a time, so that nobody can be using it
            await self._last.over()
        self._last = Connection(self._file)
        await self._last
        return self._last


def sqlite_engine(file: Path, *, change: bool) -> AsyncEngine:
    """Create an engine with one connection: SQLite has one writer, so a second connection would only wait for it.

    Without `change` it can only read.
    """
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{file}",
        async_creator=_Opener(file).open,
        pool_size=1,
        max_overflow=0,
        pool_timeout=_BUSY,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _to_change if change else _to_look)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    event.listen(engine.sync_engine.pool, "checkout", _check)
    event.listen(engine.sync_engine.pool, "invalidate", _roll_back)
    return engine


def _to_change(connection: Any, _: object) -> None:  # Any: the driver's connection
    _set_up_sqlite(connection, "synchronous=NORMAL", "foreign_keys=ON")
    connection.run_async(_write_ahead)


async def _write_ahead(connection: Any) -> None:  # Any: the driver's own connection
    """Switch to WAL, and try again while another program does the same.

    SQLite refuses this at once when the file is busy, without waiting as it does elsewhere.
    """
    async with asyncio.timeout(_BUSY):
        while True:
            try:
                await connection.execute_fetchall("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
                    raise
                await asyncio.sleep(_AGAIN)
            else:
                return


def _to_look(connection: Any, _: object) -> None:  # Any: as above
    _set_up_sqlite(connection, "query_only=ON")


def _set_up_sqlite(connection: Any, *pragmas: str) -> None:  # Any: as above
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={_BUSY * 1000}", *pragmas):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Transacting) -> None:
    options = connection.get_execution_options()
    if options.get("migrating"):
        # SQLite changes a table by copying it: dropping the old one would also delete the rows that refer to it.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_MIGRATION * 1000}")
    connection.exec_driver_sql("BEGIN" if options.get("reading") else "BEGIN IMMEDIATE")


def _check(_: object, record: ConnectionPoolEntry, __: object) -> None:
    """Have a connection that was given up while it was returned replaced by another one."""
    if isinstance(record.driver_connection, Connection) and record.driver_connection.given_up:
        raise DisconnectionError


def _roll_back(connection: Any, *_: object) -> None:  # Any: as above
    """Roll back a canceled transaction: if only closed, it would block all others until Python frees it."""
    with suppress(Exception):  # a connection that cannot roll back has no transaction any more
        connection.rollback()
