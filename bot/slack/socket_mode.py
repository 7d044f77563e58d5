"""Receive Slack's requests over Socket Mode, for one workspace without a public URL."""

import asyncio
import time

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import logs
from bot.campaigns.readable_text import readable_json
from bot.config import SettingsError
from bot.errors import Busy
from bot.slack.context.tokens import REFUSED
from bot.slack.reply.background import BackgroundTasks
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.time_limit import ARRIVED
from bot.stopping import cancel

_ACKS = 3.0  # seconds; Slack waits no longer for an ack
_OBEY = 1.0  # seconds to cancel a connection attempt
_log = structlog.get_logger("slack")


class Socket(AsyncSocketModeHandler):
    """A Bolt handler that fails at once when Slack refuses the app token, and acks what is in hand before it closes."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        super().__init__(app, app_token, logger=logs.without_payloads("slack_sdk.socket_mode"))
        self._handling = BackgroundTasks()
        self._connecting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start to connect, and keep trying while Slack cannot be reached.

        Raise SettingsError when Slack refuses the app token; the SDK itself would try it forever.
        """
        try:
            await self.app.client.apps_connections_open(app_token=self.app_token)
        except SLACK_TROUBLE as error:
            word = slack_word(error)
            if word in REFUSED:
                raise SettingsError([f"SLACK_APP_TOKEN was refused by Slack ({word}): make a new one"]) from error
            _log.warning("Slack does not answer; trying on", error=word)
        self._connecting = asyncio.create_task(self._connect())

    async def connected(self) -> None:
        """Wait until the connection is established."""
        if self._connecting:
            await self._connecting

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer one envelope. When the bot is busy, send no ack: Slack then shows the person an error."""
        try:
            await self._handling.start(self._answer(client, req, time.perf_counter()))
        except Busy:
            return

    async def _answer(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest, arrived: float) -> None:
        """Do what Bolt's handler does, which cannot pass on when the envelope arrived."""
        headers = build_headers(req)
        body = readable_json(req.payload)
        asked = AsyncBoltRequest(mode="socket_mode", body=body, headers=headers, context={ARRIVED: arrived})
        await send_async_response(client, req, await self.app.async_dispatch(asked), time.time())

    async def stop(self) -> None:
        """Wait up to three seconds for the acks of the requests in hand, then close the connection."""
        if self._connecting:
            await cancel({self._connecting}, _OBEY)
        await self._handling.drain(_ACKS)
        await self.close_async()  # type: ignore[no-untyped-call]  # Bolt's

    async def _connect(self) -> None:
        await self.connect_async()  # type: ignore[no-untyped-call]  # Bolt's
        _log.info("connected to Slack")
