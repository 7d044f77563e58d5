"""Build the card of a campaign: what a team looks at, on one screen."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from weakref import WeakKeyDictionary

from blocks import formats, kit, words
from blocks.campaigns import outlook
from blocks.campaigns.card_state import CardState
from blocks.campaigns.numbers import numbers, spoken
from blocks.campaigns.quiet_buttons import OPEN as QUIET
from blocks.campaigns.quiet_buttons import of_campaign
from blocks.campaigns.sharing import shared, take_back
from blocks.campaigns.transfers import finding_line, sentence
from blocks.card_options import WHOLE, CardOptions, why_short
from blocks.kit import Block, Message
from blocks.notices import stale
from bot.campaigns import routing
from bot.campaigns.calling import calling, obstacles
from bot.campaigns.campaign import Campaign, CustomerStats, Reading
from bot.insight.assessment import Current

REFRESH, SHARE, SHARE_IN_THREAD, DETAILS, TO_DIGEST, OPEN, LINK, CHECK = (
    "campaign.refresh",
    "campaign.share",
    "campaign.thread",
    "campaign.details",
    "campaign.digest",
    "campaign.open",
    "campaign.link",
    "campaign.check",
)
MODAL_TITLE = "Campaign"  # the title of a card in a modal
UNNAMED = "Campaign without a name"
OPEN_LIST = "Open careCycle’s campaigns"
_FINDINGS = 3  # shown on the card; the details show more
STATUS_EMOJI = {
    "active": "🟢",
    "paused": "⏸️",
    "draft": "📝",
    "testing": "🧪",
    "completed": "🏁",
    "cancelled": "🚫",
    "archived": "🗄️",
    "inactive": "⚪",
}


# What `card` has built. An entry is dropped with its reading, which the workspace's cache holds.
_drawn: WeakKeyDictionary[Reading, dict[tuple[object, ...], Message]] = WeakKeyDictionary()


def card(
    reading: Reading,
    *,
    shared_by: str | None = None,
    options: CardOptions = WHOLE,
    thread: str | None = None,
    unchanged_since: datetime | None = None,
    current: Current | None = None,
) -> Message:
    """Build the whole card.

    `shared_by` is the Slack id of the person who made it public. `thread` is where *Share* posts it; None: in the
    channel. Nothing that is shown has changed since `unchanged_since`. `current` is the account's last assessment. The
    same arguments give the same Message: a hundred people who ask for one campaign cost one build.
    """
    current = None if options.short else current
    look = (shared_by, options, thread, unchanged_since, formats.used(), outlook.look(reading, current))
    drawn = _drawn.setdefault(reading, {})
    if look not in drawn:
        seen = CardState(reading.campaign.id, reading.as_of, shared_by, thread, fingerprint(reading.campaign))
        buttons, lines = _buttons(seen, reading, options, current), _lines(reading, options, current)
        blocks = tuple(_card(reading, shared_by, options, buttons, lines, unchanged_since, current))
        drawn[look] = Message(_headline(reading, options, shared_by, lines, current), blocks)
    return drawn[look]


def fingerprint(campaign: Campaign) -> str:
    """Return a fingerprint of all that careCycle said of a campaign. It stays the same while nothing changes."""
    return blake2b(campaign.model_dump_json().encode(), digest_size=6).hexdigest()


def _lines(reading: Reading, options: CardOptions, current: Current | None) -> tuple[str, ...]:
    """Say what needs a look, where transfers go, and what is wrong with them (mrkdwn)."""
    transfers = () if options.short else transfer_lines(reading.campaign, options)
    return (*outlook.warnings(reading, current), *transfers)


def _headline(
    reading: Reading, options: CardOptions, shared_by: str | None, lines: tuple[str, ...], current: Current | None
) -> str:
    """Say the card for notifications and screen readers (mrkdwn). What is out of date says so first."""
    campaign = reading.campaign
    stats = campaign.customer_stats or CustomerStats()
    said = (
        stale(reading) if reading.problem else "",
        name(campaign),
        status(campaign, emoji=False),
        *spoken(stats, states=options.shows("states")),
        outlook.line(reading, current),
        *lines,
        f"as of {words.moment(reading.as_of, reading.as_of)}",
        shared(shared_by) if shared_by else "",
        why_short(options),
    )
    return words.shorten("  ·  ".join(filter(None, said)), kit.TEXT)


def status(campaign: Campaign, *, emoji: bool = True) -> str:
    """Format the status: `🟢 *Active*` (mrkdwn). An unknown status is shown as it came."""
    known = STATUS_EMOJI.get(campaign.status or "")
    said = words.literal(status_name(campaign.status), 60)
    return f"{known} *{said}*" if known and emoji else said


def status_name(status: str | None) -> str:
    """Format the status as plain text: `Active`, or `Status not given`. An unknown status is shown as it came."""
    said = words.sentence_case(status) if status in STATUS_EMOJI else words.clean(status or "", 60)
    return said or "Status not given"


def small_status(status: str | None) -> str:
    """Format the status as within a sentence (mrkdwn): `active`, `canceled`. An unknown status is shown as it came."""
    said = status_name(status)
    return words.literal(said if status and status not in STATUS_EMOJI else f"{said[:1].lower()}{said[1:]}", 60)


def name(campaign: Campaign, limit: int = 255) -> str:
    """Return the campaign's name (mrkdwn), or say that it has none."""
    return words.literal(campaign.name or "", limit) or UNNAMED


