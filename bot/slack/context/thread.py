"""Find the thread that something happened in, in Slack's payload."""

from blocks.campaigns.short_list import thread_in
from bot.slack.reply.payload import Payload, pressed, text


def thread_to_share_in(body: Payload, seen_in: str | None) -> str | None:
    """Return the thread of a shortcut's message; for a button, the thread it carries, or else `seen_in`."""
    if body.get("type") == "message_action":
        message = body.get("message") or {}
        return message.get("thread_ts") or message.get("ts") or None
    return thread_in(text(pressed(body).get("value"))) or seen_in


def seen_in_thread(body: Payload) -> str | None:
    """Return the thread where a button or a shortcut was used; None when its message is in the channel too."""
    if body.get("type") != "message_action":
        return (body.get("container") or {}).get("thread_ts")
    message = body.get("message") or {}
    in_channel = message.get("thread_ts") == message.get("ts") or message.get("subtype") == "thread_broadcast"
    return None if in_channel else message.get("thread_ts")
