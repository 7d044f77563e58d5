"""A campaign's counters through the readings of its account."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.campaigns.figures import Figures


@dataclass(frozen=True, slots=True)
class AccountReading:
    """All campaigns of a careCycle account as they were at one moment."""

    at: datetime  # aware, UTC; when the first page of the list was read
    campaigns: Mapping[str, Figures]  # by id (lower case)
    coarse: bool = False  # it comes from a digest's snapshot: a day apart, maybe not all campaigns


@dataclass(frozen=True, slots=True)
class Point:
    """A campaign at the first reading in which it looked like this."""

    at: datetime
    figures: Figures
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One campaign in the readings of its account, oldest first. A time without readings is a gap, never zeros."""

    read: Sequence[datetime]  # every moment at which the account was read and the campaign could be in it
    points: Sequence[Point]  # its first reading, and each in which something had changed since the one before
    coarse: frozenset[datetime] = field(default_factory=frozenset)  # those of `read` that come from a digest's snapshot

    @property
    def last(self) -> Figures:
        """The campaign as it was read last."""
        return self.points[-1].figures

    def at(self, moment: datetime) -> Figures | None:
        """Return the campaign as the newest reading at or before `moment` showed it; None before its first one."""
        found = bisect_right(self.points, moment, key=lambda point: point.at)
        return self.points[found - 1].figures if found else None

    def read_before(self, moment: datetime) -> datetime | None:
        """Return when the newest reading at or before `moment` was made."""
        found = bisect_right(self.read, moment)
        return self.read[found - 1] if found else None

    def gained(self, count: Callable[[Figures], int | None], start: datetime, end: datetime) -> int | None:
        """Return how much a counter grew between the readings at or before `start` and `end`.

        None when it is unknown at either moment. Negative: a counter was reset, or customers are called again.
        """
        before, after = self.at(start), self.at(end)
        was, now = count(before) if before else None, count(after) if after else None
        return None if was is None or now is None else now - was


History = Mapping[str, Series]  # by campaign id
