"""Answer what a check asks of a campaign: each yes, no, or that careCycle does not say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from blocks import words
from blocks.campaigns.phrases import listed, quoted
from blocks.campaigns.times import moment, wording
from bot.campaigns.calling import Obstacle, obstacles
from bot.campaigns.campaign import Campaign, CustomerStats, StatusCounts
from bot.insight.assessment import Assessed, Current

NO_ANSWER = "careCycle does not say"
_CLOSE = timedelta(minutes=10)  # two readings so close together say nothing of calls between them
_NOT_WATCHED = {
    "off": "This app does not look at campaigns by itself here: managers switched that off in its settings.",
    "database": "This app cannot reach its own database, so it cannot say.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A question about a campaign, and its answer in whole sentences (mrkdwn)."""

    question: str
    verdict: Literal["yes", "no", "unsaid"]
    says: str

    @property
    def line(self) -> str:
        """The question in bold, and the answer."""
        return f"*{self.question}* {self.says}"


@dataclass(frozen=True, slots=True)
class Watched:
    """What this app's own readings say of the account."""

    current: Current | None = None  # None: nothing was read yet, or it cannot be shown now
    why_not: Literal["off", "database"] | None = None  # readings are off, or the database does not answer

    def found(self, campaign_id: str) -> Assessed | None:
        """Return what the last reading showed of a campaign."""
        return self.current.assessment.campaigns.get(campaign_id.lower()) if self.current else None


def answers(campaign: Campaign, watched: Watched, now: datetime) -> Iterator[Answer]:
    """Yield the answers in their fixed order. `now` is when the campaign was read."""
    found = {one.reason.field: one for one in obstacles(campaign, now)}
    stats = campaign.customer_stats or CustomerStats()
    counts = stats.status_counts or StatusCounts()
    yield _status(campaign, found.get("status"))
    yield _dates(campaign, found.get("startDate"), found.get("endDate"), now)
    yield _hours(campaign)
    yield _customers(stats, found.get("customerStats.total") or found.get("customerStats.statusCounts"))
    yield _attempts(campaign.max_attempts, stats.total, counts.exceeded_max_calls)
    yield _at_once(campaign.max_concurrent_calls)
    yield _calls_today(stats.today_calls)
    yield _movement(campaign.id, watched, now)


def _yes(question: str, more: str = "") -> Answer:
    return Answer(question, "yes", f"Yes: {more}." if more else "Yes.")


def _no(question: str, why: str) -> Answer:
    return Answer(question, "no", f"No: {why}.")


def _unsaid(question: str, what: str) -> Answer:
    return Answer(question, "unsaid", f"{NO_ANSWER} {what}.")


def _status(campaign: Campaign, found: Obstacle | None) -> Answer:
    question = "Active?"
    if found is None:
        return _yes(question)
    if found.certain:
        return _no(question, found.reason.says)
    if found.reason.kind == "unsaid":
        return _unsaid(question, "what its status is")
    if found.reason.kind == "unknown_value":
        return _unsaid(question, f"whether a campaign calls with the status {quoted(campaign.status or '')}")
    return _unsaid(question, "whether a campaign calls while it is being tested")


def _dates(campaign: Campaign, start: Obstacle | None, end: Obstacle | None, now: datetime) -> Answer:
    question = "Within its dates?"
    first, last = (words.day(one, now) if one else "" for one in (campaign.start_date, campaign.end_date))
    days = ((start, first), (end, last))
    if why := [f"{one.reason.says} ({day})" for one, day in days if one and one.certain]:
        return _no(question, listed(why))
    if start:
        return _unsaid(question, f"at what time of its first day ({first}) it starts")
    if end:
        return _unsaid(question, f"at what time of its last day ({last}) it ends")
    if first and last:
        return _yes(question, f"{first} to {last}")
    if not first and not last:
        return _unsaid(question, "when it starts or ends")
    known = f"it started {first}" if first else f"it ends {last}"
    return _unsaid(question, f"when it {'ends' if first else 'started'}, only that {known}")


