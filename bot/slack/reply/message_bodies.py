"""Build what Slack is sent to show a message to one person, in place of another message, or to everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blocks.kit import Message

Body = dict[str, Any]  # Any: Slack's JSON


def message_body(message: Message) -> Body:
    """Return the part that is the same wherever a message appears.

    The caller must have tagged the message (`tagged` in bot/slack/reply/workspace_tags.py).
    """
    blocks = [dict(block) for block in message.blocks]
    return {"text": message.text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def ephemeral(message: Message) -> Body:
    """Show the message to this person alone, and keep the original message."""
    return {**message_body(message), "response_type": "ephemeral", "replace_original": False}


def in_place(message: Message) -> Body:
    """Replace the message whose button was pressed."""
    return {**message_body(message), "replace_original": True}


def in_channel(message: Message) -> Body:
    """Show the message to everybody in the conversation, and keep the original message."""
    return {**message_body(message), "response_type": "in_channel", "replace_original": False}


def delete_original(_: Message) -> Body:
    """Delete the message whose button was pressed, because the answer is elsewhere."""
    return {"delete_original": True}


def in_thread(body: Body, thread: str | None) -> Body:
    """Put a body into a thread, unless it replaces or deletes a message."""
    return {**body, "thread_ts": thread} if thread and body.get("replace_original") is False else body


@dataclass(frozen=True, slots=True)
class Visibility:
    """How an answer appears, and how the notice of an error does."""

    answer: Callable[[Message], Body]
    notice: Callable[[Message], Body] = ephemeral

    def is_private(self, *, pressed_in_public: bool) -> bool:
        """Return whether one person alone sees the answer. It may take the place of the message that was pressed."""
        return self.answer is ephemeral or (self.answer is in_place and not pressed_in_public)


PRIVATE = Visibility(ephemeral)
REPLACE_UNLESS_ERROR = Visibility(in_place)  # a notice keeps the original message
REPLACE = Visibility(in_place, in_place)
IN_CHANNEL = Visibility(in_channel)
DELETE = Visibility(delete_original)
