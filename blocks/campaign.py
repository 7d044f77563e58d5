"""A campaign as a card: what a team looks at, on one screen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from weakref import WeakKeyDictionary

from blocks import kit, words
from blocks.kit import Block, Message
from blocks.notices import short_reason, stale
from blocks.transfers import finding_line, sentence
from bot import routing
from bot.carecycle.models import Campaign, CustomerStats, Reading, StatusCounts
from bot.errors import BotError, OldButton

REFRESH, SHARE, DETAILS, OPEN, LINK = (
    "campaign.refresh",
    "campaign.share",
    "campaign.details",
    "campaign.open",
    "campaign.link",
)
UNNAMED = "Campaign without a name"
_FINDINGS = 3  # on the card; all of them are in the details
# A memo of a pure function, and no state: it goes with the readings, which the workspace's cache holds.
_drawn: WeakKeyDictionary[Reading, dict[str | None, Message]] = WeakKeyDictionary()
_STATUS_EMOJI = {
    "active": "🟢",
    "paused": "⏸️",
    "draft": "📝",
    "testing": "🧪",
    "completed": "🏁",
    "cancelled": "🚫",
    "archived": "🗄️",
    "inactive": "⚪",
}
_STATES = {
    "pending": "pending",
    "in_progress": "in progress",
    "completed": "completed",
    "cancelled": "cancelled",
    "skipped": "skipped",
}
_WARNINGS = {"failed": "failed", "exceeded_max_calls": "reached the call limit", "expired": "expired"}
_FINISHED = ("completed", "failed", "expired", "exceeded_max_calls", "cancelled", "skipped")
_FEATURES = {
    "transfers": "transfers",
    "appointments": "appointments",
    "inquiries": "inquiries",
    "check_plan": "plan check",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a card's button carries: which campaign, how it was when it was drawn, and who made it public."""

    id: str
    as_of: datetime
    shared_by: str | None = None

    def value(self) -> str:
        """For a button's `value` (Slack: 2,000 characters)."""
        return " ".join(filter(None, (self.id, self.as_of.isoformat(), self.shared_by)))

    @classmethod
    def read(cls, value: str) -> Self:
        """The inverse of `value`. Raises OldButton for what is none."""
        try:
            campaign_id, as_of, *shared_by = value.split()
            return cls(campaign_id, datetime.fromisoformat(as_of), *shared_by)
        except (ValueError, TypeError) as error:
            raise OldButton from error


def card(reading: Reading, *, shared_by: str | None = None) -> Message:
    """The whole card; `shared_by` is the Slack id of the person who made it public.

    Drawn once for each reading: a hundred people asking for one campaign see one drawing.
    """
    drawn = _drawn.setdefault(reading, {})
    if shared_by not in drawn:
        drawn[shared_by] = Message(headline(reading), tuple(_card(reading, shared_by)))
    return drawn[shared_by]


def condensed(found: Sequence[tuple[str, Reading | BotError]], *, left_out: int = 0) -> Message:
    """Several campaigns, one short paragraph each; an id that could not be read says why."""
    paragraphs = tuple(_paragraph(campaign_id, result) for campaign_id, result in found)
    more = f"Ten at once are the most: {words.amount(left_out, 'id')} left out."
    named = (_name(result.campaign, 60) for _, result in found if isinstance(result, Reading))
    text = ": ".join(filter(None, (f"{len(found)} campaigns", ", ".join(named))))
    return Message(text, paragraphs + ((kit.context(more),) if left_out else ()))


def headline(reading: Reading) -> str:
    """One line that says it all, for notifications and screen readers (mrkdwn); of an old card that it is old."""
    campaign = reading.campaign
    stats = campaign.customer_stats or CustomerStats()
    return "  ·  ".join(
        (
            *((stale(reading),) if reading.problem else ()),
            _name(campaign),
            status(campaign, emoji=False),
            words.amount(stats.total, "customer"),
            f"{words.amount(stats.today_calls, 'call')} today",
        )
    )


def status(campaign: Campaign, *, emoji: bool = True) -> str:
    """`🟢 Active`; a status this program does not know as it came (mrkdwn)."""
    if not campaign.status:
        return "Status not given"
    known = _STATUS_EMOJI.get(campaign.status)
    said = words.sentence_case(campaign.status) if known else words.literal(campaign.status, 60)
    if not said:
        return "Status not given"
    return f"{known} *{said}*" if known and emoji else said


def _name(campaign: Campaign, limit: int = 255) -> str:
    return words.literal(campaign.name or "", limit) or UNNAMED


def _card(reading: Reading, shared_by: str | None) -> Iterator[Block]:
    campaign = reading.campaign
    if reading.problem:
        yield kit.context(stale(reading))
    yield kit.header(words.clean(campaign.name or "") or UNNAMED)
    yield kit.context(status(campaign), *_what_it_is(campaign))
    yield from _numbers(campaign.customer_stats or CustomerStats())
    yield kit.section("\n".join(_transfers(campaign)))
    yield kit.context(*_dialling(campaign))
    yield _buttons(reading, shared_by)
    shared = (f"shared by <@{shared_by}>",) if shared_by else ()
    yield kit.context(f"as of {words.moment(reading.as_of)}", f"`{campaign.id}`", *shared)


