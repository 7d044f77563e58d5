"""Fill the pane beside a preview with a campaign's details, for the person who opened it.

Slack calls it the flexpane of a Work Object.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import notices
from blocks.card_options import CardOptions
from blocks.kit import Block, Message
from blocks.previews import work_object
from bot import logs
from bot.campaigns.ids import Links
from bot.errors import Busy, NotUnderstood
from bot.slack.campaigns.buttons import sees_names
from bot.slack.context.assessed import assessed, last_days, read_beside
from bot.slack.context.interaction import Interaction
from bot.slack.reply.errors import SLACK_TROUBLE, explain, slack_word, warning
from bot.slack.reply.payload import Payload, part

WITHIN = 2.2  # seconds: a trigger_id lives about three


def register(app: AsyncApp) -> None:
    """Listen for panes that open."""
    app.event("entity_details_requested")(show)


async def show(ack: AsyncAck, interaction: Interaction) -> None:
    """Fill the pane, or say in it what is wrong."""
    await ack()
    services = interaction.services
    # `maybe_outsider`, since people of another company can also open the pane in a shared channel.
    opened = replace(interaction, name="preview details", maybe_outsider=True)
    try:
        # Without waiting for a replica that died: the trigger_id would be too old then.
        services.tasks.start(opened.once(_fill, waits=False))
    except Busy as error:
        services.replies.log(opened, "Busy", [], via="flexpane")
        with suppress(Busy):
            notice = notices.for_error(error, services.clock.now())
            services.tasks.start(_present(opened, _instead(notice)), spare=True)


async def _fill(interaction: Interaction) -> None:
    services = interaction.services
    with logs.reads() as reads, interaction.for_reader():
        outcome = await explain(_in_time(interaction), services.clock, _instead)
    refused = await _present(interaction, outcome.shown)
    if refused and outcome.ok:
        await _present(interaction, {"error": dict(work_object.trouble(work_object.NOT_TAKEN))})
    services.replies.log(interaction, refused or outcome.name, reads, via="flexpane")


async def _in_time(interaction: Interaction) -> Payload:
    try:
        async with asyncio.timeout(WITHIN):
            return {"metadata": dict(await _details(interaction))}
    except TimeoutError:  # the request to careCycle goes on, and the next try finds the answer in memory
        return {"error": dict(work_object.trouble(work_object.SLOW))}


async def _details(interaction: Interaction) -> Block:
    await interaction.need_welcome()
    campaign_id, link = _meant(interaction.event, interaction.workspace.links)
    read_beside(interaction)
    reading, options, names, days = await asyncio.gather(
        interaction.workspace.campaign(campaign_id),
        _options(interaction, outside=bool(interaction.body.get("is_ext_shared_channel"))),
        sees_names(interaction),
        last_days(interaction, campaign_id),
    )
    return work_object.pane(
        reading, link or reading.link, options, names=names, current=assessed(interaction), days=days
    )


async def _options(interaction: Interaction, *, outside: bool) -> CardOptions:
    return interaction.services.channels.outside(interaction.workspace) if outside else await interaction.card_options()


def _meant(event: Payload, links: Links) -> tuple[str, str]:
    """Return the campaign's id and its link from Slack's event. Raise NotUnderstood.

    The link is empty when it does not lead to the web app.
    """
    link = str(event.get("entity_url") or part(event.get("link")).get("url") or "")
    named = links.ids_in(str(part(event.get("external_ref")).get("id") or ""))  # Slack's search may leave it out
    campaign_id = named[0] if named else links.campaign_in(link)
    if campaign_id is None:
        raise NotUnderstood
    return campaign_id, link if links.has_own_link(link) else ""


async def _present(interaction: Interaction, shown: Payload) -> str:
    """Send the content of the pane to Slack. Return Slack's error or warning, or an empty string."""
    try:
        trigger_id = str(interaction.event.get("trigger_id") or "")
        answer = await interaction.client.entity_presentDetails(trigger_id=trigger_id, **shown)
    except SLACK_TROUBLE as error:
        return slack_word(error)
    return warning(answer)


def _instead(notice: Message) -> Payload:
    return {"error": dict(work_object.trouble(notice.text))}
