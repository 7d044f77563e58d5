"""Slack's requests over HTTP, and the health check."""

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

BODY_LIMIT = 1024 * 1024  # bytes; the largest thing Slack sends is a message with all its blocks
# What Bolt reads: never the headers by which its lazy listeners talk to themselves.
_NEEDED = frozenset({"content-type", "x-slack-retry-num", "x-slack-retry-reason"})
_JSON = {"content-type": "application/json; charset=utf-8"}
_TEXT = {"content-type": "text/plain; charset=utf-8"}


def routes(app: AsyncApp, signing_secret: str | None) -> web.Application:
    """`/healthz`, and `/slack/events` when there is a signing secret to check requests by."""
    served = web.Application(client_max_size=BODY_LIMIT)
    served.router.add_get("/healthz", _healthz)
    if signing_secret:
        served.router.add_post("/slack/events", _Events(app, signing_secret).answer)
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
        answer = await self._app.async_dispatch(asked)
        kind = _JSON if answer.body.startswith("{") else _TEXT
        return web.Response(status=answer.status, body=answer.body.encode(), headers=kind)

    def _is_slacks(self, body: bytes, request: web.Request) -> bool:
        """Signed with our secret, in the last five minutes (Slack's rule)."""
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        return timestamp.isdecimal() and self._verifier.is_valid(body, timestamp, signature)


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")
