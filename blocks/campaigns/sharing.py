"""Build what a message that was shared with everybody says of it, and the button that takes it back."""

from blocks import kit
from blocks.kit import Block

TAKE_BACK = "shared.take_back"


def shared(by: str) -> str:
    """Say who made the message public (mrkdwn). `by` is a Slack id."""
    return f"shared by <@{by}>"


def take_back(by: str) -> Block:
    """Build the button with which who shared the message, or a manager, deletes it."""
    sure = kit.confirm("Take it back?", "This message disappears for everybody here.", "Take it back")
    return kit.button("Take back", TAKE_BACK, value=by, confirm=sure)
