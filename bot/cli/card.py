"""Make one card for the command line, without Slack."""

from blocks import notices
from blocks.campaigns import campaign as campaign_card
from blocks.kit import Message
from bot.campaigns.campaign import Reading
from bot.campaigns.ids import EXAMPLE_ID, Links, has_nearly_an_id
from bot.carecycle.client import CareCycle
from bot.carecycle.http import open_http
from bot.cli.reasons import carecycle_reason
from bot.clock import Clock
from bot.config import KEY_IS_IN, Settings, SettingsError
from bot.errors import BotError, NotUnderstood


class NoCard(Exception):
    """There is no card to print. The text says why in one line."""

    def __init__(self, text: str, *, asked_wrongly: bool = False) -> None:
        super().__init__(text)
        self.asked_wrongly = asked_wrongly  # the argument did not hold one id


async def fetch_card(settings: Settings, text: str) -> Message:
    """Fetch the one campaign in `text` from careCycle and return its card. Raise NoCard, SettingsError."""
    if settings.carecycle_api_key is None:
        raise SettingsError([f"CARECYCLE_API_KEY is not set: {KEY_IS_IN}"])
    clock, links = Clock(), Links(settings.carecycle_link)
    async with open_http(settings.carecycle_base_url, clock) as http:
        carecycle = CareCycle(http, settings.carecycle_params)
        try:
            campaign_id = _one_id(links, text)
            found = await carecycle.get_campaign(settings.carecycle_api_key, campaign_id, within=10)
        except NotUnderstood as error:
            raise NoCard(notices.plain_reason(error, clock.now()), asked_wrongly=True) from error
        except BotError as error:
            raise NoCard(carecycle_reason(error, settings, clock.now())) from error
    return campaign_card.card(Reading(found, clock.now(), link=links.to(campaign_id)))


def _one_id(links: Links, text: str) -> str:
    ids = links.ids_in(text)
    if len(ids) > 1:
        raise NoCard("one campaign at a time", asked_wrongly=True)
    if not ids:
        if links.has_other_link(text):
            raise NotUnderstood("other link")
        if has_nearly_an_id(text):
            raise NotUnderstood("broken id")
        raise NoCard(f"There is no campaign id in that. Give one, such as {EXAMPLE_ID}, or a link.", asked_wrongly=True)
    return ids[0]
