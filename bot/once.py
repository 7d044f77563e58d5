"""One card without Slack, for the command line."""

from blocks import campaign, notices
from blocks.kit import Message
from bot.carecycle.budget import Budget
from bot.carecycle.client import CareCycle
from bot.carecycle.http import Http, new_http_client
from bot.carecycle.models import Reading
from bot.clock import Clock
from bot.config import Settings, SettingsError
from bot.errors import BotError, NotUnderstood
from bot.links import Links, has_nearly_an_id


class NoCard(Exception):
    """There is no card to print; the text is what a person in Slack would read. `asked_wrongly`: it held no id."""

    def __init__(self, text: str, *, asked_wrongly: bool = False) -> None:
        super().__init__(text)
        self.asked_wrongly = asked_wrongly


async def fetch_card(settings: Settings, text: str) -> Message:
    """The card of the first campaign in `text`, asked of careCycle now. Raises NoCard, SettingsError."""
    if settings.carecycle_api_key is None:
        raise SettingsError([f"CARECYCLE_API_KEY is not set: {settings.missing()['CARECYCLE_API_KEY']}"])
    clock, links = Clock(), Links(settings.carecycle_link)
    async with new_http_client() as client:
        carecycle = CareCycle(
            Http(client, settings.carecycle_base_url, Budget(clock), clock), settings.carecycle_params
        )
        try:
            campaign_id = _first_id(links, text)
            found = await carecycle.get_campaign(settings.carecycle_api_key, campaign_id)
        except BotError as error:
            asked_wrongly = isinstance(error, NotUnderstood)
            raise NoCard(notices.plain_reason(error, clock.now()), asked_wrongly=asked_wrongly) from error
    return campaign.card(Reading(found, clock.now(), link=links.to(campaign_id)))


def _first_id(links: Links, text: str) -> str:
    ids = links.ids_in(text)
    if not ids:
        raise NotUnderstood(broken_id=has_nearly_an_id(text), other_link=links.has_other_link(text))
    return ids[0]
