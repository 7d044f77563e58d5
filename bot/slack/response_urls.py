"""Posts to a `response_url`, the way to answer where the bot is no member (Slack: 5 uses in 30 minutes)."""

import asyncio
import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

_SLACK = ("slack.com", "slack-gov.com")
_TIMEOUT = 10  # seconds
_RETRIES = [
    AsyncConnectionErrorRetryHandler(max_retry_count=2),
    AsyncRateLimitErrorRetryHandler(max_retry_count=1),
]
_PAUSES = (0.3, 1.5)  # seconds before the second and the third try
_log = structlog.get_logger("slack")


class ResponseUrls:
    """Sends bodies to Slack's response_urls and to no other address."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        self._session = session
        own = urlsplit(api_url)
        self._own = None if _is_slack(own.hostname) else own.netloc  # a stand-in's, with its port

    async def send(self, url: str, body: Mapping[str, Any]) -> bool:  # Any: Slack's JSON
        """Whether Slack took `body`; a refusal or an outage that outlasts the retries is in the log."""
        if not self._may_use(url):
            _log.error("response_url refused: not one of Slack's hosts")
            return False
        client = AsyncWebhookClient(url, session=self._session, timeout=_TIMEOUT, retry_handlers=_RETRIES)
        try:
            answer = await self._until_taken(client, dict(body))
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
            _log.error("response_url failed", error=type(error).__name__)
            return False
        if answer.status_code != 200:
            _log.error("response_url refused", status=answer.status_code, answer=answer.body[:60])
        return answer.status_code == 200

    @staticmethod
    async def _until_taken(client: AsyncWebhookClient, body: dict[str, Any]) -> WebhookResponse:
        """Sends, again after a 5xx: the SDK's webhook client asks its retry handlers about nothing but 429."""
        for pause in _PAUSES:
            answer = await client.send_dict(body)
            if answer.status_code < 500:
                return answer
            await asyncio.sleep(pause * random.uniform(1, 1.5))  # noqa: S311 - spreads load, guards nothing
        return await client.send_dict(body)

    def _may_use(self, url: str) -> bool:
        parts = urlsplit(url)
        if self._own is not None and parts.netloc == self._own:
            return True
        return parts.scheme == "https" and _is_slack(parts.hostname)


def _is_slack(host: str | None) -> bool:
    return host is not None and any(host == known or host.endswith(f".{known}") for known in _SLACK)
