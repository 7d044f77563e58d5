"""Offer time zones in a select, by the cities people know."""

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from blocks import words

_OPTIONS = 100  # Slack: most options in an answer
_OTHERS = ("Etc/", "posix/", "right/", "SystemV/")  # zones for machines, not for people


def options(typed: str, now: datetime) -> list[dict[str, Any]]:  # Any: Slack's JSON
    """Return up to 100 zones whose name contains every typed word, with the time there now.

    When nothing was typed, return the first 100 of all zones.
    """
    wanted = typed.casefold().replace("_", " ").split()
    found = [name for name in _names() if all(word in name.casefold().replace("_", " ") for word in wanted)]
    return [_option(name, now) for name in found[:_OPTIONS]]


@cache  # listing the zones reads many small files
def _names() -> tuple[str, ...]:
    named = (name for name in available_timezones() if "/" in name and not name.startswith(_OTHERS))
    return ("UTC", *sorted(named))


def _option(name: str, now: datetime) -> dict[str, Any]:  # Any: Slack's JSON
    there = now.astimezone(ZoneInfo(name))
    return {
        "text": {"type": "plain_text", "text": name, "emoji": False},
        "description": {"type": "plain_text", "text": f"{words.plain_time(there)} there now", "emoji": False},
        "value": name,
    }
