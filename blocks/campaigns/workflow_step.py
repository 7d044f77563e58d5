"""Build the outputs of the workflow step: typed values that are safe to post anywhere.

Nobody knows where a workflow posts them, or whether Slack reads them as mrkdwn there. So they hold no agents and no
phone numbers, and no text in them can mention, link or format. What careCycle does not say is left out.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from blocks import words
from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import numbers, outlook
from blocks.notices import stale
from bot.campaigns import routing
from bot.campaigns.campaign import Campaign, CustomerStats, Reading, StatusCounts
from bot.insight.assessment import ZONE, Current

Value = str | int | float | bool
_NOT_JUDGED = "Not known: the account was not read lately, or this campaign just changed."
_TRANSFERS = "Something is wrong with its transfers."
_EXACT = 2**53  # from here on, an integer in JSON is no longer exact


def outputs(reading: Reading, current: Current | None = None) -> dict[str, Value]:
    """Return the values of a campaign that was found, by their names in `manifest.yml`.

    `current` is the account's last assessment; None: there is none that is new enough.
    """
    campaign = reading.campaign
    given: dict[str, Value | None] = {
        "card_text": "\n".join(_lines(reading, current)),
        "name": _name(campaign),
        "status": words.bare(campaign_card.status(campaign, emoji=False), 60) if campaign.status else None,
        **_counts(campaign.customer_stats or CustomerStats()),
        "routing_summary": _routing(campaign),
        "findings_count": _findings(campaign),
        "needs_attention": _needs_attention(reading, current),
        "runs_empty_at": outlook.empty_at(reading, current),
        "link": reading.link or None,
    }
    return {"found": True, **{name: value for name, value in given.items() if value is not None}}


def not_found(says: str) -> dict[str, Value]:
    """Return the values when the campaign is not in this account. `says` is what a person would read."""
    return {"found": False, "card_text": says}


def _name(campaign: Campaign) -> str | None:
    return words.bare(words.literal(campaign.name or ""), 255) or None


def _counts(stats: CustomerStats) -> dict[str, Value | None]:
    counts = stats.status_counts or StatusCounts()
    return {
        "customers": _exact(stats.total),
        "calls_today": _exact(stats.today_calls),
        "calls_total": _exact(stats.total_calls),
        "completed": _exact(counts.completed),
        "failed": _exact(counts.failed),
        "pending": _exact(counts.pending),
        "success_percent": _success(_exact(counts.completed), _exact(counts.failed)),
    }


def _exact(value: int | None) -> int | None:
    return value if value is not None and abs(value) < _EXACT else None


def _success(completed: int | None, failed: int | None) -> float | None:
    """Return the success in percent, computed as on the card: 0 to 100, with one decimal.

    0.0 means that none succeeded, and 100.0 that all did. Return None when the counts are unknown, negative or both 0.
    """
    if completed is None or failed is None or completed < 0 or failed < 0 or completed + failed == 0:
        return None
    share = round(100 * completed / (completed + failed), 1)
    return min(max(share, 0.1), 99.9) if completed and failed else share


def _routing(campaign: Campaign) -> str:
    parts = routing.outline(campaign)
    return "".join(f"“{_value(part)}”" if isinstance(part, routing.Value) else part for part in parts)


def _value(part: str) -> str:
    return words.bare(words.literal(part, 80), 80)


def _findings(campaign: Campaign) -> int | None:
    """Return the number of findings the card warns of. Return None when the API does not say enough to find any."""
    found = routing.findings(campaign)
    known = sum(finding.weight != "unsaid" for finding in found)
    return known if known or not found else None


def _needs_attention(reading: Reading, current: Current | None) -> str:
    """Say what needs a person; empty when nothing does. Groups of agents are not named."""
    if reading.campaign.status is not None and reading.campaign.status != "active":
        return ""  # only active campaigns have problems
    if (one := outlook.judged(reading, current)) is None:
        return _NOT_JUDGED
    found = [words.bare(one.removeprefix("⚠️ "), 300) for one in outlook.warnings(reading, current, plain=True)]
    transfers = [_TRANSFERS] if any(problem.kind == "broken_transfers" for problem in one.problems) else []
    return " ".join([*found, *transfers])


def _lines(reading: Reading, current: Current | None) -> Iterator[str]:
    """Yield the card as a few lines of text."""
    campaign, stats = reading.campaign, reading.campaign.customer_stats or CustomerStats()
    counts = stats.status_counts or StatusCounts()
    if reading.problem:
        yield words.bare(stale(reading), 300)
    yield f"{_name(campaign) or campaign_card.UNNAMED} · {words.bare(campaign_card.status(campaign, emoji=False), 60)}"
    calls = f"{words.amount(stats.today_calls, 'call')} today, {words.number(stats.total_calls)} total"
    yield f"{words.amount(stats.total, 'customer')} · {calls}"
    yield f"Progress: {_share(numbers.progress(stats.total, counts))}"
    yield f"Success: {_share(numbers.success(counts))}"
    if said := outlook.line(reading, current, plain=True):
        yield words.bare(said, 300)
    zone = current.assessment.zone if current else ZONE
    local = reading.as_of.astimezone(ZoneInfo(zone))
    age = f"as of {words.plain_moment(local, reading.as_of)} {words.city(zone)} time"
    yield " · ".join(filter(None, (age, reading.link)))


def _share(said: str) -> str:
    """Write the signs of `<1%` and `>99%` as words, because they have a meaning in mrkdwn."""
    return said.replace("<", "under ").replace(">", "over ")
