"""Say whether a campaign is calling, and if not, why: what is certain, and apart from it what is only possible."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.campaigns.campaign import Campaign, CustomerStats, StatusCounts
from bot.campaigns.dates import is_day
from bot.campaigns.routing import Kind

CallingVerdict = Literal["calling", "blocked", "unsaid"]
# Statuses in which nobody is called. `testing` is none of them: whether it calls then is not documented.
_STOPPED = {
    "draft": "it is a draft",
    "paused": "it is paused",
    "completed": "it is completed",
    "archived": "it is archived",
    "inactive": "it is inactive",
    "cancelled": "it is canceled",
}
_BIGGEST = 10**15  # no real count is larger; from here on, only the order of magnitude is said
_LEFT = ("pending", "in_progress")
# careCycle sends a day as midnight UTC. Where the agency is, it may begin and end up to twelve hours later.
_LATER = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a campaign does not call, or may not."""

    field: str  # the path in careCycle's answer that decides it, from the campaign on
    kind: Kind
    says: str  # as it goes on after a colon

    @property
    def sentence(self) -> str:
        """What it says, as a sentence of its own."""
        return f"{self.says[:1].upper()}{self.says[1:]}."


@dataclass(frozen=True, slots=True)
class Calling:
    """Whether a campaign is calling."""

    verdict: CallingVerdict
    says: str  # a whole sentence
    reasons: tuple[Reason, ...] = ()  # what certainly keeps it from calling
    open: tuple[Reason, ...] = ()  # what possibly does


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that keeps a campaign from calling, for certain or possibly."""

    reason: Reason
    certain: bool


def obstacles(campaign: Campaign, now: datetime) -> tuple[Obstacle, ...]:
    """Return what keeps `campaign` from calling at `now`, or may. Calls of today do not count here."""
    stats = campaign.customer_stats or CustomerStats()
    found = (*_status(campaign), *_dates(campaign, now), *_customers(stats))
    return tuple(Obstacle(reason, certain) for reason, certain in found)


def calling(campaign: Campaign, now: datetime) -> Calling:
    """Return whether `campaign` is calling at `now`. Transfers and caps never count."""
    stats = campaign.customer_stats or CustomerStats()
    found = obstacles(campaign, now)
    if reasons := tuple(one.reason for one in found if one.certain):
        return Calling("blocked", f"It is not calling: {_listed(reasons)}.", reasons)
    if campaign.status == "active" and (stats.today_calls or 0) > 0:
        return Calling("calling", f"It is calling: {_calls(stats.today_calls or 0)} today.")
    possible = (*(one.reason for one in found), *_doubts(campaign, stats))
    why = f": {_listed(possible)}" if possible else ""
    return Calling("unsaid", f"careCycle does not say whether it is calling{why}.", (), possible)


def _status(campaign: Campaign) -> Iterator[tuple[Reason, bool]]:
    """Yield what the status says, with whether it is certain."""
    status = campaign.status
    if status in _STOPPED:
        yield Reason("status", "not_active", _STOPPED[status]), True
    elif status == "testing":
        yield Reason("status", "not_active", "it is being tested"), False
    elif not (status or "").strip():
        yield Reason("status", "unsaid", "its status is missing"), False
    elif status != "active":
        yield Reason("status", "unknown_value", "its status is one that this app does not know"), False


def _dates(campaign: Campaign, now: datetime) -> Iterator[tuple[Reason, bool]]:
    start, end = campaign.start_date, campaign.end_date
    if start and now < start + (_LATER if is_day(start) else timedelta()):
        certain = now < start
        says = "it has not started yet" if certain else "its first day may not have begun where it calls"
        yield Reason("startDate", "not_started", says), certain
    if end and now >= end:
        certain = now - end >= (_LATER * 3 if is_day(end) else timedelta())
        says = "its end date has passed" if certain else "its last day may be over where it calls"
        yield Reason("endDate", "ended", says), certain


def _customers(stats: CustomerStats) -> Iterator[tuple[Reason, bool]]:
    if stats.total == 0:
        yield Reason("customerStats.total", "no_customers", "it has no customers"), True
        return
    counts = stats.status_counts
    if counts is None:
        return
    known = [*_counts(counts).values()]
    left = [getattr(counts, name) for name in _LEFT]
    whole = stats.total is not None and min(known, default=0) >= 0 and sum(known) == stats.total
    if not any(left) and (whole or None not in left):
        # careCycle counts eight of nine states: only when the counts add up is it certain that nobody is left.
        certain = whole and not _more(counts)
        says = "no customers are left to call" if certain else "maybe no customers are left to call"
        yield Reason("customerStats.statusCounts", "none_left", says), certain


def _doubts(campaign: Campaign, stats: CustomerStats) -> Iterator[Reason]:
    if stats.today_calls is None or stats.today_calls < 0:
        yield Reason("customerStats.todayCalls", "unsaid", "the number of calls today is missing")
    elif stats.today_calls == 0:
        yield Reason("customerStats.todayCalls", "no_calls", "there are no calls yet today")
    if campaign.dial_afterhours is False:
        yield Reason("dialAfterhours", "after_hours", "it does not call after hours")
    if campaign.max_concurrent_calls == 0:
        yield Reason("maxConcurrentCalls", "cap", "it is set to make 0 calls at once")
    if campaign.max_attempts == 0:
        yield Reason("maxAttempts", "cap", "it is set to call each customer 0 times")


def _counts(counts: StatusCounts) -> dict[str, int]:
    """Return every count that was sent, also of states that this program does not know."""
    sent = {**{name: getattr(counts, name) for name in StatusCounts.model_fields}, **(counts.model_extra or {})}
    return {name: count for name, count in sent.items() if isinstance(count, int) and not isinstance(count, bool)}


def _more(counts: StatusCounts) -> bool:
    """Return whether customers are in a state that this program does not know: they may still be called."""
    return any(count for name, count in _counts(counts).items() if name not in StatusCounts.model_fields)


def _calls(count: int) -> str:
    # Python refuses to write out more than 4,300 digits.
    shown = f"{count:,}" if count < _BIGGEST else f"over 10^{int(math.log10(count))}"
    return f"{shown} call{'' if count == 1 else 's'}"


def _listed(reasons: tuple[Reason, ...]) -> str:
    *first, last = (reason.says for reason in reasons)
    return f"{', '.join(first)}, and {last}" if first else last
