"""The server closes: what it began is finished first, and nothing begins afterwards."""

import asyncio
import socket

from aiohttp import web

from bot.slack.http.limits import Limits
from bot.slack.http.server import HttpServer, bind

_REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"


async def test_what_comes_as_the_door_closes_is_finished_before_the_server_has_stopped() -> None:
    begun, ended, accepted = [], [], 0

    async def answer(_: web.Request) -> web.Response:
        begun.append(1)
        await asyncio.sleep(0.05)
        ended.append(1)
        return web.Response()

    app = web.Application()
    app.router.add_get("/", answer)
    for turns in range(8):  # of the event loop, between its arrival and the end
        server = HttpServer(app, Limits())
        await server.start(await bind("127.0.0.1", 0), 5)
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(_REQUEST)
            for _ in range(turns):
                await asyncio.sleep(0)
            await server.stop()
            at_the_end = len(begun)
            assert len(ended) == at_the_end, turns
            await asyncio.sleep(0.2)
            assert len(begun) == at_the_end, turns
            accepted += at_the_end
        begun.clear()
        ended.clear()
    assert accepted >= 6  # all but those that came when nobody looked any more
