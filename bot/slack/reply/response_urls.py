"""Post to a `response_url`, the way to answer where the bot is not a member (Slack: 5 uses in 30 minutes)."""

import asyncio
import random
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog

from bot.slack.reply.slack_hosts import SlackHosts

_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
_PAUSES = (0.3, 1.5, None)  # seconds before the second and the third try; None: no further try
_LONGEST_PAUSE = 5.0  # seconds of all pauses; what comes later comes too late for the person anyway
_PASSING = (aiohttp.ClientConnectorError, aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)
_log = structlog.get_logger("slack")


class ResponseUrls:
    """The sender to Slack's response_urls. It posts to no other address and follows no redirects."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        self._session = session
        self._hosts = SlackHosts(api_url)

    async def send(self, url: str, body: Mapping[str, Any]) -> bool:  # Any: Slack's JSON
        """Send `body` and return whether Slack took it.

        A refusal, or an outage that outlasts the retries, is logged.
        """
        if not self._hosts.has(url):
            _log.error("response_url refused: not one of Slack's hosts")
            return False
        trouble, left = "", _LONGEST_PAUSE
        for pause in _PAUSES:
            trouble, wait = await self._once(url, body)
            if not trouble or wait is None or pause is None or wait > left:
                break
            left -= (slept := max(wait, pause * random.uniform(1, 1.5)))  # noqa: S311 - spreads load
            await asyncio.sleep(slept)
        if trouble:
            _log.error("response_url failed", error=trouble)
        return not trouble

    async def _once(self, url: str, body: Mapping[str, Any]) -> tuple[str, float | None]:
        """Send `body` once and return what went wrong (empty: nothing), and the seconds until another try.

        The seconds are None when another try would not help.
        """
        try:
            async with self._session.post(url, json=body, timeout=_TIMEOUT, allow_redirects=False) as answer:
                if answer.status == 200:
                    return "", None
                return f"status {answer.status}", _wait(answer)
        except _PASSING as error:
            return type(error).__name__, 0.0
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return type(error).__name__, None


def _wait(answer: aiohttp.ClientResponse) -> float | None:
    if answer.status >= 500:
        return 0.0
    asked = answer.headers.get("retry-after", "")
    seconds = float(asked) if asked.isdecimal() else 1.0
    return seconds if answer.status == 429 else None
