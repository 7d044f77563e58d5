"""Numbers, dates, plurals, escaping and shortening: how values become words, and outside text harmless."""

import math
import re
from datetime import datetime, timedelta

from bot.campaigns import phone_numbers
from bot.campaigns.routing import plural

NO_DATA = "–"
_CELLS = 10  # of a progress bar
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}  # all that Slack asks for; it stops <!channel> and fake links
_ESCAPED = re.compile("[&<>]")
# mrkdwn has no escape for its marks, so a mark that could format becomes its look-alike; inside a word it cannot.
_LOOK_ALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_MARK = re.compile(r"`|(?<![0-9A-Za-z])[*_~]|[*_~](?![0-9A-Za-z])")
_QUOTE = re.compile("^&gt;")  # at the start of a line it begins a quotation, escaped or not
_EMOJI = re.compile(r":([\w+'-]+):")
# Control characters, and those that would turn the direction of everything after them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]+")
_EMAIL = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\s@<>(),;:.]+")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_HALF = re.compile(
    "[\\s\u200d\ufe0f]*(?:&[a-z]{0,3})?[\\s\u200d\ufe0f]*\\Z"
)  # an escape or an emoji cut in two, and spaces
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
# Where nothing can be escaped, what could mention or link becomes its look-alike too.
_INERT = str.maketrans({"<": "‹", ">": "›", "@": "＠"})
_LINK = re.compile(r":(?=//)|(?<=\w)\.(?=[^\W\d_]{2})")
_BIGGEST = 10**15  # a larger number is no count of anything here; it is shown by its size


def clean(text: str, limit: int = 255) -> str:
    """Outside text as one line, without e-mail addresses and phone numbers; may be empty."""
    return shorten(phone_numbers.masked(_EMAIL.sub("(e-mail)", one_line(text))), limit)


def one_line(text: str) -> str:
    """Text on one line, without characters that are not seen; may be empty."""
    seen = " ".join(_UNSEEN.sub(" ", text).split())
    return seen if any(map(str.isprintable, seen)) else ""  # not of zero-width characters alone


def literal(text: str, limit: int = 255) -> str:
    """Outside text for mrkdwn: nothing in it can mention, link or format, nor turn the text around it."""
    shown = _MARK.sub(lambda mark: _LOOK_ALIKES[mark[0]], escape(clean(text, limit)))
    shown = _EMOJI.sub(r"∶\1∶", _QUOTE.sub("›", shown))
    return f"\u2068{shown}\u2069" if _RIGHT_TO_LEFT.search(shown) else shown  # first-strong isolate


def escape(text: str) -> str:
    """`text` with the three characters escaped that Slack's mrkdwn gives a meaning to."""
    return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], text)


def plain(mrkdwn: str) -> str:
    """mrkdwn without its dates and escapes, for a terminal or a plain text."""
    text = _DATE.sub(r"\1", mrkdwn)
    for character, escaped in reversed(_ESCAPES.items()):
        text = text.replace(escaped, character)
    return text


def bare(mrkdwn: str, limit: int) -> str:
    """mrkdwn as text for where Slack takes none: without its marks, and nothing in it mentions, links or formats."""
    text = plain(_MARK.sub("", mrkdwn)).translate(_INERT)
    text = _LINK.sub(lambda found: "∶" if found[0] == ":" else "․", text)
    return shorten(_EMOJI.sub(r"∶\1∶", text), limit)


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` characters as JavaScript counts them (an emoji is two), cut with an ellipsis."""
    if len(text) <= limit and (text.isascii() or _length(text) <= limit):
        return text
    room, cut = limit - 1, 0
    for cut, character in enumerate(text):  # noqa: B007 - the index where it stops is the result
        room -= _length(character)
        if room < 0:
            break
    return _HALF.sub("", text[:cut]) + "…"


def sentence_case(value: str) -> str:
    """A value of the API as words: `in_progress` becomes `In progress`."""
    if not re.fullmatch(r"[a-z_-]+", value):
        return value  # not the API's way of spelling: shown as it came
    words = value.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def number(value: int | None) -> str:
    """`1,204`, `−3`; an en dash when there is no data."""
    if value is None:
        return NO_DATA
    if abs(value) >= _BIGGEST:
        power = f"10^{int(math.log10(abs(value)))}"  # not by its digits: Python refuses to write out 4,300 of them
        return f"under −{power}" if value < 0 else f"over {power}"
    return f"{value:,}".replace("-", "−")


def change(value: int) -> str:
    """`+1,377`, `−198`, `±0`."""
    return f"+{number(value)}" if value > 0 else number(value) if value else "±0"


def amount(value: int | None, noun: str) -> str:
    """`1 customer`, `1,204 customers`, `– customers`."""
    return f"{number(value)} {plural(value, noun)}"


def percent(part: int, whole: int) -> str:
    """`56 %`, rounded so that it is not wrong: `<1 %` is not none, `>99 %` is not all. `whole` is above 0."""
    if 0 < part * 100 < whole:
        return "<1 %"
    if whole * 99 < part * 100 < whole * 100:
        return ">99 %"
    return f"{(part * 200 + whole) // (whole * 2)} %"


def share(part: int, whole: int) -> str:
    """The same for mrkdwn, where `>` at the start of a line, escaped or not, would begin a quotation."""
    said = escape(percent(part, whole))
    return f"\u2060{said}" if said.startswith("&gt;") else said  # word joiner: nothing to see


def bar(part: int, whole: int) -> str:
    """`██████░░░░`: rounded, but never empty for something, nor full for less than all."""
    cells = (part * _CELLS * 2 + whole) // (whole * 2)
    cells = max(cells, 1) if part > 0 else cells
    cells = min(cells, _CELLS - 1) if part < whole else cells
    return "█" * cells + "░" * (_CELLS - cells)


def span(time: timedelta) -> str:
    """`25 minutes`, `3 hours`, `2 days`; rounded down."""
    minutes = int(time.total_seconds()) // 60
    for unit, size, most in (("minute", 1, 90), ("hour", 60, 48 * 60)):
        if minutes < most:
            return amount(minutes // size, unit) if minutes else "less than a minute"
    return amount(minutes // (24 * 60), "day")


def moment(when: datetime) -> str:
    """A date and time in the reader's own zone, to the second (mrkdwn)."""
    return _slack_date(when, "{date_short_pretty} at {time_secs}", f"{when:%Y-%m-%d %H:%M:%S} UTC")


def clock_time(when: datetime) -> str:
    """A time of today in the reader's own zone, to the second (mrkdwn)."""
    return _slack_date(when, "{time_secs}", f"{when:%H:%M:%S} UTC")


def day(when: datetime) -> str:
    """A day (mrkdwn). Midnight in UTC is a date without a time: it must not become the day before elsewhere."""
    if when.hour == when.minute == when.second == 0:
        return plain_day(when)
    return _slack_date(when, "{date_short}", plain_day(when))


def plain_day(when: datetime) -> str:
    """`5 Oct 2026`."""
    return f"{when.day} {when:%b %Y}"


def plain_moment(when: datetime) -> str:
    """`Mon 23 Nov, 09:00`, in the zone that `when` has."""
    return f"{weekday(when)}, {when:%H:%M}"


def weekday(when: datetime) -> str:
    """`Mon 23 Nov`, in the zone that `when` has."""
    return f"{when:%a} {when.day} {when:%b}"


def _slack_date(when: datetime, tokens: str, fallback: str) -> str:
    return f"<!date^{int(when.timestamp())}^{tokens}|{fallback}>"


def _length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
