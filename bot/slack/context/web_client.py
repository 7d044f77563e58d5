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


def without_retries(client: AsyncWebClient) -> AsyncWebClient:
    """Return a copy of a client that never retries: a message that Slack may have taken must not be sent again."""
    copy = AsyncWebClient(token=client.token, base_url=client.base_url, session=client.session, retry_handlers=[])
    copy.default_params.update(client.default_params)
    return copy
