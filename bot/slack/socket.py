"""Slack's requests over Socket Mode, for one workspace without a public address."""

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import logs
from bot.errors import Busy
from bot.slack.tasks import Tasks

_ACKS = 3.0  # seconds; Slack waits no longer for an ack


class Socket(AsyncSocketModeHandler):
    """Bolt's handler, which also finishes what it has begun before it hangs up."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        super().__init__(app, app_token, logger=logs.without_payloads("slack_sdk.socket_mode"))
        self._handling = Tasks()

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answers one envelope; past the limit it is left to Slack, which tells the person."""
        try:
            await self._handling.start(super().handle(client, req))  # type: ignore[arg-type]  # Bolt narrows the type
        except Busy:
            return

    async def stop(self) -> None:
        """Acks what is in hand, then closes the connection."""
        await self._handling.drain(_ACKS)
        await self.close_async()  # type: ignore[no-untyped-call]  # Bolt's
