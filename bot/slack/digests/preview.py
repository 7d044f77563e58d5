"""Show the message in a window over the form, and send it to the person alone."""

from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.digests import form as digest_form
from blocks.digests import preview as preview_window
from blocks.digests.form_fields import Filled
from blocks.kit import Block, Message
from bot.digests.digest import Digest
from bot.slack.context.interaction import Interaction
from bot.slack.digests import form_values, typed_form
from bot.slack.digests.draft import Draft, base
from bot.slack.digests.form_values import Editing, opened_in
from bot.slack.digests.hidden_fields import Hidden
from bot.slack.reply.errors import SLACK_TROUBLE, explain
from bot.slack.reply.payload import parts
from bot.slack.surfaces.modal_state import fits
from bot.slack.surfaces.modals import Modal, open_modal


def register(app: AsyncApp) -> None:
    """Listen for *Preview* in the form, and for *Send to me* in its window."""
    app.action(digest_form.PREVIEW)(preview)
    app.action(preview_window.SEND_TO_ME)(send_to_me)


async def preview(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the window over the form, or say in the form which field is wrong.

    The form stays as it is below. When Slack does not open the window, the form says so.
    """
    draft = Draft(await opened_in(interaction))
    await ack()
    doing = draft.interaction.named("digest preview")
    if note := draft.wrong():
        doing.start(draft.renew(note), via="modal")
        return

    async def view() -> Block:
        return await _window(draft)

    async def in_form(notice: Message) -> bool:
        return await draft.renew(f"⚠️ {notice.text}") == "answered"

    open_modal(replace(doing, send_private=in_form), Modal(preview_window.TITLE, view, push=True))


async def send_to_me(ack: AsyncAck, interaction: Interaction) -> None:
    """Post the message to this person's messages with the app, and say in the window what became of it."""
    there = (await opened_in(interaction)).named("digest send to me")
    await ack()
    there.start(_send_to_me(there), via="modal")


async def _window(draft: Draft) -> Block:
    interaction = draft.interaction
    kept = await base(interaction, draft.about, remembered=True)
    made = _changed(interaction, kept, draft.chosen)
    options = await interaction.services.channels.card_options(
        interaction.client, interaction.workspace, made.channel_id, public=True
    )
    composed = await interaction.services.digests.preview(interaction.workspace, made, options)
    typed = typed_form.packed(draft.chosen, kept.choice.ids)
    # What is hidden in the form is in `typed` as well.
    about = replace(draft.about, hidden=Hidden(), typed=typed[typed_form.BUTTON :])
    if has_room := fits(about.text()):
        typed = typed[: typed_form.BUTTON]
    return preview_window.window(
        composed.window,
        made.channel_id,
        interaction.user,
        typed=typed if has_room else None,
        metadata=(about if has_room else replace(about, typed="")).text(),
    )


async def _send_to_me(interaction: Interaction) -> None:
    services = interaction.services
    with interaction.for_reader():
        outcome = await explain(_sent(interaction), services.clock, _as_note)
        shown = preview_window.noted(interaction.view, parts(interaction.view.get("blocks")), outcome.shown)
        try:
            await interaction.client.views_update(view_id=interaction.view_id, view=interaction.tagged_view(shown))
        except SLACK_TROUBLE:
            services.replies.log(interaction, "lost", [], via="modal")
            return
    services.replies.log(interaction, outcome.name, [], via="modal")


async def _sent(interaction: Interaction) -> str:
    made = await _typed(interaction)
    options = await interaction.services.channels.card_options(
        interaction.client, interaction.workspace, made.channel_id, public=True
    )
    await interaction.services.digests.send_to(interaction.workspace, made, interaction.user, options)
    return preview_window.sent()


async def _typed(interaction: Interaction) -> Digest:
    """Return the digest as it was filled in when the window was opened. Raise what `base` raises, and OldButton."""
    about = Editing.read(interaction.metadata)
    kept = await base(interaction, about)
    return _changed(interaction, kept, typed_form.unpacked(interaction.value + about.typed, kept.choice.ids))


def _changed(interaction: Interaction, kept: Digest, chosen: Filled) -> Digest:
    """Return the digest as filled in. Raise WrongField."""
    services = interaction.services
    return form_values.changed(kept, chosen, services.digests.limits, services.clock.now())


def _as_note(notice: Message) -> str:
    return f"⚠️ {notice.text}"
