"""Say where a digest goes: to a channel, or to one person's direct messages with the app."""

from blocks import words
from bot.digests.digest import is_person


def where(channel_id: str, reader: str = "") -> str:
    """Return it as mrkdwn. `reader` is the person who reads it, or empty when that may be anybody."""
    place = words.literal(channel_id, 64)
    if not is_person(channel_id):
        return f"<#{place}>"
    return "your messages with this app" if channel_id == reader else f"<@{place}>’s messages with this app"
