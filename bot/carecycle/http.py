"""One GET to careCycle, from the budget to JSON: the only place that sends anything there."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
from pydantic import SecretStr

from bot.carecycle.answers import meaning
from bot.carecycle.budget import Asker, Budget
from bot.clock import Clock
from bot.errors import KeyRejected, RateLimited, Unavailable

BODY_LIMIT = 2 * 1024 * 1024  # bytes, unpacked
TIMEOUT = httpx.Timeout(5.0, connect=2.0)  # seconds, for each read, write and wait for a connection
_PAUSE = (0.1, 0.4)  # seconds before the one retry, drawn at random so that many do not come back together
_REDIRECTS = 3
_SENDABLE = re.compile("[!-~]+")  # httpx would refuse another key in a header with an error that quotes it
_CONNECTION_ERRORS = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ReadError,
    httpx.WriteError,
    httpx.RemoteProtocolError,
)


def new_http_client() -> httpx.AsyncClient:
    """The one client all requests share: HTTP keep-alive, no cookies kept, redirects left to us."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=60)
    return httpx.AsyncClient(timeout=TIMEOUT, limits=limits, follow_redirects=False, trust_env=False)


class Http:
    """Sends GETs with a key: inside its budget and the caller's deadline, with at most one retry."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        budget: Budget,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._budget = budget
        self._clock = clock
        self._sleep = sleep

    async def get_json(
        self, key: SecretStr, path: str, query: Mapping[str, str], *, asker: Asker, within: float
    ) -> dict[str, Any]:  # Any: JSON from outside
        """The JSON object at `path`, within `within` seconds in all.

        Raises a CareCycleError; RateLimited without sending anything when the key's budget is used up.
        """
        deadline = self._clock.monotonic() + within
        try:
            async with asyncio.timeout(within):
                try:
                    return await self._once(key, path, query, asker)
                except Unavailable as error:
                    pause = random.uniform(*_PAUSE)  # noqa: S311 - spreads load, guards nothing
                    if not error.passing or self._clock.monotonic() + pause >= deadline:
                        raise
                    await self._sleep(pause)
                    return await self._again(key, path, query, asker, error)
        except TimeoutError as error:
            raise Unavailable(f"no answer within {within:.0f} s") from error

    async def _again(
        self, key: SecretStr, path: str, query: Mapping[str, str], asker: Asker, first: Unavailable
    ) -> dict[str, Any]:
        try:
            return await self._once(key, path, query, asker)
        except RateLimited as error:
            if error.retry_after and self._budget.is_closed(key):
                raise
            raise first from error  # our budget had no room for a retry: the first failure is the reason

    async def _once(self, key: SecretStr, path: str, query: Mapping[str, str], asker: Asker) -> dict[str, Any]:
        if not _SENDABLE.fullmatch(key.get_secret_value()):
            raise KeyRejected("no header can hold this key")
        self._budget.take(key, asker)
        request = self._client.build_request(
            "GET",
            self._base_url + path,
            params=query,
            headers={"x-api-key": key.get_secret_value(), "accept": "application/json"},
        )
        try:
            answer = await self._send(request)
        except _CONNECTION_ERRORS as error:
            failure = Unavailable(type(error).__name__, passing=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            failure = Unavailable(type(error).__name__)
        else:
            return self._meaning(key, *answer)
        raise failure  # not in an `except`: httpx's errors hold the request, and with it the key

    def _meaning(self, key: SecretStr, response: httpx.Response, body: bytes) -> dict[str, Any]:  # Any: JSON
        try:
            return meaning(response, body)
        except RateLimited as error:
            self._budget.close(key, error.retry_after)
            raise

    async def _send(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """Sends, and follows redirects to the same origin only: the key must not travel to another host."""
        origin = _origin(request.url)
        for _ in range(_REDIRECTS):
            response = await self._client.send(request, stream=True)
            try:
                body = await _read(response)
            finally:
                await response.aclose()
            if response.next_request is None:
                return response, body
            if _origin(response.next_request.url) != origin:
                raise Unavailable("redirected to another host")
            request = response.next_request
        raise Unavailable("redirected too often")


async def _read(response: httpx.Response) -> bytes:
    """The whole unpacked body; raises Unavailable past BODY_LIMIT."""
    body = bytearray()
    async for chunk in response.aiter_bytes(64 * 1024):
        body += chunk
        if len(body) > BODY_LIMIT:
            raise Unavailable("answer too large")
    return bytes(body)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
