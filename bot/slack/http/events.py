"""Slack's requests over HTTP: nothing in a body is read before its signature is checked."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

from aiohttp import hdrs, web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from blocks import notices
from bot import logs
from bot.campaigns.readable_text import readable_json
from bot.errors import Busy
from bot.slack.http.bodies import Bodies
from bot.slack.http.connection import connection_of
from bot.slack.http.limits import Limits
from bot.slack.http.shapes import is_known
from bot.slack.http.signatures import Signatures
from bot.slack.http.turns import Turns
from bot.slack.reply.message_bodies import ephemeral
from bot.slack.reply.payload import EVENTS_LEFT_OUT, Payload
from bot.slack.reply.time_limit import ARRIVED

# The only headers passed on to Bolt. Those with which its lazy listeners call themselves must not come from outside.
_NEEDED = frozenset({"content-type", "x-slack-retry-num", "x-slack-retry-reason"})
_JSON = {"content-type": "application/json; charset=utf-8"}
_TEXT = {"content-type": "text/plain; charset=utf-8"}
_FORM = "application/x-www-form-urlencoded"
_BUSY = json.dumps(ephemeral(notices.for_error(Busy(), datetime.now(UTC)))).encode()  # it tells no time
_CHECK = b"ssl_check=1"  # in a form: Slack checks our TLS certificate


class Events:
    """The endpoint for Slack's requests. It looks at the signature's headers before it reads a body.

    `left_out` is given what Slack says of events that it left out. `at_hand` returns an answer for which Bolt need not
    be asked, or None.
    """

    def __init__(
        self,
        app: AsyncApp,
        signing_secret: str,
        limits: Limits,
        left_out: Callable[[Payload], None],
        at_hand: Callable[[AsyncBoltRequest], BoltResponse | None],
    ) -> None:
        self._app = app
        self._signatures = Signatures(signing_secret)
        self._bodies = Bodies(limits)
        self._limits = limits
        self._left_out = left_out
        self._at_hand = at_hand
        self._turns = Turns(limits.begin_at_once)
        self._log = logs.Seldom("slack")

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request."""
        if fault := self._signatures.fault(request.headers):
            return await self._unsigned(request, fault)
        body = await self._bodies.read(request, self._limits.body)
        if not self._signatures.fits(request.headers, body):
            return self._refused("wrong signature")
        connection_of(request).proven = True
        await self._turns.take()
        asked = self._read(request, body)
        if asked is None:
            return web.Response()
        if (at_once := self._answer_at_once(asked, body)) is not None:
            return at_once
        answer = self._at_hand(asked) or await self._app.async_dispatch(asked)
        kind = _JSON if answer.body.startswith("{") else _TEXT
        return web.Response(status=answer.status, body=answer.body.encode(), headers=kind)

    def _answer_at_once(self, asked: AsyncBoltRequest, body: bytes) -> web.Response | None:
        """Return the answer to what no listener is for, and to what is too late. None: ask Bolt."""
        if _is_check_of_certificate(asked, body):
            return web.Response()
        if asked.body.get("type") == "url_verification":  # Slack verifies that the URL is ours
            return web.json_response({"challenge": asked.body.get("challenge")})
        if asked.body.get("type") == EVENTS_LEFT_OUT:
            self._left_out(asked.body)
            return web.Response()
        if "command" in asked.body and time.perf_counter() - asked.context[ARRIVED] > self._limits.begin_within:
            return self._too_late()
        return None

    async def _unsigned(self, request: web.Request, fault: str) -> web.Response:
        """Refuse a request, unless it is Slack's check of our TLS certificate, of which nothing goes on."""
        most = self._limits.unsigned_body
        is_form = request.content_type == _FORM and hdrs.TRANSFER_ENCODING not in request.headers
        may_be_check = is_form and 0 < (request.content_length or 0) <= most
        if may_be_check and _CHECK in (await self._bodies.read(request, most)).split(b"&"):
            return web.Response()
        return self._refused(fault)

    def _too_late(self) -> web.Response:
        """Answer a command that has waited too long for its turn, at next to no cost."""
        self._log.warning("too much to do; commands are answered with that")
        return web.Response(body=_BUSY, headers=_JSON)

    def _refused(self, reason: str) -> web.Response:
        """Answer 401, and close the connection: nobody waits for the rest of a body."""
        self._log.warning("not from Slack", reason=reason)
        answer = web.Response(status=401)
        answer.force_close()
        return answer

    def _read(self, request: web.Request, body: bytes) -> AsyncBoltRequest | None:
        """Return a signed request as Bolt knows it, or None when it is none of those that Slack documents."""
        headers = {name: value for name, value in request.headers.items() if name.lower() in _NEEDED}
        context = {ARRIVED: connection_of(request).arrived}
        try:
            asked = AsyncBoltRequest(body=body.decode(), headers=dict(headers), context=context)
        except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
            self._log.warning("signed, but unreadable", error=type(error).__name__)
            return None
        if is_known(asked.body) or _is_check_of_certificate(asked, body):
            if "command" not in asked.body:  # of a command, each text was looked at already
                asked.body = readable_json(asked.body)
            return asked
        self._log.warning("signed, but of no known shape")
        return None


def _is_check_of_certificate(asked: AsyncBoltRequest, body: bytes) -> bool:
    """Return whether it is Slack's check of our certificate, of which nothing goes on. Bolt takes it unsigned, too."""
    return asked.body.get("ssl_check") in ("1", 1) or _CHECK in body.split(b"&")
