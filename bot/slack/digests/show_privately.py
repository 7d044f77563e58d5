"""Show a message to one person only: in the channel it is for, or else in their direct messages with the app."""

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from blocks.kit import Message
from bot.errors import NotPosted
from bot.slack.context.interaction import Interaction
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.message_bodies import message_body

_BLOCKS = ("invalid_blocks", "invalid_blocks_format")
_log = structlog.get_logger("slack")


async def show_to(interaction: Interaction, message: Message, plain: Message) -> bool:
    """Show the message, and return whether it went to direct messages because the channel could not be used.

    `plain` is the same message in classic blocks, for where Slack refuses the newer ones. Raise NotPosted.
    """
    word = await _either(interaction, message, plain, direct=False)
    if not word:
        return False
    _log.info("a preview could not be shown in the channel", error=word)  # the app, or the person, is not in it
    if word := await _either(interaction, message, plain, direct=True):
        _log.warning("a preview could not be shown", error=word)
        raise NotPosted("trouble")
    return True


async def _either(interaction: Interaction, message: Message, plain: Message, *, direct: bool) -> str:
    """Send the message, or `plain` if Slack refuses its blocks. Return Slack's error, or an empty string."""
    word = await _say(interaction, message, direct=direct)
    return await _say(interaction, plain, direct=direct) if word in _BLOCKS else word


async def _say(interaction: Interaction, message: Message, *, direct: bool) -> str:
    client: AsyncWebClient = interaction.client
    shown = message_body(interaction.tagged(message))
    try:
        if direct:
            await client.chat_postMessage(channel=interaction.user, **shown)
        else:
            await client.chat_postEphemeral(channel=interaction.channel, user=interaction.user, **shown)
    except SLACK_TROUBLE as error:
        return slack_word(error)
    return ""
