"""Post an ephemeral message, the way to one person in a conversation where there is no response_url."""

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from blocks.kit import Message
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.limited import is_logged
from bot.slack.reply.message_bodies import message_body

_log = structlog.get_logger("slack")


async def post_ephemeral(
    client: AsyncWebClient, message: Message, *, thread: str | None = None, channel: str, user: str
) -> bool:
    """Show a message to the `user` in the `channel`, and return whether Slack took it.

    `thread` must have been started already.
    """
    try:
        await client.chat_postEphemeral(channel=channel, user=user, thread_ts=thread, **message_body(message))
    except SLACK_TROUBLE as error:
        if not is_logged(error):
            _log.warning("chat.postEphemeral failed", error=slack_word(error))
        return False
    return True
