"""When nobody is left to call, and who will not be reached before the end: by the ends of the last calling days."""

from datetime import datetime, tzinfo

from bot.campaigns.figures import left
from bot.insight.assessment import Outlook
from bot.insight.dates import ends
from bot.insight.pace import calls_an_hour, usual_an_hour
from bot.insight.problems import Inconclusive, PastEnd, Verdict
from bot.insight.series import Series


def outlook(series: Series, now: datetime, zone: tzinfo) -> Outlook:
    """Return the pace, and the 80 % range of the moment at which nobody is left, where they can be said."""
    return Outlook(calls_an_hour(series, now, zone), usual_an_hour(series, now, zone))


def runs_empty(series: Series, outlook: Outlook, now: datetime, zone: tzinfo) -> Verdict:
    """Return whether nobody is left within the next calling day, and before its end date."""
    del series, outlook, now, zone
    return None


def unreached(series: Series, outlook: Outlook, now: datetime, zone: tzinfo) -> Verdict:
    """Return whether customers will be left at its end date."""
    del series, outlook, now, zone
    return None


def past_end(series: Series, outlook: Outlook, now: datetime, zone: tzinfo) -> Verdict:  # noqa: ARG001 - as the others
    """Return whether it is still active after its end date, with customers left."""
    last = series.last
    end = ends(last, zone)
    if last.status != "active" or end is None or last.ends is None or now < end:
        return None
    rest = left(last)
    if rest is None:
        return Inconclusive("no_data")
    return PastEnd(last.ends) if rest > 0 else None
