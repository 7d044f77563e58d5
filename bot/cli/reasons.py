"""Say to the operator why careCycle gave nothing, with the host that was asked and the setting that decides."""

from datetime import datetime
from urllib.parse import urlsplit

from blocks import notices
from bot.config import KEY_IS_IN, Settings
from bot.errors import BotError, CampaignNotFound, KeyForbidden, KeyRejected, Unavailable, Unreadable

_KEYS: dict[type[BotError], str] = {
    KeyRejected: (
        f"careCycle does not accept CARECYCLE_API_KEY: it was revoked or has expired. Make a new one ({KEY_IS_IN})"
    ),
    KeyForbidden: "CARECYCLE_API_KEY may not read campaigns: give it that permission in careCycle, Settings, API keys",
}


def carecycle_reason(error: BotError, settings: Settings, now: datetime) -> str:
    """Return one plain sentence about a request that failed."""
    if said := _KEYS.get(type(error)):
        return said
    name = carecycle_host(settings)
    if isinstance(error, Unavailable):
        return f"{name} does not answer ({error}): try again in a minute, or look at CARECYCLE_BASE_URL"
    if isinstance(error, Unreadable) and error.what == "address":
        return f"CARECYCLE_BASE_URL, {settings.carecycle_base_url}, is not the address of careCycle’s API ({error})"
    if isinstance(error, Unreadable):
        return f"{name} answered with something this program cannot read ({error})"
    if isinstance(error, CampaignNotFound):
        return "That campaign is not in the careCycle account of CARECYCLE_API_KEY"
    return notices.plain_reason(error, now)


def carecycle_host(settings: Settings) -> str:
    """Return the host that careCycle's API is asked at."""
    return host(settings.carecycle_base_url)


def host(url: str) -> str:
    """Return the host of an address, with its port if it names one."""
    return urlsplit(url).netloc
