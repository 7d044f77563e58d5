"""*All N campaigns* under a delivered digest: a window with their numbers of then, in pages and several orders."""

from dataclasses import replace
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.campaigns import problems
from blocks.card_options import CardOptions
from blocks.digests import all_campaigns as window
from blocks.digests.all_campaigns import Campaigns, Page
from blocks.digests.buttons import CAMPAIGNS
from blocks.kit import Block
from bot.digests.changes import who_left
from bot.digests.digest import Digest
from bot.digests.totals import rows
from bot.manifest import FILES_WRITE
from bot.slack.context.interaction import Interaction
from bot.slack.context.scopes import has_scope
from bot.slack.digests import permissions
from bot.slack.digests.form_values import Editing, named, opened_in
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Modal, open_modal, refill
from bot.store.snapshots import Shown


def register(app: AsyncApp) -> None:
    """Listen for the button under a digest, and for the controls of the window."""
    app.action(CAMPAIGNS)(show)
    for action_id in (window.ORDER, window.BACK, window.MORE):
        app.action(action_id)(turn)


async def show(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the window, for people of this company alone."""
    await ack()
    id_, _, run = interaction.value.partition(" ")

    async def view() -> Block:
        return await _page(interaction, id_, Page(run))

    open_modal(named(interaction, "digest campaigns"), Modal(window.TITLE, view, push=interaction.is_in_modal))


async def turn(ack: AsyncAck, interaction: Interaction) -> None:
    """Show another page, or another order."""
    there = (await opened_in(interaction)).named("digest campaigns")
    page = Page.read(there.value)
    id_ = Editing.read(there.metadata).digest
    await ack()
    shown = refill(there, window.TITLE, partial(_page, there, id_, page))
    there.start(shown, via="modal")  # when the app is too busy, the window stays as it is


async def _page(interaction: Interaction, digest_id: str, page: Page) -> Block:
    """Return a page of the window. Raise Outsider, DigestGone, NotShownHere, StoreUnavailable."""
    seen = await permissions.read_if_visible(interaction, digest_id, remembered=True)
    found = await find(interaction, seen, page.run)
    return drawn(interaction, found, page) if found else window.gone(seen)


def drawn(interaction: Interaction, found: Campaigns, page: Page) -> Block:
    """Return a page of the window with these campaigns."""
    workspace = interaction.workspace
    about = Editing(ModalState(workspace.id, workspace.enterprise_id, interaction.channel), found.digest.id)
    return window.window(found, page, about.text(), interaction.services.clock.now())


async def find(interaction: Interaction, digest: Digest, run: str) -> Campaigns | None:
    """Return the campaigns of a delivery, or of the newest one when that is not kept; None when none is.

    Raise NotShownHere, StoreUnavailable.
    """
    options, found = await interaction.card_options(), await interaction.services.digests.shown(digest, run)
    if found is None:
        return None
    shown = await _campaigns(interaction, digest, found, options)
    shown = replace(shown, may_send=await has_scope(interaction, FILES_WRITE))
    return shown if found.run == run or not run else window.instead(shown)


async def _campaigns(interaction: Interaction, digest: Digest, found: Shown, options: CardOptions) -> Campaigns:
    snapshot, before = found.snapshot, found.before
    current = await interaction.services.assessments.latest(interaction.workspace.id)
    stale = current is None or current.assessment.is_stale(interaction.services.clock.now())
    judged = current.assessment if current and not stale else None
    needing = {id_ for id_, one in judged.campaigns.items() if problems.ordered(one, options)} if judged else set()
    return Campaigns(
        digest,
        rows(snapshot, before.snapshot if before else None),
        snapshot.as_of,
        before.at if before else None,
        unread=len(snapshot.unread),
        leavers=who_left(snapshot, before) if before else (),
        needing=needing & snapshot.campaigns.keys(),
        judged_at=judged.at if judged else None,
        options=options,
    )
