"""Tell careCycle's days from its moments: it sends both as a date with a time."""

from datetime import datetime


def is_day(moment: datetime) -> bool:
    """Return whether it is a date without a time, which the API sends as midnight in UTC."""
    return moment.hour == moment.minute == moment.second == moment.microsecond == 0
