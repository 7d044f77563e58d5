"""Where a message appears: what Slack is sent for "only you", "instead of that", "for everybody"."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blocks.kit import Message

Body = dict[str, Any]  # Any: Slack's JSON


def said(message: Message) -> Body:
    """What every message has, wherever it appears; `marked` is for who sends it (bot/slack/reply/workspace_tags.py)."""
    blocks = [dict(block) for block in message.blocks]
    return {"text": message.text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def ephemeral(message: Message) -> Body:
    """For this person only, beside what is there."""
    return {**said(message), "response_type": "ephemeral", "replace_original": False}


def in_place(message: Message) -> Body:
    """Instead of the message whose button was pressed."""
    return {**said(message), "replace_original": True}


def in_channel(message: Message) -> Body:
    """For everybody in the conversation, beside what is there."""
    return {**said(message), "response_type": "in_channel", "replace_original": False}


def gone(_: Message) -> Body:
    """Take the message away whose button was pressed: what was asked for is elsewhere."""
    return {"delete_original": True}


def in_thread(body: Body, thread: str | None) -> Body:
    """The same in a thread; what takes the place of a message stays where that is."""
    return {**body, "thread_ts": thread} if thread and body.get("replace_original") is False else body


@dataclass(frozen=True, slots=True)
class Show:
    """Where a good answer appears, and where a notice of what went wrong."""

    answer: Callable[[Message], Body]
    notice: Callable[[Message], Body] = ephemeral


BESIDE = Show(ephemeral)
IN_PLACE = Show(in_place)  # a notice beside: what is there stays
INSTEAD = Show(in_place, in_place)
IN_CHANNEL = Show(in_channel)
ELSEWHERE = Show(gone)
