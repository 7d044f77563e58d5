"""Check whether the app can post in a channel, before a digest is saved for it."""

import asyncio
from collections.abc import Iterator
from typing import Any, Literal

import structlog

from bot.errors import NotShownHere
from bot.slack.context.interaction import Interaction
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word

Why = Literal["", "direct", "absent", "archived", "not_shown", "unsure"]
_DIRECT = "D"  # prefix of the ids of direct messages
_UNSEEN = ("channel_not_found", "missing_scope")  # Slack's errors for a private channel that the app is not in
_PATIENCE = 1.5  # seconds for Slack's answer
_log = structlog.get_logger("slack")


def is_direct(channel: str) -> bool:
    """Return whether this is a direct message, not a channel."""
    return channel.startswith(_DIRECT)


async def why_not(interaction: Interaction, channel: str) -> Why:
    """Return why the app cannot post in this channel: empty when it can, `unsure` when Slack does not say."""
    if is_direct(channel):
        return "direct"
    try:
        async with asyncio.timeout(_PATIENCE):
            found = (await interaction.client.conversations_info(channel=channel)).get("channel") or {}
    except SLACK_TROUBLE as error:
        word = slack_word(error)
        if word in _UNSEEN:
            return "absent"
        _log.warning("conversations.info failed", error=word)
        return "unsure"
    return next(why for why, holds in _reasons(interaction, found) if holds)


def _reasons(interaction: Interaction, found: dict[str, Any]) -> Iterator[tuple[Why, bool]]:  # Any: Slack's JSON
    """Yield each reason with whether it applies, the hardest to fix first."""
    yield "direct", bool(found.get("is_im") or found.get("is_mpim"))
    yield "archived", bool(found.get("is_archived"))
    yield "absent", not found.get("is_member")
    outside = found.get("is_ext_shared") or found.get("is_pending_ext_shared")
    yield "not_shown", bool(outside) and _is_unwanted(interaction)
    yield "", True


def _is_unwanted(interaction: Interaction) -> bool:
    try:
        interaction.services.channels.outside(interaction.workspace)
    except NotShownHere:
        return True
    return False
