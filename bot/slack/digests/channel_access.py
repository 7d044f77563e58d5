"""Check whether the app can post in a channel, before a digest is saved for it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import structlog

from bot.digests.digest import is_person
from bot.errors import NotShownHere
from bot.manifest import CHANNELS_JOIN
from bot.slack.context.interaction import Interaction
from bot.slack.context.scopes import has_scope
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word

Why = Literal["", "direct", "absent", "archived", "not_shown", "unsure"]
_DIRECT = "D"  # prefix of the ids of direct messages
_UNSEEN = ("channel_not_found", "missing_scope")  # Slack's errors for a private channel that the app is not in
_PATIENCE = 1.5  # seconds for Slack's answer
_log = structlog.get_logger("slack")


@dataclass(frozen=True, slots=True)
class Room:
    """What Slack says of a channel for a digest."""

    why: Why  # why the app cannot post there; empty when it can, `unsure` when Slack does not say
    public: bool = False  # anybody of the workspace can go in, also the app with the scope for that
    shared: bool = False  # people of another company are there


def is_direct(channel: str) -> bool:
    """Return whether this is a direct message, not a channel."""
    return channel.startswith(_DIRECT)


async def why_not(interaction: Interaction, channel: str) -> Why:
    """Return why the app cannot post in this channel: empty when it can, `unsure` when Slack does not say."""
    return (await look(interaction, channel)).why


async def look(interaction: Interaction, channel: str) -> Room:
    """Ask Slack about a channel. A person's id stands for their messages with the app, where it can always post."""
    if is_person(channel):
        return Room("")
    if is_direct(channel):
        return Room("direct")
    try:
        async with asyncio.timeout(_PATIENCE):
            found = (await interaction.client.conversations_info(channel=channel)).get("channel") or {}
    except SLACK_TROUBLE as error:
        word = slack_word(error)
        if word in _UNSEEN:
            return Room("absent")
        _log.warning("conversations.info failed", error=word)
        return Room("unsure")
    why = next(why for why, holds in _reasons(interaction, found) if holds)
    return Room(why, public=not found.get("is_private"), shared=_is_shared(found))


async def may_join(interaction: Interaction, room: Room) -> bool:
    """Return whether the app can go into the channel by itself: a public one, where that scope was granted."""
    return room.why == "absent" and room.public and await has_scope(interaction, CHANNELS_JOIN)


async def join(interaction: Interaction, channel: str) -> bool:
    """Let the app go into a public channel, and return whether Slack took it."""
    try:
        async with asyncio.timeout(_PATIENCE):
            await interaction.client.conversations_join(channel=channel)
    except SLACK_TROUBLE as error:
        _log.warning("conversations.join failed", error=slack_word(error))
        return False
    return True


def _reasons(interaction: Interaction, found: dict[str, Any]) -> Iterator[tuple[Why, bool]]:  # Any: Slack's JSON
    """Yield each reason with whether it applies, the hardest to fix first."""
    yield "direct", bool(found.get("is_im") or found.get("is_mpim"))
    yield "archived", bool(found.get("is_archived"))
    yield "absent", not found.get("is_member")
    yield "not_shown", _is_shared(found) and _is_unwanted(interaction)
    yield "", True


def _is_shared(found: dict[str, Any]) -> bool:  # Any: as above
    return bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared"))


def _is_unwanted(interaction: Interaction) -> bool:
    try:
        interaction.services.channels.outside(interaction.workspace)
    except NotShownHere:
        return True
    return False
