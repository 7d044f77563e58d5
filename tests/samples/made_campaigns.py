"""Campaigns that call evenly from 10 AM to 6 PM on weekdays, with numbers that can be told in advance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.campaigns.figures import Figures

NEW_YORK = ZoneInfo("America/New_York")
_BEGAN = date(2026, 8, 24)
_APART = timedelta(minutes=30)
_OPENS, _HOURS, _DAYS = 10, 8, 90


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment in New York."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK)


def moments(start: date, until: datetime, gaps: Sequence[tuple[datetime, datetime]] = ()) -> Iterator[datetime]:
    """Yield when an account is read: every half hour, but not from the beginning of a gap to its end."""
    moment = at(start, 0, 5).astimezone(UTC)
    while moment <= until:
        if not any(begin <= moment < end for begin, end in gaps):
            yield moment
        moment += _APART


@dataclass
class Made:
    """One campaign: calls and ends of each of its days, unless `on` says other ones."""

    calls: int = 80
    completed: int = 8
    failed: int = 2
    customers: int = 2000
    status: str = "active"
    born: datetime | None = None  # when it comes into being; None: long ago
    falls: datetime | None = None  # when its counter of calls begins again
    unknown: tuple[datetime, datetime] | None = None  # when careCycle does not say its calls
    added: int = 0  # customers that come every day
    on: Mapping[date, tuple[int, int, int]] = field(default_factory=dict)  # calls, completed, failed

    def figures(self, moment: datetime) -> Figures | None:
        """Return it as it is at a moment, None when it does not exist yet."""
        if self.born and moment < self.born:
            return None
        calls, completed, failed = (self._until(moment, place) for place in range(3))
        if self.falls and moment >= self.falls:
            calls -= self._until(self.falls, 0)
        said = None if self.unknown and self.unknown[0] <= moment < self.unknown[1] else calls
        customers = self.customers + self.added * (moment.astimezone(NEW_YORK).date() - _BEGAN).days
        ended = {"completed": completed, "failed": failed}
        states = {"pending": customers - completed - failed, "in_progress": 0, **ended}
        return Figures("A campaign", self.status, customers, said, None, states)

    def _until(self, moment: datetime, place: int) -> int:
        local = moment.astimezone(NEW_YORK)
        hours = min(max(local.hour - _OPENS, 0), _HOURS)
        before = self._sums[(local.date() - _BEGAN).days][place]
        return before + self._of(local.date())[place] * hours // _HOURS

    @cached_property
    def _sums(self) -> list[tuple[int, int, int]]:
        """What there was before each day."""
        sums = [(0, 0, 0)]
        for number in range(_DAYS):
            calls, completed, failed = self._of(_BEGAN + timedelta(days=number))
            sums.append((sums[-1][0] + calls, sums[-1][1] + completed, sums[-1][2] + failed))
        return sums

    def _of(self, day: date) -> tuple[int, int, int]:
        is_there = not self.born or day >= self.born.astimezone(NEW_YORK).date()
        usual = (self.calls, self.completed, self.failed) if day.weekday() < 5 and is_there else (0, 0, 0)
        return self.on.get(day, usual)
