"""When a campaign begins and ends. careCycle sends a day as midnight UTC: it means that day where the account is."""

from datetime import UTC, datetime, timedelta, tzinfo

from bot.campaigns.dates import is_day
from bot.campaigns.figures import Figures

_YEARS = range(2000, 2200)  # Jan 1, 1970 and Dec 31, 9999 are what software writes for "no date"


def begins(figures: Figures, zone: tzinfo) -> datetime | None:
    """Return from when it may call; None when it does not say."""
    return _in_zone(figures.starts, zone) if figures.starts and figures.starts.year in _YEARS else None


def ends(figures: Figures, zone: tzinfo) -> datetime | None:
    """Return until when it may call: a day counts to its end. None when it does not say."""
    if figures.ends is None or figures.ends.year not in _YEARS:
        return None
    day = timedelta(days=1) if is_day(figures.ends) else timedelta()
    return _in_zone(figures.ends + day, zone)


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    return moment.replace(tzinfo=zone).astimezone(UTC) if is_day(moment) else moment
