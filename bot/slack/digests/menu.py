"""The menu ⋯ under a delivered digest: it is for everybody, and who may not do something reads who may."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.digests.buttons import MENU
from bot.errors import OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.digests import buttons, form, history, send_now

Listener = Callable[[AsyncAck, Interaction], Awaitable[None]]

# What each item does: the same as the button of its name, which checks what the person may.
_ITEMS: dict[str, Listener] = {
    "pause": buttons.pause,
    "edit": form.edit,
    "history": history.show,
    "now": send_now.press,
}


def register(app: AsyncApp) -> None:
    """Listen for the menu."""
    app.action(MENU)(choose)


async def choose(ack: AsyncAck, interaction: Interaction) -> None:
    """Do what was chosen, as if its button had been pressed. Raise OldButton."""
    item, _, id_ = interaction.value.partition(" ")
    if item not in _ITEMS or not id_:
        raise OldButton
    pressed = {**interaction.action, "value": id_}
    await _ITEMS[item](ack, replace(interaction, body={**interaction.body, "actions": [pressed]}))
