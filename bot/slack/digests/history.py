"""Show a digest's past deliveries in a modal. Answer *Send again* and *Resume*, there and in direct messages."""

from collections.abc import Awaitable, Callable
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import kit
from blocks.digests import buttons as digest_buttons
from blocks.digests import history as digest_history
from blocks.digests import listing as digest_listing
from blocks.digests.notice import notice
from blocks.kit import Block, Message
from bot.errors import OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.context.seen_digests import seen_by
from bot.slack.digests import permissions
from bot.slack.digests.buttons import resumed
from bot.slack.digests.form_values import Editing, named, opened_in
from bot.slack.reply.errors import SLACK_TROUBLE, explain, slack_word
from bot.slack.reply.message_bodies import REPLACE
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Modal, open_modal

Action = Callable[[], Awaitable[str]]


def register(app: AsyncApp) -> None:
    """Listen for *History*, and for the buttons that send or resume a digest."""
    app.action(digest_buttons.HISTORY)(show)
    app.action(digest_history.AGAIN)(send_again)
    app.action(digest_history.CONFIRM)(confirm)
    app.action(digest_listing.RESUME_HERE)(resume)


async def show(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the modal with the history."""
    there = await opened_in(interaction)
    await ack()
    modal = Modal(digest_history.TITLE, partial(_modal, there, there.value), push=there.is_in_modal)
    open_modal(named(there, "digest history"), modal)


async def send_again(ack: AsyncAck, interaction: Interaction) -> None:
    """Retry a delivery that failed, was skipped or is unconfirmed."""
    there = await opened_in(interaction)
    id_, _, run = there.value.partition(" ")

    async def sent() -> str:
        seen = await permissions.read_if_visible(there, id_)
        await permissions.need_digest_manager(there, seen)
        digests = there.services.digests
        if run not in {one.id for one in await digests.history(seen)}:
            raise OldButton
        return digest_history.again(seen, began=await digests.send_again(seen, run, there.user))

    await _done(ack, there, id_, sent)


async def confirm(ack: AsyncAck, interaction: Interaction) -> None:
    """Take an unconfirmed delivery for sent, because the person sees it in the channel."""
    there = await opened_in(interaction)
    id_, _, run = there.value.partition(" ")

    async def seen_there() -> str:
        seen = await permissions.read_if_visible(there, id_)
        await permissions.need_digest_manager(there, seen)
        return digest_history.confirmed(seen, done=await there.services.digests.confirm(seen, run, there.user))

    await _done(ack, there, id_, seen_there)


async def resume(ack: AsyncAck, interaction: Interaction) -> None:
    """Resume the digest."""
    there = await opened_in(interaction)

    async def going_on() -> str:
        digest = await resumed(there, await permissions.read_if_visible(there, there.value))
        return digest_listing.resumed_note(digest, there.services.clock.now())

    await _done(ack, there, there.value, going_on)


async def _done(ack: AsyncAck, interaction: Interaction, id_: str, action: Action) -> None:
    """Run `action` and show its text, in the modal where it was pressed or in place of the message."""
    mending = named(interaction, "digest mend")

    async def said() -> Message:
        text, services = await action(), mending.services
        (one,) = await seen_by(mending, [await services.digests.read(mending.workspace, id_)])
        return notice(text, one, services.clock.now())

    if not interaction.is_in_modal:
        await mending.services.replies.afterwards(mending, ack, said, REPLACE, saves=True)
        return
    await ack()
    mending.start(_in_modal(mending, id_, action), via="modal")  # when the app is too busy, the modal stays as it is


async def _in_modal(interaction: Interaction, id_: str, action: Action) -> None:
    services = interaction.services
    with interaction.for_reader():
        done = await explain(action(), services.clock, _as_note)
        shown = await explain(_modal(interaction, id_, note=done.shown), services.clock, _as_modal)
    view = interaction.tagged_view(shown.shown)
    try:
        await interaction.client.views_update(view_id=interaction.view_id, view=view)
    except SLACK_TROUBLE as error:
        services.replies.log(interaction, "closed" if slack_word(error) == "not_found" else "lost", [], via="modal")
    else:
        services.replies.log(interaction, done.name, [], via="modal")


async def _modal(interaction: Interaction, id_: str, *, note: str = "") -> Block:
    seen = await permissions.read_if_visible(interaction, id_, remembered=True)
    workspace = interaction.workspace
    deliveries = await interaction.services.digests.history(seen)
    (one,) = await seen_by(interaction, [seen])
    about = Editing(ModalState(workspace.id, workspace.enterprise_id, interaction.channel), seen.id)
    return digest_history.modal(one, deliveries, about.text(), interaction.services.clock.now(), note=note)


def _as_note(notice: Message) -> str:
    return f"⚠️ {notice.text}"


def _as_modal(notice: Message) -> Block:
    return kit.modal(digest_history.TITLE, notice.blocks)
