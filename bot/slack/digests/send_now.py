"""*Send now*: ask in a window for whom a digest is to be sent, and send it."""

from datetime import datetime

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import notices
from blocks.digests import form as digest_form
from blocks.digests import form_notes
from blocks.digests import listing as digest_listing
from blocks.digests import send_now as window
from blocks.digests.list_page import ListPage
from blocks.kit import Block
from bot.digests.digest import Digest
from bot.errors import OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.digests import permissions
from bot.slack.digests.form_values import Editing, named, opened_in
from bot.slack.surfaces.form_submission import answer_form, value
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Modal, open_modal, refill


def register(app: AsyncApp) -> None:
    """Listen for *Send now* in lists, in the form and after saving, and for the window it opens."""
    app.action(digest_listing.SEND)(press)
    app.action(digest_form.SEND_SAVED)(press)
    app.action(digest_form.SEND)(press_in_form)
    app.view(window.SUBMIT)(send)


async def press(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the window, for who may send the digest; others read in it who may. Raise OldButton."""
    there = await opened_in(interaction)
    if not there.value:
        raise OldButton
    id_ = ListPage.read(there.value)[0]
    await ack()
    _open(there, id_)


async def press_in_form(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the window over the form, which keeps what is typed, and say when somebody saved the digest since."""
    there = await opened_in(interaction)
    about = Editing.read(there.metadata)
    await ack()
    _open(there, about.digest, about.opened)


def _open(there: Interaction, id_: str, opened: datetime | None = None) -> None:
    """Open the window. `opened` is the digest's `changed_at` of what the person has before them, if that is known."""

    async def view() -> Block:
        seen, workspace = await _read(there, id_, remembered=True), there.workspace
        origin = ModalState(workspace.id, workspace.enterprise_id, there.channel)
        other = opened not in (None, seen.changed_at)
        note = form_notes.sent_over(seen.changed_by, there.user) if other else ""
        return window.choice(seen, Editing(origin, seen.id).text(), reader=there.user, note=note)

    open_modal(named(there, "digest send"), Modal(window.TITLE, view, push=there.is_in_modal))


async def send(ack: AsyncAck, interaction: Interaction) -> None:
    """Send the digest as it was last saved to whom the person chose."""
    there = (await opened_in(interaction)).named("digest send")
    id_ = Editing.read(there.metadata).digest
    if value(there.view, window.TO) == window.ME:  # its numbers are read first, which may take longer than Slack waits
        await ack(response_action="update", view=there.tagged_view(notices.loading(window.TITLE)))
        there.start(_to_person(there, id_), via="modal")
        return

    async def sent() -> Block:
        seen = await _read(there, id_)
        await there.services.digests.send_now(seen, there.user)
        return window.done(digest_listing.sent_note(seen, there.user))

    await answer_form(ack, there, sent, title=window.TITLE)


async def _to_person(interaction: Interaction, id_: str) -> None:
    """Post the digest to this person alone, and say so in the window."""
    services = interaction.services

    async def sent() -> Block:
        seen, workspace = await _read(interaction, id_), interaction.workspace
        options = await services.channels.card_options(interaction.client, workspace, seen.channel_id, public=True)
        await services.digests.send_to(workspace, seen, interaction.user, options)
        return window.done(window.sent_to_me(seen))

    await refill(interaction, window.TITLE, sent)


async def _read(interaction: Interaction, digest_id: str, *, remembered: bool = False) -> Digest:
    """Return the digest, if this person may send it. Raise DigestGone, NotAllowed, Outsider, StoreUnavailable."""
    seen = await permissions.read_if_visible(interaction, digest_id, remembered=remembered)
    await permissions.need_digest_manager(interaction, seen, remembered=remembered)
    return seen
