"""Open the form for a digest, and answer what a person does in it before saving."""

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import inputs
from blocks.campaigns import search as campaign_search
from blocks.digests import buttons as digest_buttons
from blocks.digests import form as digest_form
from blocks.digests import form_fields, form_notes, time_zones
from blocks.digests import listing as digest_listing
from blocks.digests.list_page import FIRST, ListPage
from blocks.kit import Block, Message
from bot.delivery.operations import new_id
from bot.errors import BotError
from bot.slack.campaigns import find_shortcut
from bot.slack.context.interaction import Interaction
from bot.slack.digests import channel_access, form_outlook, form_values
from bot.slack.digests.draft import Draft, asked_of, base, view_of
from bot.slack.digests.form_values import Editing, named, opened_in
from bot.slack.reply.errors import explain
from bot.slack.surfaces.form_submission import typed_into
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import AT_ONCE, Modal, open_modal
from bot.workspaces.workspace import Workspace

_FIELDS = re.compile(f"^{re.escape(form_fields.FIELD)}")
_NAMES_WITHIN = 1.5  # seconds for careCycle to name campaigns that were picked before
_WORKING = "One moment …"


def register(app: AsyncApp) -> None:
    """Listen for the buttons that open the form, for changes in it, and for its own buttons."""
    app.action(digest_buttons.EDIT)(edit)
    app.action(digest_listing.MAKE)(make)
    app.action({"action_id": inputs.VALUE, "block_id": _FIELDS})(change)
    app.action(digest_form.MORE)(more)
    app.action(digest_form.JOIN)(join)
    for name, suggest in ((form_fields.PICKS, suggest_campaigns), (form_fields.ZONE, suggest_zones)):
        app.options({"action_id": inputs.VALUE, "block_id": name}, matchers=[typed_into(name)])(suggest)


def open_form(interaction: Interaction) -> None:
    """Open the form for a new digest, for a typed command."""
    _open_new(interaction)


async def make(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the form for a new digest, from a button."""
    there = await opened_in(interaction)
    await ack()
    _open_new(named(there, "digest new"), _list_url(interaction))


async def edit(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the form of a saved digest, if this person may change it. Raise OldButton."""
    there = await opened_in(interaction)
    id_, page = ListPage.read(interaction.value) if interaction.value else ("", FIRST)
    await ack()
    about = Editing(_origin(there, _list_url(interaction), page), id_)

    async def view() -> Block:
        kept = await base(there, about, remembered=True)
        chosen = form_values.filled(kept, await _names(there.workspace, kept.choice.ids))
        seen = replace(about, opened=kept.changed_at, owner=kept.owner_id)
        return view_of(there, chosen, await form_outlook.learn(asked_of(there, chosen, seen)), seen)

    open_modal(named(there, "digest edit"), Modal(digest_form.EDIT, view, push=interaction.is_in_modal))


async def change(ack: AsyncAck, interaction: Interaction) -> None:
    """Update the outlook in the form after something was chosen or typed."""
    draft = Draft(await opened_in(interaction))
    await ack()
    _soon(draft, "digest form", draft.renew())


async def more(ack: AsyncAck, interaction: Interaction) -> None:
    """Show the rest of the fields."""
    draft = Draft(await opened_in(interaction))
    await ack()
    draft.chosen = replace(draft.chosen, more=True)
    _soon(draft, "digest more", draft.renew())


async def join(ack: AsyncAck, interaction: Interaction) -> None:
    """Let the app go into the channel that is chosen, and show whether it can post there now."""
    draft = Draft(await opened_in(interaction))
    await ack()
    _soon(draft, "digest join", _with_note(draft, _join(draft)))


async def suggest_campaigns(ack: AsyncAck, interaction: Interaction) -> None:
    """Offer campaigns that match what was typed."""
    there = await opened_in(interaction)
    await ack(options=await find_shortcut.offered(str(interaction.body.get("value") or ""), there))


async def suggest_zones(ack: AsyncAck, interaction: Interaction) -> None:
    """Offer time zones whose name contains what was typed."""
    with interaction.for_reader():
        found = time_zones.options(str(interaction.body.get("value") or ""), interaction.services.clock.now())
    await ack(options=found or campaign_search.only_says("No time zone is called that. Type a big city."))


def _open_new(interaction: Interaction, url: str = "") -> None:
    about = Editing(_origin(interaction, url), new_id(), new=True)

    async def view() -> Block:
        who = await interaction.person.need_full_member(remembered=True)
        direct = channel_access.is_direct(interaction.channel)
        channel = None if direct else interaction.channel or None
        chosen = form_values.blank(channel, who.zone, direct=direct)
        return view_of(interaction, chosen, await form_outlook.learn(asked_of(interaction, chosen, about)), about)

    open_modal(interaction, Modal(digest_form.NEW, view))


def _origin(interaction: Interaction, url: str, page: ListPage = FIRST) -> ModalState:
    """Return where the form was opened; `page` of which list."""
    workspace, shown = interaction.workspace, "" if page == FIRST else page.value()
    return ModalState(workspace.id, workspace.enterprise_id, interaction.channel, response_url=url, about=shown)


def _list_url(interaction: Interaction) -> str:
    """Return the response_url for updating a private list, or nothing for a public message, which stays as it is."""
    return "" if interaction.is_public else interaction.response_url


async def _names(workspace: Workspace, ids: tuple[str, ...]) -> dict[str, str]:
    """Return the names of campaigns by id, from memory, or from careCycle if it answers in time."""
    if all(one in workspace.names_at_hand() for one in ids):
        return workspace.names_at_hand()
    try:
        async with asyncio.timeout(_NAMES_WITHIN):
            await workspace.recent_campaigns()
    except (TimeoutError, BotError):
        pass  # a campaign without a name is shown by the start of its id
    return workspace.names_at_hand()


def _soon(draft: Draft, name: str, work: Coroutine[Any, Any, str]) -> None:
    """Run `work` in a separate task, and log the outcome it returns. When the app is too busy, only log that."""
    doing = draft.interaction.named(name)

    async def logged() -> None:
        with doing.for_reader():
            outcome = await work
        doing.services.replies.log(doing, outcome, [], via="modal")

    doing.start(logged(), via="modal")


async def _with_note(draft: Draft, work: Coroutine[Any, Any, str]) -> str:
    """Run `work`, show its result in the form, and return the outcome for the log."""
    services = draft.interaction.services
    with services.tasks.beside(explain(work, services.clock, _as_note)) as task:
        done, _ = await asyncio.wait({task}, timeout=AT_ONCE)
        if not done:
            await draft.renew(_WORKING, form_outlook.PATIENCE)  # the result replaces this
        outcome = await task
    shown = await draft.renew(outcome.shown)
    return outcome.name if shown == "answered" else shown


async def _join(draft: Draft) -> str:
    await base(draft.interaction, draft.about)  # only who may save this form
    channel = draft.chosen.channel or ""
    room = await channel_access.look(draft.interaction, channel)
    if not room.why:
        return form_notes.joined(channel)  # somebody was quicker
    may = await channel_access.may_join(draft.interaction, room)
    done = may and await channel_access.join(draft.interaction, channel)
    return form_notes.joined(channel) if done else form_notes.not_joined(channel)


def _as_note(notice: Message) -> str:
    return f"⚠️ {notice.text}"
