"""Stand between the bot and PostgreSQL, careCycle or Slack, and freeze, drip, reset or close what passes."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Literal, TypeAlias
from urllib.parse import parse_qs, urlsplit, urlunsplit

LOOPBACK = "127.0.0.1"
Mode = Literal["pass", "freeze", "drip", "reset", "close"]
Server: TypeAlias = tuple[str, int] | str  # host and port, or the path of a Unix socket
_CHUNK = 65_536  # bytes
_RESET = struct.pack("ii", 1, 0)  # a linger time of nought makes the kernel send RST in place of FIN
_PATIENCE = 5.0  # seconds for the proxy's own thread


class FaultProxy:
    """A TCP proxy in a thread of its own, so that a busy test does not slow it down. `port` is where it listens.

    Every fault holds for the connections that are there and for new ones, until the next call.
    """

    def __init__(self, server: Server) -> None:
        self.port = 0
        self._server = server
        self._mode: Mode = "pass"
        self._pause = 0.0  # seconds between two bytes that drip
        self._changed = asyncio.Event()
        self._links: set[asyncio.Task[None]] = set()
        self._clients: dict[asyncio.StreamWriter, asyncio.StreamWriter | None] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault proxy", daemon=True)

    @property
    def open(self) -> int:
        """Return how many clients are connected."""
        return len(self._clients)

    def thaw(self) -> None:
        """Pass everything on, also what was held back."""
        self._set("pass")

    def freeze(self) -> None:
        """Accept connections, keep all open, and let no byte through in either direction, as after SIGSTOP."""
        self._set("freeze")

    def drip(self, milliseconds: float) -> None:
        """Let the server's answers through byte by byte, with this pause after each."""
        self._pause = milliseconds / 1000
        self._set("drip")

    def reset(self) -> None:
        """Break every connection with an RST, new ones as soon as they come."""
        self._set("reset")

    def close(self) -> None:
        """Let half of each next answer through, then close the connection with a FIN."""
        self._set("close")

    def start(self) -> None:
        """Begin to listen on a free port of this machine."""
        self._thread.start()
        self.port = self._run(self._listen())

    def stop(self) -> None:
        """Close every connection and end the thread."""
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.close()

    def _run(self, work: Coroutine[None, None, int]) -> int:
        done: Future[int] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return done.result(_PATIENCE)

    def _set(self, mode: Mode) -> None:
        self._run(self._enter(mode))

    async def _enter(self, mode: Mode) -> int:
        self._mode = mode
        self._changed.set()  # who waited for the mode before looks again
        self._changed = asyncio.Event()
        for writer in list(self._clients) if mode == "reset" else ():
            _abort(writer)
        return 0

    async def _listen(self) -> int:
        listening = socket.create_server((LOOPBACK, 0), backlog=4096)
        self._listening = await asyncio.start_server(self._accept, sock=listening, limit=_CHUNK)
        return int(listening.getsockname()[1])

    async def _end(self) -> int:
        self._listening.close()
        for task in (links := list(self._links)):
            task.cancel()
        if links:
            await asyncio.wait(links, timeout=_PATIENCE / 2)
        return 0

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = asyncio.ensure_future(self._link(reader, writer))
        self._links.add(link)
        link.add_done_callback(self._links.discard)

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect one client with the server until either hangs up."""
        there: asyncio.StreamWriter | None = None
        self._clients[writer] = None
        try:
            if self._mode == "reset":
                _abort(writer)
                return
            await self._while(lambda: self._mode == "freeze")
            answers, there = await self._connect()
            self._clients[writer] = there
            asking = asyncio.ensure_future(self._ask(reader, there))
            try:
                await self._answer(answers, writer)
            finally:
                asking.cancel()
        except OSError:
            pass  # either side hung up: so does the other
        finally:
            del self._clients[writer]
            for one in filter(None, (writer, there)):
                one.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._server, str):
            return await asyncio.open_unix_connection(self._server)
        return await asyncio.open_connection(*self._server)

    async def _ask(self, reader: asyncio.StreamReader, there: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(_CHUNK):
                await self._while(lambda: self._mode == "freeze")
                there.write(data)
                await there.drain()
            await self._while(lambda: self._mode == "freeze")
            there.write_eof()
        except OSError:
            there.close()

    async def _answer(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await answers.read(_CHUNK):
            while data:
                await self._while(lambda: self._mode == "freeze")
                if self._mode == "close":
                    writer.write(data[: len(data) // 2])
                    return
                part = data[:1] if self._mode == "drip" else data
                writer.write(part)
                await writer.drain()
                data = data[len(part) :]
                if data and self._mode == "drip":
                    await self._sleep(self._pause)
        await self._while(lambda: self._mode == "freeze")

    async def _while(self, holds: Callable[[], bool]) -> None:
        while holds():
            await self._changed.wait()  # without a limit: until the test says so, or ends

    async def _sleep(self, seconds: float) -> None:
        """Sleep, but not beyond the next change of the mode."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)


@contextmanager
def fault_proxy(server: Server) -> Iterator[FaultProxy]:
    """Yield a proxy in front of `server` that passes everything on at first. It ends with the block."""
    proxy = FaultProxy(server)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


@contextmanager
def postgres_proxy(url: str) -> Iterator[tuple[str, FaultProxy]]:
    """Yield another address of the database at `url`, which leads through a proxy, and the proxy."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query).get("host", [""])[0]
    server: Server = f"{folder}/.s.PGSQL.5432" if folder else (parts.hostname or LOOPBACK, parts.port or 5432)
    with fault_proxy(server) as proxy:
        who = (parts.netloc.rpartition("@")[0] or "postgres") + "@"
        yield urlunsplit(parts._replace(netloc=f"{who}{LOOPBACK}:{proxy.port}", query="")), proxy


@contextmanager
def http_proxy(url: str) -> Iterator[tuple[str, FaultProxy]]:
    """Yield another address of the HTTP server at `url`, which leads through a proxy, and the proxy."""
    parts = urlsplit(url)
    with fault_proxy((str(parts.hostname), int(parts.port or 80))) as proxy:
        yield urlunsplit(parts._replace(netloc=f"{LOOPBACK}:{proxy.port}")), proxy


def _abort(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
