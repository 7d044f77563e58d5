"""The client for Slack's Web API that everything shares."""

import aiohttp
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient


def web_client(base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that tries again where Slack asks for it, over the connections of `session`."""
    return AsyncWebClient(
        base_url=base_url,
        session=session,  # else a new TLS connection for each call
        retry_handlers=[
            AsyncConnectionErrorRetryHandler(),
            AsyncRateLimitErrorRetryHandler(),
            AsyncServerErrorRetryHandler(),
        ],
    )
