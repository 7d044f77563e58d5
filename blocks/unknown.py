"""Say that this version does not know what a person used: it is of an earlier version, or of a later one."""

from typing import Literal

from blocks import kit
from blocks.kit import Message

Unknown = Literal["form", "shortcut", "step", "button"]


def notice(of: Unknown, command: str) -> Message:
    """Build the notice. `command` is the slash command's name."""
    then = {
        "button": f"Type `{command}` and a campaign’s name for a card with buttons that work.",
        "form": "Open it again.",
        "shortcut": f"Type `{command} help` to see what this app can do.",
        "step": "Choose it again in the workflow.",
    }
    return _message(f"{_WHAT[of]} is from another version of this app, so nothing was done. {then[of]}")


def other_command(command: str) -> Message:
    """Build the answer to a slash command that leads to this app and is not its own."""
    return _message(f"This app does not know that command. Type `{command} help` to see what it can do.")


def _message(text: str) -> Message:
    return Message(text, (kit.section(text),))


_WHAT: dict[Unknown, str] = {
    "button": "That button",
    "form": "That form",
    "shortcut": "That shortcut",
    "step": "That step",
}
