"""Say in sentences how a campaign dials, and what it is made from."""

from collections.abc import Iterator

from blocks import words
from blocks.campaigns.phrases import in_words, odd, unsaid
from bot.campaigns.campaign import Campaign

_UNSAID = {  # a field, and what is not known without it
    "max_concurrent_calls": "how many customers are called at once",
    "max_attempts": "how often each customer is called",
    "dial_afterhours": "whether it calls after hours",
    "has_inquiry_callback": "whether it calls back after an inquiry",
    "enable_pulse": "whether Pulse is on",
}


def dialing(campaign: Campaign, *, short: bool) -> Iterator[str]:
    """Yield lines (mrkdwn). `short` omits what the company alone may see: the source, template and texting name."""
    if said := " ".join((*_limits(campaign), *_switches(campaign))):
        yield said
    if nonsense := _odd_limits(campaign):
        yield nonsense
    missing = [without for field, without in _UNSAID.items() if getattr(campaign, field) is None]
    if lacks := unsaid(missing, "how this campaign dials", len(_UNSAID)):
        yield lacks
    yield from _origin(campaign, short=short)


def _limits(campaign: Campaign) -> Iterator[str]:
    at_once, tries = _limit(campaign.max_concurrent_calls), _limit(campaign.max_attempts)
    customers = f"Calls up to {words.amount(at_once, 'customer')} at once"
    if at_once and tries:
        yield f"{customers}, each up to {words.amount(tries, 'time')}."
    elif at_once:
        yield f"{customers}."
    elif tries:
        yield f"Calls each customer up to {words.amount(tries, 'time')}."


def _limit(value: int | None) -> int | None:
    return value if value is not None and value >= 1 else None


def _odd_limits(campaign: Campaign) -> str:
    limits = {"calls at once": campaign.max_concurrent_calls, "calls to each customer": campaign.max_attempts}
    return odd({what: limit for what, limit in limits.items() if not _limit(limit)})


def _switches(campaign: Campaign) -> Iterator[str]:
    for value, on, off in (
        (campaign.dial_afterhours, "Calls after hours, too.", "No calls after hours."),
        (campaign.has_inquiry_callback, "Calls back after an inquiry.", "Does not call back after an inquiry."),
        (campaign.enable_pulse, "Pulse is on.", "Pulse is off."),
    ):
        if value is not None:
            yield on if value else off


def _origin(campaign: Campaign, *, short: bool) -> Iterator[str]:
    """Yield what the campaign is for and comes from. What careCycle leaves empty here is left out."""
    texts = words.literal(campaign.sms_company_name or "", 120)
    for label, value, inside in (
        ("Suite", in_words(campaign.suite), False),
        ("Source", in_words(campaign.source_type), True),
        ("Template", words.literal(campaign.template_name or "", 120), True),
        ("Text messages are signed", texts, True),
    ):
        if value and not (short and inside):
            yield f"•  {label}: {value}"
