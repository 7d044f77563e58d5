"""Connect a workspace to careCycle with an API key, and disconnect it."""

from dataclasses import replace

from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

import blocks.workspace.connect
from blocks import notices
from blocks.campaigns.short_list import thread_in
from blocks.kit import Block
from bot.config import KEY_PREFIX
from bot.errors import CareCycleError, KeyFixed, KeyRejected, NotAllowed, NotConnected
from bot.records import Account, Connection
from bot.slack.context.installed import need_installation
from bot.slack.context.interaction import Interaction
from bot.slack.reply.time_limit import ACK_WITHIN, left
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.form_submission import ShowAgain, WrongField, answer_form, value
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Modal, open_modal
from bot.slack.workspace.pending_answers import AnswerAgain, answer_pending

_AROUND = " \t\r\n\u00a0\u200b\ufeff\"'`“”‘’«»<>"  # characters that copying a key can bring along

_PROVE_WITHIN = ACK_WITHIN - 0.3  # seconds after the form arrived; the rest is for writing the key down


def register(app: AsyncApp, answer_again: AnswerAgain) -> None:
    """Listen for the buttons that open the forms, and for the submitted forms.

    `answer_again` answers commands that were typed before the workspace was connected.
    """

    async def save_key(ack: AsyncAck, interaction: Interaction) -> None:
        await save(ack, interaction, answer_again)

    app.action(notices.CONNECT)(press)
    app.action(blocks.workspace.connect.DISCONNECT)(press_disconnect)
    app.action(notices.ADD)(follow_link)
    app.view(blocks.workspace.connect.SAVE)(save_key)
    app.view(blocks.workspace.connect.LEAVE)(disconnect)


def open_form(interaction: Interaction) -> None:
    """Open the form for the API key, from a typed command or the App Home."""
    _open(interaction, _origin(interaction))


