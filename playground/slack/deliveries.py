"""Takes what a person did to the bot, as Slack does: signed over HTTP, or over Socket Mode when it is connected."""

import asyncio
import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from bot.stopping import cancel

_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
PATIENCE = 3.0  # seconds; Slack waits no longer for an ack
_FAREWELL, _OBEY = 10.0, 2.0  # seconds for what was to be delivered later, and for what is given up then
Payload = dict[str, Any]  # Any: Slack's JSON


@dataclass(frozen=True)
class Ack:
    """The bot's answer: an HTTP status and its body; `error` is Slack's word for no good answer."""

    body: Payload | str = ""
    error: str | None = None


class Deliveries:
    """The way to the bot at `url`; `log` holds the last of them for the page."""

    def __init__(self, signing_secret: str, now: Callable[[], float] = time.time, patience: float = PATIENCE) -> None:
        self.url: str | None = None
        self.log: deque[Payload] = deque(maxlen=30)
        self._secret = signing_secret
        self._now = now
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None
        self._sockets: list[web.WebSocketResponse] = []
        self._pending: dict[str, asyncio.Future[Payload | str]] = {}
        self._envelopes = 0
        self._later: set[asyncio.Task[Ack]] = set()

    async def deliver(self, what: str, kind: str, payload: Payload) -> Ack:
        """Delivers one payload (`kind`: `slash_commands`, `interactive`, `events_api`) and waits for the ack."""
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._patience):
                send = self._by_socket if self._sockets else self._by_http
                ack = await send(kind, payload)
        except TimeoutError:
            ack = Ack(error="operation_timeout")
        except (aiohttp.ClientError, OSError):
            ack = Ack(error="dispatch_failed")
        took = round((time.perf_counter() - started) * 1000)
        self.log.appendleft(
            {
                "at": time.strftime("%I:%M %p", time.localtime(self._now())).lstrip("0"),
                "what": what,
                "took_ms": took,
                "outcome": ack.error or "200",
            }
        )
        return ack

    def deliver_later(self, what: str, kind: str, payload: Payload) -> None:
        """Delivers without waiting, where nothing depends on the ack."""
        task = asyncio.create_task(self.deliver(what, kind, payload))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def idle(self) -> None:
        """Waits until all that was to be delivered later has been."""
        await asyncio.gather(*self._later)

    async def close(self) -> None:
        """Hangs up, once what was to be delivered later has been, or has had its time."""
        if self._later:
            await asyncio.wait(self._later, timeout=_FAREWELL)
        await cancel(self._later, _OBEY)
        if self._session:
            await self._session.close()
        for socket in list(self._sockets):
            await socket.close()

    def headers(self, body: str, content_type: str = _FORM) -> dict[str, str]:
        """Slack's signature over `body`, of this moment."""
        timestamp = str(int(self._now()))
        digest = hmac.new(self._secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {
            "content-type": content_type,
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": f"v0={digest}",
        }

    async def _by_http(self, kind: str, payload: Payload) -> Ack:
        if self.url is None:
            return Ack(error="dispatch_failed")
        self._session = self._session or aiohttp.ClientSession()
        body, content_type = written(kind, payload)
        async with self._session.post(self.url, data=body, headers=self.headers(body, content_type)) as answer:
            text = await answer.text()
            if answer.status != 200:
                return Ack(error="dispatch_failed")
            return Ack(json.loads(text) if answer.content_type == "application/json" and text else text)

    async def _by_socket(self, kind: str, payload: Payload) -> Ack:
        self._envelopes += 1
        envelope_id = f"envelope-{self._envelopes}"
        waiting: asyncio.Future[Payload | str] = asyncio.get_running_loop().create_future()
        self._pending[envelope_id] = waiting
        try:
            await self._sockets[-1].send_json(
                {
                    "envelope_id": envelope_id,
                    "type": kind,
                    "accepts_response_payload": kind != "events_api",
                    "payload": payload,
                }
            )
            return Ack(await waiting)
        finally:
            del self._pending[envelope_id]

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """The Socket Mode endpoint."""
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self._sockets) + 1})
        self._sockets.append(socket)
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT and message.data.startswith("{"):
                    self._acked(json.loads(message.data))
        finally:
            self._sockets.remove(socket)
        return socket

    def _acked(self, envelope: Payload) -> None:
        waiting = self._pending.get(envelope.get("envelope_id", ""))
        if waiting and not waiting.done():
            waiting.set_result(envelope.get("payload") or "")


def written(kind: str, payload: Payload) -> tuple[str, str]:
    """How Slack writes a payload into a request, and what it calls that: events alone are plain JSON."""
    match kind:
        case "events_api":
            return json.dumps(payload), _JSON
        case "slash_commands":
            return urlencode({name: value for name, value in payload.items() if value is not None}), _FORM
        case _:
            return urlencode({"payload": json.dumps(payload)}), _FORM
