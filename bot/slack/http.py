"""Slack's requests over HTTP, and the health check."""

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

BODY_LIMIT = 1024 * 1024  # bytes; the largest thing Slack sends is a message with all its blocks
# What Bolt reads: never the headers by which its lazy listeners talk to themselves.
_NEEDED = frozenset({"content-type", "x-slack-signature", "x-slack-request-timestamp", "x-slack-retry-num"})
_JSON = {"content-type": "application/json; charset=utf-8"}
_TEXT = {"content-type": "text/plain; charset=utf-8"}


def routes(app: AsyncApp | None) -> web.Application:
    """`/healthz`, and `/slack/events` when there is a signing secret to check requests by (`app` is given)."""
    served = web.Application(client_max_size=BODY_LIMIT)
    served.router.add_get("/healthz", _healthz)
    if app is not None:
        bolt = app

        async def events(request: web.Request) -> web.Response:
            headers = {name: value for name, value in request.headers.items() if name.lower() in _NEEDED}
            try:
                asked = AsyncBoltRequest(body=await request.text(), headers=dict(headers))
            except (ValueError, LookupError, AttributeError, TypeError):  # no UTF-8, no JSON, no such charset
                return web.Response(status=400)
            answer = await bolt.async_dispatch(asked)
            kind = _JSON if answer.body.startswith("{") else _TEXT
            return web.Response(status=answer.status, body=answer.body.encode(), headers=kind)

        served.router.add_post("/slack/events", events)
    return served


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")
