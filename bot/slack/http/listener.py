"""Accept connections as long as there is room for them and there are file descriptors.

asyncio's own loop knows no limit. Without descriptors it logs a line for each of `backlog` tries, and a timer for each
tries all of them again.
"""

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence

from aiohttp import web

from bot.slack.http.connection import Connection
from bot.slack.http.connections import Connections
from bot.slack.http.limits import Limits
from bot.slack.http.trouble import Trouble

_AT_ONCE = 8  # the part of all connections that is accepted between two looks at those that are open: an eighth
_AGAIN = 0.5  # seconds until the next try without descriptors
_OPENED = 1.0  # seconds until a connection that was accepted is open, which takes two turns of the event loop
_FULL = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_LOST = (BlockingIOError, InterruptedError, ConnectionAbortedError)  # nobody is waiting, or no longer


class Listener:
    """The listening sockets, and what becomes of those that connect."""

    def __init__(self, server: web.Server, sockets: Sequence[socket.socket], limits: Limits) -> None:
        self._sockets = sockets
        self._connections: Connections[Connection] = Connections(limits.connections)
        self._connections.when_room = self._resume
        self._at_once = max(limits.connections // _AT_ONCE, 1)
        self._make: Callable[[], Connection] = lambda: Connection(server, self._connections, limits)
        self._loop = asyncio.get_running_loop()
        self._opening: set[asyncio.Task[object]] = set()
        self._paused = True
        self._closed = False
        self._trouble = Trouble("no file descriptors for connections", "there are file descriptors for connections")

    def start(self, backlog: int) -> None:
        """Listen. The kernel keeps up to `backlog` connections until they are accepted."""
        for one in self._sockets:
            one.setblocking(False)
            one.listen(backlog)
        self._resume()

    def leave(self) -> None:
        """Close each connection after its next answer, which says so. New ones are still accepted."""
        self._connections.is_leaving = True

    async def close(self) -> None:
        """Listen no longer. Connections stay open, and what those that were just accepted have sent is read.

        Nobody else would know of them: they would be answered after the server has stopped.
        """
        self._pause()
        self._closed = True
        for one in self._sockets:
            one.close()
        if self._opening:
            await asyncio.wait(self._opening, timeout=_OPENED)
            await asyncio.sleep(0)  # the event loop looks at them
            await asyncio.sleep(0)  # they have read

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(self._at_once):
            has_room = self._connections.has_room(len(self._opening))
            if not has_room and self._connections.will_have_room():
                return
            silent = None if has_room else self._connections.oldest_silent()
            if not has_room and silent is None:
                self._pause()  # until one has ended or been answered
                return
            try:
                connected, _address = listening.accept()
            except _LOST:
                return
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                self._wait_for_descriptors()
                return
            if silent:
                self._connections.close(silent)
            self._open(connected)

    def _open(self, connected: socket.socket) -> None:
        connected.setblocking(False)
        opening = self._loop.create_task(self._loop.connect_accepted_socket(self._make, connected))
        self._opening.add(opening)
        opening.add_done_callback(self._opened)

    def _opened(self, opening: asyncio.Task[object]) -> None:
        self._opening.discard(opening)
        if not opening.cancelled():
            opening.exception()  # the client is gone again

    def _wait_for_descriptors(self) -> None:
        self._trouble.goes_on()
        self._pause()
        self._loop.call_later(_AGAIN, self._resume)

    def _pause(self) -> None:
        if not self._paused:
            self._paused = True
            for one in self._sockets:
                self._loop.remove_reader(one)

    def _resume(self) -> None:
        if self._paused and not self._closed:
            self._paused = False
            for one in self._sockets:
                self._loop.add_reader(one, self._accept, one)
