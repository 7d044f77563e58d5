"""The bot's HTTP: Slack's requests, the installation, and whether it is alive and ready."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.errors import StoreUnavailable
from bot.manifest import EVENTS, INSTALL, REDIRECT
from bot.slack.install import oauth_pages
from bot.slack.reply.errors import SLACK_TROUBLE, report

BODY_LIMIT = 1024 * 1024  # bytes; the largest thing Slack sends is a message with all its blocks
# What Bolt reads: never the headers by which its lazy listeners talk to themselves.
_NEEDED = frozenset({"content-type", "x-slack-retry-num", "x-slack-retry-reason"})
_JSON = {"content-type": "application/json; charset=utf-8"}
_TEXT = {"content-type": "text/plain; charset=utf-8"}
_PRIVATE = {"cache-control": ["no-store"], "referrer-policy": ["no-referrer"]}  # addresses hold codes and states
_Handle = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
_log = structlog.get_logger("slack")


def routes(
    app: AsyncApp,
    signing_secret: str | None,
    flow: AsyncOAuthFlow | None,
    trouble: Callable[[], Awaitable[str]],
    metrics: Callable[[], Awaitable[str]],
) -> web.Application:
    """`/healthz`, `/readyz`, `/metrics`; what Slack sends when there is a signing secret; the installation with a flow.

    `trouble` says why the bot is not ready, or nothing.
    """
    served = web.Application(client_max_size=BODY_LIMIT)
    served.router.add_get("/healthz", _healthz)
    served.router.add_get("/readyz", _Ready(trouble).answer)
    served.router.add_get("/metrics", _Metrics(metrics).answer)
    if signing_secret:
        served.router.add_post(EVENTS, _Events(app, signing_secret).answer)
    if flow:
        served.router.add_get(INSTALL, _Page(flow.handle_installation).answer, allow_head=False)
        served.router.add_get(REDIRECT, _Page(flow.handle_callback).answer, allow_head=False)
    return served


class _Events:
    """The door for Slack's requests. Nothing in a body is looked at before its signature was."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self._is_slacks(body, request):
            # Slack checks an address's certificate unsigned, with this and nothing that matters.
            return web.Response(status=200 if b"ssl_check=1" in body.split(b"&") else 401)
        headers = {name: value for name, value in request.headers.items() if name.lower() in _NEEDED}
        try:
            asked = AsyncBoltRequest(body=body.decode(), headers=dict(headers))
        except (ValueError, LookupError, AttributeError, TypeError, RecursionError):  # signed, and yet unreadable
            return web.Response(status=400)
        if asked.body.get("type") == "url_verification":  # Slack looks whether the address is ours
            return web.json_response({"challenge": asked.body.get("challenge")})
        answer = await self._app.async_dispatch(asked)
        kind = _JSON if answer.body.startswith("{") else _TEXT
        return web.Response(status=answer.status, body=answer.body.encode(), headers=kind)

    def _is_slacks(self, body: bytes, request: web.Request) -> bool:
        """Signed with our secret, in the last five minutes (Slack's rule)."""
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        return timestamp.isdecimal() and self._verifier.is_valid(body, timestamp, signature)


class _Page:
    """A step of the installation, in somebody's browser. Whatever goes wrong is a page, too."""

    def __init__(self, handle: _Handle) -> None:
        self._handle = handle

    async def answer(self, request: web.Request) -> web.Response:
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


class _Ready:
    """Whether requests can be served: the database answers, and the scheduler where there is one to run."""

    def __init__(self, trouble: Callable[[], Awaitable[str]]) -> None:
        self._trouble = trouble

    async def answer(self, _: web.Request) -> web.Response:
        trouble = await self._trouble()
        return web.Response(status=503 if trouble else 200, text=trouble or "ready")


class _Metrics:
    """Numbers for Prometheus."""

    def __init__(self, metrics: Callable[[], Awaitable[str]]) -> None:
        self._metrics = metrics

    async def answer(self, _: web.Request) -> web.Response:
        return web.Response(text=await self._metrics(), headers={"content-type": "text/plain; version=0.0.4"})


def _response(answer: BoltResponse) -> web.Response:
    """With the headers every page has, over those of Bolt."""
    made = web.Response(status=answer.status, body=answer.body.encode())
    for name, values in {**answer.headers, **_PRIVATE}.items():
        made.headers.popall(name, None)
        for value in values:
            made.headers.add(name, value)
    return made


def _failure(reason: str, status: int) -> web.Response:
    return _response(BoltResponse(status=status, body=oauth_pages.not_installed(reason), headers=oauth_pages.headers()))


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")
