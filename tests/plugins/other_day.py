"""Choose another day for the whole suite, a different one each week.

`python -m tests.plugins.other_day` prints it as variables for `env`.
"""

import calendar
import sys
from datetime import UTC, datetime, timedelta

from playground.clock import NEW_YORK, night_of_change
from tests.plugins import machine_clock

# From half past midnight, when a night begins, to ten minutes before the clock changes: then it does while tests run.
_BEFORE_THE_CHANGE = timedelta(minutes=80)
Day = tuple[str, datetime, str]  # why, from when on, and the machine's zone


def days(now: datetime) -> list[Day]:
    """Return a Saturday, 29 February, both clock changes, a day far ahead, and the time zones at both extremes."""
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    leap = next(year for year in range(now.year + 1, now.year + 9) if calendar.isleap(year))
    first = night_of_change(now)
    second = night_of_change(first)
    return [
        ("a Saturday", noon + timedelta(days=(5 - now.weekday()) % 7), "UTC"),
        ("29 February, and midnight", datetime(leap, 2, 29, 23, 55, tzinfo=UTC), "UTC"),
        ("a clock change", first.astimezone(UTC) + _BEFORE_THE_CHANGE, str(NEW_YORK)),
        ("the other clock change", second.astimezone(UTC) + _BEFORE_THE_CHANGE, str(NEW_YORK)),
        ("400 days ahead", now + timedelta(days=400), "UTC"),
        ("tomorrow already", now, "Pacific/Auckland"),
        ("yesterday still", now, "America/Los_Angeles"),
    ]


def of_the_week(now: datetime) -> Day:
    """Return the day for the week of `now`."""
    some = days(now)
    weeks = (now.toordinal() - 1) // 7  # counted on over the end of a year
    return some[weeks % len(some)]


def main() -> None:
    """Print the day of this week as variables for `env`."""
    why, moment, zone = of_the_week(machine_clock.now())
    print(f"This week: {why}.", file=sys.stderr)  # noqa: T201 - for whoever waits
    print(f"TEST_DATE={moment.isoformat(timespec='minutes')} TZ={zone}")  # noqa: T201 - this is the answer


if __name__ == "__main__":
    main()
