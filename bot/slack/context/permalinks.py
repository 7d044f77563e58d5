"""Link to messages in Slack, with one call to Slack for each workspace."""

import asyncio
from collections.abc import Iterable

import structlog
from cachetools import TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.delivery.slack_port import Place
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word

_WITHIN = 0.8  # seconds for Slack; without an answer a list has no links, and the next one may
_TRIED = 3  # messages that may be gone before Slack is not asked further
_REMEMBERED = 24 * 3600.0  # seconds: a workspace may get another address
_log = structlog.get_logger("slack")


class Permalinks:
    """The addresses of workspaces, which links to their messages begin with.

    Slack's `chat.getPermalink` needs no scope and gives the link to one message. Those to all others of the workspace
    differ only in the channel and the time, so a list of fifty digests asks once.
    """

    def __init__(self, clock: Clock) -> None:
        self._known: TTLCache[str, str] = TTLCache(10_000, _REMEMBERED, timer=clock.monotonic)  # by workspace id

    async def links(self, client: AsyncWebClient, workspace_id: str, messages: Iterable[Place]) -> dict[Place, str]:
        """Return the links to messages, as far as they are known at once. A message that is gone has one, too."""
        wanted = list(messages)
        if wanted and workspace_id not in self._known:
            await self._learn(client, workspace_id, wanted[:_TRIED])
        start = self._known.get(workspace_id)
        return {one: f"{start}{_end(one)}" for one in wanted} if start else {}

    async def _learn(self, client: AsyncWebClient, workspace_id: str, messages: list[Place]) -> None:
        try:
            async with asyncio.timeout(_WITHIN):
                for one in messages:
                    if start := await _start(client, one):
                        self._known[workspace_id] = start
                        return
        except SLACK_TROUBLE as error:
            _log.warning("chat.getPermalink failed", error=slack_word(error))


async def _start(client: AsyncWebClient, message: Place) -> str:
    """Ask Slack for a link and return what those to all messages begin with, or nothing. Raise an error of Slack."""
    channel, ts = message
    try:
        link = str((await client.chat_getPermalink(channel=channel, message_ts=ts)).get("permalink") or "")
    except SLACK_TROUBLE as error:
        if slack_word(error) in ("message_not_found", "channel_not_found"):
            return ""
        raise
    start = link.removesuffix(_end(message))
    return start if start != link and start.startswith("https://") else ""


def _end(message: Place) -> str:
    channel, ts = message
    return f"/archives/{channel}/p{ts.replace('.', '')}"
