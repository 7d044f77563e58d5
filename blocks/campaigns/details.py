"""Build the modal for what a card has no room for: routing tree, appointments, dialing, dates, ids."""

from collections.abc import Iterator

from blocks import kit, words
from blocks.campaigns.campaign import UNNAMED, status
from blocks.campaigns.transfers import finding_line, sentence, tree
from blocks.card_options import WHOLE, CardOptions, why_short
from blocks.kit import Block
from blocks.notices import stale
from bot.campaigns import routing
from bot.campaigns.campaign import Campaign, Reading

TITLE = "Campaign details"
_FINDINGS = 10
_LONG = 2900  # characters of a list in one section, below Slack's 3,000


def card(reading: Reading, *, names: bool, options: CardOptions = WHOLE) -> Block:
    """Build the modal. `names`: the reader sees agents by name. A short one omits description and routing."""
    return kit.modal(TITLE, list(_blocks(reading, names, options)))


def _blocks(reading: Reading, names: bool, options: CardOptions) -> Iterator[Block]:
    campaign = reading.campaign
    if reading.problem:
        yield kit.context(stale(reading))
    yield kit.header(words.clean(campaign.name or "") or UNNAMED)
    yield kit.context(status(campaign))
    about = "" if options.short else words.clean(campaign.description or "", 2000)  # it may name agents
    for text in (_cut_name(campaign.name), about):
        if text:
            yield kit.quote(text)
    if options.short:
        yield kit.context(why_short(options))
    for title, lines in parts(campaign, names=names, options=options):
        yield from _part(title, lines)
    yield kit.context(f"as of {words.moment(reading.as_of)}")


def parts(campaign: Campaign, *, names: bool, options: CardOptions) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield lists of mrkdwn lines, each with its title: everything about a campaign but its numbers."""
    if not options.short:
        yield "Where calls are transferred", _routing_lines(campaign, names)
    yield "Appointments", _appointment_lines(campaign)
    yield "Dialling", _dialling_lines(campaign)
    yield "Dates", _date_lines(campaign)
    yield "Ids", _id_lines(campaign, options)


def _cut_name(name: str | None) -> str:
    """Return the whole name when the headline had to cut it, else an empty string."""
    whole = words.clean(name or "")
    return whole if len(whole) > len(words.shorten(whole, kit.HEADER)) or whole.endswith("…") else ""


def _part(title: str, lines: Iterator[str]) -> Iterator[Block]:
    """Yield a list with its title. Lines that do not fit into one section are counted."""
    text, left = f"*{title}*", 0
    for line in lines:
        if len(text) + len(line) < _LONG and not left:
            text += f"\n{line}"
        else:
            left += 1
    yield kit.divider()
    yield kit.section(text + (f"\n•  and {words.number(left)} more" if left else ""))


def _routing_lines(campaign: Campaign, names: bool) -> Iterator[str]:
    yield sentence(routing.summary(campaign))
    found = routing.findings(campaign)
    for finding in found[:_FINDINGS]:
        yield finding_line(finding, path=True)
    if (more := len(found) - _FINDINGS) > 0:
        yield f"and {routing.count(more, 'more finding')}"
    yield from tree(campaign, names=names)
    own = campaign.transfer_config.id if campaign.transfer_config else None
    if others := set(campaign.transfer_config_ids or ()) - {own}:
        yield f"•  {routing.count(len(others), 'further destination')}"


def _appointment_lines(campaign: Campaign) -> Iterator[str]:
    config = campaign.appointment_config
    if config is None:
        said = "appointment_config" in campaign.model_fields_set
        yield "Not set up." if said else "The API does not say."
        return
    yield _line("Name", words.literal(config.name or ""))
    yield _line("Length", _minutes(config.appointment_length))
    yield _line("Time between", _minutes(config.appointment_spacing))
    yield _line("At once", words.number(config.concurrent_limit))
    yield _line("Offered", words.amount(config.max_options, "option"))
    yield _line("Notice", words.amount(config.min_hours, "hour"))
    yield _line("Days", f"{_text(config.min_date)} to {_text(config.max_date)}")
    yield _line("Preferred by", _text(config.preferred_mode))


def _dialling_lines(campaign: Campaign) -> Iterator[str]:
    yield _line("Calls at once", words.number(campaign.max_concurrent_calls))
    yield _line("Attempts for each customer", words.number(campaign.max_attempts))
    yield _line("After hours", _flag(campaign.dial_afterhours))
    yield _line("Call back on an inquiry", _flag(campaign.has_inquiry_callback))
    yield _line("Pulse", _flag(campaign.enable_pulse))
    yield _line("Texts sent as", _text(campaign.sms_company_name))
    yield _line("Source", _text(campaign.source_type))
    yield _line("Template", _text(campaign.template_name))
    for label, listed in (
        ("Variables", campaign.required_vars),
        ("Automations", campaign.campaign_automations),
        ("Assistants", campaign.assistants),
    ):
        yield _line(label, words.number(None if listed is None else len(listed)))


def _date_lines(campaign: Campaign) -> Iterator[str]:
    for label, when in (("Start", campaign.start_date), ("End", campaign.end_date)):
        yield _line(label, words.day(when) if when else "")
    for label, when in (("Created", campaign.created_at), ("Changed", campaign.updated_at)):
        yield _line(label, words.moment(when) if when else "")


def _id_lines(campaign: Campaign, options: CardOptions) -> Iterator[str]:
    transfer = None if options.short else campaign.transfer_config
    for label, value in (
        ("Campaign", campaign.id),
        ("Organization", campaign.client.id if campaign.client else None),
        ("Template", campaign.template_id),
        ("Transfer", transfer.id if transfer else None),
        ("Routing", transfer.routing_config_id if transfer else None),
        ("Appointments", campaign.appointment_config.id if campaign.appointment_config else None),
        ("Call form", campaign.call_form_id),
        ("Pulse workflow", campaign.pulse_workflow_id),
    ):
        if value:
            yield _line(label, f"`{words.literal(value, 60)}`")


def _line(label: str, value: str) -> str:
    return f"•  {label}: {value or words.NO_DATA}"


def _text(value: str | None) -> str:
    return words.literal(value or "", 120) or words.NO_DATA


def _flag(value: bool | None) -> str:
    return words.NO_DATA if value is None else "yes" if value else "no"


def _minutes(value: int | None) -> str:
    return words.amount(value, "minute")
