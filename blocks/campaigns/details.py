"""Build the modal for what a card has no room for: transfers, who answers, appointments, dialing, dates, ids."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from blocks import kit, words
from blocks.campaigns import calling_days
from blocks.campaigns.appointments import appointments
from blocks.campaigns.campaign import CHECK, UNNAMED, status
from blocks.campaigns.dialing import dialing
from blocks.campaigns.phrases import listed, unsaid
from blocks.campaigns.transfers import finding_line, sentence
from blocks.campaigns.who_answers import who_answers
from blocks.card_options import WHOLE, CardOptions, why_short
from blocks.kit import Block
from blocks.notices import stale
from bot.campaigns import routing
from bot.campaigns.campaign import Campaign, Reading
from bot.insight.days import CallingDay

TITLE = "Campaign details"
TECHNICAL = "Technical"  # the part for support, in small print
_FINDINGS = 10
_LONG = 2900  # characters of a list in one section, below Slack's 3,000


def card(reading: Reading, *, names: bool, options: CardOptions = WHOLE, days: Sequence[CallingDay] = ()) -> Block:
    """Build the modal. `names`: the reader sees agents by name. A short one omits description, routing and `days`.

    `days` are its last calling days.
    """
    return kit.modal(TITLE, list(_blocks(reading, names, options, days)))


def _blocks(reading: Reading, names: bool, options: CardOptions, days: Sequence[CallingDay]) -> Iterator[Block]:
    campaign = reading.campaign
    if reading.problem:
        yield kit.context(stale(reading))
    yield kit.header(words.clean(campaign.name or "") or UNNAMED)
    yield kit.section(status(campaign), button=kit.button("Check", CHECK, value=campaign.id))
    about = "" if options.short else words.clean(campaign.description or "", 2000)  # it may name agents
    for text in (_cut_name(campaign.name), about):
        if text:
            yield kit.quote(text)
    if options.short:
        yield kit.context(why_short(options))
    if shown := [] if options.short else list(calling_days.lines(days, reading.as_of)):
        yield from _part(calling_days.TITLE, shown)
    for title, lines in parts(campaign, names=names, options=options, now=reading.as_of):
        yield from _part(title, lines)
    yield kit.context(f"as of {words.moment(reading.as_of, reading.as_of)}")


def parts(
    campaign: Campaign, *, names: bool, options: CardOptions, now: datetime | None = None
) -> Iterator[tuple[str, list[str]]]:
    """Yield lists of mrkdwn lines, each with its title: everything about a campaign but its numbers.

    `now` is as in `words.plain_day`.
    """
    short = bool(options.short)
    for title, lines in (
        ("Transfers", () if short else _transfer_lines(campaign)),
        ("Who answers", () if short else who_answers(campaign, names=names)),
        ("Appointments", appointments(campaign, short=short, now=now)),
        ("Dialing", dialing(campaign, short=short)),
        ("Dates", _date_lines(campaign, now)),
        (TECHNICAL, _technical_lines(campaign, short=short)),
    ):
        if said := list(lines):
            yield title, said


def _cut_name(name: str | None) -> str:
    """Return the whole name when the headline had to cut it, else an empty string."""
    whole = words.clean(name or "")
    return whole if len(whole) > len(words.shorten(whole, kit.HEADER)) or whole.endswith("…") else ""


def _part(title: str, lines: list[str]) -> Iterator[Block]:
    """Yield a list with its title, in small print if it is technical. Lines for which there is no room are counted."""
    small = title == TECHNICAL
    text, left, room = f"*{title}*", 0, kit.CONTEXT - 100 if small else _LONG
    for line in lines:
        if len(text) + len(line) < room and not left:
            text += f"\n{line}"
        else:
            left += 1
    text += f"\n•  and {words.number(left)} more" if left else ""
    yield kit.divider()
    yield kit.context(text) if small else kit.section(text)


def _transfer_lines(campaign: Campaign) -> Iterator[str]:
    yield sentence(routing.summary(campaign))
    found = routing.findings(campaign)
    for finding in found[:_FINDINGS]:
        yield finding_line(finding)
    if (more := len(found) - _FINDINGS) > 0:
        yield f"and {routing.count(more, 'more finding')}"


def _date_lines(campaign: Campaign, now: datetime | None) -> Iterator[str]:
    start, end = (words.day(when, now) if when else "" for when in (campaign.start_date, campaign.end_date))
    if start and end:
        yield f"Set to run from {start} to {end}."
    elif start or end:
        yield f"Set to run from {start}." if start else f"Set to run until {end}."
    changes = {"Created": campaign.created_at, "Changed": campaign.updated_at}
    if said := " ".join(f"{what} {words.moment(when, now)}." for what, when in changes.items() if when):
        yield said
    missing = {"when it starts": start, "when it ends": end, "when it was created": campaign.created_at}
    if lacks := unsaid([what for what, known in missing.items() if not known], "when it runs", len(missing)):
        yield lacks


def _technical_lines(campaign: Campaign, *, short: bool) -> Iterator[str]:
    """Yield what support asks for. A short card has the id of the campaign alone."""
    yield f"•  Campaign: `{campaign.id}`"
    if short:
        return
    transfer, booking = campaign.transfer_config, campaign.appointment_config
    for label, value in (
        ("Organization", campaign.client.id if campaign.client else None),
        ("Template", campaign.template_id),
        ("Transfer", transfer.id if transfer else None),
        ("Routing", transfer.routing_config_id if transfer else None),
        ("Appointments", booking.id if booking else None),
        ("Call form", campaign.call_form_id),
        ("Pulse workflow", campaign.pulse_workflow_id),
    ):
        if value:
            yield f"•  {label}: `{words.literal(value, 60)}`"
    yield from _counts(campaign)
    if found := routing.findings(campaign)[:_FINDINGS]:
        fields = dict.fromkeys(f"`{finding.field}`" for finding in found)
        yield f"•  For support, fields in careCycle’s API: {', '.join(fields)}"


def _counts(campaign: Campaign) -> Iterator[str]:
    """Count lists of which careCycle does not publish what is in them."""
    lists = {
        "variable": campaign.required_vars,
        "automation": campaign.campaign_automations,
        "assistant": campaign.assistants,
    }
    if known := [words.amount(len(items), noun) for noun, items in lists.items() if items is not None]:
        yield f"•  Has {listed(known)}"
