"""Format numbers, dates and plurals, and make outside text safe: escape it and shorten it."""

import math
import re
from datetime import UTC, date, datetime, time, timedelta

from blocks import formats
from bot.campaigns import personal_numbers
from bot.campaigns.routing import plural

NO_DATA = "–"
_CELLS = 10  # of a progress bar
# The three escapes that Slack asks for. They stop <!channel> and fake links.
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPED = re.compile("[&<>]")
# mrkdwn cannot escape its marks, so each that could format is replaced by a look-alike. Inside a word only ` could.
_LOOK_ALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_MARK = re.compile(r"`|(?<![0-9A-Za-z])[*_~]|[*_~](?![0-9A-Za-z])")
_QUOTE = re.compile("^&gt;")  # at the start of a line it begins a quotation, escaped or not
_EMOJI = re.compile(r":([\w+'-]+):")
# Control characters, line separators, lone surrogates, and what would change the direction of the text after it.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]+")
# It begins where a word does: looked for from every letter of a long word, it would take seconds.
_EMAIL = re.compile(r"(?<![^\s@<>(),;:])[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\s@<>(),;:.]+")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# At the end of a cut text: spaces, and an escape or an emoji that was cut in two.
_HALF = re.compile("[\\s\u200d\ufe0f]*(?:&[a-z]{0,3})?[\\s\u200d\ufe0f]*\\Z")
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
# Where nothing can be escaped, characters that could mention or link are replaced by look-alikes too.
_INERT = str.maketrans({"<": "‹", ">": "›", "@": "＠"})
_LINK = re.compile(r":(?=//)|(?<=\w)\.(?=[^\W\d_]{2})")
_FIXED_ZONE = re.compile(r"Etc/GMT([+-])(\d+)")
_BIGGEST = 10**15  # no real count is larger; from here on, only the order of magnitude is shown


def clean(text: str, limit: int = 255) -> str:
    """Return outside text on one line, cut to `limit`. It may be empty.

    E-mail addresses, phone numbers, and Medicare and Social Security numbers are masked.
    """
    return shorten(personal_numbers.masked(_EMAIL.sub("(e-mail)", one_line(text))), limit)


def one_line(text: str) -> str:
    """Return text on one line, without invisible characters. It may be empty."""
    seen = " ".join(_UNSEEN.sub(" ", text).split())
    return seen if any(map(str.isprintable, seen)) else ""  # zero-width characters alone count as nothing


def literal(text: str, limit: int = 255) -> str:
    """Return outside text for mrkdwn, cleaned and cut as by `clean`.

    Nothing in it can mention, link, format, or change the direction of the text around it.
    """
    shown = _MARK.sub(lambda mark: _LOOK_ALIKES[mark[0]], escape(clean(text, limit)))
    shown = _EMOJI.sub(r"∶\1∶", _QUOTE.sub("›", shown))
    return f"\u2068{shown}\u2069" if _RIGHT_TO_LEFT.search(shown) else shown  # first-strong isolate


def escape(text: str) -> str:
    """Escape the three characters that have a meaning in Slack's mrkdwn."""
    return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], text)


def plain(mrkdwn: str) -> str:
    """Return mrkdwn without its date tags and escapes, for a terminal or plain text."""
    text = _DATE.sub(r"\1", mrkdwn)
    for character, escaped in reversed(_ESCAPES.items()):
        text = text.replace(escaped, character)
    return text


def bare(mrkdwn: str, limit: int) -> str:
    """Return mrkdwn as text of at most `limit` characters, for where Slack takes no mrkdwn.

    Its marks are removed, and nothing in it can mention, link or format.
    """
    text = plain(_MARK.sub("", mrkdwn)).translate(_INERT)
    text = _LINK.sub(lambda found: "∶" if found[0] == ":" else "․", text)
    return shorten(_EMOJI.sub(r"∶\1∶", text), limit)


def shorten(text: str, limit: int) -> str:
    """Cut `text` to at most `limit` characters, with an ellipsis. JavaScript's count applies: an emoji is two."""
    if len(text) <= limit and (text.isascii() or 2 * len(text) <= limit or _length(text) <= limit):
        return text
    room, cut = limit - 1, 0
    for cut, character in enumerate(text):  # noqa: B007 - the index where it stops is the result
        room -= _length(character)
        if room < 0:
            break
    return _HALF.sub("", text[:cut]) + "…"


def sentence_case(value: str) -> str:
    """Turn a value of the API into words: `in_progress` becomes `In progress`, `cancelled` becomes `Canceled`."""
    if not re.fullmatch(r"[a-z_-]+", value):
        return value  # not spelled as the API does: returned unchanged
    words = value.replace("_", " ").replace("-", " ").replace("cancelled", "canceled").strip()
    return words[:1].upper() + words[1:]


def number(value: int | None) -> str:
    """Format a number: `1,204`, `−3`, or an en dash when there is no data."""
    if value is None:
        return NO_DATA
    if abs(value) >= _BIGGEST:
        power = f"10^{int(math.log10(abs(value)))}"  # without str(): Python refuses to write out more than 4,300 digits
        return f"under −{power}" if value < 0 else f"over {power}"
    return formats.used().number(value)