def modal(reading: Reading, options: CardOptions = WHOLE, current: Current | None = None) -> Block:
    """Build the card in a modal."""
    return kit.modal(MODAL_TITLE, blocks_without_share(reading, options, current))


def blocks_without_share(reading: Reading, options: CardOptions = WHOLE, current: Current | None = None) -> list[Block]:
    """Build the card for a modal or a link's preview, without the buttons that need a message of this app."""
    opens = kit.button(open_label(reading.link, reading.campaign.id), LINK, url=reading.link)
    details = kit.button("Details", DETAILS, value=CardState(reading.campaign.id, reading.as_of).value())
    current = None if options.short else current
    lines = _lines(reading, options, current)
    return list(_card(reading, None, options, kit.actions(details, opens), lines, current=current))


def _card(
    reading: Reading,
    shared_by: str | None,
    options: CardOptions,
    buttons: Block,
    lines: tuple[str, ...],
    unchanged_since: datetime | None = None,
    current: Current | None = None,
) -> Iterator[Block]:
    campaign = reading.campaign
    if reading.problem:
        yield kit.context(stale(reading))
    yield kit.header(words.clean(campaign.name or "") or UNNAMED)
    yield kit.context(status(campaign), *(_what_it_is(reading, options) if options.shows("about") else ()))
    yield from numbers(campaign.customer_stats or CustomerStats(), states=options.shows("states"))
    if outlook_line := outlook.line(reading, current):
        yield kit.context(outlook_line)
    if lines:
        yield kit.section("\n".join(lines), button=_quiet(reading, current))
    if options.shows("features"):
        yield kit.context(*_dialling(campaign))
    yield buttons
    who = (shared(shared_by),) if shared_by else ()
    same = f"no change since {words.clock_time(unchanged_since)}" if unchanged_since else ""
    yield kit.context(f"as of {words.moment(reading.as_of, reading.as_of)}", same, f"`{campaign.id}`", *who)
    if options.short:
        yield kit.context(why_short(options))


def open_label(link: str, campaign_id: str) -> str:
    """Say what a button with this link opens: the campaign, or careCycle's list of all campaigns."""
    return "Open in careCycle" if campaign_id.lower() in link.lower() else OPEN_LIST


def _what_it_is(reading: Reading, options: CardOptions) -> Iterator[str]:
    campaign, now = reading.campaign, reading.as_of
    if campaign.suite:
        yield words.literal(words.sentence_case(campaign.suite), 60)
    if not options.short:  # it may name agents
        yield words.literal(campaign.description or campaign.template_name or "", 90)
    if campaign.start_date and campaign.end_date:
        yield f"{words.day(campaign.start_date, now)} to {words.day(campaign.end_date, now)}"
    elif campaign.start_date:
        yield f"from {words.day(campaign.start_date, now)}"
    elif campaign.end_date:
        yield f"until {words.day(campaign.end_date, now)}"


def transfer_lines(campaign: Campaign, options: CardOptions) -> Iterator[str]:
    """Yield the transfer sentence unless managers hid it, then up to three warnings, which they cannot hide."""
    if options.shows("transfers"):
        yield sentence(routing.summary(campaign))
    yield from transfer_warnings(campaign)


def transfer_warnings(campaign: Campaign) -> Iterator[str]:
    """Yield up to three lines on what is wrong with the transfers (mrkdwn), and how many more there are."""
    found = [finding for finding in routing.findings(campaign) if finding.weight != "unsaid"]
    for finding in found[:_FINDINGS]:
        yield finding_line(finding)
    if (more := len(found) - _FINDINGS) > 0:
        yield f"and {words.number(more)} more in _Details_"


def _dialling(campaign: Campaign) -> Iterator[str]:
    for label, state in (("On", True), ("Off", False), ("Not known", None)):
        if listed := [name for name, value in campaign.switches.items() if value is state]:
            yield f"{label}: {', '.join(listed)}"
    if campaign.max_concurrent_calls is not None:
        yield f"up to {words.amount(campaign.max_concurrent_calls, 'call')} at once"


def _quiet(reading: Reading, current: Current | None) -> Block | None:
    """Build the button beside problems that keeps digests from telling them again."""
    one = outlook.judged(reading, current)
    return (
        kit.button("Quiet until …", QUIET, value=of_campaign(reading.campaign.id.lower())) if one and one.open else None
    )


def _may_ask_why(reading: Reading, current: Current | None) -> bool:
    """Return whether it is open if the campaign is calling: it is not stopped, but no calls are shown, or a problem."""
    campaign, now = reading.campaign, reading.as_of
    if any(one.certain and one.reason.field == "status" for one in obstacles(campaign, now)):
        return False
    return calling(campaign, now).verdict != "calling" or any(outlook.warnings(reading, current))


def _buttons(seen: CardState, reading: Reading, options: CardOptions, current: Current | None) -> Block:
    label, action_id = ("Share in thread", SHARE_IN_THREAD) if seen.thread else ("Share to channel", SHARE)
    share = () if seen.shared_by else (kit.button(label, action_id, value=seen.value(), style="primary"),)
    to_digest = () if options.short else (kit.button("Add to a digest", TO_DIGEST, value=seen.id),)
    return kit.actions(
        kit.button("Refresh", REFRESH, value=seen.value()),
        *share,
        kit.button("Details", DETAILS, value=seen.value()),
        *((kit.button("Check", CHECK, value=seen.id),) if _may_ask_why(reading, current) else ()),
        *to_digest,
        kit.button(open_label(reading.link, seen.id), LINK, url=reading.link),
        *((take_back(seen.shared_by),) if seen.shared_by else ()),
    )
