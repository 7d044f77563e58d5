"""Working days, as American agencies keep them: Monday to Friday without the days off of `bot/insight/holidays.py`."""

from datetime import date, timedelta
from itertools import count

from bot.insight.holidays import is_day_off

_FIRST = date(1970, 1, 1).toordinal()  # `is_day_off` counts from it


def first_working_day(year: int, month: int) -> date:
    """Return the month's first Monday to Friday that is no day off: at the latest the fourth of the month."""
    first = date(year, month, 1)
    return next(day for day in (first + timedelta(days=more) for more in count()) if _is_working_day(day))


def _is_working_day(day: date) -> bool:
    return day.isoweekday() <= 5 and not is_day_off(day.toordinal() - _FIRST)
