"""Decide why a campaign of a digest needs a look: a new status, a stall, new problems, or an end that is near."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from bot.campaigns.dates import is_day
from bot.campaigns.figures import Figures, TransferProblem, finished
from bot.digests.snapshot import Snapshot

# `judged`: the account's last assessment has problems of it. Without an assessment the digest's own rules decide:
# `stalled`, `failures`, `routing` and `ends`.
Kind = Literal["status", "judged", "stalled", "failures", "routing", "ends", "missing", "down"]
KINDS: tuple[Kind, ...] = get_args(Kind)  # most urgent first
COUNTERS = ("calls", "completed")  # these only count up; `failed` drops with a repeated call, `today` every day
FAILURES = 10  # percent of the customers completed or failed since the last delivery; from here on, they need a look
SOON = timedelta(days=3)  # before a campaign's end
_A_DAY = timedelta(days=1)
_STALLED = timedelta(hours=20)  # not 24: after a late delivery, a daily digest comes sooner
# What the assessment says better.
_OWN_RULES: tuple[Kind, ...] = ("stalled", "failures", "routing", "ends")
_OVER = ("completed", "cancelled", "archived")


@dataclass(frozen=True, slots=True)
class Count:
    """A number now and at the last delivery."""

    now: int | None
    was: int | None = None  # None also when the two must not be compared

    @property
    def delta(self) -> int | None:
        """The change since the last delivery; None when either number is unknown."""
        return None if self.now is None or self.was is None else self.now - self.was


@dataclass(frozen=True, slots=True)
class Row:
    """One campaign of a digest, compared with the last delivery."""

    id: str
    figures: Figures
    counts: Mapping[str, Count]  # by the names of NUMBERS
    was: str | None = None  # the status at the last delivery, when it was another one
    new: bool = False  # neither shown nor missing at the last delivery
    new_findings: tuple[TransferProblem, ...] = ()  # routing problems that were not there at the last delivery
    reasons: tuple[Kind, ...] = ()  # why it needs a look, most urgent first


def reasons(row: Row, now: Snapshot, old: Snapshot | None, *, has_problems: bool | None = None) -> tuple[Kind, ...]:
    """Return why `row` needs a look, most urgent first. `old` is what was delivered last.

    `has_problems`: whether the last assessment has problems of it; None: it was not assessed.
    """
    found = [kind for kind in KINDS if kind in _CHECKS and _CHECKS[kind](row, now, old)]
    if has_problems is None:
        return tuple(found)
    is_judged = has_problems and row.figures.status in ("active", None)  # else it was paused or ended since
    judged: tuple[Kind, ...] = ("judged",) if is_judged else ()
    return tuple(kind for kind in KINDS if kind in judged or (kind in found and kind not in _OWN_RULES))


def urgency(row: Row) -> tuple[int, bool, int]:
    """Return the sort key of a row that has reasons, the most urgent first.

    New routing problems come before known ones, and assessed problems by the customers that wait.
    """
    first, left = row.reasons[0], row.counts["left"].now or 0
    return KINDS.index(first), first == "routing" and not row.new_findings, -left if first == "judged" else 0


def _is_another_status(row: Row, _: Snapshot, __: Snapshot | None) -> bool:
    return bool(row.was and row.figures.status)


def _is_stalled(row: Row, now: Snapshot, old: Snapshot | None) -> bool:
    calls, left = row.counts["calls"].delta, row.counts["left"].now
    if old is None or row.figures.status != "active" or calls != 0 or not left or left < 0:
        return False
    days = range(max((now.day - old.day).days, 1))
    # Nobody may be called on a weekend, so at least one working day must have gone by.
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
