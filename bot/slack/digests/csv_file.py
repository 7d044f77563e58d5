"""*Send me a CSV* in the window with all campaigns: send them as a file to who pressed, and say so in the window."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.digests import all_campaigns as window
from blocks.digests import campaigns_csv
from blocks.digests.all_campaigns import Campaigns, Page
from blocks.kit import Block
from bot.delivery.slack_port import Later, Refused, Unclear
from bot.slack.context.installed import need_installation
from bot.slack.context.interaction import Interaction
from bot.slack.digests import all_campaigns, permissions
from bot.slack.digests.file_port import File, send_to
from bot.slack.digests.form_values import Editing, opened_in
from bot.slack.reply.errors import SLACK_TROUBLE, Outcome
from bot.slack.surfaces.modals import fill, refill

Show = Callable[[Block], Awaitable[object]]


def register(app: AsyncApp) -> None:
    """Listen for the button."""
    app.action(window.CSV)(press)


async def press(ack: AsyncAck, interaction: Interaction) -> None:
    """Send the file; its numbers are those of the window. Raise OldButton."""
    there = (await opened_in(interaction)).named("digest csv")
    page, id_ = Page.read(there.value), Editing.read(there.metadata).digest
    await ack()
    there.start(_answer(there, id_, page), via="modal")  # when the app is too busy, the window stays as it is


async def _answer(interaction: Interaction, digest_id: str, page: Page) -> None:
    async def show(view: Block) -> None:
        with suppress(*SLACK_TROUBLE):  # the file is what counts
            await fill(interaction, interaction.view_id, Outcome(view, "sending"))

    await refill(interaction, window.TITLE, partial(_sent, interaction, digest_id, page, show))


async def _sent(interaction: Interaction, digest_id: str, page: Page, show: Show) -> Block:
    """Send the file, and return the window.

    Raise Outsider, DigestGone, NotShownHere, NotInstalled, StoreUnavailable.
    """
    seen = await permissions.read_if_visible(interaction, digest_id)
    found = await all_campaigns.find(interaction, seen, page.run)
    if found is None:
        return window.gone(seen)
    if found.may_send:  # the button may be older than the app's scopes
        await show(all_campaigns.drawn(interaction, window.sending(found), page))
        found = await _send(interaction, found, page)
    else:
        found = window.not_sent(found, "refused")
    return all_campaigns.drawn(interaction, found, page)


async def _send(interaction: Interaction, found: Campaigns, page: Page) -> Campaigns:
    now = interaction.services.clock.now()
    await _note(interaction, found)
    file = File(campaigns_csv.file_name(found, now), campaigns_csv.content(found, page.order))
    message = interaction.tagged(campaigns_csv.message(found, now))
    try:
        await send_to(interaction.client, interaction.user, message, file)
    except Refused:
        return window.not_sent(found, "refused")
    except Later:
        return window.not_sent(found, "later")
    except Unclear:
        return window.not_sent(found, "unconfirmed")
    return window.sent(found)


async def _note(interaction: Interaction, found: Campaigns) -> None:
    """Record who asked for the file. Before it is sent: no file leaves without an entry."""
    digest = {"digest": found.digest.id, "channel": found.digest.channel_id}
    await interaction.workspace.note(interaction.user, "digest csv requested", **digest, rows=len(found.rows))
    await need_installation(interaction.workspace, interaction.services)
