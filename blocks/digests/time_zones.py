"""Name time zones as Americans say them, and find one by a city, an abbreviation or an everyday name."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from blocks import words
from blocks.kit import Json

_MOST = 100  # Slack: options in an answer
_OTHERS = ("Etc/", "posix/", "right/", "SystemV/", "US/", "Canada/", "Mexico/", "Brazil/", "Chile/")  # no places
# The common ones first, each with the everyday name and what else people type for it.
_COMMON = {
    "America/New_York": ("Eastern", "est edt et new york"),
    "America/Chicago": ("Central", "cst cdt ct chicago"),
    "America/Denver": ("Mountain", "mst mdt mt denver"),
    "America/Phoenix": ("Arizona", "mst az phoenix"),
    "America/Los_Angeles": ("Pacific", "pst pdt pt los angeles california"),
    "America/Anchorage": ("Alaska", "akst akdt anchorage"),
    "Pacific/Honolulu": ("Hawaii", "hst honolulu"),
}
_ALSO = {  # further abbreviations and older spellings, in the order in which they are offered
    "America/Puerto_Rico": "ast atlantic",
    "America/Halifax": "ast adt atlantic",
    "America/St_Johns": "nst ndt newfoundland",
    "Asia/Kolkata": "ist india calcutta mumbai bombay delhi new delhi bangalore bengaluru hyderabad chennai pune",
    "Europe/Dublin": "ist ireland",
    "Asia/Jerusalem": "ist idt israel",
    "Asia/Manila": "pht pst philippines",
    "Asia/Karachi": "pkt pakistan",
    "Asia/Dhaka": "bst bangladesh",
    "Europe/London": "gmt bst britain uk",
    "Europe/Berlin": "cet cest germany",
    "Europe/Paris": "cet cest france",
    "Asia/Kathmandu": "npt nepal katmandu",
    "Asia/Ho_Chi_Minh": "vietnam saigon",
    "Asia/Yangon": "myanmar rangoon",
    "Europe/Kyiv": "eet eest kiev ukraine",
    "Asia/Shanghai": "china beijing peking",
    "Asia/Tokyo": "jst japan",
    "Australia/Sydney": "aest aedt",
    "UTC": "gmt utc zulu",
}


def label(zone: str) -> str:
    """Return a zone as people call it: `Eastern (New York)`, `Kolkata (Asia)`, `UTC`."""
    place, _, city = zone.replace("_", " ").rpartition("/")
    if zone in _COMMON:
        return f"{_COMMON[zone][0]} ({city})"
    return f"{city} ({place})" if place else city


def options(typed: str, now: datetime) -> list[dict[str, Json]]:
    """Return up to 100 zones that have every typed word, as options with the time there now.

    The best fit is first: an abbreviation or a name before a part of one, common zones before others. When nothing was
    typed, return the common American ones and then the others.
    """
    wanted = typed.casefold().replace("_", " ").replace("/", " ").split()
    fits = [(_fit(zone, wanted), rank, zone) for rank, zone in enumerate(_zones())]
    found = [zone for fit, _, zone in sorted(one for one in fits if one[0] < 2)]
    return [_option(zone, now) for zone in found[:_MOST]]


def _fit(zone: str, wanted: list[str]) -> int:
    """Return 0 when every word is a word of the zone, 1 when each is at least a part of one, else 2."""
    known, text = _words(zone)
    if all(word in known for word in wanted):
        return 0
    return 1 if all(word in text for word in wanted) else 2


@cache
def _words(zone: str) -> tuple[frozenset[str], str]:
    name, also = _COMMON.get(zone, ("", _ALSO.get(zone, "")))
    text = f"{zone.replace('_', ' ').replace('/', ' ')} {name} {also} time".casefold()
    return frozenset(text.split()), text


@cache  # listing the zones reads many small files
def _zones() -> tuple[str, ...]:
    """Return the zones for people: the common ones, then those with a name of their own here, then all others."""
    named = {name for name in available_timezones() if "/" in name and not name.startswith(_OTHERS)}
    first = [zone for zone in (*_COMMON, *_ALSO) if zone in {*named, "UTC"}]
    return (*first, *sorted(named - set(first)))


def _option(zone: str, now: datetime) -> dict[str, Json]:
    there = now.astimezone(ZoneInfo(zone))
    return {
        "text": {"type": "plain_text", "text": label(zone), "emoji": False},
        "description": {"type": "plain_text", "text": f"{words.plain_time(there)} there now", "emoji": False},
        "value": zone,
    }
