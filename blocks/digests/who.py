"""Say who paused a digest: a person in Slack, or somebody on the server."""

from blocks import words
from bot.records import OPERATOR


def paused_by(by: str | None) -> str:
    """Return who it was (mrkdwn). Empty when that is not known."""
    if by == OPERATOR:
        return "the person who set up this app"
    return f"<@{words.literal(by, 64)}>" if by else ""
