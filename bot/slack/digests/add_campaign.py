"""*Add to a digest* on a card: show the digests that can take the campaign in a modal, and add it to one."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.campaigns import campaign as campaign_card
from blocks.digests import add_campaign
from blocks.digests.add_campaign import Offer
from blocks.digests.listed import row
from blocks.kit import Block
from bot.campaigns.campaign import Campaign
from bot.delivery.operations import new_id
from bot.digests.digest import Digest
from bot.errors import BotError, CampaignNotFound, OldButton
from bot.slack.context.digest_rights import of_person
from bot.slack.context.interaction import Interaction
from bot.slack.context.seen_digests import seen_by
from bot.slack.digests import channel_access, form_values, permissions
from bot.slack.digests.draft import Draft
from bot.slack.digests.form_values import Editing, named, opened_in
from bot.slack.reply.payload import Payload
from bot.slack.surfaces.form_submission import WrongField, answer_form, value
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Modal, open_modal

_NAME_WITHIN = 1.5  # seconds for careCycle to return the campaign's name


def register(app: AsyncApp) -> None:
    """Listen for the button on a card, for the modal it opens, and for the button in that modal."""
    app.action(campaign_card.TO_DIGEST)(offer)
    app.action(add_campaign.MAKE)(make)
    app.view(add_campaign.ADD)(add)


async def offer(ack: AsyncAck, interaction: Interaction) -> None:
    """Open a modal with the digests this person may change, for full members only. It carries the campaign's id."""
    await ack()

    async def view() -> Block:
        campaign_id = _id(interaction, interaction.value)
        await interaction.person.need_full_member(remembered=True)
        found, offered = await asyncio.gather(_read(interaction, campaign_id), _offer(interaction, campaign_id))
        workspace = interaction.workspace
        origin = ModalState(workspace.id, workspace.enterprise_id, interaction.channel, ids=(campaign_id,))
        return add_campaign.modal(
            _about(offered, found, interaction, campaign_id), Editing(origin, new_id(), new=True).text()
        )

    modal = Modal(add_campaign.TITLE, view, push=interaction.is_in_modal)
    open_modal(named(interaction, "digest add"), modal)


async def make(ack: AsyncAck, interaction: Interaction) -> None:
    """Turn the modal into the form for a new digest of this campaign, in the card's channel."""
    there = (await opened_in(interaction)).named("digest new")
    draft, replies = Draft(there), there.services.replies
    campaign_id = _id(there, *draft.about.origin.ids)
    await ack()

    async def renewed() -> None:
        who = await there.person.membership(remembered=True)  # permission is checked when it is saved
        direct = channel_access.is_direct(there.channel)
        blank = form_values.blank(None if direct else there.channel or None, who.zone if who else "", direct=direct)
        draft.chosen = replace(blank, kind="these", picked={campaign_id: there.value or campaign_card.UNNAMED})
        replies.log(there, await draft.renew(), [], via="modal")

    there.start(renewed(), via="modal")  # when the app is too busy, the modal stays as it is


async def add(ack: AsyncAck, interaction: Interaction) -> None:
    """Add the campaign to the chosen digest, as the digest is now."""
    there = (await opened_in(interaction)).named("digest add")
    ids = Editing.read(there.metadata).origin.ids

    async def added() -> Block:
        campaign_id = _id(there, *ids)
        chosen = await permissions.read_if_visible(there, value(there.view, add_campaign.PICK) or "")
        await permissions.need_digest_manager(there, chosen)
        kept = await there.services.digests.add_campaign(chosen, campaign_id, there.user)
        if campaign_id not in kept.choice.ids:
            raise WrongField(add_campaign.PICK, add_campaign.why_not(kept))
        return add_campaign.added(kept, there.services.clock.now())

    await answer_form(ack, there, added, title=add_campaign.TITLE, field=add_campaign.PICK)


async def _offer(interaction: Interaction, campaign_id: str) -> Offer:
    """Sort the digests this person may change by whether they can take the campaign. Raise StoreUnavailable."""
    most = interaction.services.digests.limits.campaigns
    digests = await interaction.services.digests.of_workspace(interaction.workspace)
    rights = await of_person(interaction, remembered=True)
    theirs = [one for one in digests if rights.may_manage(one)]
    own = {one.id for one in theirs}
    naming = [one for one in theirs if one.choice.ids]
    without = [one for one in naming if campaign_id not in one.choice.ids]
    free = [one for one in without if len(one.choice.ids) < most]
    return Offer(
        name="",
        free=free,
        rows=await _rows(interaction, free),
        having=[one for one in naming if campaign_id in one.choice.ids],
        full=[one for one in without if len(one.choice.ids) >= most],
        most=most,
        filtered=[one for one in theirs if not one.choice.ids],
        others=[one for one in digests if one.id not in own and one.channel_id == interaction.channel],
    )


async def _rows(interaction: Interaction, free: Sequence[Digest]) -> dict[str, str]:
    """Return what lists say of these digests, by id; nothing for more than are shown so. Raise StoreUnavailable."""
    if len(free) > add_campaign.AT_A_GLANCE:
        return {}
    now = interaction.services.clock.now()
    return {one.digest.id: row(one, now, where=True) for one in await seen_by(interaction, free)}


async def _read(interaction: Interaction, campaign_id: str) -> Campaign | None:
    """Return the campaign, or None when careCycle does not answer. Raise CampaignNotFound."""
    try:
        async with asyncio.timeout(_NAME_WITHIN):
            return (await interaction.workspace.campaign(campaign_id)).campaign
    except CampaignNotFound:
        raise
    except (TimeoutError, BotError):
        return None


def _about(offer: Offer, found: Campaign | None, interaction: Interaction, campaign_id: str) -> Offer:
    """Return the offer with what is known of the campaign.

    When careCycle did not answer, that is the name in memory, the card's headline, or the start of the id.
    """
    if found:
        return replace(offer, name=found.name or "", status=found.status)
    known = interaction.workspace.names_at_hand().get(campaign_id)
    name = known or _headline(interaction.body) or f"Campaign {campaign_id[:8]}"
    return replace(offer, name=name, is_read=False)


def _headline(body: Payload) -> str:
    """Return the headline of the pressed card, or nothing for an ephemeral card, which Slack does not send."""
    shown = (body.get("message") or {}).get("blocks") or ()
    return next((one["text"]["text"] for one in shown if one.get("type") == "header"), "")


def _id(interaction: Interaction, *held: str) -> str:
    """Return the one id that a button or modal carries. Raise OldButton."""
    found = interaction.workspace.links.ids_in(" ".join(held))
    if len(found) != 1 or found != tuple(one.lower() for one in held):
        raise OldButton
    return found[0]
