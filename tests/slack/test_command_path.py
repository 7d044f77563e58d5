"""How many functions a stranger reads through between Slack's request and the card."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bot
from blocks.kit import Message
from bot.slack import command
from bot.slack.campaigns.cards import cards
from bot.slack.reply import replies
from bot.slack.reply.errors import explain
from tests.conftest import AEP, MakeWorld
from tests.drivers.slash_command import ask_one

_BOT = Path(str(bot.__file__)).parent


async def test_between_slack_and_a_card_there_are_at_most_seven_functions(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, paths = await make_world(), []

    async def traced(*args: object, **more: object) -> Message:
        paths.append([*_functions()][::-1])
        return await cards(*args, **more)  # type: ignore[arg-type]  # whatever the command passes

    def begun(*args: Any, **more: Any) -> Any:
        paths.append([*_functions()][::-1])
        return explain(*args, **more)

    monkeypatch.setattr(replies, "explain", begun)
    monkeypatch.setattr(command, "cards", traced)
    await ask_one(here, AEP)
    # `Replies.in_ack` begins `explain` in a task of its own; `cards` is the seventh.
    assert paths == [["Events.answer", "show", "Replies.in_ack", "Replies._outcome"], ["explain", "answer"]]


def _functions() -> Iterator[str]:
    """The functions of the bot that wait for this one, the nearest first."""
    frame = sys._getframe(1)
    while frame := frame.f_back:  # type: ignore[assignment]  # it ends with None
        if Path(frame.f_code.co_filename).is_relative_to(_BOT):
            yield frame.f_code.co_qualname
