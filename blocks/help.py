"""What the command understands."""

from collections.abc import Mapping

from blocks import kit
from blocks.kit import Message
from bot.links import EXAMPLE_ID


def card(command: str, subcommands: Mapping[str, str]) -> Message:
    """How to use `command` (`/campaign`): ids first, then each subcommand with its one line."""
    lines = (
        f"`{command} {EXAMPLE_ID}`  a campaign by its id",
        f"`{command} https://app.carecycle.ai/…`  by a careCycle link that holds the id",
        f"`{command} ID ID …`  up to ten at once",
        *(f"`{command} {name}`  {line}" for name, line in subcommands.items()),
    )
    return Message(
        f"{command} turns a careCycle campaign id into a card.",
        (
            kit.section(f"*Paste a campaign id or link after `{command}`* and its card appears, for you alone."),
            kit.section("\n".join(lines)),
            kit.context("Nobody else sees the answer until you press *Share to channel*."),
        ),
    )
