"""Series as text, as `promtool test rules` has them.

    week = calls("Mon 2026-01-05 00:00", "0x36 5x32 0x28")  # a reading every quarter of an hour, so many calls in each

`5x32` is 32 readings in each of which 5 calls were new, `-` is a reading that failed (a gap), `r` one in which the
counter began again at 0, and `?` one in which the calls were unknown. Words may be multiplied: `(0x36 5x32 0x28)x5`.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.campaigns.figures import Figures
from bot.insight.series import Point, Series

ZONE = ZoneInfo("America/New_York")
WORKDAY = "(0x36 5x32 0x28)"  # 9 AM to 5 PM, 20 calls an hour
DAY_OFF = "(0x96)"
WEEK = f"{WORKDAY}x5 {DAY_OFF}x2"
ACTIVE = Figures("Leads", "active", 1000, 0, None, {"pending": 800, "in_progress": 10, "completed": 190})


def local(text: str, zone: ZoneInfo = ZONE) -> datetime:
    """Return a moment written as `2026-01-05 09:00` on the clock of `zone`, UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone).astimezone(UTC)


def calls(
    start: str, text: str, figures: Figures = ACTIVE, *, every: int = 15, zone: ZoneInfo = ZONE, ends: int = 0
) -> Series:
    """Return a campaign that makes these calls from the reading at `start` on; each call ends `ends` customers."""
    at, counter = local(start, zone), 1000
    read: list[datetime] = []
    points: list[Point] = []
    for word in _words(text):
        at += timedelta(minutes=every)
        if word == "-":
            continue
        before = counter
        counter = {"r": 0, "?": counter}[word] if word in "r?" else counter + int(word)
        states = _ended(figures.states, ends * max(counter - before, 0))
        figures = replace(figures, calls=None if word == "?" else counter, states=states)
        read.append(at)
        if not points or points[-1].figures != figures:
            points.append(Point(at, figures))
    return Series(read, points)


def now(series: Series) -> datetime:
    """Return the last reading."""
    return series.read[-1]


def _words(text: str) -> list[str]:
    while found := re.search(r"\(([^()]*)\)(?:x(\d+))?", text):
        text = f"{text[: found.start()]} {' '.join([found[1]] * int(found[2] or 1))} {text[found.end() :]}"
    pairs = (re.fullmatch(r"(\d+|[-r?])(?:x(\d+))?", word) for word in text.split())
    return [pair[1] for pair in pairs if pair for _ in range(int(pair[2] or 1))]


def _ended(states: Mapping[str, int], customers: int) -> Mapping[str, int]:
    ended = min(customers, states.get("pending", 0))
    if not ended:
        return states
    return {**states, "pending": states["pending"] - ended, "completed": states.get("completed", 0) + ended}
