"""Serve the bot's HTTP routes: Slack's requests, the installation, health checks and metrics."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.manifest import EVENTS, INSTALL, REDIRECT
from bot.slack.http.events import Events
from bot.slack.http.limits import Limits
from bot.slack.http.pages import Page
from bot.slack.reply.payload import Payload


def routes(
    app: AsyncApp,
    signing_secret: SecretStr | None,
    flow: AsyncOAuthFlow | None,
    trouble: Callable[[], Awaitable[str]],
    metrics: Callable[[], Awaitable[str]],
    limits: Limits,
    left_out: Callable[[Payload], None],
    at_hand: Callable[[AsyncBoltRequest], BoltResponse | None],
) -> web.Application:
    """Build the web application with `/healthz`, `/readyz` and `/metrics`.

    It takes Slack's requests only with a `signing_secret`, and has the installation pages only with a `flow`.
    `trouble` returns why the bot is not ready, or an empty string. `metrics` returns the text for Prometheus.
    `left_out` is given what Slack says of events that it left out. `at_hand` returns an answer for which Bolt need not
    be asked, or None.
    """
    served = web.Application(client_max_size=limits.body)
    served.router.add_get("/healthz", _healthz)
    served.router.add_get("/readyz", _Ready(trouble).answer)
    served.router.add_get("/metrics", _Metrics(metrics).answer)
    if signing_secret:
        events = Events(app, signing_secret.get_secret_value(), limits, left_out, at_hand)
        served.router.add_post(EVENTS, events.answer)
    if flow:
        served.router.add_get(INSTALL, Page(flow.handle_installation).answer, allow_head=False)
        served.router.add_get(REDIRECT, Page(flow.handle_callback).answer, allow_head=False)
    return served


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


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")
