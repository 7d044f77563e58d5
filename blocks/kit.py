"""The few shapes every card is made of: Block Kit as plain dicts, inside Slack's limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from blocks.words import shorten

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Block: TypeAlias = Mapping[str, Json]

MODAL_BLOCKS = 100  # Slack: blocks in a modal
HEADER, SECTION, FIELD, BUTTON, TITLE = 150, 3000, 2000, 75, 24  # Slack: characters
CONTEXT = 2000  # characters; Slack sets no limit of its own, a field's is safe


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Message:
    """What is said: `blocks` for the eye, `text` for notifications and screen readers (mrkdwn, escaped).

    `private`: it repeats what somebody typed, and is for them alone also where answers are for everybody.
    """

    text: str
    blocks: tuple[Block, ...]
    private: bool = False


def header(text: str) -> Block:
    """A headline of outside text: nothing in it may format, mention or turn into an emoji."""
    return {"type": "header", "text": _plain_text(text, HEADER)}


def section(mrkdwn: str, *, button: Block | None = None) -> Block:
    """A paragraph of mrkdwn, escaped by its author, with a button at its right side."""
    accessory = {"accessory": button} if button else {}
    return {"type": "section", "text": _mrkdwn(mrkdwn, SECTION), **accessory}


def fields(*pairs: tuple[str, str]) -> Block:
    """Up to ten pairs of a label and its mrkdwn, in two columns."""
    return {"type": "section", "fields": [_mrkdwn(f"*{label}*\n{value}", FIELD) for label, value in pairs[:10]]}


def context(*parts: str) -> Block:
    """A quiet line of mrkdwn parts, divided by dots."""
    return {"type": "context", "elements": [_mrkdwn("  ·  ".join(filter(None, parts)), CONTEXT)]}


def quote(text: str) -> Block:
    """A paragraph of outside text, shown to the letter."""
    return {"type": "section", "text": _plain_text(text, SECTION)}


def actions(*buttons: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def button(label: str, action_id: str, *, value: str | None = None, url: str | None = None,
           style: str | None = None, confirm: Block | None = None) -> Block:  # fmt: skip
    """A button: `value` comes back with the click, `url` opens as well; `style`: `primary` or `danger`."""
    extras = {"value": value, "url": url, "style": style, "confirm": confirm}
    return {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": shorten(label, BUTTON), "emoji": True},
        **{name: extra for name, extra in extras.items() if extra},
    }


def confirm(title: str, text: str, yes: str) -> Block:
    """What Slack asks before a button counts (Slack: 100, 300 and 30 characters)."""
    said = {"title": title, "text": text, "confirm": yes, "deny": "Cancel"}
    return {name: {"type": "plain_text", "text": words} for name, words in said.items()}


def home(blocks: Sequence[Block]) -> Block:
    """An App Home (Slack: a hundred blocks)."""
    return {"type": "home", "blocks": list(blocks[:MODAL_BLOCKS])}


def modal(title: str, blocks: Sequence[Block], *, close: str = "Close") -> Block:
    """A modal to read."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": shorten(title, TITLE)},
        "close": {"type": "plain_text", "text": shorten(close, TITLE)},
        "blocks": list(blocks[:MODAL_BLOCKS]),
    }


def _mrkdwn(text: str, limit: int) -> Block:
    # verbatim: Slack shall not make links, channels or mentions out of what looks like some
    return {"type": "mrkdwn", "text": shorten(text, limit), "verbatim": True}


def _plain_text(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": shorten(text, limit), "emoji": False}
