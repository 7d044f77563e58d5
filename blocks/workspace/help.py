"""Build the help for the command and for mentions."""

from collections.abc import Mapping

from blocks import kit
from blocks.kit import Message
from bot.campaigns.ids import EXAMPLE_ID


def mention(command: str) -> Message:
    """Explain how to mention the app, to a person who did so without an id."""
    text = (
        "Mention me with a campaign id or a careCycle link, and I answer everybody in this thread. "
        f"`{command}` and an id answer you alone."
    )
    return Message(text, (kit.section(text),))


def card(command: str, subcommands: Mapping[str, str]) -> Message:
    """Explain how to use `command` (`/campaign`): ids first, then each subcommand with its one line."""
    lines = (
        f"`{command} {EXAMPLE_ID}`  a campaign by its id",
        f"`{command} https://app.carecycle.ai/…`  by a careCycle link that holds the id",
        f"`{command} ID ID …`  up to ten at once",
        f"`{command} some words`  by what is in its name or description",
        *(f"`{command} {name}`  {line}" for name, line in subcommands.items()),
    )
    return Message(
        f"{command} turns a careCycle campaign id into a card.",
        (
            kit.section(
                f"*Paste a campaign id or link after `{command}`*, or type a part of its name, and its card appears."
            ),
            kit.section("\n".join(lines)),
            kit.context("Nobody else sees the answer until you press *Share to channel*."),
        ),
    )
