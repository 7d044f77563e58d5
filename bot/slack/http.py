"""Serve the bot's HTTP routes: Slack's requests, the installation, health checks and metrics."""

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
# The only headers passed on to Bolt. Those with which its lazy listeners call themselves must not come from outside.
_NEEDED = frozenset({"content-type", "x-slack-retry-num", "x-slack-retry-reason"})
_JSON = {"content-type": "application/json; charset=utf-8"}
_TEXT = {"content-type": "text/plain; charset=utf-8"}
_PRIVATE = {"cache-control": ["no-store"], "referrer-policy": ["no-referrer"]}  # the URLs hold OAuth codes and states
_Handle = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
_log = structlog.get_logger("slack")


def routes(
    app: AsyncApp,
    signing_secret: str | None,
    flow: AsyncOAuthFlow | None,
    trouble: Callable[[], Awaitable[str]],
    metrics: Callable[[], Awaitable[str]],
) -> web.Application:
    """Build the web application with `/healthz`, `/readyz` and `/metrics`.

    It takes Slack's requests only with a `signing_secret`, and has the installation pages only with a `flow`.
    `trouble` returns why the bot is not ready, or an empty string. `metrics` returns the text for Prometheus.
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
    """The endpoint for Slack's requests. It checks the signature before it reads anything in a body."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self._is_slacks(body, request):
            # Slack checks our TLS certificate with an unsigned request, which holds nothing else that matters.
            return web.Response(status=200 if b"ssl_check=1" in body.split(b"&") else 401)
        headers = {name: value for name, value in request.headers.items() if name.lower() in _NEEDED}
        try:
            asked = AsyncBoltRequest(body=body.decode(), headers=dict(headers))
        except (ValueError, LookupError, AttributeError, TypeError, RecursionError):  # signed, but unreadable
            return web.Response(status=400)
        if asked.body.get("type") == "url_verification":  # Slack verifies that the URL is ours
            return web.json_response({"challenge": asked.body.get("challenge")})
        answer = await self._app.async_dispatch(asked)
        kind = _JSON if answer.body.startswith("{") else _TEXT
        return web.Response(status=answer.status, body=answer.body.encode(), headers=kind)

    def _is_slacks(self, body: bytes, request: web.Request) -> bool:
        """Return whether the request was signed with our secret within the last five minutes (Slack's rule)."""
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        return timestamp.isdecimal() and self._verifier.is_valid(body, timestamp, signature)


class _Page:
    """One step of the installation in a browser. Every error is shown as a page."""

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
    """The readiness check: 200, or 503 with what `trouble` says about the database or the scheduler."""

    def __init__(self, trouble: Callable[[], Awaitable[str]]) -> None:
        self._trouble = trouble

    async def answer(self, _: web.Request) -> web.Response:
        trouble = await self._trouble()
        return web.Response(status=503 if trouble else 200, text=trouble or "ready")


class _Metrics:
    """The metrics for Prometheus."""

    def __init__(self, metrics: Callable[[], Awaitable[str]]) -> None:
        self._metrics = metrics

    async def answer(self, _: web.Request) -> web.Response:
        return web.Response(text=await self._metrics(), headers={"content-type": "text/plain; version=0.0.4"})


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


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")
