"""Read bodies of requests within limits: of size, of time, and of memory over all connections."""

import asyncio
import ctypes
from contextlib import suppress

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot import logs
from bot.slack.http.connection import Connection, connection_of
from bot.slack.http.limits import Limits


class Bodies:
    """The bodies under way."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._held: dict[Connection, int] = {}  # bytes of each unfinished body
        self._total = 0
        self._were_too_large = False
        self._log = logs.Seldom("http")

    async def read(self, request: web.Request, most: int) -> bytes:
        """Return the body of at most `most` bytes.

        Raise HTTPRequestEntityTooLarge; HTTPRequestTimeout; and HTTPBadRequest when it ends in the middle.
        """
        if (request.content_length or 0) > most:
            raise _too_large(most)
        if request.content.is_eof():  # it came together with the headers, as most of Slack's do
            body = request.content.read_nowait()
            if len(body) > most:
                raise _too_large(most)
            return body
        connection = connection_of(request)
        self._held[connection] = 0
        connection.waits()
        try:
            async with asyncio.timeout(self._limits.body_within):
                return await self._read(request, connection, most)
        except TimeoutError as error:
            self._log.warning("a body took too long")
            raise web.HTTPRequestTimeout from error
        except (ConnectionError, web.RequestPayloadError, HttpProcessingError) as error:
            raise web.HTTPBadRequest from error
        finally:
            self._total -= self._held.pop(connection)
            connection.answers()
            if self._were_too_large and not self._held:
                self._were_too_large = False
                _give_memory_back()

    async def _read(self, request: web.Request, connection: Connection, most: int) -> bytes:
        body, chunk = bytearray(), b""
        try:
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > most:
                    raise _too_large(most)
                self._held[connection] += len(chunk)
                self._total += len(chunk)
                if self._total > self._limits.bodies:
                    self._close_largest()
            return bytes(body)
        finally:  # an error holds this frame until the garbage collector comes
            body.clear()
            chunk = b""

    def _close_largest(self) -> None:
        """Close the connection that holds the most: Slack's requests are small and whole at once."""
        largest = max(self._held, key=self._held.__getitem__)
        self._total -= self._held[largest]
        self._held[largest] = 0
        self._were_too_large = True
        self._log.warning("too many bytes in unfinished bodies; the largest is closed")
        largest.drop()


def _too_large(most: int) -> web.HTTPRequestEntityTooLarge:
    return web.HTTPRequestEntityTooLarge(max_size=most, actual_size=most + 1)


def _give_memory_back() -> None:
    """Have the C library give what was freed back to the system, where it can (glibc); by itself it keeps most of it.

    It takes some 10 ms.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