def _hours(campaign: Campaign) -> Answer:
    question = "Within its hours?"
    if campaign.dial_afterhours:
        return _yes(question, "it calls after hours, too")
    if campaign.dial_afterhours is None:
        return _unsaid(question, "whether it calls after hours")
    return _unsaid(question, "which hours it calls in, only that it makes no calls after hours")


def _customers(stats: CustomerStats, found: Obstacle | None) -> Answer:
    question = "Customers left?"
    counts = stats.status_counts or StatusCounts()
    if found and found.certain:
        nobody = f"none of {words.amount(stats.total, 'customer')} is pending or in progress"
        return _no(question, found.reason.says if stats.total == 0 else nobody)
    if found:
        return _unsaid(question, f"whether anyone is left: nobody is pending or in progress, {_but(stats)}")
    states = {"pending": counts.pending, "in progress": counts.in_progress}
    known = {name: count for name, count in states.items() if count is not None and count >= 0}
    left = [f"{words.number(count)} {name}" for name, count in known.items() if count]
    missing = [name for name in states if name not in known]
    if not left:
        return _unsaid(question, f"how many customers are {listed(missing or list(states), 'or')}")
    more = f". {NO_ANSWER} how many are {listed(missing)}" if missing else ""
    return _yes(question, f"{listed(left)}{more}")


def _but(stats: CustomerStats) -> str:
    """Say why nobody pending or in progress does not mean that nobody is left."""
    unknown = [one for one in ((stats.status_counts or StatusCounts()).model_extra or {}).values() if one]
    if unknown:
        return "but some are in a status that this app does not know"
    if stats.total is None:
        return "but careCycle leaves out how many customers there are"
    return f"but its counts do not add up to {words.amount(stats.total, 'customer')}"


def _attempts(most: int | None, customers: int | None, reached: int | None) -> Answer:
    question = "Attempts left?"
    if most is None:
        return _unsaid(question, "how often each customer is called")
    limit = f"up to {words.amount(most, 'call')} to each customer"
    if most < 1:
        return _unsaid(question, f"what a limit of {words.amount(most, 'call')} to each customer means")
    if reached is None or reached < 0 or customers is None or customers < max(reached, 1):
        return _unsaid(question, f"how many customers have had all their calls ({limit})")
    if reached == customers:
        return _no(question, f"{limit}, and all {words.number(reached)} have reached that")
    how_many = "have" if reached > 1 else "has"
    have = f"{words.number(reached) if reached else 'none'} of {words.number(customers)} {how_many}"
    return _yes(question, f"{limit}, and {have} reached that")


def _at_once(most: int | None) -> Answer:
    question = "Room for calls?"
    if most is None:
        return _unsaid(question, "how many calls it makes at once")
    if most < 1:
        return _unsaid(question, f"what a limit of {words.amount(most, 'call')} at once means")
    return _unsaid(question, f"how many calls are on right now, only that it makes up to {words.number(most)} at once")


def _calls_today(calls: int | None) -> Answer:
    question = "Calls today?"
    if calls is None or calls < 0:
        return _unsaid(question, "how many calls it made today")
    return _yes(question, words.number(calls)) if calls else _no(question, "none yet")


def _movement(campaign_id: str, watched: Watched, now: datetime) -> Answer:
    question = "New calls?"
    if watched.why_not:
        return Answer(question, "unsaid", _NOT_WATCHED[watched.why_not])
    found = watched.found(campaign_id)
    if watched.current is None or found is None or not (found.moved or found.read_since):
        return Answer(question, "unsaid", "This app has not looked at this campaign yet.")
    assessment = watched.current.assessment
    said = wording(assessment, now)
    checked = f"as of {moment(assessment.at, said)}"
    if found.moved and found.moved >= assessment.at - _CLOSE:
        return Answer(question, "yes", f"Yes, as of {moment(min(found.moved, assessment.at), said)}.")
    since = found.moved or found.read_since
    if since and since < assessment.at:
        return _no(question, f"none since {moment(since, said)}, {checked}")
    return Answer(question, "unsaid", f"This app has looked only once ({checked}), so it cannot say yet.")
