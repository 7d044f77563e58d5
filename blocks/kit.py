"""Build the Block Kit elements that every card consists of, as plain dicts within Slack's limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from blocks.words import shorten

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Block: TypeAlias = Mapping[str, Json]

MODAL_BLOCKS = 100  # Slack: blocks in a modal
HEADER, SECTION, FIELD, BUTTON, TITLE = 150, 3000, 2000, 75, 24  # Slack: characters
TEXT = 3900  # characters of a message's text; Slack recommends 4,000 at most, and may cut beyond
CONTEXT = 2000  # characters; Slack sets no limit for a context, and that of a field is safe


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Message:
    """The content of a Slack message."""

    text: str  # for notifications and screen readers (mrkdwn, escaped)
    blocks: tuple[Block, ...]  # what Slack shows
    private: bool = False  # repeats what a person typed: only that person sees it, even where answers are public


def header(text: str) -> Block:
    """Build a headline of outside text. Nothing in it can format, mention or turn into an emoji."""
    return {"type": "header", "text": _plain_text(text, HEADER)}


def section(mrkdwn: str, *, button: Block | None = None) -> Block:
    """Build a paragraph of mrkdwn, with an optional button on its right. The caller escapes the text."""
    accessory = {"accessory": button} if button else {}
    return {"type": "section", "text": _mrkdwn(mrkdwn, SECTION), **accessory}


def fields(*pairs: tuple[str, str]) -> Block:
    """Build up to ten labels with their values (mrkdwn), in two columns. More are dropped."""
    return {"type": "section", "fields": [_mrkdwn(f"*{label}*\n{value}", FIELD) for label, value in pairs[:10]]}


def context(*parts: str) -> Block:
    """Build a line of small print from mrkdwn parts, with dots between them. Empty parts are left out."""
    return {"type": "context", "elements": [_mrkdwn("  ·  ".join(filter(None, parts)), CONTEXT)]}


def quote(text: str) -> Block:
    """Build a paragraph of outside text, shown exactly as it is."""
    return {"type": "section", "text": _plain_text(text, SECTION)}


def actions(*buttons: Block) -> Block:
    """Build a row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def divider() -> Block:
    """Build a horizontal line."""
    return {"type": "divider"}


def button(label: str, action_id: str, *, value: str | None = None, url: str | None = None,
           style: str | None = None, confirm: Block | None = None) -> Block:  # fmt: skip
    """Build a button.

    Slack sends `value` back with a click, and opens `url` as well. `style` is `primary` or `danger`.
    """
    extras = {"value": value, "url": url, "style": style, "confirm": confirm}
    return {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": shorten(label, BUTTON), "emoji": True},
        **{name: extra for name, extra in extras.items() if extra},
    }


def overflow(action_id: str, options: Mapping[str, str]) -> Block:
    """Build the menu behind three dots, of two to five options: labels by the `value` that Slack sends back."""
    drawn: list[Json] = [{"text": _plain_text(label, BUTTON), "value": value} for value, label in options.items()]
    return {"type": "overflow", "action_id": action_id, "options": drawn}


def confirm(title: str, text: str, yes: str) -> Block:
    """Build the dialog that Slack shows before a button takes effect.

    `title`, `text` and `yes` are not cut (Slack: 100, 300 and 30 characters).
    """
    said = {"title": title, "text": text, "confirm": yes, "deny": "Cancel"}
    return {name: {"type": "plain_text", "text": words} for name, words in said.items()}


def home(blocks: Sequence[Block]) -> Block:
    """Build an App Home. Blocks beyond a hundred, Slack's limit, are dropped."""
    return {"type": "home", "blocks": list(blocks[:MODAL_BLOCKS])}


def modal(title: str, blocks: Sequence[Block], *, close: str = "Close") -> Block:
    """Build a modal without input fields. Blocks beyond a hundred, Slack's limit, are dropped."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": shorten(title, TITLE)},
        "close": {"type": "plain_text", "text": shorten(close, TITLE)},
        "blocks": list(blocks[:MODAL_BLOCKS]),
    }


def _mrkdwn(text: str, limit: int) -> Block:
    # verbatim: Slack must not turn look-alikes into links, channels or mentions
    return {"type": "mrkdwn", "text": shorten(text, limit), "verbatim": True}


def _plain_text(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": shorten(text, limit), "emoji": False}
