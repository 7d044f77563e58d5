"""Build the rows of lists: one campaign in one line, with the button that opens its card."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from blocks import kit, words
from blocks.campaigns.campaign import OPEN, STATUS_EMOJI, UNNAMED, status_name
from blocks.card_options import CardOptions
from blocks.kit import Block
from bot.campaigns.dates import is_day
from bot.campaigns.listing import Entry
from bot.insight.assessment import ZONE

_NAME = 100  # characters; ten rows with longer names would not fit into the text for screen readers
_TRANSFERS = "broken_transfers"  # the kind of problem
_OVER = ("completed", "cancelled", "archived")
# Where the reader's zone is not known it decides on which day a campaign ends; Slack then names the day in theirs.
_ZONE = ZoneInfo(ZONE)
_NOON = timedelta(hours=12)


def row(entry: Entry, options: CardOptions, *, state: bool = True, value: str = "", note: str = "") -> Block:
    """Build the row of one campaign. `state`: with its status in words. `value` is that of *Open*; else the id.

    `note` stands below (mrkdwn).
    """
    mark = STATUS_EMOJI.get(entry.status or "", "")
    name = f"{mark} *{_name(entry)}*".strip()
    lines = (
        "  ·  ".join(filter(None, (name, _warning(entry, options)))),
        "  ·  ".join((*((_status(entry),) if state else ()), *_figures(entry))),
        note,
    )
    return kit.section("\n".join(filter(None, lines)), button=kit.button("Open", OPEN, value=value or entry.id))


def spoken(entry: Entry, options: CardOptions) -> str:
    """Say the row in words, for notifications and screen readers (mrkdwn)."""
    return ", ".join(filter(None, (_name(entry), _status(entry), *_figures(entry), _warning(entry, options))))


def not_looked_at(entries: Sequence[Entry], options: CardOptions) -> str:
    """Say of how many campaigns nobody looked at the transfers yet (mrkdwn). Empty when there are none."""
    unseen = 0 if options.short else sum(entry.is_unseen for entry in entries)
    return f"transfers of {words.amount(unseen, 'active campaign')} not looked at yet" if unseen else ""


def age(entries: Sequence[Entry]) -> str:
    """Say when the oldest of the figures were read (mrkdwn). Empty when that is unknown."""
    read = [entry.as_of for entry in entries if entry.as_of]
    return f"as of {words.moment(min(read), min(read))}" if read else ""


def _status(entry: Entry) -> str:
    return words.literal(status_name(entry.status), 40)


def _warning(entry: Entry, options: CardOptions) -> str:
    """Say how many problems there are (mrkdwn): of all kinds where readings judge the campaign, else of its transfers.

    What is wrong with transfers is for the company only.
    """
    if not entry.is_active:
        return ""
    if entry.problems is None:
        found = 0 if options.short else len(entry.findings or ())
        return f"⚠️ {words.amount(found, 'problem')} with transfers" if found else ""
    kinds = [kind for kind in entry.problems if not (options.short and kind == _TRANSFERS)]
    of = " with transfers" if {*kinds} == {_TRANSFERS} else ""
    return f"⚠️ {words.amount(len(kinds), 'problem')}{of}" if kinds else ""


def _figures(entry: Entry) -> Iterator[str]:
    """Yield how far it is, how many are left and today's calls (mrkdwn). What careCycle did not send is left out."""
    if entry.finished is not None and entry.customers:
        yield f"{words.share(entry.finished, entry.customers)} finished"
    if entry.customers == 0:
        yield "no customers"
    elif entry.left is not None and (entry.customers is None or entry.left <= entry.customers):
        yield f"{words.number(entry.left)} left"
    if entry.today_calls is not None and (entry.today_calls or entry.is_active):
        yield f"{words.amount(entry.today_calls, 'call')} today"
    if said := _ends(entry):
        yield said


def _name(entry: Entry) -> str:
    """Return the name (mrkdwn); without one, the beginning of the id tells it from others."""
    return words.literal(entry.name, _NAME) or f"{UNNAMED} `{entry.id[:8]}`"


def _ends(entry: Entry) -> str:
    """Say that it ends today or tomorrow, as Slack says it in the reader's own zone. Else return an empty string."""
    ends, now = entry.ends, entry.as_of
    if ends is None or now is None or entry.status in _OVER:
        return ""
    is_date = is_day(ends)
    day = ends.date() if is_date else ends.astimezone(_ZONE).date()
    ahead = (day - now.astimezone(_ZONE).date()).days
    if ahead not in (0, 1) or (not is_date and ends <= now):
        return ""
    return f"ends {_relative(ends + _NOON if is_date else ends, 'tomorrow' if ahead else 'today')}"


def _relative(when: datetime, fallback: str) -> str:
    return words.slack_date(when, "{date_short_pretty}", fallback)
