"""Turns an error into words at the border, once: what we know how to explain, and what is a bug."""

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

T = TypeVar("T")
SLACK_TROUBLE = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)  # Slack refused, or did not answer
_log = structlog.get_logger("bug")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What came of some work: what to show, and its name for the log (`answered`, `RateLimited`, `bug`)."""

    shown: T
    name: str

    @property
    def ok(self) -> bool:
        """Whether the work gave what was asked for."""
        return self.name == "answered"


async def explain(
    work: Awaitable[T], clock: Clock, dress: Callable[[Message], T], *, retry: str | None = None
) -> Outcome[T]:
    """What `work` gives, or the notice for what it raises, made by `dress` into what the surface shows.

    `retry` is the value of the notice's *Try again* button, where trying again can help.
    """
    try:
        return Outcome(await work, "answered")
    except BotError as error:
        return Outcome(dress(notices.for_error(error, clock.now(), retry=retry)), type(error).__name__)
    except Exception as error:
        return Outcome(dress(notices.for_bug(report(error))), "bug")


def slack_word(error: BaseException) -> str:
    """Slack's own name for what went wrong (`expired_trigger_id`), or the type of a failure without one.

    Of an answer that is no JSON the SDK keeps the text, which must not go anywhere.
    """
    response = getattr(error, "response", None)
    data = getattr(response, "data", response)
    word = data.get("error") if isinstance(data, dict) else None
    return str(word or type(error).__name__)


def warning(answer: AsyncSlackResponse) -> str:
    """Slack's name for what it warns of, although the call went well; not of the character set, as it often does."""
    words = str(answer.get("warning") or "").split(",")
    return ",".join(word for word in words if not word.endswith("charset"))


def report(error: BaseException) -> str:
    """Write a bug to the log and give the reference to find it by.

    Only types and places are written: an exception's text may hold what a person typed.
    """
    reference = secrets.token_hex(4)
    _log.error("bug", reference=reference, error=type(error).__name__, at=places(error))
    return reference
