"""Turn exceptions into messages: an error we can explain gets its explanation, and anything else is a bug."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from blocks import notices
from blocks.kit import Message
from bot.clock import Clock
from bot.errors import BotError
from bot.logs import places
from bot.slack.reply.time_limit import ANSWER_WITHIN, in_time

T = TypeVar("T")
SLACK_TROUBLE = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)  # Slack refused, or did not answer
_log = structlog.get_logger("bug")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """The result of some work, or the notice for its error."""

    shown: T  # what to show
    name: str  # for the log: `answered`, the error's type such as `RateLimited`, or a word such as `bug` or `late`

    @property
    def ok(self) -> bool:
        """Whether the work succeeded."""
        return self.name == "answered"


async def explain(
    work: Awaitable[T],
    clock: Clock,
    dress: Callable[[Message], T],
    *,
    retry: str | None = None,
    remedied: Callable[[BotError], Awaitable[BotError]] | None = None,
    started: float | None = None,
    within: float = ANSWER_WITHIN,
) -> Outcome[T]:
    """Return what `work` gives, or the notice for what it raises.

    `dress` turns the notice into what the surface shows. `retry` is the value of the notice's *Try again* or *Connect*
    button, if it has one: the campaign ids to ask for again. `remedied` adds to an error what this person can do.
    With `started`, `work` is given up `within` seconds after that (see `in_time`).
    """
    try:
        async with in_time(started, within):
            return Outcome(await work, "answered")
    except BotError as error:
        shown = await remedied(error) if remedied else error
        return Outcome(dress(notices.for_error(shown, clock.now(), retry=retry)), type(error).__name__)
    except Exception as error:
        return Outcome(dress(notices.for_bug(report(error))), "bug")


def slack_word(error: BaseException) -> str:
    """Return Slack's error code (`expired_trigger_id`), or the exception's type when there is none.

    When an answer is not JSON, the SDK keeps its text, which must not be logged or shown.
    """
    response = getattr(error, "response", None)
    data = getattr(response, "data", response)
    word = data.get("error") if isinstance(data, dict) else None
    return str(word or type(error).__name__)


def warning(answer: AsyncSlackResponse) -> str:
    """Return Slack's warnings about a successful call, or an empty string.

    The frequent ones about the character set are left out.
    """
    words = str(answer.get("warning") or "").split(",")
    return ",".join(word for word in words if not word.endswith("charset"))


def report(error: BaseException) -> str:
    """Log a bug and return the reference to find it by.

    Only types and code locations are logged: an exception's text may hold what a person typed.
    """
    reference = secrets.token_hex(4)
    _log.error("bug", reference=reference, error=type(error).__name__, at=places(error))
    return reference
