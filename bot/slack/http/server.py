"""Serve a web application within limits of what clients may cost."""

import asyncio
import socket

from aiohttp import web

from bot.slack.http.limits import Limits
from bot.slack.http.listener import Listener

_BACKLOG = 4_096  # connections that the kernel keeps for us; it cuts this to its own limit (net.core.somaxconn)


class HttpServer:
    """The server of one application."""

    def __init__(self, app: web.Application, limits: Limits) -> None:
        self._app = app
        self._limits = limits
        self._runner: web.AppRunner | None = None
        self._listener: Listener | None = None
        self.port = 0

    async def start(self, sockets: list[socket.socket], shutdown_timeout: float) -> None:
        """Accept connections at `sockets`, which are bound; they are closed at the end.

        `shutdown_timeout` are the seconds that requests under way get at the end.
        """
        self._runner = web.AppRunner(self._app, shutdown_timeout=shutdown_timeout)
        await self._runner.setup()
        if self._runner.server is None:
            raise RuntimeError("aiohttp made no server")
        self.port = sockets[0].getsockname()[1]
        self._listener = Listener(self._runner.server, sockets, self._limits)
        self._listener.start(_BACKLOG)

    def leave(self) -> None:
        """Let clients go elsewhere: each connection is closed after its next answer. Everything is still served."""
        if self._listener:
            self._listener.leave()

    async def stop(self) -> None:
        """Accept no more, give requests under way their time, and close all connections."""
        if self._listener:
            await self._listener.close()
        if self._runner:
            await self._runner.cleanup()


async def bind(host: str, port: int) -> list[socket.socket]:
    """Return sockets bound to all addresses of `host`. Raise OSError when one is in use."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(asyncio.Protocol, host, port, start_serving=False)
    sockets = [one.dup() for one in server.sockets]
    server.close()
    return sockets
