"""Slack's requests over HTTP: nothing in a body is read before its signature is checked."""

import time

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.slack.reply.time_limit import ARRIVED

# The only headers passed on to Bolt. Those with which its lazy listeners call themselves must not come from outside.
_NEEDED = frozenset({"content-type", "x-slack-retry-num", "x-slack-retry-reason"})
_JSON = {"content-type": "application/json; charset=utf-8"}
_TEXT = {"content-type": "text/plain; charset=utf-8"}


class Events:
    """The endpoint for Slack's requests. It checks the signature before it reads anything in a body."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request."""
        arrived = time.perf_counter()  # before the body is read: Slack counts, too
        body = await request.read()
        if not self._is_slacks(body, request):
            # Slack checks our TLS certificate with an unsigned request, which holds nothing else that matters.
            return web.Response(status=200 if b"ssl_check=1" in body.split(b"&") else 401)
        headers = {name: value for name, value in request.headers.items() if name.lower() in _NEEDED}
        try:
            asked = AsyncBoltRequest(body=body.decode(), headers=dict(headers), context={ARRIVED: arrived})
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
