"""Why a campaign of a digest needs a look: what changed, stopped, goes wrong or ends; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.digests.snapshot import Figures, Snapshot, finished

Kind = Literal["status", "stalled", "failures", "routing", "ends", "missing", "down"]
KINDS: tuple[Kind, ...] = ("status", "stalled", "failures", "routing", "ends", "missing", "down")  # most urgent first
COUNTERS = ("calls", "completed")  # these only count up; those who failed may be called again, and "today" starts anew
FAILURES = 10  # percent of those who ended since the last delivery: from here on failures are something to look at
SOON = timedelta(days=3)
_A_DAY = timedelta(days=1)
_STALLED = timedelta(hours=20)  # a daily digest that was late the day before comes sooner than after 24
_OVER = ("completed", "cancelled", "archived")


@dataclass(frozen=True, slots=True)
class Count:
    """A number now and at the last delivery. `was` is None also where the two must not be compared."""

    now: int | None
    was: int | None = None

    @property
    def delta(self) -> int | None:
        """What came on top; None where either is not known."""
        return None if self.now is None or self.was is None else self.now - self.was


@dataclass(frozen=True, slots=True)
class Row:
    """One campaign; `counts` by the names of NUMBERS. `was`: its status, where it was another one.

    `reasons`: why it needs a look, most urgent first.
    """

    id: str
    figures: Figures
    counts: Mapping[str, Count]
    was: str | None = None
    new: bool = False
    new_findings: tuple[str, ...] = ()
    reasons: tuple[Kind, ...] = ()


def reasons(row: Row, now: Snapshot, old: Snapshot | None) -> tuple[Kind, ...]:
    """Why `row` needs a look, most urgent first; `old`: what was delivered last."""
    return tuple(kind for kind in KINDS if kind in _CHECKS and _CHECKS[kind](row, now, old))


def urgency(row: Row) -> tuple[int, bool]:
    """The smaller, the more urgent; routing that was wrong already comes after what is new."""
    first = row.reasons[0]
    return KINDS.index(first), first == "routing" and not row.new_findings


def is_day(when: datetime) -> bool:
    """Whether it is a date without a time: midnight in UTC is how the API sends one."""
    return when.hour == when.minute == when.second == 0


def _is_another_status(row: Row, _: Snapshot, __: Snapshot | None) -> bool:
    return bool(row.was and row.figures.status)


def _is_stalled(row: Row, now: Snapshot, old: Snapshot | None) -> bool:
    calls, left = row.counts["calls"].delta, row.counts["left"].now
    if old is None or row.figures.status != "active" or calls != 0 or not left or left < 0:
        return False
    days = range(max((now.day - old.day).days, 1))
    # Over a weekend nobody may be called: one working day at least must have gone by.
    return now.as_of - old.as_of >= _STALLED and any((old.day + timedelta(day)).isoweekday() < 6 for day in days[:7])


def _has_more_failures(row: Row, _: Snapshot, __: Snapshot | None) -> bool:
    failed, completed = row.counts["failed"].delta or 0, max(row.counts["completed"].delta or 0, 0)
    return failed > 0 and failed * 100 >= (failed + completed) * FAILURES


def _ends_soon(row: Row, now: Snapshot, _: Snapshot | None) -> bool:
    one = row.figures
    if one.ends is None or one.status in _OVER or one.customers is None or (done := finished(one)) is None:
        return False
    ahead = one.ends - now.as_of
    return (-_A_DAY if is_day(one.ends) else timedelta()) < ahead <= SOON and done < one.customers


def _went_down(row: Row, _: Snapshot, __: Snapshot | None) -> bool:
    return any((row.counts[number].delta or 0) < 0 for number in COUNTERS)


_CHECKS: dict[Kind, Callable[[Row, Snapshot, Snapshot | None], bool]] = {
    "status": _is_another_status,
    "stalled": _is_stalled,
    "failures": _has_more_failures,
    "routing": lambda row, _, __: bool(row.figures.findings),
    "ends": _ends_soon,
    "down": _went_down,
}
