"""How a reader's locale writes numbers, dates and times, and in which time zone. The words around them are English.

What is drawn is written for everybody, as in the United States, unless `written_for` says otherwise.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write numbers, dates and times."""

    thousands: str = ","
    day_first: bool = False
    clock_of_12: bool = True
    zone: str = ""  # IANA, of the one reader; empty where many read it, or while it is not known

    def number(self, value: int) -> str:
        """Format a whole number: `1,204`, `−3`."""
        return f"{value:,}".replace(",", self.thousands).replace("-", "−")

    def day(self, when: date, now: date | None) -> str:
        """Format a day: `Nov 30`, with its year when that is not the year of `now`."""
        day = f"{when.day} {when:%b}" if self.day_first else f"{when:%b} {when.day}"
        comma = "" if self.day_first else ","
        return day if now and when.year == now.year else f"{day}{comma} {when.year}"

    def weekday(self, when: date, now: date | None) -> str:
        """Format a day with its weekday: `Mon, Nov 30`."""
        return f"{when:%a}{'' if self.day_first else ','} {self.day(when, now)}"

    def time(self, when: datetime | time) -> str:
        """Format a time of day: `4:30 PM`."""
        if self.clock_of_12:
            return f"{when.hour % 12 or 12}:{when.minute:02} {'PM' if when.hour >= 12 else 'AM'}"
        return f"{when.hour:02}:{when.minute:02}"


EN_US: Final = Format()
_POINTS = Format(".", day_first=True, clock_of_12=False)
_SPACES = Format("\u202f", day_first=True, clock_of_12=False)  # narrow and unbreakable
# The locales that Slack offers, and more languages in case it adds them. The source is Unicode's CLDR.
_BY_LOCALE = {
    "en-gb": Format(day_first=True, clock_of_12=False),
    "es-la": Format(day_first=True, clock_of_12=False),  # Slack's Spanish of Latin America
    "zh-tw": Format(),
}
_BY_LANGUAGE = {
    **dict.fromkeys(("da", "de", "el", "es", "id", "it", "nl", "pt", "tr"), _POINTS),
    **dict.fromkeys(("cs", "fi", "fr", "hu", "nb", "no", "pl", "ru", "sk", "sv", "uk"), _SPACES),
    **dict.fromkeys(("ja", "zh"), Format(clock_of_12=False)),
}
_used: ContextVar[Format] = ContextVar("format", default=EN_US)


@lru_cache(2_000)  # people of one place share their format
def of(locale: str, zone: str = "") -> Format:
    """Return the format of a locale as Slack names it, such as `de-DE`. An unknown one is written as `en-US`.

    A time zone that is unknown here is left out.
    """
    name = locale.replace("_", "-").lower()
    found = _BY_LOCALE.get(name) or _BY_LANGUAGE.get(name.partition("-")[0], EN_US)
    return replace(found, zone=zone) if _is_zone(zone) else found


def _is_zone(zone: str) -> bool:
    try:
        return bool(zone and ZoneInfo(zone))
    except (KeyError, ValueError, OSError):  # no such file, no name of a file, a folder
        return False


def used() -> Format:
    """Return the format in which to draw."""
    return _used.get()


@contextmanager
def written_for(reader: Format) -> Iterator[None]:
    """Draw in the format of one reader, who alone sees it. A background task starts with that of everybody again."""
    token = _used.set(reader)
    try:
        yield
    finally:
        _used.reset(token)
