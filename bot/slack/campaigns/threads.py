"""Post in threads as the app itself: *Share in thread*, and answers to mentions.

Slack allows that where the app is a member.
"""

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import short_list
from blocks.kit import Message
from bot.errors import NotPosted, OldButton
from bot.slack.campaigns.cards import cards
from bot.slack.context.interaction import Interaction
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.message_bodies import DELETE, message_body

# Slack's error codes, grouped by what a person can do about them.
_ABSENT = {"not_in_channel", "channel_not_found"}
_GONE = {"thread_not_found", "message_not_found", "cannot_reply_to_message"}
_DIRECT = "D"  # prefix of the ids of direct messages
_log = structlog.get_logger("slack")


def register(app: AsyncApp) -> None:
    """Listen for *Share in thread* under a card and under a list."""
    app.action(campaign_card.SHARE_IN_THREAD)(share)
    app.action(short_list.SHARE_IN_THREAD)(share)


async def share(ack: AsyncAck, interaction: Interaction) -> None:
    """Post the card in its thread, with the name of the person who shared it, and delete the private card.

    The private card stays when posting fails.
    """
    services, body = interaction.services, interaction.body
    if not services.shares.claim(body):
        await ack()
        return
    posted: list[Message] = []

    async def in_thread() -> Message:
        ids, thread = _asked(interaction)
        shown = await cards(interaction, ids, public=True)
        await post(interaction, shown, thread)
        posted.append(shown)
        await interaction.note_shared(*ids)
        return shown

    async def then(_: bool) -> None:
        # What was posted stays claimed, even if deleting the private card failed: another click would post it twice.
        if not posted:
            services.shares.release(body)

    await services.replies.afterwards(interaction.named("share in thread"), ack, in_thread, DELETE, then=then)


def _asked(interaction: Interaction) -> tuple[tuple[str, ...], str]:
    """Return the ids to share, and the thread to share them in. Raise OldButton."""
    value = interaction.value
    ids, thread = interaction.workspace.links.ids_in(value), short_list.thread_in(value)
    if not ids or thread is None:
        raise OldButton
    return ids, thread


async def post(interaction: Interaction, message: Message, thread: str) -> None:
    """Post a message in a thread, for everybody. Raise NotPosted."""
    try:
        await interaction.client.chat_postMessage(
            channel=interaction.channel, thread_ts=thread, **message_body(interaction.tagged(message))
        )
    except SLACK_TROUBLE as error:
        raise _not_posted(interaction, slack_word(error)) from error


async def tell(interaction: Interaction, thread: str | None, message: Message) -> bool:
    """Show a message to this person only, and return whether Slack accepted it.

    `thread` must have been started already. None means the conversation itself.
    """
    try:
        await interaction.client.chat_postEphemeral(
            channel=interaction.channel,
            user=interaction.user,
            thread_ts=thread,
            **message_body(interaction.tagged(message)),
        )
    except SLACK_TROUBLE as error:
        _log.warning("chat.postEphemeral failed", error=slack_word(error))
        return False
    return True


def _not_posted(interaction: Interaction, word: str) -> NotPosted:
    _log.warning("chat.postMessage failed", error=word)
    if word in _ABSENT:
        return NotPosted("direct" if interaction.channel.startswith(_DIRECT) else "absent")
    if word.startswith("restricted_action"):
        return NotPosted("restricted")
    return NotPosted("archived" if word == "is_archived" else "gone" if word in _GONE else "trouble")
