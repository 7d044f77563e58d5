"""The menu under a delivered digest: pause, edit, history, send now."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import kit
from blocks.digests import buttons as digest_buttons
from blocks.digests import listing as digest_listing
from blocks.kit import Message
from bot.errors import OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.digests import buttons, form, history, permissions
from bot.slack.digests.form_values import named
from bot.slack.reply.message_bodies import PRIVATE

_Listener = Callable[[AsyncAck, Interaction], Awaitable[None]]


def register(app: AsyncApp) -> None:
    """Listen for the menu."""
    app.action(digest_buttons.MENU)(chosen)


async def chosen(ack: AsyncAck, interaction: Interaction) -> None:
    """Do what was chosen. The delivered message stays as it is."""
    option = interaction.action.get("selected_option") or {}
    item, _, digest_id = str(option.get("value") or "").partition(" ")
    if item not in _ITEMS:
        raise OldButton
    pressed = {**interaction.action, "value": digest_id}
    await _ITEMS[item](ack, replace(interaction, body={**interaction.body, "actions": [pressed]}))


async def _send_now(ack: AsyncAck, interaction: Interaction) -> None:
    services = interaction.services

    async def done() -> Message:
        seen = await permissions.read_if_visible(interaction, interaction.value)
        await permissions.need_digest_manager(interaction, seen)
        await services.digests.send_now(seen, interaction.user)
        text = digest_listing.sent_note(seen)
        return Message(text, (kit.section(text),))

    await services.replies.afterwards(named(interaction, "digest send"), ack, done, PRIVATE, saves=True)


_ITEMS: dict[str, _Listener] = {
    "pause": buttons.pause,
    "edit": form.edit,
    "history": history.show,
    "now": _send_now,
}
