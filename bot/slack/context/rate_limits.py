"""Wait for Slack's limits, but only as long as somebody can wait, and send nothing before the time that Slack named."""

import asyncio
import random

import structlog
from aiohttp import ClientHandlerType, ClientRequest, ClientResponse
from cachetools import TLRUCache
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from yarl import URL

from bot.clock import Clock
from bot.slack.reply.limited import LIMITED, seconds_in

MOST_WAITED = 5.0  # seconds: what comes later is too late for a person
_MOST = 20_000  # limits that are remembered
_JITTER = 0.25  # seconds, at most, by which tries that wait for the same second are spread
# Methods that need a trigger_id, which lives three seconds (Slack): a try after more than one second could be in vain.
_HURRIED, _MOST_HURRIED = frozenset({"views.open", "views.push", "entity.presentDetails"}), 1.0
_log = structlog.get_logger("slack")


class RateLimits:
    """A middleware of the session that all calls to Slack's Web API share: what Slack limits is refused right here.

    Slack limits a method for a workspace (Slack: "per method, per workspace"), so a limit is remembered by token and
    method. Short ones are not: the limit on messages, say, is also one of a second for a channel.
    """

    def __init__(self, api_url: str, clock: Clock) -> None:
        self._api = api_url if api_url.endswith("/") else f"{api_url}/"
        self._monotonic = clock.monotonic
        self._until: TLRUCache[tuple[str, str], float] = TLRUCache(_MOST, ttu=_itself, timer=clock.monotonic)

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Send a request, unless Slack has said that it takes no such one yet. Raise SlackApiError then."""
        method = self._method(request.url)
        if method is None:
            return await handler(request)
        which = request.headers.get("authorization", ""), method
        if (until := self._until.get(which)) is not None:
            raise _refusal(method, until - self._monotonic())
        answer = await handler(request)
        if answer.status == LIMITED and (seconds := seconds_in(answer.headers)) > MOST_WAITED:
            self._until[which] = self._monotonic() + seconds
            _log.warning("Slack limits this app", method=method, seconds=round(seconds))
        return answer

    def _method(self, url: URL) -> str | None:
        """Return the Web API's method that is called, or None for any other address of Slack's."""
        return str(url.with_query(None)).removeprefix(self._api) if str(url).startswith(self._api) else None


class RateLimitRetries(AsyncRetryHandler):
    """Tries a call once more that Slack limits for five seconds at most, and lets any other fail at once."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002 - the SDK's signature
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002 - as above
    ) -> bool:
        """Return whether to wait and try again, if this call was not tried again before."""
        if response is None or response.status_code != LIMITED:
            return False
        return _wait(response) <= (_MOST_HURRIED if request.url.rpartition("/")[2] in _HURRIED else MOST_WAITED)

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002 - as above
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002 - as above
    ) -> None:
        """Wait as long as Slack asked for."""
        state.next_attempt_requested = True
        state.increment_current_attempt()
        if response:
            await asyncio.sleep(_wait(response) + random.uniform(0, _JITTER))  # noqa: S311 - spreads load


def _itself(_: tuple[str, str], until: float, __: float) -> float:
    return until


def _wait(response: HttpResponse) -> float:
    """Return the seconds to wait: at least one, since a limit is never over at once."""
    return max(seconds_in({name: values[0] for name, values in response.headers.items() if values}), 1.0)


def _refusal(method: str, left: float) -> SlackApiError:
    """Return the error that Slack's own answer would have been."""
    answer = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url=method,
        req_args={},
        data={"ok": False, "error": "ratelimited"},
        headers={"Retry-After": str(max(int(left) + 1, 1))},
        status_code=LIMITED,
    )
    return SlackApiError("refused here: Slack takes no such call yet", answer)  # type: ignore[no-untyped-call]  # Slack's
