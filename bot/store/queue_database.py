"""Connect to the database of the delivery queue: ours on PostgreSQL, a second file beside ours on SQLite.

In one SQLite file our transactions would lock out the queue's threads, and the other way round.
"""

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from bot.config import Settings
from bot.store.database import make_private, sqlite_file

_BUSY = 30_000  # milliseconds SQLite waits for another program's write
# From Python 3.12 on, the queue's library expects SQLite to know unixepoch('subsec'). The SQLite of Debian 12 does not,
# so every row would be refused. A file created that way stays that way, whichever Python opens it next.
_SUBSEC = (3, 42)


def queue_file(settings: Settings) -> Path | None:
    """Return the queue's SQLite file, or None for PostgreSQL."""
    ours = sqlite_file(settings)
    return None if ours is None else ours.with_name(f"{ours.stem}-queue{ours.suffix}")


def queue_engine(settings: Settings, most: int) -> Engine:
    """Create an engine for the queue's own threads, with at most `most` connections.

    Raise SettingsError when the SQLite file cannot be used.
    """
    if (file := queue_file(settings)) is not None:
        make_private(file)
        engine = create_engine(f"sqlite:///{file}", pool_size=most, max_overflow=0, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    return create_engine(
        url,
        pool_size=2,
        max_overflow=most - 2,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 3,
            "tcp_user_timeout": 10_000,
            # The queue sets its own time limit for some queries. A session that hangs must not keep its locks.
            "options": "-c idle_in_transaction_session_timeout=60000",
        },
    )


def refresh_statistics(engine: Engine) -> None:
    """Let PostgreSQL count what waits in the queue: it plans queries by its last count, which may be a night old.

    Measured with 10,000 deliveries of 500 workspaces in the queue: one look at it took 6.7 s before, and 7 ms after.
    This never waits: it does nothing while the table is being counted or vacuumed, by another replica for example.
    """
    if engine.dialect.name == "postgresql":
        with suppress(DBAPIError), engine.begin() as connection:  # if it fails, all goes on, only slower
            connection.exec_driver_sql("ANALYZE (SKIP_LOCKED) dbos.workflow_status")


def _set_up_sqlite(connection: Any, _: object) -> None:  # Any: the driver's connection
    """Set up a connection as the queue's library does for its own engine, and use WAL."""
    connection.isolation_level = "IMMEDIATE"
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={_BUSY}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    if sqlite3.sqlite_version_info < _SUBSEC:
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(modifier: str) -> float | None:
    return round(time.time(), 3) if modifier == "subsec" else None
