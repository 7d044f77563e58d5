"""The database of the queue that runs digests: on PostgreSQL ours, on SQLite a file of its own beside ours.

Not the same file: a transaction of ours would lock the queue's threads out, and the other way round.
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
# From Python 3.12 on the queue's library takes SQLite to know unixepoch('subsec'). Debian 12's does not, and every row
# would be refused; a file that was begun so stays so, whichever Python opens it next.
_SUBSEC = (3, 42)


def queue_file(settings: Settings) -> Path | None:
    """The queue's file; None for PostgreSQL."""
    ours = sqlite_file(settings)
    return None if ours is None else ours.with_name(f"{ours.stem}-queue{ours.suffix}")


def queue_engine(settings: Settings, most: int) -> Engine:
    """Connections for the queue's own threads, at most so many. Raises SettingsError when the file cannot be used."""
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
            # The queue asks for some things with a time limit of its own; a session that hangs must not keep its locks.
            "options": "-c idle_in_transaction_session_timeout=60000",
        },
    )


def count_anew(engine: Engine) -> None:
    """Let PostgreSQL look how much waits now: it plans by what it counted last, a minute ago or last night.

    Measured with 10,000 in the queue, of 500 workspaces: 6.7 s for one look at the queue before, 7 ms after.
    It waits for nobody: when the table is just being counted or vacuumed, by another replica say, it leaves it at that.
    """
    if engine.dialect.name == "postgresql":
        with suppress(DBAPIError), engine.begin() as connection:  # without it all goes on, only slower
            connection.exec_driver_sql("ANALYZE (SKIP_LOCKED) dbos.workflow_status")


def _set_up_sqlite(connection: Any, _: object) -> None:  # Any: the driver's connection
    """As the queue's library does for an engine of its own, and with WAL."""
    connection.isolation_level = "IMMEDIATE"
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={_BUSY}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    if sqlite3.sqlite_version_info < _SUBSEC:
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(modifier: str) -> float | None:
    return round(time.time(), 3) if modifier == "subsec" else None
