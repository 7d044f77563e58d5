"""Which share of several campaigns' customers usually fails, of those who end as completed or failed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.insight.daily_ends import DayOfEnds, EndsByDay, ends_by_day, midnights
from bot.insight.series import Series
from bot.insight.usual_share import Share, usual_share


def usual_failed(campaigns: Iterable[Series], since: datetime, now: datetime, zone: ZoneInfo) -> Share | None:
    """Return the usual share of failed, from the days before the local day of `since`; None with fewer than 30 ends.

    Days count as for unusual shares: recent ones more, and those that were unusual themselves are left out.
    """
    starts = midnights(now, zone)
    today = (now.astimezone(zone).date() - since.astimezone(zone).date()).days
    days: dict[int, DayOfEnds] = {}
    for series in campaigns:
        for number, failed, ended in _failed(ends_by_day(series, starts, now)):
            if number > today:
                day = days.setdefault(number, DayOfEnds(number, [0]))
                day.bad[0] += failed
                day.ended += ended
    # A day on which customers ended in other ways alone says nothing.
    found = usual_share([day for _, day in sorted(days.items()) if day.ended], 0, None)
    return found.share if found else None


def _failed(ends: EndsByDay) -> Iterator[tuple[int, int, int]]:
    """Yield the days, each with who failed, and who failed or was completed. Days that are not sure are left out."""
    if "failed" not in ends.kinds:
        return
    place = ends.kinds.index("failed")
    for day in ends.days:
        if not day.flaw:
            yield day.number, day.bad[place], day.ended - sum(day.bad) + day.bad[place]
