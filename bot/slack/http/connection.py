"""One connection of the HTTP server: its limits of time and size, and answers that say nothing of the software."""

import asyncio
import select
import time
from typing import Any, cast

from aiohttp import hdrs, web
from aiohttp.web_protocol import RequestHandler

from bot.slack.http.connections import Connections
from bot.slack.http.limits import Limits
from bot.slack.reply.errors import report

_READ_AT_ONCE = 16 * 1024  # bytes
_NO_NAME = "http"  # for the header `Server`, which aiohttp fills with its own and Python's version


class Connection(RequestHandler):
    """An aiohttp connection that is closed when a client takes too long or sends too much.

    aiohttp itself limits only the time between two requests.
    """

    __slots__ = ("_all", "_header_bytes", "_headers_due", "_in_request", "_limits", "arrived", "proven")

    def __init__(self, server: web.Server, connections: Connections["Connection"], limits: Limits) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=limits.idle,
            access_log=None,  # type: ignore[arg-type]  # as aiohttp's own documentation says
            lingering_time=0,  # what nobody reads is not waited for
            auto_decompress=False,  # Slack compresses nothing, and a few bytes could become many
        )
        self._all = connections
        self._limits = limits
        self._headers_due: asyncio.TimerHandle | None = None
        self._header_bytes = 0
        self._in_request = False  # from the end of its headers to the end of its answer
        self.arrived = 0.0  # when the first byte of the request came, by `time.perf_counter`
        self.proven = False  # whether a request with Slack's signature came through it

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the headers of the first request."""
        super().connection_made(transport)
        if hasattr(transport, "max_size"):  # asyncio reads 256 kB at once, of each connection before any request begins
            transport.max_size = _READ_AT_ONCE
        self._all.add(self)
        self._expect_headers()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection."""
        self._stop_expecting()
        self._all.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came. Close the connection when its headers are too large."""
        if self._in_request:
            super().data_received(data)
            return
        if not self._header_bytes:
            self.arrived = time.perf_counter()
        super().data_received(data)
        self._header_bytes += len(data)
        if self._messages:
            self._begin()
        elif self._header_bytes > self._limits.headers:
            self._all.log.warning("headers too large")
            self.drop()
        elif self._headers_due is None and data:  # the rest is still to come; most requests come in one piece
            self._expect_headers()

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send an answer. An error that aiohttp made has no body, for aiohttp's may hold what the client sent."""
        if isinstance(resp, web.HTTPException):
            resp = web.Response(status=resp.status, headers={k: v for k, v in resp.headers.items() if k == hdrs.ALLOW})
        resp.headers[hdrs.SERVER] = _NO_NAME
        if self._all.are_brief():
            resp.force_close()  # and says so, so that the client sends nothing more here
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            if not self._messages:  # else the next request is here already
                self._in_request, self._header_bytes = False, 0
                self.waits()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - aiohttp's signature; it holds what the client sent
    ) -> web.StreamResponse:
        """Answer what is not HTTP with 400, and a mistake of ours with 500; then close the connection."""
        if status == web.HTTPBadRequest.status_code:
            self._all.log.warning("not HTTP", error=type(exc).__name__)
        else:
            report(exc or TimeoutError())
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun, and another one cannot follow")
        answer = web.Response(status=status)
        answer.force_close()
        return answer

    def log_exception(self, *_: Any, exc_info: BaseException | None = None, **__: Any) -> None:
        """Log what aiohttp could not handle, without a traceback."""
        if exc_info:
            report(exc_info)

    def waits(self) -> None:
        """Note that the client has to send something: headers, a body or the next request."""
        self._all.waits(self, proven=self.proven)

    def answers(self) -> None:
        """Note that the client has sent its part and waits for us."""
        self._all.answers(self)

    def is_silent(self) -> bool:
        """Return whether nothing has come that was not read yet; also not that the client has hung up."""
        if self.transport is None:
            return False
        look = select.poll()
        look.register(self.transport.get_extra_info("socket").fileno(), select.POLLIN)
        return not look.poll(0)

    def drop(self) -> None:
        """Close the connection now, whatever is under way."""
        if self.transport is not None:
            self.transport.abort()

    def _begin(self) -> None:
        self._in_request = True
        self._stop_expecting()
        self.answers()

    def _expect_headers(self) -> None:
        self._headers_due = self._loop.call_later(self._limits.headers_within, self._headers_are_late)

    def _stop_expecting(self) -> None:
        if self._headers_due:
            self._headers_due.cancel()
            self._headers_due = None

    def _headers_are_late(self) -> None:
        self._headers_due = None
        self._all.log.warning("headers took too long")
        self.drop()


def connection_of(request: web.BaseRequest) -> Connection:
    """Return the connection a request came through."""
    return cast("Connection", request.protocol)
