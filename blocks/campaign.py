"""A campaign as a card: what a team looks at, on one screen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self
from weakref import WeakKeyDictionary

from blocks import kit, words
from blocks.kit import Block, Message
from blocks.notices import short_reason, stale
from blocks.numbers import numbers, progress
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
# What managers may have cards leave out.
SECTIONS = {
    "about": "What it is: kind, description, dates",
    "states": "How many customers are in each state",
    "transfers": "Where calls are transferred",
    "features": "What is switched on, calls at once",
}
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
_FEATURES = {
    "transfers": "transfers",
    "appointments": "appointments",
    "inquiries": "inquiries",
    "check_plan": "plan check",
}


@dataclass(frozen=True, slots=True)
class Form:
    """How much a card shows: all but the `hidden` SECTIONS, or the `short` form.

    Short is what leaves the company: nothing of agents, routing and phone numbers. It is used in a channel that is
    `shared` with another company, and before everybody in one of which nobody is sure.
    """

    short: Literal["shared", "unsure"] | None = None
    hidden: frozenset[str] = frozenset()

    def shows(self, section: str) -> bool:
        """Whether one of SECTIONS is shown."""
        return section not in self.hidden


WHOLE = Form()
# A memo of a pure function, and no state: it goes with the readings, which the workspace's cache holds.
_drawn: WeakKeyDictionary[Reading, dict[tuple[str | None, Form], Message]] = WeakKeyDictionary()


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


def card(reading: Reading, *, shared_by: str | None = None, form: Form = WHOLE) -> Message:
    """The whole card; `shared_by` is the Slack id of the person who made it public.

    Drawn once for each reading: a hundred people asking for one campaign see one drawing.
    """
    drawn = _drawn.setdefault(reading, {})
    look = (shared_by, form)
    if look not in drawn:
        drawn[look] = Message(headline(reading), tuple(_card(reading, shared_by, form)))
    return drawn[look]


def condensed(
    found: Sequence[tuple[str, Reading | BotError]], *, left_out: int = 0, shared_by: str | None = None
) -> Message:
    """Several campaigns, one short paragraph each; an id that could not be read says why."""
    paragraphs = tuple(_paragraph(campaign_id, result) for campaign_id, result in found)
    more = f"Ten at once are the most: {words.amount(left_out, 'id')} left out."
    named = (_name(result.campaign, 60) for _, result in found if isinstance(result, Reading))
    text = ": ".join(filter(None, (f"{len(found)} campaigns", ", ".join(named))))
    shared = (_shared(shared_by),) if shared_by else ()
    ends = ((kit.context(more),) if left_out else ()) + ((kit.context(*shared),) if shared else ())
    return Message(text, paragraphs + ends)


def why_short(form: Form) -> str:
    """Says why a card is short (mrkdwn); nothing when it is not."""
    if form.short == "unsure":
        return "Short form: Slack does not tell this app whether people of another company are here. `/invite` it."
    return "Short form: people of another company are in this channel." if form.short else ""


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


def _card(reading: Reading, shared_by: str | None, form: Form) -> Iterator[Block]:
    campaign = reading.campaign
    if reading.problem:
        yield kit.context(stale(reading))
    yield kit.header(words.clean(campaign.name or "") or UNNAMED)
    yield kit.context(status(campaign), *(_what_it_is(campaign) if form.shows("about") else ()))
    yield from numbers(campaign.customer_stats or CustomerStats(), states=form.shows("states"))
    if not form.short and (lines := list(_transfers(campaign, form))):
        yield kit.section("\n".join(lines))
    if form.shows("features"):
        yield kit.context(*_dialling(campaign))
    yield _buttons(reading, shared_by)
    shared = (_shared(shared_by),) if shared_by else ()
    yield kit.context(f"as of {words.moment(reading.as_of)}", f"`{campaign.id}`", *shared)
    if form.short:
        yield kit.context(why_short(form))


def _shared(by: str) -> str:
    return f"shared by <@{by}>"


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


def _transfers(campaign: Campaign, form: Form) -> Iterator[str]:
    """Warnings are never left out."""
    if form.shows("transfers"):
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
    done = progress(stats.total, stats.status_counts or StatusCounts())
    lines = (
        f"*{_name(campaign)}*  ·  {status(campaign)}",
        f"{words.amount(stats.total, 'customer')}  ·  {words.amount(stats.today_calls, 'call')} today  ·  "
        f"{words.number(stats.total_calls)} in all  ·  {done}",
        stale(result) if result.problem else f"as of {words.moment(result.as_of)}",
    )
    return kit.section("\n".join(lines), button=kit.button("Open", OPEN, value=campaign.id))
