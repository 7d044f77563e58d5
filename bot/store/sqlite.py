"""Make the engine of a SQLite file: one connection, which waits for other programs and can always be closed."""

import asyncio
import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_BUSY = 30  # seconds SQLite waits for another program's write
_AGAIN = 0.02  # seconds between two attempts to switch SQLite to WAL


class _Driver(aiosqlite.Connection):
    """A connection whose thread is stopped once, also when its opening was canceled and it was never anybody's.

    When SQLAlchemy is canceled while it closes a connection, it stops the thread twice. Nobody would answer the second
    time, and whoever waited for the answer would wait for ever, canceled or not (aiosqlite 0.22).
    """

    _stopped = False

    def stop(self) -> asyncio.Future[Any] | None:  # Any: the driver's
        """Close the connection and stop its thread. Return what to wait for, or None when it was stopped before."""
        if self._stopped:
            return None
        self._stopped = True
        return super().stop()

    def __del__(self) -> None:
        """Close the connection and stop its thread, if nobody did."""
        if self._connection is not None:
            self.stop()


def sqlite_engine(file: Path, *, change: bool) -> AsyncEngine:
    """Create an engine with one connection: SQLite has one writer, so a second connection would only wait for it.

    Without `change` it can only read.
    """
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{file}",
        async_creator=partial(_open, file),
        pool_size=1,
        max_overflow=0,
        pool_timeout=_BUSY,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _to_change if change else _to_look)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    event.listen(engine.sync_engine.pool, "invalidate", _roll_back)
    return engine


def _open(file: Path) -> _Driver:
    opening = _Driver(partial(sqlite3.connect, str(file), check_same_thread=False), iter_chunk_size=64)
    opening._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does: the program must not wait for it
    return opening


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
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                await asyncio.sleep(_AGAIN)
            else:
                return


def _to_look(connection: Any, _: object) -> None:  # Any: as above
    _set_up_sqlite(connection, "query_only=ON")


def _set_up_sqlite(connection: Any, *pragmas: str) -> None:  # Any: as above
    connection.isolation_level = None  # we send BEGIN ourselves: the driver would not send it before reading or DDL
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={_BUSY * 1000}", *pragmas):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("migrating"):
        # SQLite changes a table by copying it: dropping the old one would also delete the rows that refer to it.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN" if options.get("reading") else "BEGIN IMMEDIATE")


def _roll_back(connection: Any, *_: object) -> None:  # Any: as above
    """Roll back a canceled transaction: if only closed, it would block all others until Python frees it."""
    with suppress(Exception):  # a connection that cannot roll back has no transaction any more
        connection.rollback()
