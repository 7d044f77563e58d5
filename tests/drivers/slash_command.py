"""Ask with the slash command as a person does, press buttons, and wait for every answer."""

import json
from typing import Any

from playground.slack.response_urls import WAIT
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import button


async def ask(here: World, text: str, *, user: str = "U01OWNER", channel: str = "C01AEP") -> list[Message]:
    """Type `/campaign TEXT`, and return every new message this person can see in the channel.

    Assert that no command was answered twice, or after more than five seconds.
    """
    workspace, commands = here.slack.workspace_of(channel), here.slack.response_urls.commands
    before, asked = len(workspace.messages), len(commands)
    await here.slack.say(f"/campaign {text}".rstrip(), user=user, channel=channel)
    await finished(here)
    for one in commands[asked:]:
        assert len(one.answers) <= 1, "answered twice"
        assert max(one.answers, default=0) <= WAIT, "answered too late"
    new = workspace.messages[before:]
    return [m for m in new if m.ephemeral_for in (None, user) and m.channel == channel]


async def ask_one(here: World, text: str, **more: str) -> Message:
    """Type `/campaign TEXT`, and return the reply. Assert that there is exactly one."""
    replies = await ask(here, text, **more)
    assert len(replies) == 1, [message.text for message in replies]
    assert not replies[0].error, replies[0].text
    return replies[0]


async def press(here: World, message: Message, label: str, *, user: str = "U01OWNER") -> None:
    """Press a button, and wait until the bot has finished."""
    await here.slack.press(message, button(message, label), user=user)
    await finished(here)


async def finished(here: World) -> None:
    """Wait until the bot has nothing under way. Raise AssertionError after 30 seconds."""
    assert await here.bot.tasks.drain(30) == 0, "work was still under way after 30 s"


def said(message: Message | dict[str, Any]) -> str:
    """Return a message or a view as text, for looking for words in it."""
    blocks = message["blocks"] if isinstance(message, dict) else [message.text, message.blocks]
    return json.dumps(blocks, ensure_ascii=False)
