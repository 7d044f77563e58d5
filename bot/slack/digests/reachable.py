"""Ask Slack whether a channel would take a digest, before a person is told that one is on its way."""

import asyncio

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.reply.errors import SLACK_TROUBLE, slack_word

_PATIENCE = 1.5  # seconds for Slack's answer
_UNSEEN = {
    "channel_not_found": "channel_not_found",
    "missing_scope": "channel_not_found",
}  # a private one without the app
_log = structlog.get_logger("slack")


async def why_not(client: AsyncWebClient, channel_id: str, *, shared: bool) -> str | None:
    """Return why a digest would not arrive in a channel: a Reason, empty when it would, None when Slack does not say.

    `shared`: whether digests go to channels shared with another company.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            found = (await client.conversations_info(channel=channel_id)).get("channel") or {}
    except SLACK_TROUBLE as error:
        if (word := slack_word(error)) not in _UNSEEN:
            _log.warning("conversations.info failed", error=word)
        return _UNSEEN.get(word)
    if found.get("is_archived"):
        return "is_archived"
    if not found.get("is_member"):
        return "not_in_channel"
    outside = found.get("is_ext_shared") or found.get("is_pending_ext_shared")
    return "not_shown" if outside and not shared else ""