def change(value: int) -> str:
    """Format a difference: `+1,377`, `−198`, `±0`."""
    return f"+{number(value)}" if value > 0 else number(value) if value else "±0"


def amount(value: int | None, noun: str) -> str:
    """Format a number with its noun: `1 customer`, `1,204 customers`, `– customers`."""
    return f"{number(value)} {plural(value, noun)}"


def percent(part: int, whole: int) -> str:
    """Format a rounded percentage: `56%`. `whole` must be above 0.

    A part below 1% is `<1%` unless it is 0, and one above 99% is `>99%` unless it is all.
    """
    if 0 < part * 100 < whole:
        return "<1%"
    if whole * 99 < part * 100 < whole * 100:
        return ">99%"
    return f"{(part * 200 + whole) // (whole * 2)}%"


def share(part: int, whole: int) -> str:
    """Return `percent` for mrkdwn, where a leading `>` would begin a quotation, even when it is escaped."""
    said = escape(percent(part, whole))
    return f"\u2060{said}" if said.startswith("&gt;") else said  # word joiner, which is invisible


def bar(part: int, whole: int) -> str:
    """Draw a progress bar: `██████░░░░`. `whole` must be above 0.

    Only 0 leaves it empty, and only all of `whole` fills it.
    """
    cells = (part * _CELLS * 2 + whole) // (whole * 2)
    cells = max(cells, 1) if part > 0 else cells
    cells = min(cells, _CELLS - 1) if part < whole else cells
    return "█" * cells + "░" * (_CELLS - cells)


def span(lasting: timedelta) -> str:
    """Format a duration, rounded down: `25 minutes`, `3 hours`, `2 days`."""
    minutes = int(lasting.total_seconds()) // 60
    for unit, size, most in (("minute", 1, 90), ("hour", 60, 48 * 60)):
        if minutes < most:
            return amount(minutes // size, unit) if minutes else "less than a minute"
    return amount(minutes // (24 * 60), "day")


def moment(when: datetime, now: datetime | None = None, *, ago: bool = False) -> str:
    """Format a date and time in the reader's own time zone and with the reader's clock: `today at 4:30 PM` (mrkdwn).

    With `ago` it says how long ago that is, too. Slack leaves the year out within six months of the reader's present.
    `now` is for the fallback text, as in `plain_day`.
    """
    fallback = f"{plain_moment(when.astimezone(UTC), now)} UTC"
    return slack_date(
        when, "{date_short_pretty} at {time}, {ago}" if ago else "{date_short_pretty} at {time}", fallback
    )


def clock_time(when: datetime) -> str:
    """Format a time of today in the reader's own time zone and with the reader's clock: `4:30 PM` (mrkdwn)."""
    return slack_date(when, "{time}", f"{plain_time(when.astimezone(UTC))} UTC")


def day(when: datetime, now: datetime | None = None) -> str:
    """Format a day in the reader's own time zone (mrkdwn). `now` is as in `plain_day`.

    Midnight UTC is a date without a time. It is not converted, because it would become the day before in some zones.
    """
    if when.hour == when.minute == when.second == 0:
        return plain_day(when, now)
    return slack_date(when, "{date_short}", plain_day(when, now))


def plain_day(when: date, now: datetime | None = None) -> str:
    """Format a day: `Oct 5`, or `Oct 5, 2027` when that is not the year of `now`.

    `now` is the present where the text is drawn, such as the moment at which a card's campaign was read. Without it
    the year is always given.
    """
    return formats.used().day(when, _there(when, now))


def weekday(when: date, now: datetime | None = None) -> str:
    """Format a day in the time zone of `when`: `Mon, Nov 23`. `now` is as in `plain_day`."""
    return formats.used().weekday(when, _there(when, now))


def plain_time(when: datetime | time) -> str:
    """Format a time of day in the time zone of `when`: `9:00 AM`."""
    return formats.used().time(when)


def plain_moment(when: datetime, now: datetime | None = None) -> str:
    """Format a date and time in the time zone of `when`: `Mon, Nov 23, 9:00 AM`. `now` is as in `plain_day`."""
    return f"{weekday(when, now)}, {plain_time(when)}"


def city(zone: str) -> str:
    """Return `New York` for `America/New_York`, and `UTC−5` for `Etc/GMT+5`, whose sign is reversed."""
    if fixed := _FIXED_ZONE.fullmatch(zone):
        return f"UTC{'−' if fixed[1] == '+' else '+'}{fixed[2]}"
    return zone.rpartition("/")[2].replace("_", " ")


def _there(when: date, now: datetime | None) -> date | None:
    """Return `now` as it is in the time zone of `when`."""
    return now.astimezone(when.tzinfo) if now and isinstance(when, datetime) and when.tzinfo else now


def slack_date(when: datetime, tokens: str, fallback: str) -> str:
    """Return Slack's tag of a date (mrkdwn), which it fills in in the reader's zone; old clients show `fallback`."""
    return f"<!date^{int(when.timestamp())}^{tokens}|{fallback}>"


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
