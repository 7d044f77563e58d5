"""Days on which American agencies do not call: federal holidays, the day after Thanksgiving, and Christmas Eve."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

_FIRST = date(1970, 1, 1)
_FIXED = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
_MONDAYS = ((1, 3), (2, 3), (9, 1), (10, 2))  # month, and which Monday of it
_SATURDAY, _SUNDAY, _THURSDAY = 5, 6, 3


@lru_cache(maxsize=512)
def is_day_off(number: int) -> bool:
    """Return whether few agencies call on a day, counted from 1970 (5 U.S.C. 6103, and the days taken off instead)."""
    day = _FIRST + timedelta(days=number)
    return day in _holidays(day.year)


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    next_new_year = _taken(date(year + 1, 1, 1))
    return frozenset([*_of(year), *([next_new_year] if next_new_year.year == year else [])])


def _of(year: int) -> Iterator[date]:
    for month, day in _FIXED:
        yield date(year, month, day)
        yield _taken(date(year, month, day))
    for month, which in _MONDAYS:
        yield _weekday(year, month, 0, which)
    yield _weekday(year, 6, 0, 1) - timedelta(days=7)  # the last Monday of May
    thanksgiving = _weekday(year, 11, _THURSDAY, 4)
    yield from (thanksgiving, thanksgiving + timedelta(days=1), date(year, 12, 24))


def _taken(day: date) -> date:
    """Return the day that is taken off for a holiday: the Friday before a Saturday, the Monday after a Sunday."""
    return day + timedelta(days={_SATURDAY: -1, _SUNDAY: 1}.get(day.weekday(), 0))


def _weekday(year: int, month: int, weekday: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
