"""Create the client for Slack's Web API, which the whole program shares."""

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler, AsyncServerErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.slack.context.rate_limits import RateLimitRetries, RateLimits

_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)  # of one try; there are two after a lost connection or a 5xx


def slack_session(base_url: str, clock: Clock) -> aiohttp.ClientSession:
    """Return the session for all that is sent to Slack. It sends nothing that Slack does not take yet."""
    return aiohttp.ClientSession(timeout=_TIMEOUT, middlewares=(RateLimits(base_url, clock),))


def web_client(base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return a client that uses `session` and retries after connection errors, server errors and short rate limits."""
    return AsyncWebClient(
        base_url=base_url,
        session=session,  # else a new TLS connection for each call
        # Not the SDK's handler for rate limits, which sleeps as long as Slack says: an hour, with the task.
        retry_handlers=[AsyncConnectionErrorRetryHandler(), RateLimitRetries(), AsyncServerErrorRetryHandler()],
    )


def use_token(client: AsyncWebClient, found: AuthorizeResult) -> None:
    """Make `client` use this token and name this workspace in all its further calls.

    Bolt names the workspace that it assumes for the request, but an organization's token is valid for many workspaces.
    """
    client.token = found.bot_token
    if found.team_id:
        client.default_params["team_id"] = found.team_id


def without_retries(client: AsyncWebClient) -> AsyncWebClient:
    """Return a copy of a client that never retries: a message that Slack may have taken must not be sent again."""
    copy = AsyncWebClient(token=client.token, base_url=client.base_url, session=client.session, retry_handlers=[])
    copy.default_params.update(client.default_params)
    return copy


def client_of(client: AsyncWebClient, found: AuthorizeResult) -> AsyncWebClient:
    """Return a copy of a client that uses this token and names this workspace."""
    copy = AsyncWebClient(base_url=client.base_url, session=client.session, retry_handlers=client.retry_handlers)
    use_token(copy, found)
    return copy
