"""Build the window over the form that shows the message as it would go out now."""

from collections.abc import Mapping, Sequence

from blocks import kit
from blocks.digests.where import where
from blocks.kit import Block, Message

TITLE = "Preview"
SEND_TO_ME = "digest.send_to_me"
_NOTE = "digest_preview_note"  # the block whose text says what became of the button
# Of the hundred blocks of a window, what is said around the message takes four.
_MOST = kit.MODAL_BLOCKS - 4

_LONG = kit.context(
    "*Send to me* is left out, because too many campaigns were changed in the form at once. Save it, then "
    "*Send now* can send it to you alone."
)


def window(message: Message, channel: str, reader: str, *, typed: str | None, metadata: str) -> Block:
    """Build the window around the message, which has classic blocks.

    `typed` is what was filled in, for the button, which posts the message as it goes out to the reader alone. None: the
    window has no room for it.
    """
    send = _LONG if typed is None else kit.actions(kit.button("Send to me", SEND_TO_ME, value=typed))
    rows = [_said(channel, reader), kit.divider(), *message.blocks[:_MOST], kit.divider(), send]
    return {**kit.modal(TITLE, rows, close="Back"), "private_metadata": metadata}


def noted(view: Mapping[str, object], blocks: Sequence[Block], note: str) -> Block:
    """Return the same window with what became of *Send to me* at its end (mrkdwn).

    Fields, which only a forged window has here, are left out: Slack refuses them without a *Submit*.
    """
    rows = [one for one in blocks if one.get("block_id") != _NOTE and one.get("type") != "input"]
    rows.append({**kit.section(note), "block_id": _NOTE})
    return {**kit.modal(TITLE, rows, close="Back"), "private_metadata": str(view.get("private_metadata") or "")}


def sent() -> str:
    """Say that the message is in the reader's messages with the app (mrkdwn)."""
    return "✅ It is in your messages with this app, exactly as it will look. Nobody else sees it."


def _said(channel: str, reader: str) -> Block:
    place = where(channel, reader)
    return kit.context(f"👀 Only you see this. It is what would go to {place} now. *Back* returns to the form.")
