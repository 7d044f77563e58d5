"""Make the engine of a PostgreSQL database. A connection that is given up is closed at once.

psycopg asks the server to cancel the statement and waits for its answer, which a server that hangs never gives.
"""

import asyncio
import select
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from secrets import token_hex
from typing import Any, TypeVar

import psycopg
from psycopg import sql
from psycopg.abc import PQGen
from psycopg.waiting import wait_async
from sqlalchemy import Connection, Dialect, event, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store.deadline import deadline, left

T = TypeVar("T")
CONNECT = 3  # seconds for a connection
_LOOK = 0.1  # seconds between two looks whether the socket was closed, as psycopg does it
_SELDOM = 5.0  # likewise, where the heartbeat shows whether the connection lives
# The server's own limits, in milliseconds. They end what this program has given up, or cannot give up, being frozen.
_STATEMENT = 9_000  # a little less than a write may take here: then it is rolled back, and the connection goes on
_MIGRATION = 110_000  # likewise
_IDLE = 20_000  # in a transaction: after that, a replica counts as dead
_LOOK_FOR_CLIENT = 1_000
_LIMITS = f"SET LOCAL statement_timeout = {_STATEMENT}; SET LOCAL idle_in_transaction_session_timeout = {_IDLE}"
_QUIET = 5.0  # seconds without use after which a connection may be lost without a sign
_USED = "used"  # in the pool's record of a connection: when it was given back
_POOLED = "pooled"  # in the pool's record of a connection: there is a pooler in between
# Servers before version 14 do not know it, and refuse what they do not know.
_CHECK_CLIENT = f"""
SELECT set_config('client_connection_check_interval', '{_LOOK_FOR_CLIENT}', false)
WHERE current_setting('server_version_num')::int >= 140000
"""


class _Connection(psycopg.AsyncConnection[Any]):  # Any: of every row
    """A connection whose every wait for the server ends soon after the deadline, and when its task is canceled."""

    async def wait(self, gen: PQGen[T], interval: float = _LOOK, timeout: float | None = None) -> T:  # noqa: ASYNC109 - psycopg's
        """Wait for the server, as psycopg does. Raise OperationalError when it does not answer in time."""
        try:
            async with asyncio.timeout(left()):
                return await wait_async(gen, self.pgconn.socket, interval=interval, timeout=timeout)
        except asyncio.CancelledError:
            self.pgconn.finish()
            raise
        except TimeoutError:
            self.pgconn.finish()
            raise psycopg.OperationalError("the server does not answer") from None

    async def rollback(self) -> None:
        """Roll back. For the server, a connection that was closed is rolled back."""
        try:
            await super().rollback()
        except psycopg.OperationalError:
            if not self.closed:
                raise


class _Listening(_Connection):
    """A connection that mostly waits: what it hears is seen at once, and a lost one by its missing heartbeat."""

    async def wait(self, gen: PQGen[T], interval: float = _SELDOM, timeout: float | None = None) -> T:  # noqa: ASYNC109 - psycopg's
        """Wait for the server, as `_Connection` does, and wake seldom in between."""
        return await super().wait(gen, interval, timeout)


def postgresql_engine(url: str, direct_url: str | None = None, *, change: bool) -> AsyncEngine:
    """Create an engine with at most ten connections. Without `change` they can only read.

    `url` may lead through a pooler that gives a connection to others between two transactions; `direct_url` does not.
    """
    options = f"-c statement_timeout={_STATEMENT} -c idle_in_transaction_session_timeout={_IDLE}"
    engine = create_async_engine(
        url,
        pool_size=5,
        max_overflow=5,
        pool_timeout=CONNECT,
        hide_parameters=True,
        execution_options={"sender": token_hex(8), "direct_url": direct_url or url},
        connect_args={
            "async_creator_fn": _Connection.connect,
            "connect_timeout": CONNECT,
            "tcp_user_timeout": 10_000,
            "options": options,
        },
    )
    event.listen(engine.sync_engine, "connect", _connected)
    event.listen(engine.sync_engine, "checkin", _given_back)
    event.listen(engine.sync_engine, "checkout", partial(_ping_if_in_doubt, engine.dialect))
    event.listen(engine.sync_engine, "begin", _begin)
    if not change:
        event.listen(engine.sync_engine, "begin", _only_read)
    return engine


@asynccontextmanager
async def listening_connection(
    engine: AsyncEngine, channels: Sequence[str], within: float
) -> AsyncIterator[AsyncIterator[tuple[str, str]]]:
    """Open a connection to the same database that listens, and yield the channel and the text of each notice.

    It has `within` seconds to begin. Raise ConnectionError when it cannot; the iterator raises it when the connection
    is lost. At the end it is closed at once: the server is not asked.
    """
    _, options = engine.dialect.create_connect_args(make_url(engine.sync_engine.get_execution_options()["direct_url"]))
    connection: _Listening | None = None
    try:
        try:
            async with deadline(within):
                connection = await _Listening.connect(**options, connect_timeout=CONNECT, autocommit=True)
                for channel in channels:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        except psycopg.Error as error:
            raise ConnectionError(type(error).__name__) from error
        yield _told(connection)
    finally:
        if connection:
            connection.pgconn.finish()


async def _told(connection: "_Listening") -> AsyncIterator[tuple[str, str]]:
    try:
        async for notice in connection.notifies():
            yield notice.channel, notice.payload
    except psycopg.Error as error:
        raise ConnectionError(type(error).__name__) from error


def _connected(connection: Any, record: ConnectionPoolEntry) -> None:  # Any: the driver's connection
    """Let the server notice that nobody waits for a statement any more: it would go on, and keep its locks.

    Find out whether there is a pooler in between. It may hand the connection to others after each transaction, so
    nothing may be prepared over it, and what was set when it was opened may not hold.
    """
    cursor = connection.cursor()
    cursor.execute(_CHECK_CLIENT)
    cursor.execute("SELECT pg_backend_pid()")
    (process,) = cursor.fetchone()
    cursor.close()
    connection.commit()
    driver = connection.driver_connection
    record.info[_POOLED] = pooled = process != driver.info.backend_pid
    if pooled:
        driver.prepare_threshold = None
        driver.add_notify_handler(lambda _: None)  # of another's listener: they would be kept for ever


def _given_back(_: Any, record: ConnectionPoolEntry) -> None:  # Any: the driver's connection
    record.info[_USED] = time.monotonic()


def _ping_if_in_doubt(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _: object) -> None:
    """Replace a lost connection, so that the first request after a restart of PostgreSQL does not fail.

    A server that ends a connection says so: there is something to read. So one that was used a moment ago and has
    nothing to read is used without a ping, which is a round trip (`pool_pre_ping` would send one each time).
    """
    used = record.info.get(_USED)  # not there when it is new
    if used is None or (time.monotonic() - used < _QUIET and not _has_something_to_read(connection.driver_connection)):
        return
    try:
        dialect.do_ping(connection)
    except psycopg.Error as error:
        raise InvalidatePoolError from error


def _has_something_to_read(driver: psycopg.AsyncConnection[Any]) -> bool:
    """Return whether the server sent something that nobody asked for, or the connection is closed. Wait for nothing."""
    if driver.closed:
        return True
    looking = select.poll()
    looking.register(driver.fileno(), select.POLLIN)
    return bool(looking.poll(0))


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("migrating"):
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {_MIGRATION}")
    elif connection.info.get(_POOLED) and connection.get_isolation_level() != "AUTOCOMMIT":
        connection.exec_driver_sql(_LIMITS)


def _only_read(connection: Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")
