"""A connection to a SQLite file that nobody waits for when its disk hangs. SQLite blocks, so it has a thread."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, Self, TypeVar
from weakref import WeakSet

import aiosqlite
from aiosqlite.core import _connection_worker_thread

from bot.store.deadline import left

T = TypeVar("T")
_SILENT = "connection closed: SQLite does not answer"  # SQLAlchemy knows by the first words that it is of no more use
_LOOK = 0.02  # seconds between two looks whether the thread has ended


def _run(outcome: Future[T], work: Callable[[], T]) -> None:
    if outcome.set_running_or_notify_cancel():  # otherwise nobody waits for it any more
        try:
            outcome.set_result(work())
        except BaseException as error:  # any error: it is raised to whoever waits
            outcome.set_exception(error)


class _File(sqlite3.Connection):
    """A connection that knows its cursors: one that is left open holds locks, also of a connection that was closed."""

    def __init__(self, file: Path) -> None:
        # Without levels: we send BEGIN ourselves, as the driver would not send it before reading or DDL.
        super().__init__(str(file), check_same_thread=False, isolation_level=None)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def cursor(self, factory: Any = sqlite3.Cursor) -> Any:  # Any: the driver's
        """Make a cursor."""
        made = super().cursor(factory)
        self._cursors.add(made)
        return made

    def leave(self) -> None:
        """Roll back and close, whatever is under way."""
        for one in list(self._cursors):
            one.close()  # first: as long as one is under way, an interruption also ends the rollback
        with suppress(sqlite3.Error):
            self.rollback()
        self.close()


class _Cursor:
    """The part of the driver's cursor that SQLAlchemy uses.

    A statement and the reading of its rows take one turn of the thread, where the driver's own cursor takes three or
    four. After each turn the event loop has to come round to it, which takes tens of milliseconds under full load.
    """

    def __init__(self, make: Callable[[], sqlite3.Cursor], in_turn: Callable[[Callable[[], None]], Awaitable[None]]):
        self._make, self._in_turn = make, in_turn
        self._cursor: sqlite3.Cursor | None = None
        self._rows: list[Any] = []  # Any: as they are stored, as below

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        """Run a statement and read its rows."""
        await self._in_turn(partial(self._run, sqlite3.Cursor.execute, sql, parameters))
        return self

    async def executemany(self, sql: str, parameters: Any) -> Self:
        """Run a statement with each of these parameters."""
        await self._in_turn(partial(self._run, sqlite3.Cursor.executemany, sql, parameters))
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows of the last statement."""
        return self._rows

    async def close(self) -> None:
        """Do nothing: a statement whose rows are read has ended, and holds no lock."""

    def __getattr__(self, name: str) -> Any:
        """Return what the driver's cursor says of the last statement, such as its `rowcount`."""
        return getattr(self._cursor, name)

    def _run(self, run: Callable[..., sqlite3.Cursor], sql: str, parameters: Any) -> None:
        """Run in the thread."""
        self._cursor = self._cursor or self._make()
        self._rows = run(self._cursor, sql, parameters).fetchall()


class Connection(aiosqlite.Connection):
    """A connection that is given up at the deadline, and when its task is canceled. Its thread then ends by itself.

    The thread is stopped once. When SQLAlchemy is canceled while it closes a connection, it stops the thread twice, and
    whoever waited for the second time would wait for ever (aiosqlite 0.22).
    """

    _opened: _File | None = None  # set by the thread, also when nobody waits for it any more
    given_up = False
    _stopped = False

    def __init__(self, file: Path) -> None:
        super().__init__(self._open, iter_chunk_size=64)
        self._file = file
        self._thread = Thread(target=self._work, name="sqlite", daemon=True)  # the program must not wait for it

    async def over(self) -> None:
        """Wait until its thread has ended. Raise OperationalError when it hangs for all the time that is left."""
        try:
            async with asyncio.timeout(left()):
                while self._thread.is_alive():  # noqa: ASYNC110 - it is a thread
                    await asyncio.sleep(_LOOK)
        except TimeoutError:
            raise sqlite3.OperationalError(_SILENT) from None

    def cursor(self) -> _Cursor:  # type: ignore[override]  # the driver's takes a turn of the thread to be made
        """Make a cursor."""
        return _Cursor(self._new_cursor, self._execute)

    async def rollback(self) -> None:
        """Roll back, if there is something to. Of a connection that is given up, its thread does that."""
        if self._running and self._connection is not None and not self._connection.in_transaction:
            return  # SQLAlchemy asks for it after each transaction, and a turn of the thread takes time
        with self._none_if_given_up():
            await super().rollback()

    async def close(self) -> None:
        """Close the connection. One that is given up is closed by its thread."""
        with self._none_if_given_up():
            await super().close()

    def give_up(self) -> None:
        """Let the thread roll back, close and end as soon as SQLite answers."""
        if self._stopped:
            return
        self.given_up = True
        if self._connection is not None:
            self._connection.interrupt()  # what takes long without hanging ends now
        self._tx.put_nowait((None, self._leave))
        self.stop()

    def stop(self) -> "asyncio.Future[Any] | None":  # Any: the driver's
        """Close the connection and stop its thread. Return what to wait for, or None when it was stopped before."""
        if self._stopped:
            return None
        self._stopped = True
        return super().stop()

    def __del__(self) -> None:
        """Do nothing, unlike the driver's: a connection that nobody closed is kept by its thread, and never freed."""

    @contextmanager
    def _none_if_given_up(self) -> Iterator[None]:
        """Raise no error that only says that the connection is closed, since it was given up."""
        try:
            yield
        except (sqlite3.OperationalError, ValueError):
            if not self.given_up:
                raise

    async def _connect(self) -> Self:
        try:
            self._connection = await self._in_thread(self._connector)
        except BaseException:
            self.stop()
            raise
        return self

    async def _execute(self, fn: Callable[..., T], *args: object, **kwargs: object) -> T:
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")  # as the driver says it: SQLAlchemy knows it by that
        return await self._in_thread(partial(fn, *args, **kwargs))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Run `work` in the thread. Give the connection up when that takes too long, or when canceled."""
        outcome: Future[T] = Future()
        self._tx.put_nowait((None, partial(_run, outcome, work)))
        try:
            async with asyncio.timeout(left()):
                return await asyncio.wrap_future(outcome)
        except asyncio.CancelledError:
            self.give_up()
            raise
        except TimeoutError:
            self.give_up()
            raise sqlite3.OperationalError(_SILENT) from None

    def _work(self) -> None:
        """Run in the thread, as what follows."""
        with suppress(RuntimeError):  # the event loop was closed before the thread, and nobody waits for it
            _connection_worker_thread(self._tx)

    def _open(self) -> _File:
        self._opened = _File(self._file)
        return self._opened

    def _new_cursor(self) -> sqlite3.Cursor:
        return self._conn.cursor()

    def _leave(self) -> None:
        if self._opened:
            self._opened.leave()
