"""Read what buttons of campaigns hold: anything that this app never put there is an old button."""

from datetime import UTC, datetime

from bot.campaigns.ids import is_id
from bot.errors import OldButton

_FIRST, _LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def held_id(text: str) -> str:
    """Return a campaign's id. Raise OldButton for anything else, which could lead a request elsewhere."""
    if not is_id(text):
        raise OldButton
    return text.lower()


def held_moment(text: str) -> datetime:
    """Return a moment, from ISO 8601 with a time zone. Raise OldButton for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise OldButton from error
    if moment.tzinfo is None or not _FIRST <= moment <= _LAST:
        raise OldButton
    return moment
