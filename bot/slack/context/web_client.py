"""Create the client for Slack's Web API, which the whole program shares."""

import aiohttp
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient


def web_client(base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return a client that uses `session` and retries after connection errors, rate limits and server errors."""
    return AsyncWebClient(
        base_url=base_url,
        session=session,  # else a new TLS connection for each call
        retry_handlers=[
            AsyncConnectionErrorRetryHandler(),
            AsyncRateLimitErrorRetryHandler(),
            AsyncServerErrorRetryHandler(),
        ],
    )
