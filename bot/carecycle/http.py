"""Send GET requests to careCycle. No other module sends anything there."""

import asyncio
import random
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Generic, TypeAlias, TypeVar
from urllib.parse import quote, urlencode

import httpx
import structlog
from pydantic import SecretStr

from bot.carecycle.body import BODY_LIMIT, Body, read_body
from bot.carecycle.rate_limit import Asker, Budget, RequestBudget
from bot.carecycle.responses import Json, meaning
from bot.clock import Clock
from bot.errors import CareCycleError, KeyRejected, RateLimited, Unavailable, Unreadable

T = TypeVar("T")
Read: TypeAlias = Callable[[Json, int], T]  # of the JSON object, and how many items there are in it at most
Check: TypeAlias = Callable[[SecretStr], Awaitable[None]]
_LARGE = 128 * 1024  # bytes; a larger answer is parsed in a thread, because it would block the event loop
TIMEOUT = httpx.Timeout(5.0, connect=2.0)  # seconds: 5 for each read, write, and wait for a free connection
_PAUSE = (0.1, 0.4)  # seconds before the only retry, drawn at random so that many do not come back together
_REDIRECTS = 3  # requests in a row, so two redirects are followed
_SENDABLE = re.compile("[!-~]+")  # httpx refuses other characters in a header, with an error that quotes the key
_HEADERS = {
    "accept": "application/json",
    "accept-encoding": "gzip",
    "user-agent": f"python-httpx/{httpx.__version__}",  # some firewalls refuse a request without one
}
_CONNECTION_ERRORS = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ReadError,
    httpx.WriteError,
    httpx.RemoteProtocolError,
)
_log = structlog.get_logger("carecycle")


@asynccontextmanager
async def open_http(base_url: str, clock: Clock, budget: RequestBudget | None = None) -> "AsyncIterator[Http]":
    """Open an Http, with a request budget of its own if none is given, and close it at the end of the block."""
    async with new_http_client() as client:
        yield Http(client, base_url, budget or Budget(clock), clock)


def new_http_client() -> httpx.AsyncClient:
    """Return the client that all requests share. It keeps connections alive and follows no redirects by itself."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=60)
    # No cookie is ever kept: a cookie set for one workspace's key would be sent with another's.
    jar = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return httpx.AsyncClient(
        timeout=TIMEOUT, limits=limits, follow_redirects=False, trust_env=False, cookies=jar, verify=_tls()
    )


@cache
def _tls() -> ssl.SSLContext:
    """Return the TLS settings. They are cached, because reading all certificate authorities takes 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True, slots=True)
class _Question(Generic[T]):
    """One request to careCycle, before it is sent."""

    key: SecretStr
    path: str
    query: Mapping[str, str]
    read: Read[T]  # turns the answer into what the caller wants
    asker: Asker
    of_list: bool = False  # the list of campaigns is asked for, not one campaign


