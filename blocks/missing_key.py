"""Explain a careCycle key that is missing or refused, with the button for what the person can do about it."""

from collections.abc import Iterator

from blocks import kit, words
from blocks.kit import Block
from bot.errors import BotError, KeyForbidden, KeyRefused, KeyRejected, NotConnected
from bot.records import Remedy, Role

CONNECT, ASK = "notice.connect", "notice.ask"
FORBIDDEN = " forbidden"  # ends the value of *Ask … to connect* where the key may not read campaigns


def reason(error: NotConnected | KeyRefused) -> str:
    """Explain the error to a person in one or two sentences (mrkdwn)."""
    if isinstance(error, KeyRefused) and error.fixed:
        return _FIXED_KEYS[type(error)]
    if isinstance(error, KeyForbidden):
        return _FORBIDDEN
    return f"{_WHAT[type(error)]} {_NEXT[error.remedy.role if error.remedy else 'member']}"


def buttons(error: NotConnected | KeyRefused, retry: str | None) -> Iterator[Block]:
    """Yield the button for this person: managers connect, members ask a manager to, and guests can do neither.

    Where Slack did not say who the person is, *Connect* is for all: who may not is then offered to ask.
    """
    if isinstance(error, KeyRefused) and error.fixed:
        return
    if error.remedy is None or error.remedy.role == "manager":
        label = "Connect careCycle" if isinstance(error, NotConnected) else "Connect a new key"
        yield kit.button(label, CONNECT, value=retry, style="primary")
    elif error.remedy.role == "member":
        yield ask_button(error.remedy, ASK, forbidden=isinstance(error, KeyForbidden))


def ask_button(remedy: Remedy, action: str, *, forbidden: bool = False) -> Block:
    """Build the button that asks a manager, by name if one is known, to connect careCycle.

    Its value holds the channel, and whether the key that is there is `forbidden` to read campaigns: nothing else
    remembers that.
    """
    value = f"{remedy.channel}{FORBIDDEN}" if forbidden else remedy.channel
    return kit.button(f"Ask {words.clean(remedy.name, 40) or 'a manager'} to connect", action, value=value)


_WHAT: dict[type[BotError], str] = {
    NotConnected: "This workspace is not connected to careCycle yet.",
    KeyRejected: "careCycle no longer accepts this workspace’s key: it was revoked or has expired.",
}
_NEXT: dict[Role, str] = {
    "manager": "Connect a key, and everybody here can look up campaigns.",
    "member": "A manager has to connect a key; then everybody here can look up campaigns.",
    "guest": "Until a manager connects a key, nobody here can look up campaigns.",
    "outsider": "Until a manager there connects a key, campaigns cannot be looked up.",
}
_FORBIDDEN = (
    "This workspace’s careCycle key lacks the permission to read campaigns. "
    "Somebody who manages keys in careCycle can create one that has it; then a manager connects it here."
)
_FIXED_KEYS: dict[type[BotError], str] = {
    KeyRejected: (
        "careCycle no longer accepts this workspace’s key: it was revoked or has expired. "
        "Ask the person who set up this app for a new one."
    ),
    KeyForbidden: (
        "This workspace’s careCycle key lacks the permission to read campaigns. "
        "Ask the person who set up this app for a key that has it."
    ),
}