def _what_it_is(campaign: Campaign) -> Iterator[str]:
    if campaign.suite:
        yield words.literal(words.sentence_case(campaign.suite), 60)
    if about := words.literal(campaign.description or campaign.template_name or "", 90):
        yield about
    if campaign.start_date and campaign.end_date:
        yield f"{words.day(campaign.start_date)} to {words.day(campaign.end_date)}"
    elif campaign.start_date:
        yield f"from {words.day(campaign.start_date)}"
    elif campaign.end_date:
        yield f"until {words.day(campaign.end_date)}"


def _numbers(stats: CustomerStats) -> Iterator[Block]:
    counts = stats.status_counts or StatusCounts()
    yield kit.fields(
        ("Customers", words.number(stats.total)),
        ("Calls", f"{words.number(stats.today_calls)} today · {words.number(stats.total_calls)} in all"),
        ("Progress", _progress(stats.total, counts)),
        ("Success", _success(counts)),
    )
    if states := _counted(counts, _STATES):
        yield kit.context(" · ".join((*states, *_unknown_states(counts))))
    if warnings := _counted(counts, _WARNINGS):
        yield kit.context(f"⚠️ {' · '.join(warnings)}")


def _progress(total: int | None, counts: StatusCounts) -> str:
    """Customers in a finished state, of all; no share where the counts contradict the total."""
    known = [n for n in (getattr(counts, state) for state in _FINISHED) if n is not None]
    if total is None or not known:
        return words.NO_DATA
    done = sum(known)
    if total <= 0 or not 0 <= done <= total or min(known) < 0:
        return f"{words.number(done)} of {words.number(total)} finished"
    return f"{words.bar(done, total)} {words.percent(done, total)} finished"


def _success(counts: StatusCounts) -> str:
    """Completed against completed and failed, the pair careCycle's own workflow exits are typed by."""
    completed, failed = counts.completed, counts.failed
    if completed is None or failed is None:
        return words.NO_DATA
    if completed < 0 or failed < 0 or completed + failed == 0:
        return f"{words.NO_DATA} · {words.number(completed)} completed, {words.number(failed)} failed"
    share = words.percent(completed, completed + failed)
    return f"{share} · {words.number(completed)} completed, {words.number(failed)} failed"


def _counted(counts: StatusCounts, names: dict[str, str]) -> list[str]:
    values = ((getattr(counts, state), name) for state, name in names.items())
    return [f"{words.number(value)} {name}" for value, name in values if value]


def _unknown_states(counts: StatusCounts) -> Iterator[str]:
    """States this program does not know, as the API sent them."""
    for name, value in list((counts.model_extra or {}).items())[:5]:
        if isinstance(value, int) and not isinstance(value, bool) and value:
            yield f"{words.number(value)} {words.literal(name, 40)}"


def _transfers(campaign: Campaign) -> Iterator[str]:
    yield sentence(routing.summary(campaign))
    found = [finding for finding in routing.findings(campaign) if finding.weight != "unsaid"]
    for finding in found[:_FINDINGS]:
        yield finding_line(finding, short=True)
    if (more := len(found) - _FINDINGS) > 0:
        yield f"and {words.number(more)} more in _Details_"


def _dialling(campaign: Campaign) -> Iterator[str]:
    features: dict[str, bool | None] = {
        said: getattr(campaign.features, name, None) for name, said in _FEATURES.items()
    } | {"Pulse": campaign.enable_pulse}
    for label, state in (("On", True), ("Off", False), ("Not said", None)):
        if listed := [name for name, value in features.items() if value is state]:
            yield f"{label}: {', '.join(listed)}"
    if campaign.max_concurrent_calls is not None:
        yield f"at most {words.amount(campaign.max_concurrent_calls, 'call')} at once"


def _buttons(reading: Reading, shared_by: str | None) -> Block:
    seen = Seen(reading.campaign.id, reading.as_of, shared_by).value()
    share = () if shared_by else (kit.button("Share to channel", SHARE, value=seen, style="primary"),)
    return kit.actions(
        kit.button("Refresh", REFRESH, value=seen),
        *share,
        kit.button("Details", DETAILS, value=seen),
        kit.button("Open in careCycle", LINK, url=reading.link),
    )


def _paragraph(campaign_id: str, result: Reading | BotError) -> Block:
    if isinstance(result, BotError):
        return kit.section(f"`{campaign_id}`\n{short_reason(result)}")
    campaign, stats = result.campaign, result.campaign.customer_stats or CustomerStats()
    progress = _progress(stats.total, stats.status_counts or StatusCounts())
    lines = (
        f"*{_name(campaign)}*  ·  {status(campaign)}",
        f"{words.amount(stats.total, 'customer')}  ·  {words.amount(stats.today_calls, 'call')} today  ·  "
        f"{words.number(stats.total_calls)} in all  ·  {progress}",
        stale(result) if result.problem else f"as of {words.moment(result.as_of)}",
    )
    return kit.section("\n".join(lines), button=kit.button("Open", OPEN, value=campaign.id))