class Http:
    """A sender of GET requests that keeps to the key's budget and the caller's deadline, and retries at most once."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        budget: RequestBudget,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._budget = budget
        self._clock = clock
        self._sleep = sleep
        self._check: Check = _accept

    def checked(self, check: Check) -> "Http":
        """Return one that calls `check` with the key before each request, and before each answer is returned.

        What `check` raises is raised in place of the answer.
        """
        other = copy(self)
        other._check = check  # noqa: SLF001 - its own
        return other

    def room(self, key: SecretStr, asker: Asker) -> int:
        """Return how many requests the key's budget allows now."""
        return self._budget.room(key, asker)

    async def get(
        self,
        key: SecretStr,
        path: str,
        query: Mapping[str, str],
        read: Read[T],
        *,
        asker: Asker,
        within: float,
        of_list: bool = False,
    ) -> T:
        """Get the JSON object at `path` and return what `read` makes of it, within `within` seconds in all.

        Raise a CareCycleError; an Unreadable is logged with its reference. When the key's budget is used up, raise
        RateLimited without sending anything. `of_list` says that `path` is the list of campaigns.
        """
        try:
            return await self._within(_Question(key, path, query, read, asker, of_list), within)
        except Unreadable as error:
            _log.error("unreadable answer", reference=error.reference, reason=str(error))
            raise

    async def _within(self, question: _Question[T], within: float) -> T:
        deadline = self._clock.monotonic() + within
        try:
            async with asyncio.timeout(within):
                try:
                    return await self._once(question)
                except Unavailable as error:
                    pause = random.uniform(*_PAUSE)  # noqa: S311 - spreads load, guards nothing
                    if not error.passing or self._clock.monotonic() + pause >= deadline:
                        raise
                    await self._sleep(pause)
                    return await self._again(question, error)
        except TimeoutError as error:
            raise Unavailable(f"no answer within {within:.0f} s") from error

    async def get_json(
        self,
        key: SecretStr,
        path: str,
        query: Mapping[str, str],
        *,
        asker: Asker,
        within: float,
        of_list: bool = False,
    ) -> Json:
        """Return the JSON object at `path`. Everything else is as in `get`."""
        return await self.get(key, path, query, lambda data, _: data, asker=asker, within=within, of_list=of_list)

    async def _again(self, question: _Question[T], first: Unavailable) -> T:
        try:
            return await self._once(question)
        except RateLimited as error:
            if self._budget.is_closed(question.key):
                raise
            raise first from error  # our budget has no room for a retry: report the first failure

    async def _once(self, question: _Question[T]) -> T:
        secret = question.key.get_secret_value()
        if not _SENDABLE.fullmatch(secret):
            raise KeyRejected("no header can hold this key")
        headers = {**_HEADERS, "x-api-key": secret}
        url = f"{self._base_url}{question.path}?{urlencode(question.query, quote_via=quote)}"
        try:  # not by the client's `build_request`, which parses the address three times: 0.1 ms
            request = httpx.Request("GET", url, headers=headers)
            response, body = await self._send(question, request)
        except _CONNECTION_ERRORS as error:
            failure: Unavailable | Unreadable = Unavailable(type(error).__name__, passing=True)
        except httpx.DecodingError as error:
            failure = Unreadable(type(error).__name__)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            failure = Unavailable(type(error).__name__)
        else:
            return await self._checked(question, response, body)
        raise failure  # outside `except`: httpx's errors hold the request, which holds the key

    async def _checked(self, question: _Question[T], response: httpx.Response, body: Body) -> T:
        """Return what the answer means, unless the key was deleted meanwhile."""
        try:
            found = await self._read(question, response, body)
        except CareCycleError:
            await self._check(question.key)
            raise
        await self._check(question.key)
        return found

    async def _read(self, question: _Question[T], response: httpx.Response, body: Body) -> T:
        def understood() -> T:
            return question.read(meaning(response, body, of_list=question.of_list), _most_items(body))

        try:
            return understood() if isinstance(body, dict) or len(body) < _LARGE else await asyncio.to_thread(understood)
        except RateLimited as error:
            self._budget.close(question.key, error.retry_after)
            raise

    async def _send(self, question: _Question[T], request: httpx.Request) -> tuple[httpx.Response, Body]:
        """Send the request and follow redirects to the same origin only: no other host may receive the key."""
        origin = _origin(request.url)
        for _ in range(_REDIRECTS):
            arrived = await self._budget.take(question.key, question.asker)
            try:
                await self._check(question.key)
                response = await self._client.send(request, stream=True)
            finally:
                arrived()
            try:
                body = await read_body(response, of_list=question.of_list)
            finally:
                await response.aclose()
            if response.next_request is None:
                return response, body
            if _origin(response.next_request.url) != origin:
                raise Unreadable("redirected to another host", "address")
            request = response.next_request
        raise Unreadable("redirected too often", "address")


async def _accept(_: SecretStr) -> None:
    """Accept every key: nobody can delete it while it is used."""


def _most_items(body: Body) -> int:
    """Return how many items all lists and objects of an answer have together at most: there is a comma between two."""
    return body.count(b",") + 1 if isinstance(body, bytes) else BODY_LIMIT


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
