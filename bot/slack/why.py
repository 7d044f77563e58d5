"""`/campaign why LINK`: why a link has no preview in this channel, or had none."""

import blocks.why
from blocks.kit import Message
from blocks.why import Decision
from bot.errors import BotError
from bot.slack.asked import Asked
from bot.slack.places import Place
from bot.slack.preview_rules import NoPreview, allowed, decision, fresh
from bot.slack.previews import Spot


async def why(asked: Asked) -> Message:
    """What is remembered of the link's campaign here, and what stands in the way of a preview now."""
    place, words, command = asked.place, asked.words, str(asked.payload["command"])
    links = place.workspace.links
    ids = links.ids_in(words)
    if not ids:
        if links.has_other_link(words):
            return blocks.why.other_link(links.host)
        return blocks.why.no_id() if links.has_own_link(words) else blocks.why.no_link(command)
    campaign_id = links.campaign_in(words.strip().strip("<>").partition("|")[0]) or ids[0]
    past = place.desk.previews.last(Spot(place.workspace.id, place.channel, campaign_id))
    present = await _in_the_way(place, None if past else campaign_id)
    return blocks.why.card(past, present, command, place.desk.clock.now())


async def _in_the_way(place: Place, campaign_id: str | None) -> Decision | None:
    """Of a preview here and now; of this campaign's, if it is given."""
    try:
        await allowed(place)
        if campaign_id:
            await fresh(place.workspace, campaign_id)
    except (NoPreview, BotError) as error:
        return decision(error, place)
    return None
