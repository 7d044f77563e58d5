"""Explain errors in a few words, for one line of a list."""

from blocks.notices import CANNOT_READ
from bot.errors import (
    BotError,
    CampaignNotFound,
    KeyForbidden,
    KeyRejected,
    NotConnected,
    RateLimited,
    Slow,
    StoreUnavailable,
    Unavailable,
    Unreadable,
)


def short_reason(error: BotError) -> str:
    """Explain an error in a few words, for one line of a list (mrkdwn)."""
    return _SHORT.get(type(error), "could not be read")


def short_reason_of(kind: str) -> str:
    """Return `short_reason` for an error of which only the class name was kept."""
    return next((said for one, said in _SHORT.items() if one.__name__ == kind), "could not be read")


_SHORT: dict[type[BotError], str] = {
    KeyRejected: "could not be read: careCycle no longer accepts the key",
    KeyForbidden: "could not be read: the key lacks the permission to read campaigns",
    StoreUnavailable: "could not be read: this app’s database is not answering",
    NotConnected: "could not be read: this workspace is not connected to careCycle",
    CampaignNotFound: "is not in this account",
    RateLimited: "could not be read: careCycle’s request limit was reached",
    Slow: "could not be read: careCycle is slow right now",
    Unavailable: "could not be read: careCycle is not answering",
    Unreadable: f"could not be read: {CANNOT_READ}",
}
