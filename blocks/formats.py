"""How a reader's locale writes numbers, dates and times. The words around them are always English.

Babel would do it, too, but takes more memory than is left (decision 1).
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write numbers, dates and times."""

    thousands: str = ","
    day_first: bool = False
    clock_of_12: bool = True

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
