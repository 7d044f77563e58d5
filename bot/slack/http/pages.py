"""The pages of the installation in a browser."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.errors import StoreUnavailable
from bot.slack.install import oauth_pages
from bot.slack.reply.errors import SLACK_TROUBLE, report

_PRIVATE = {"cache-control": ["no-store"], "referrer-policy": ["no-referrer"]}  # the URLs hold OAuth codes and states
_Handle = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
_log = structlog.get_logger("slack")


class Page:
    """One step of the installation in a browser. Every error is shown as a page."""

    def __init__(self, handle: _Handle) -> None:
        self._handle = handle

    async def answer(self, request: web.Request) -> web.Response:
        """Return the page."""
        headers = {"cookie": request.headers.get("cookie", "")}
        asked = AsyncBoltRequest(body="", query=request.query_string, headers=dict(headers))
        try:
            return _response(await self._handle(asked))
        except SLACK_TROUBLE:
            return _failure("no_answer", 502)
        except StoreUnavailable:
            _log.error("not installed", reason="storage_error")
            return _failure("storage_error", 500)
        except Exception as error:
            report(error)
            return _failure("bug", 500)


def _response(answer: BoltResponse) -> web.Response:
    """Convert Bolt's response. The headers in `_PRIVATE` replace Bolt's own."""
    made = web.Response(status=answer.status, body=answer.body.encode())
    for name, values in {**answer.headers, **_PRIVATE}.items():
        made.headers.popall(name, None)
        for value in values:
            made.headers.add(name, value)
    return made


def _failure(reason: str, status: int) -> web.Response:
    return _response(BoltResponse(status=status, body=oauth_pages.not_installed(reason), headers=oauth_pages.headers()))
