"""One campaign's counters at any moment, as its readings show them: unknown where there were none by which to tell."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from bot.campaigns.figures import Figures
from bot.insight.series import Series

NEAR = timedelta(hours=2)  # readings are an hour apart at most: an older one says nothing of a moment
_HALF_AN_HOUR = timedelta(minutes=31)
Count = Callable[[Figures], int | None]


def calls(figures: Figures) -> int | None:
    """Return the calls in total; None when careCycle does not say them, or says fewer than none."""
    return None if figures.calls is None or figures.calls < 0 else figures.calls


class Counters:
    """Answers many questions about one campaign. Readings that are added meanwhile do not count.

    `account`: when the account was read as a whole. A campaign that it did not have yet had made no calls then.
    """

    def __init__(self, series: Series, account: Sequence[datetime] = ()) -> None:
        self._points = list(series.points)
        self._at = [point.at for point in self._points]
        self._read = list(series.read)
        self._coarse = series.coarse
        place = bisect_left(account, self._read[0]) - 1 if self._read else -1
        self._absent = account[place] if place >= 0 else None  # the newest reading that did not have it yet

    def is_absent(self, moment: datetime) -> bool:
        """Return whether it did not exist yet: a reading at that moment or later did not have it."""
        return self._absent is not None and moment <= self._absent

    def was_read(self, start: datetime, end: datetime) -> bool:
        """Return whether it was read between two moments."""
        last = self._read_before(end)
        return last is not None and last >= start and last not in self._coarse

    def was_reset(self, start: datetime, end: datetime) -> bool:
        """Return whether the calls ever fell. Customers who ended may become fewer: they are called again."""
        first = max(bisect_right(self._at, start) - 1, 0)
        points = self._points[first : bisect_right(self._at, end)]
        known = [value for point in points if (value := calls(point.figures)) is not None]
        return any(after < before for before, after in pairwise(known))

    def gained(self, count: Count, start: datetime, end: datetime, now: datetime) -> int | None:
        """Return how much a counter grew between two moments; None when it fell, or is not known at one of them."""
        before, after = (self.value(count, moment, now) for moment in (start, end))
        return after - before if before is not None and after is not None and after >= before else None

    def value(self, count: Count, moment: datetime, now: datetime) -> int | None:
        """Return a counter at a moment; at a moment after `now`, as it was read last.

        It is known when a reading was made shortly before, when the next one showed the same, or when the campaign did
        not exist yet.
        """
        if self.is_absent(moment):
            return 0
        last = self._read_before(moment)
        if last is None or last in self._coarse:
            return None
        value = self._shown(count, moment)
        if moment > now or moment - last <= NEAR:
            return value
        found = bisect_right(self._read, moment)
        return value if found < len(self._read) and self._shown(count, self._read[found]) == value else None

    def nearest(self, count: Count, moment: datetime) -> int | None:
        """Return a counter at a moment by the nearest reading, or by the two beside it where they show the same.

        None when they differ and none of them is within half an hour: readings that are days old are an hour apart.
        """
        if self.is_absent(moment):
            return 0
        place = bisect_right(self._read, moment)
        beside = [one for one in self._read[max(place - 1, 0) : place + 1] if one not in self._coarse]
        near = min(beside, key=lambda one: abs(moment - one), default=moment)
        if abs(moment - near) <= _HALF_AN_HOUR:
            return self._shown(count, near)
        values = {self._shown(count, one) for one in beside}
        return values.pop() if len(beside) > 1 and len(values) == 1 else None

    def _read_before(self, moment: datetime) -> datetime | None:
        found = bisect_right(self._read, moment)
        return self._read[found - 1] if found else None

    def _shown(self, count: Count, moment: datetime) -> int | None:
        found = bisect_right(self._at, moment)
        return count(self._points[found - 1].figures) if found else None
