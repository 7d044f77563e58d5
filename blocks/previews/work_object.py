"""Build a campaign's Work Object: the modern preview of a link, and the pane that opens beside it.

Its texts are plain strings that cannot be escaped, so all of them go through `words.bare`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from blocks import words
from blocks.campaigns import calling_days, details, outlook
from blocks.campaigns.campaign import LINK, UNNAMED, name, open_label, status
from blocks.campaigns.numbers import bad_ends, progress, success
from blocks.campaigns.transfers import finding_line, sentence
from blocks.card_options import CardOptions, why_short
from blocks.kit import Block, Json
from blocks.notices import stale
from bot.campaigns import routing
from bot.campaigns.campaign import Campaign, CustomerStats, Reading, StatusCounts
from bot.insight.assessment import Current
from bot.insight.days import CallingDay

KIND = "campaign"  # the type of the reference by which Slack asks for details
ITEM = "slack#/entities/item"
_TITLE, _TEXT, _LONG = 150, 300, 1500  # characters; Slack does not say how many it takes
_INTEGER = 2**31  # Slack does not say how large its integers may be; a larger number is sent as text
_COLORS = {"active": "green", "paused": "yellow", "testing": "blue", "cancelled": "red"}  # four of Slack's five colors
_FINDINGS = 3
SLOW = "careCycle is slow right now. Refresh this in a moment to see the details."
NOT_TAKEN = "Slack did not accept these details. Look up the campaign by its id, and press Details on its card."


def preview(
    reading: Reading, posted: str, link: str, options: CardOptions, *, brief: bool, current: Current | None = None
) -> Block:
    """Build the entity for `chat.unfurl`.

    `posted` is the link as it stands in the message; `link` opens the campaign. `brief` shows only the status,
    customers and calls today. `current` is the account's last assessment.
    """
    shown = list(_brief(reading) if brief else _numbers(reading))
    if not brief and not options.short:
        shown += [*_judged(reading, current), *_transfers(reading.campaign, options)]
    return {"app_unfurl_url": posted, **_entity(reading, link, [*shown, _as_of(reading)])}


def pane(
    reading: Reading,
    link: str,
    options: CardOptions,
    *,
    names: bool,
    current: Current | None = None,
    days: Sequence[CallingDay] = (),
) -> Block:
    """Build the entity for `entity.presentDetails`, for one person. `names`: this person sees agents by name.

    `current` is the account's last assessment, and `days` are the campaign's last calling days.
    """
    judged = () if options.short else (*_judged(reading, current), *_days(days, reading.as_of))
    shown = [*_numbers(reading), *judged, *_parts(reading, options, names=names), _as_of(reading)]
    first = [_text("old", "Note", stale(reading))] if reading.problem else []
    last = [_text("short", "Note", why_short(options))] if options.short else []
    return _entity(reading, link, [*first, *shown, *last])


def trouble(said: str) -> Block:
    """Build the error for `entity.presentDetails` that replaces the details. `said` explains it (mrkdwn)."""
    return {
        "status": "custom",
        "custom_title": "No details of this campaign",
        "custom_message": words.bare(said, _LONG),
    }


def _entity(reading: Reading, link: str, shown: Sequence[Block]) -> Block:
    campaign = reading.campaign
    return {
        "url": link,
        "external_ref": {"id": campaign.id, "type": KIND},
        "entity_type": ITEM,
        "entity_payload": {
            "attributes": {
                "title": {"text": words.bare(name(campaign), _TITLE).strip() or UNNAMED},
                "display_type": "Campaign",
                "product_name": "careCycle",
                "metadata_last_modified": _seconds(reading.as_of),  # when it rises, Slack asks for the preview again
            },
            "custom_fields": list(shown),
            "display_order": [str(field["key"]) for field in shown],
            "actions": {"primary_actions": [{"text": open_label(link, campaign.id), "action_id": LINK, "url": link}]},
        },
    }


def _brief(reading: Reading) -> Iterator[Block]:
    stats = reading.campaign.customer_stats or CustomerStats()
    yield _status(reading.campaign)
    yield _count("customers", "Customers", stats.total)
    yield _count("calls_today", "Calls today", stats.today_calls)


def _numbers(reading: Reading) -> Iterator[Block]:
    stats = reading.campaign.customer_stats or CustomerStats()
    counts = stats.status_counts or StatusCounts()
    yield from _brief(reading)
    yield _count("calls", "Total calls", stats.total_calls)
    yield _text("progress", "Progress", progress(stats.total, counts))
    yield _text("success", "Success", success(counts))
    if ended := bad_ends(counts):
        yield _text("bad_ends", "Not completed", ended)


def _judged(reading: Reading, current: Current | None) -> Iterator[Block]:
    if line := outlook.line(reading, current, plain=True):
        yield _text("pace", "Pace", line, long=True)
    if lines := list(outlook.warnings(reading, current, plain=True)):
        yield _text("problems", "Needs a person", " ".join(lines), long=True)


def _days(days: Sequence[CallingDay], now: datetime) -> Iterator[Block]:
    if told := list(calling_days.spoken(days, now)):
        yield _text("days", calling_days.TITLE, "\n".join(told), long=True)


def _transfers(campaign: Campaign, options: CardOptions) -> Iterator[Block]:
    """Yield the transfers, unless they are hidden, and the warnings, which are never left out."""
    if options.shows("transfers"):
        yield _text("transfers", "Transfers", sentence(routing.summary(campaign)), long=True)
    found = [finding for finding in routing.findings(campaign) if finding.weight != "unsaid"]
    lines = [finding_line(finding) for finding in found[:_FINDINGS]]
    if (more := len(found) - _FINDINGS) > 0:
        lines.append(f"and {words.number(more)} more")
    if lines:
        yield _text("findings", "Routing", " · ".join(lines), long=True)


def _parts(reading: Reading, options: CardOptions, *, names: bool) -> Iterator[Block]:
    campaign = reading.campaign
    if not options.short and (about := words.literal(campaign.description or "", _TEXT)):  # it may name agents
        yield _text("about", "Description", about, long=True)
    for number, (title, lines) in enumerate(details.parts(campaign, names=names, options=options, now=reading.as_of)):
        yield _text(f"part_{number}", title, _listed(lines), long=True)


def _listed(lines: list[str]) -> str:
    """Join as many lines as there is room for, and count the rest."""
    shown = [words.bare(line, _TEXT) for line in lines]
    while len("\n".join(shown)) > _LONG - len("\n•  and 1,000 more"):
        shown.pop()
    more = len(lines) - len(shown)
    return "\n".join([*shown, *([f"•  and {words.number(more)} more"] if more else ())])


def _status(campaign: Campaign) -> Block:
    color = _COLORS.get(campaign.status or "")
    return {**_text("status", "Status", status(campaign, emoji=False)), **({"tag_color": color} if color else {})}


def _count(key: str, label: str, value: int | None) -> Block:
    if value is None or not 0 <= value < _INTEGER:
        return _text(key, label, words.number(value))
    return {"key": key, "label": label, "type": "integer", "value": value}


def _text(key: str, label: str, mrkdwn: str, *, long: bool = False) -> Block:
    wide: dict[str, Json] = {"long": True} if long else {}
    said = words.bare(mrkdwn, _LONG).strip() or words.NO_DATA
    return {"key": key, "label": label, "type": "string", "value": said, **wide}


def _as_of(reading: Reading) -> Block:
    when = _seconds(reading.as_of)
    return {"key": "as_of", "label": "As of", "type": "slack#/types/timestamp", "value": when}


def _seconds(when: datetime) -> int:
    return int(when.timestamp())
