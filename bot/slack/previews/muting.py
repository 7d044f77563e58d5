"""Answer `/campaign mute` and `unmute`: previews of links in one channel, for everybody there.

Anybody in a channel may do that there. In another channel than the one they type in, only people who are in that one
may: managers, too, since they have a setting for the whole workspace.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Literal

import structlog

import blocks.previews.muting
from blocks.kit import Message
from blocks.previews.muting import Told
from bot.errors import Busy
from bot.records import AuditEntry
from bot.slack.context.installed import need_installation
from bot.slack.context.interaction import Interaction
from bot.slack.context.typed_command import TypedCommand
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.message_bodies import message_body
from bot.store import muted_channels

Word = Literal["mute", "unmute"]
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")  # as Slack writes a channel, where it escapes what is typed
_HERE = {"here", "this", "channel", "please", "now"}
_ALL = {"all", "everything", "everywhere", "always", "every", "channels", "channel", "previews", "links"}
_PATIENCE = 0.8  # seconds for Slack to say who is in a channel, and then to post in it
_PEOPLE, _PAGES = 1000, 5  # on a page, and pages: in larger channels the command has to be typed there
_log = structlog.get_logger("slack")


def fits(rest: str) -> bool:
    """Return whether these words after `mute` or `unmute` name channels, and no campaign."""
    typed = rest.lower().split()
    return set(typed) <= _HERE or set(typed) <= _ALL or any(one.startswith(("#", "<#")) for one in typed)


async def mute(typed: TypedCommand) -> Message:
    """Turn previews in a channel off. Raise StoreUnavailable, NotInstalled."""
    return await _switch(typed, "mute")


async def unmute(typed: TypedCommand) -> Message:
    """Turn previews in a channel on again. Raise StoreUnavailable, NotInstalled."""
    return await _switch(typed, "unmute")


async def _switch(typed: TypedCommand, word: Word) -> Message:
    interaction, words = typed.interaction, set(typed.rest.lower().split())
    if words <= _HERE:
        return await _done(interaction, word, interaction.channel)
    if words <= _ALL:
        return blocks.previews.muting.not_all(typed.command, word)
    if (named := _CHANNEL.fullmatch(typed.rest)) is None:
        named_only = len(words) == 1 and typed.rest.startswith("#")
        explain = blocks.previews.muting.not_known if named_only else blocks.previews.muting.usage
        return explain(typed.command, word)
    if named[1] != interaction.channel and not await _is_in(interaction, named[1]):
        return blocks.previews.muting.not_there(typed.command, word)
    return await _done(interaction, word, named[1])


async def _done(interaction: Interaction, word: Word, channel: str) -> Message:
    """Write it down, tell the channel, and return the reply."""
    workspace, services = interaction.workspace, interaction.services
    entry = AuditEntry(services.clock.now(), workspace.id, interaction.user, f"{word}d", {"channel": channel})
    other = "" if channel == interaction.channel else channel
    if word == "mute":
        new = await muted_channels.mute(services.db, channel, entry, workspace.enterprise_id)
        await need_installation(workspace, services)
    else:
        new = await muted_channels.unmute(services.db, channel, entry)
    told = await _told(interaction, word, channel) if new else "nobody"
    if word == "mute":
        return blocks.previews.muting.muted(services.command, before=not new, told=told, channel=other)
    off = not workspace.preferences.previews
    return blocks.previews.muting.unmuted(before=not new, off=off, told=told, channel=other)


async def _told(interaction: Interaction, word: Word, channel: str) -> Told:
    """Tell the channel who did it, in a task that is not waited for long: the answer is due."""
    if channel.startswith("D"):
        return "nobody"
    try:
        task = interaction.services.tasks.start(_post(interaction, word, channel))
    except Busy:
        return "no"
    done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
    return "soon" if not done else "yes" if task.result() else "no"


async def _post(interaction: Interaction, word: Word, channel: str) -> bool:
    line = blocks.previews.muting.line(interaction.user, interaction.services.command, muted=word == "mute")
    try:
        await interaction.client.chat_postMessage(channel=channel, **message_body(interaction.tagged(line)))
    except SLACK_TROUBLE as error:
        _log.info("a channel was not told who muted it", error=slack_word(error))
        return False
    return True


async def _is_in(interaction: Interaction, channel: str) -> bool:
    """Return whether Slack says in time that this person is in the channel.

    Of private channels without the app it says nothing.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            return any([interaction.user in people async for people in _members(interaction, channel)])
    except SLACK_TROUBLE as error:
        _log.info("conversations.members failed", error=slack_word(error))
        return False


async def _members(interaction: Interaction, channel: str) -> AsyncIterator[list[str]]:
    """Yield the people of a channel, page by page. Raise one of SLACK_TROUBLE."""
    cursor = None
    for _ in range(_PAGES):
        answer = await interaction.client.conversations_members(channel=channel, limit=_PEOPLE, cursor=cursor)
        yield answer.get("members") or []
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