async def press(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the form from a notice. After connecting, the command that got the notice is answered in its place."""
    await ack()
    ids_in, asked = interaction.workspace.links.ids_in, interaction.value
    only_ids = all(
        ids_in(word) or thread_in(word) for word in asked.split()
    )  # another command is among those that wait
    ids = ids_in(asked) if only_ids else ()
    url = interaction.response_url if ids else ""
    origin = replace(_origin(interaction), ids=ids, response_url=url, thread=interaction.thread)
    _open(interaction.named("connect"), origin)


async def save(ack: AsyncAck, interaction: Interaction, answer_again: AnswerAgain) -> None:
    """Check the key and save it, or show at the field why not. Then answer the waiting commands."""
    origin = ModalState.read(interaction.metadata)
    key = SecretStr((value(interaction.view, blocks.workspace.connect.KEY) or "").strip(_AROUND))
    field = blocks.workspace.connect.KEY

    async def connected() -> Block | ShowAgain:
        in_workspace = await origin.switch_to_workspace(interaction)
        await in_workspace.person.need_manager("connect")
        if not key.get_secret_value().startswith(KEY_PREFIX):
            raise WrongField(field, blocks.workspace.connect.wrong_prefix())
        try:
            account = await in_workspace.workspace.prove(key, left(interaction.started, _PROVE_WITHIN))
        except (CareCycleError, KeyFixed) as error:
            raise WrongField(
                field, blocks.workspace.connect.refusal(error, in_workspace.services.clock.now())
            ) from error
        last_four = Connection(key).last_four
        if account.likeness == "other" and origin.confirmed != last_four:
            return ShowAgain(await _warning(in_workspace, replace(origin, confirmed=last_four), account))
        kept = await in_workspace.workspace.connect(key, in_workspace.user, account)
        await need_installation(in_workspace.workspace, in_workspace.services)
        waits = origin.ids or any(
            one.user == in_workspace.user
            for one in in_workspace.services.pending_commands.of(in_workspace.workspace.id)
        )
        return blocks.workspace.connect.done(kept, account, in_workspace.services.command, answered=bool(waits))

    async def then() -> None:
        in_workspace = await origin.switch_to_workspace(interaction)
        await answer_pending(origin, in_workspace, answer_again)
        home_tab.show_changed(origin, in_workspace)

    saving = replace(interaction, name="connect save", response_url=origin.response_url, opened_in=origin.address)
    await answer_form(ack, saving, connected, title=blocks.workspace.connect.TITLE, field=field, then=then)


def open_disconnect(interaction: Interaction) -> None:
    """Ask for confirmation before disconnecting, for a typed command."""
    open_modal(interaction, _confirm_disconnect(interaction, _origin(interaction)))


async def press_disconnect(ack: AsyncAck, interaction: Interaction) -> None:
    """Ask for confirmation before disconnecting, in a modal over the form."""
    await ack()
    origin = ModalState.read(interaction.value)
    in_workspace = replace(await origin.switch_to_workspace(interaction), name="disconnect", response_url="")
    open_modal(in_workspace, _confirm_disconnect(in_workspace, origin, push=True))


async def disconnect(ack: AsyncAck, interaction: Interaction) -> None:
    """Disconnect the workspace. Errors take the modal's place, since it has no field to show them at."""
    origin = ModalState.read(interaction.metadata)

    async def disconnected() -> Block:
        in_workspace = await origin.switch_to_workspace(interaction)
        await in_workspace.person.need_manager("disconnect")
        await in_workspace.workspace.disconnect(in_workspace.user)
        return blocks.workspace.connect.disconnected()

    async def then() -> None:
        home_tab.show_changed(origin, await origin.switch_to_workspace(interaction))

    title, leaving = (
        blocks.workspace.connect.DISCONNECT_TITLE,
        replace(interaction, name="disconnect", opened_in=origin.address),
    )
    await answer_form(ack, leaving, disconnected, title=title, then=then)


async def follow_link(ack: AsyncAck) -> None:
    """Acknowledge a pressed link button. Without that, Slack shows a warning."""
    await ack()


def _open(interaction: Interaction, origin: ModalState) -> None:
    async def view() -> Block:
        await _need_manager(interaction)
        now = interaction.services.clock.now()
        return blocks.workspace.connect.form(interaction.workspace.connection, origin.text(), now)

    open_modal(interaction, Modal(blocks.workspace.connect.TITLE, view, push=interaction.is_in_modal))


async def _warning(interaction: Interaction, origin: ModalState, account: Account) -> Block:
    """Return the form once more, with what is known of the other account. Saving it again confirms that."""
    digests = await interaction.services.digests.of_workspace(interaction.workspace)
    naming = sum(bool(one.choice.ids) for one in digests)
    connection = interaction.workspace.connection
    return blocks.workspace.connect.form(
        connection, origin.text(), interaction.services.clock.now(), other=account, digests=naming
    )


async def _need_manager(interaction: Interaction) -> None:
    """Raise unless this person is a manager, or the key is not set in Slack: then the form says where it is set.

    Raise NotConnected or KeyRejected where a key is needed, so that members are offered to ask a manager, else
    NotAllowed, which names managers.
    """
    connection = interaction.workspace.checked_connection
    if connection and connection.is_fixed:
        return
    try:
        await interaction.person.need_manager("connect", remembered=True)
    except NotAllowed as error:
        if error.unsure or (connection and not connection.broken_at):
            raise
        raise (KeyRejected if connection else NotConnected) from error


def _confirm_disconnect(interaction: Interaction, origin: ModalState, *, push: bool = False) -> Modal:
    async def view() -> Block:
        await interaction.person.need_manager("disconnect", remembered=True)
        if (connection := interaction.workspace.connection) is None:
            return blocks.workspace.connect.not_connected()
        if connection.is_fixed:
            raise KeyFixed
        return blocks.workspace.connect.confirm_disconnect(connection, origin.text(), interaction.services.clock.now())

    return Modal(blocks.workspace.connect.DISCONNECT_TITLE, view, push=push)


def _origin(interaction: Interaction) -> ModalState:
    workspace = interaction.workspace
    return ModalState(workspace.id, workspace.enterprise_id, interaction.channel)
