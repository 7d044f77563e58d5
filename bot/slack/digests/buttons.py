"""Answer the buttons of a digest: in the list, under a delivered digest, and in a notice."""

from collections.abc import Awaitable, Callable

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import notices
from blocks.digests import listing as digest_listing
from blocks.digests import message as digest_message
from blocks.digests.listing import Note
from blocks.kit import Message
from bot.digests.digest import Digest
from bot.errors import DigestGone, OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.digests import listing, permissions
from bot.slack.digests.form_values import named
from bot.slack.reply.message_bodies import PRIVATE, REPLACE, REPLACE_UNLESS_ERROR

Action = Callable[[Interaction, Digest], Awaitable[Note]]


def register(app: AsyncApp) -> None:
    """Listen for the buttons of the list, for *Pause* under a digest and the button in its notice, and for links."""
    for action_id in _IN_LIST:
        app.action(action_id)(in_list)
    app.action(digest_message.PAUSE)(pause)
    app.action(digest_listing.HOLD_HERE)(hold)
    app.action(digest_message.LINK)(follow_link)


async def in_list(ack: AsyncAck, interaction: Interaction) -> None:
    """Do what the button says, and show the updated list."""

    async def done() -> Message:
        try:
            action = _IN_LIST[interaction.action["action_id"]]
            note = await action(interaction, await permissions.read_if_visible(interaction, _id(interaction)))
        except DigestGone as error:
            note = Note(notices.reason(error, interaction.services.clock.now()))
        return await listing.message(interaction, note=note)

    await interaction.services.replies.afterwards(
        named(interaction, "digest list"), ack, done, REPLACE_UNLESS_ERROR, saves=True
    )


async def pause(ack: AsyncAck, interaction: Interaction) -> None:
    """Pause the digest for a day, and say so to the person who pressed. The delivered message stays as it is."""
    services = interaction.services

    async def done() -> Message:
        seen = await permissions.read_if_visible(interaction, _id(interaction))
        now = await services.digests.pause(seen, interaction.user, for_a_day=True)
        may_manage = await permissions.can_manage(interaction, now)
        return digest_listing.paused(now, services.clock.now(), may_manage=may_manage)

    await services.replies.afterwards(named(interaction, "digest pause"), ack, done, PRIVATE, saves=True)


async def hold(ack: AsyncAck, interaction: Interaction) -> None:
    """Pause the digest until it is resumed, and replace the notice about the one-day pause."""
    services = interaction.services

    async def done() -> Message:
        now = await _held(interaction, await permissions.read_if_visible(interaction, _id(interaction)))
        return digest_listing.paused(now, services.clock.now(), may_manage=True)

    await services.replies.afterwards(named(interaction, "digest pause"), ack, done, REPLACE, saves=True)


async def follow_link(ack: AsyncAck) -> None:
    """Acknowledge a pressed link button. Without that, Slack shows a warning."""
    await ack()


async def resumed(interaction: Interaction, digest_: Digest) -> Digest:
    """Resume the digest. Raise NotAllowed, Outsider, DigestGone.

    The person who paused it may always resume it. Others must be its owner, its backup owner or a manager.
    """
    if digest_.pause is None or digest_.pause.why != "person" or digest_.pause.by != interaction.user:
        await permissions.need_digest_manager(interaction, digest_)
    return await interaction.services.digests.resume(digest_, interaction.user)


async def _held(interaction: Interaction, digest_: Digest) -> Digest:
    await permissions.need_digest_manager(interaction, digest_)
    return await interaction.services.digests.pause(digest_, interaction.user, for_a_day=False)


async def _pause(interaction: Interaction, digest_: Digest) -> Note:
    now = await interaction.services.digests.pause(digest_, interaction.user, for_a_day=True)
    return digest_listing.paused_note(
        now, interaction.services.clock.now(), may_manage=await permissions.can_manage(interaction, now)
    )


async def _hold(interaction: Interaction, digest_: Digest) -> Note:
    return digest_listing.paused_note(
        await _held(interaction, digest_), interaction.services.clock.now(), may_manage=True
    )


async def _resume(interaction: Interaction, digest_: Digest) -> Note:
    return Note(digest_listing.resumed_note(await resumed(interaction, digest_), interaction.services.clock.now()))


async def _send(interaction: Interaction, digest_: Digest) -> Note:
    await permissions.need_digest_manager(interaction, digest_)
    await interaction.services.digests.send_now(digest_, interaction.user)
    return Note(digest_listing.sent_note(digest_))


async def _delete(interaction: Interaction, digest_: Digest) -> Note:
    await permissions.need_digest_manager(interaction, digest_)
    await interaction.services.digests.delete(digest_, interaction.user)
    return Note(digest_listing.deleted_note(digest_))


def _id(interaction: Interaction) -> str:
    if not interaction.value:
        raise OldButton
    return interaction.value


_IN_LIST: dict[str, Action] = {
    digest_listing.PAUSE: _pause,
    digest_listing.HOLD: _hold,
    digest_listing.RESUME: _resume,
    digest_listing.SEND: _send,
    digest_listing.DELETE: _delete,
}
