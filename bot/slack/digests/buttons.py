"""Answer the buttons of a digest: in the list, under a delivered digest, and in a notice."""

from collections.abc import Awaitable, Callable

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import inputs, notices
from blocks.digests import buttons as digest_buttons
from blocks.digests import listing as digest_listing
from blocks.digests.list_page import ListPage
from blocks.digests.listed import Listed, is_paused
from blocks.digests.listing import Note
from blocks.kit import Message
from bot.digests.digest import Digest
from bot.digests.errors import TooManyDigests
from bot.errors import DigestGone, OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.context.seen_digests import seen_by
from bot.slack.digests import listing, permissions
from bot.slack.digests.form_values import named
from bot.slack.reply.message_bodies import PRIVATE, REPLACE, REPLACE_UNLESS_ERROR
from bot.slack.reply.payload import text

Action = Callable[[Interaction, Digest, ListPage], Awaitable[Note | None]]


def register(app: AsyncApp) -> None:
    """Listen for the buttons of the list, for *Pause* under a digest and the button in its notice, and for links."""
    for action_id in _IN_LIST:
        app.action(action_id)(in_list)
    app.action(digest_listing.UNDO)(undo)
    for action_id in (digest_listing.BACK, digest_listing.MORE, digest_listing.ALL, digest_listing.HERE):
        app.action(action_id)(turn)
    app.action({"action_id": inputs.VALUE, "block_id": digest_listing.SEARCH})(search)
    app.action(digest_buttons.PAUSE)(pause)
    app.action(digest_listing.HOLD_HERE)(hold)
    app.action(digest_buttons.LINK)(follow_link)


async def in_list(ack: AsyncAck, interaction: Interaction) -> None:
    """Do what the button says, and show the updated list."""

    async def done() -> Message:
        id_, page = ListPage.read(_value(interaction))
        note: Note | None
        try:
            action = _IN_LIST[text(interaction.action.get("action_id"))]
            note = await action(interaction, await permissions.read_if_visible(interaction, id_), page)
        except DigestGone as error:
            note = Note(notices.reason(error, interaction.services.clock.now()))
        return await listing.message(interaction, note=note, page=page)

    await interaction.services.replies.afterwards(
        named(interaction, "digest list"), ack, done, REPLACE_UNLESS_ERROR, saves=True
    )


async def undo(ack: AsyncAck, interaction: Interaction) -> None:
    """Bring back a deleted digest, and show it in the list."""

    async def back() -> Message:
        id_, page = ListPage.read(_value(interaction))
        now = interaction.services.clock.now()
        try:
            note = Note(digest_listing.restored_note(await _restored(interaction, id_), now))
        except (DigestGone, TooManyDigests) as error:
            note = Note(f"⚠️ {notices.reason(error, now)}")
        return await listing.message(interaction, note=note, page=page)

    await interaction.services.replies.afterwards(
        named(interaction, "digest list"), ack, back, REPLACE_UNLESS_ERROR, saves=True
    )


async def _restored(interaction: Interaction, id_: str) -> Digest:
    """Bring a deleted digest back, if nobody was quicker, and return it.

    Raise NotAllowed, Outsider, TooManyDigests, or DigestGone when it is too late.
    """
    digests = interaction.services.digests
    try:
        deleted = await digests.read_deleted(interaction.workspace, id_)
    except DigestGone:
        return await permissions.read_if_visible(interaction, id_)
    await permissions.need_digest_manager(interaction, deleted)
    return await digests.restore(interaction.workspace, id_, interaction.user)


async def turn(ack: AsyncAck, interaction: Interaction) -> None:
    """Show another page of the list, or the other list."""

    async def other() -> Message:
        return await listing.message(interaction, page=ListPage.read(_value(interaction))[1])

    await interaction.services.replies.afterwards(named(interaction, "digest list"), ack, other, REPLACE_UNLESS_ERROR)


async def search(ack: AsyncAck, interaction: Interaction) -> None:
    """Show the digests of the workspace that have the words that were typed."""

    async def found() -> Message:
        return await listing.message(interaction, page=ListPage(everywhere=True, words=interaction.value.strip()))

    await interaction.services.replies.afterwards(named(interaction, "digest list"), ack, found, REPLACE_UNLESS_ERROR)


async def pause(ack: AsyncAck, interaction: Interaction) -> None:
    """Pause the digest for a day, and say so to the person who pressed. The delivered message stays as it is."""
    services = interaction.services

    async def done() -> Message:
        one, already = await _paused(interaction, await permissions.read_if_visible(interaction, _value(interaction)))
        return digest_listing.paused(one, services.clock.now(), already=already)

    await services.replies.afterwards(named(interaction, "digest pause"), ack, done, PRIVATE, saves=True)


async def hold(ack: AsyncAck, interaction: Interaction) -> None:
    """Pause the digest until it is resumed, and replace the notice about the one-day pause."""
    services = interaction.services

    async def done() -> Message:
        held = await _held(interaction, await permissions.read_if_visible(interaction, _value(interaction)))
        return digest_listing.paused(held, services.clock.now())

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


async def pause_for_a_day(interaction: Interaction, digest_: Digest) -> Digest | None:
    """Pause the digest for a day. Return None when nothing was done: it is paused already, or has no further times.

    Raise NotAllowed, Outsider, DigestGone.
    """
    await permissions.need_pauser(interaction, digest_)
    if is_paused(digest_, interaction.services.clock.now()) or digest_.next_due is None:
        return None
    return await interaction.services.digests.pause(digest_, interaction.user, for_a_day=True)


async def _paused(interaction: Interaction, digest_: Digest) -> tuple[Listed, bool]:
    """Pause the digest for a day, and return it as this person sees it, and whether nothing was done."""
    done = await pause_for_a_day(interaction, digest_)
    (one,) = await seen_by(interaction, [done or digest_])
    return one, done is None


async def _held(interaction: Interaction, digest_: Digest) -> Listed:
    await permissions.need_digest_manager(interaction, digest_)
    held = await interaction.services.digests.pause(digest_, interaction.user, for_a_day=False)
    return (await seen_by(interaction, [held]))[0]


async def _pause(interaction: Interaction, digest_: Digest, page: ListPage) -> Note:
    one, already = await _paused(interaction, digest_)
    return digest_listing.paused_note(one, interaction.services.clock.now(), page, already=already)


async def _hold(interaction: Interaction, digest_: Digest, page: ListPage) -> Note:
    return digest_listing.paused_note(await _held(interaction, digest_), interaction.services.clock.now(), page)


async def _resume(interaction: Interaction, digest_: Digest, _: ListPage) -> Note:
    return Note(digest_listing.resumed_note(await resumed(interaction, digest_), interaction.services.clock.now()))


async def _delete(interaction: Interaction, digest_: Digest, _: ListPage) -> None:
    await permissions.need_digest_manager(interaction, digest_)
    await interaction.services.digests.delete(digest_, interaction.user)  # the list says that it can be brought back


def _value(interaction: Interaction) -> str:
    if not interaction.value:
        raise OldButton
    return interaction.value


_IN_LIST: dict[str, Action] = {
    digest_listing.PAUSE: _pause,
    digest_listing.HOLD: _hold,
    digest_listing.RESUME: _resume,
    digest_listing.DELETE: _delete,
}
