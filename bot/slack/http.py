"""Slack's requests over HTTP, and the health check."""

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

BODY_LIMIT = 1024 * 1024  # bytes; the largest thing Slack sends is a message with all its blocks


def routes(app: AsyncApp | None) -> web.Application:
    """`/healthz`, and `/slack/events` when there is a signing secret to check requests by (`app` is given)."""
    served = web.Application(client_max_size=BODY_LIMIT)
    served.router.add_get("/healthz", _healthz)
    if app is not None:
        bolt = app

        async def events(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

        served.router.add_post("/slack/events", events)
    return served


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")
