"""The proxy that stands between the bot and what it needs: each fault, with a server that sends back what it gets."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest

from tests.drivers.fault_proxy import FaultProxy, fault_proxy

WITHIN = 20.0  # seconds on a busy machine
SOON = 0.3  # seconds in which nothing may come


class Echo(StreamRequestHandler):
    """Send back what comes."""

    def handle(self) -> None:
        while data := self.connection.recv(1000):
            self.connection.sendall(data)


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    """In front of a server that sends back what it gets, both in threads of their own."""
    ThreadingTCPServer.daemon_threads = True
    with ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, args=[0.05]).start()
        with fault_proxy(("127.0.0.1", server.server_address[1])) as made:
            yield made
        server.shutdown()


class Client:
    """One connection through the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def get(self, count: int) -> bytes:
        return await asyncio.wait_for(self.reader.readexactly(count), WITHIN)

    async def rest(self) -> bytes:
        """What comes until the connection ends."""
        return await asyncio.wait_for(self.reader.read(), WITHIN)

    async def hears_nothing(self) -> bool:
        reading = asyncio.ensure_future(self.reader.read(1))
        await asyncio.wait({reading}, timeout=SOON)
        return reading.cancel()


Connect = Callable[..., Awaitable[Client]]


@pytest.fixture
async def connected(proxy: FaultProxy) -> AsyncIterator[Connect]:
    """Connect a client, and have it say something. All are closed at the end."""
    clients: list[Client] = []

    async def connect(said: bytes = b"") -> Client:
        clients.append(client := Client(*await asyncio.open_connection("127.0.0.1", proxy.port)))
        client.writer.write(said)
        return client

    yield connect
    for client in clients:
        client.writer.close()
        with contextlib.suppress(OSError):
            await asyncio.wait_for(client.writer.wait_closed(), WITHIN)


async def test_it_passes_everything_on_and_both_ends(proxy: FaultProxy, connected: Connect) -> None:
    client = await connected(b"x" * 300_000)
    assert await client.get(300_000) == b"x" * 300_000
    client.writer.write_eof()
    assert await client.rest() == b""
    await until(lambda: proxy.open == 0)


async def test_what_is_frozen_stays_open_and_comes_with_the_thaw(proxy: FaultProxy, connected: Connect) -> None:
    before = await connected(b"warm")
    assert await before.get(4) == b"warm"
    proxy.freeze()
    new = await connected(b"hello")
    before.writer.write(b"again")
    assert await before.hears_nothing()
    assert await new.hears_nothing()
    proxy.thaw()
    assert (await before.get(5), await new.get(5)) == (b"again", b"hello")


async def test_it_drips_answers_and_stops_dripping(proxy: FaultProxy, connected: Connect) -> None:
    client = await connected(b"warm")
    assert await client.get(4) == b"warm"
    proxy.drip(20)
    began = time.monotonic()
    client.writer.write(b"0123456789" * 100)
    assert await client.get(10) == b"0123456789"
    assert time.monotonic() - began > 0.15
    proxy.thaw()
    assert len(await client.get(990)) == 990


@pytest.mark.parametrize("frozen", [False, True], ids=["at once", "after it was frozen"])
async def test_a_reset_breaks_open_connections_and_new_ones(
    proxy: FaultProxy, connected: Connect, frozen: bool
) -> None:
    client = await connected(b"warm")
    assert await client.get(4) == b"warm"
    if frozen:
        proxy.freeze()
    proxy.reset()
    with pytest.raises(ConnectionResetError):
        await client.rest()
    with pytest.raises(ConnectionResetError):
        await (await connected()).rest()
    proxy.thaw()
    assert await (await connected(b"hello")).get(5) == b"hello"


async def test_it_closes_in_the_middle_of_an_answer(proxy: FaultProxy, connected: Connect) -> None:
    client = await connected(b"warm")
    assert await client.get(4) == b"warm"
    proxy.close()
    client.writer.write(b"12345678")
    assert await client.rest() == b"1234"
    assert await (await connected(b"abcdef")).rest() == b"abc"
    proxy.thaw()
    assert await (await connected(b"hello")).get(5) == b"hello"


async def test_a_client_that_goes_while_all_is_frozen_leaves_nothing(proxy: FaultProxy, connected: Connect) -> None:
    proxy.freeze()
    client = await connected(b"hello")
    await until(lambda: proxy.open == 1)
    client.writer.transport.abort()
    proxy.thaw()
    await until(lambda: proxy.open == 0)


def test_it_runs_without_the_loop_of_the_test(proxy: FaultProxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), WITHIN) as client:
        client.sendall(b"hello")
        assert client.recv(5, socket.MSG_WAITALL) == b"hello"


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while not holds():  # noqa: ASYNC110 - another thread changes it
            await asyncio.sleep(0.01)
