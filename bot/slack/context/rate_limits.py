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
from bot.slack.reply.limited import LIMITED, LONGEST, MOST_WAITED, seconds_in

_MOST = 20_000  # limits that are remembered
_LOOK = 60.0  # seconds until one call finds out whether Slack takes them sooner than it said
_JITTER = 0.25  # seconds, at most, by which tries that wait for the same second are spread
# Methods that need a trigger_id, which lives three seconds (Slack): a try after more than one second could be in vain.
_HURRIED, _MOST_HURRIED = frozenset({"views.open", "views.push", "entity.presentDetails"}), 1.0
_Which = tuple[str, str]  # a token and a method
_Limit = tuple[float, float]  # its end, and the next look at it
_log = structlog.get_logger("slack")


class RateLimits:
    """A middleware of the session that all calls to Slack's Web API share: what Slack limits is refused right here.

    Slack limits a method for a workspace (Slack: "per method, per workspace"), so a limit is remembered by token and
    method. Short ones are not: the limit on messages, say, is also one of a second for a channel. Once a minute one
    call is sent all the same, so that an hour that Slack ends sooner ends here, too.
    """

    def __init__(self, api_url: str, clock: Clock) -> None:
        self._api = api_url if api_url.endswith("/") else f"{api_url}/"
        self._monotonic = clock.monotonic
        # When each limit ends, and when to look whether it has ended already.
        self._limits: TLRUCache[_Which, _Limit] = TLRUCache(_MOST, ttu=_forgotten, timer=clock.monotonic)

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Send a request, unless Slack has said that it takes no such one yet. Raise SlackApiError then."""
        method = self._method(request.url)
        if method is None:
            return await handler(request)
        which, now = (request.headers.get("authorization", ""), method), self._monotonic()
        limit = self._limits.get(which)
        if limit is not None:
            if now < limit[1]:
                raise _refusal(method, limit[0] - now)
            self._limits[which] = limit[0], min(now + _LOOK, limit[0])  # others wait for what comes of this one
        answer = await handler(request)
        self._note(which, answer, limit)
        return answer

    def _note(self, which: _Which, answer: ClientResponse, before: _Limit | None) -> None:
        """Remember the limit in an answer, or that there is none any more. Log a limit once."""
        if answer.status == LIMITED and (seconds := seconds_in(answer.headers)) > MOST_WAITED:
            now = self._monotonic()
            self._limits[which] = now + seconds, now + min(_LOOK, seconds)
            if before is None:
                _log.warning("Slack limits this app", method=which[1], seconds=round(seconds))
        elif answer.ok and self._limits.pop(which, False):
            _log.info("Slack limits this app no longer", method=which[1])

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


def _forgotten(_: _Which, limit: _Limit, __: float) -> float:
    return limit[0] + LONGEST


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
