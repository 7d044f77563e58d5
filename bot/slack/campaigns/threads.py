"""Post in threads as the app itself, for *Share in thread* and for answers to mentions.

Slack allows that where the app is a member.
"""

import structlog

from blocks.kit import Message
from bot.errors import NotPosted
from bot.slack.context.interaction import Interaction
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.limited import limited
from bot.slack.reply.message_bodies import message_body

# Slack's error codes, grouped by what a person can do about them.
_ABSENT = {"not_in_channel", "channel_not_found"}
_GONE = {"thread_not_found", "message_not_found", "cannot_reply_to_message"}
_DIRECT = "D"  # prefix of the ids of direct messages
_log = structlog.get_logger("slack")


async def post(interaction: Interaction, message: Message, thread: str) -> None:
    """Post a message in a thread, for everybody. Raise NotPosted, SlackLimited."""
    try:
        await interaction.client.chat_postMessage(
            channel=interaction.channel, thread_ts=thread, **message_body(interaction.tagged(message))
        )
    except SLACK_TROUBLE as error:
        raise limited(error) or _not_posted(interaction, slack_word(error)) from error


def _not_posted(interaction: Interaction, word: str) -> NotPosted:
    _log.warning("chat.postMessage failed", error=word)
    if word in _ABSENT:
        return NotPosted("direct" if interaction.channel.startswith(_DIRECT) else "absent")
    if word.startswith("restricted_action"):
        return NotPosted("restricted")
    return NotPosted("archived" if word == "is_archived" else "gone" if word in _GONE else "trouble")
