"""Answer the question whether a digest goes on after its last day: without an end, or not at all.

*Choose another day* beside these buttons is the usual *Edit* (`form.py`).
"""

from collections.abc import Awaitable, Callable

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.digests import announcements
from blocks.digests.notice import notice
from blocks.kit import Message
from bot.digests.digest import Digest
from bot.slack.context.interaction import Interaction
from bot.slack.context.seen_digests import seen_by
from bot.slack.digests import permissions
from bot.slack.digests.form_values import named
from bot.slack.reply.message_bodies import REPLACE


def register(app: AsyncApp) -> None:
    """Listen for the two buttons of the question."""
    app.action(announcements.GO_ON)(go_on)
    app.action(announcements.LET_END)(let_end)


async def go_on(ack: AsyncAck, interaction: Interaction) -> None:
    """Take the digest's last day away, and say when it is due next, in place of the question."""

    async def going_on() -> Message:
        digest = await interaction.services.digests.go_on(await _managed(interaction), interaction.user)
        return await _said(interaction, digest, announcements.goes_on(digest, interaction.services.clock.now()))

    await _answer(ack, interaction, going_on)


async def let_end(ack: AsyncAck, interaction: Interaction) -> None:
    """Say that the digest has ended, or that somebody let it go on meanwhile, in place of the question."""

    async def ended() -> Message:
        digest, services = await _managed(interaction), interaction.services
        if digest.next_due:
            return await _said(interaction, digest, announcements.goes_on(digest, services.clock.now()))
        return await _said(interaction, digest, announcements.has_ended(digest, services.command))

    await _answer(ack, interaction, ended)


async def _managed(interaction: Interaction) -> Digest:
    digest = await permissions.read_if_visible(interaction, interaction.value)
    await permissions.need_digest_manager(interaction, digest)
    return digest


async def _answer(ack: AsyncAck, interaction: Interaction, work: Callable[[], Awaitable[Message]]) -> None:
    named_so = named(interaction, "digest end")
    await named_so.services.replies.afterwards(named_so, ack, work, REPLACE, saves=True)


async def _said(interaction: Interaction, digest: Digest, text: str) -> Message:
    (one,) = await seen_by(interaction, [digest])
    return notice(text, one, interaction.services.clock.now())
