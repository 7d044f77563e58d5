"""A timetable in words says when a digest comes, and what the clock does on the day it does something."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from blocks import words
from blocks.digests import timetable
from bot.digests.timetable import Timetable
from tests.conftest import AS_OF

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({}, "weekdays 9:00 AM New York"),
        ({"days": frozenset({1, 3}), "times": ("09:00", "16:00")}, "Mon, Wed 9:00 AM and 4:00 PM New York"),
        (
            {"days": frozenset(range(1, 8)), "times": ("08:00", "12:00", "16:30")},
            "every day 8:00 AM, 12:00 PM and 4:30 PM New York",
        ),
        ({"days": frozenset({6, 7})}, "weekends 9:00 AM New York"),
        ({"days": frozenset({5}), "zone": "UTC"}, "Fri 9:00 AM UTC"),
        ({"cron": "0 9 1 * *"}, "cron 0 9 1 * * (New York)"),
        ({"ends": date(2026, 12, 18)}, "weekdays 9:00 AM New York, until Dec 18"),
        ({"starts": date(2026, 12, 1)}, "weekdays 9:00 AM New York, from Dec 1"),
        (
            {"cron": "0 9 1 * *", "starts": date(2026, 12, 1), "ends": date(2027, 2, 3)},
            "cron 0 9 1 * * (New York), from Dec 1 until Feb 3, 2027",
        ),
    ],
    ids=str,
)
def test_a_timetable_is_one_short_line(parts: dict[str, Any], said: str) -> None:
    assert timetable.summary(Timetable(**{"zone": NEW_YORK, **parts}), AS_OF) == said


def test_the_next_five_are_the_days_on_which_it_comes() -> None:
    assert timetable.next_five(Timetable(NEW_YORK), AS_OF) == (
        "Mon, Nov 23, 9:00 AM",
        "Tue, Nov 24, 9:00 AM",
        "Wed, Nov 25, 9:00 AM",
        "Thu, Nov 26, 9:00 AM",
        "Fri, Nov 27, 9:00 AM",
    )


def test_fewer_are_shown_when_fewer_come() -> None:
    assert timetable.next_five(Timetable(NEW_YORK, ends=date(2026, 11, 24)), AS_OF) == (
        "Mon, Nov 23, 9:00 AM",
        "Tue, Nov 24, 9:00 AM",
    )
    assert timetable.next_five(Timetable(NEW_YORK, ends=date(2026, 11, 20)), AS_OF) == ()


@pytest.mark.parametrize(
    ("zone", "cron", "now", "said"),
    [
        (
            NEW_YORK,
            "30 2 * * *",
            datetime(2027, 3, 14, tzinfo=UTC),
            "Sun, Mar 14, 3:30 AM: the clock skips 2:30 AM that day",
        ),
        (NEW_YORK, "30 1 * * *", datetime(2026, 11, 1, tzinfo=UTC), "Sun, Nov 1, 1:30 AM, the first of two"),
        (
            "Pacific/Apia",
            "0 9 30 * *",
            datetime(2011, 12, 29, tzinfo=UTC),
            "Sat, Dec 31, 9:00 AM: the clock skips Fri, Dec 30, 9:00 AM",
        ),
    ],
)
def test_a_clock_change_is_marked_in_words(zone: str, cron: str, now: datetime, said: str) -> None:
    assert timetable.next_five(Timetable(zone, cron=cron), now)[0] == said


def test_a_day_that_is_far_has_its_year() -> None:
    leap = Timetable(NEW_YORK, cron="0 9 29 2 *")
    assert timetable.next_five(leap, AS_OF)[:2] == ("Tue, Feb 29, 2028, 9:00 AM", "Sun, Feb 29, 2032, 9:00 AM")
    assert timetable.slot_words(next(leap.after(AS_OF)), NEW_YORK) == "Tue, Feb 29, 2028, 9:00 AM"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (NEW_YORK, "New York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("America/Port-au-Prince", "Port-au-Prince"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT+5", "UTC−5"),
        ("Etc/GMT-14", "UTC+14"),
    ],
)
def test_a_zone_is_called_by_its_city(zone: str, said: str) -> None:
    assert words.city(zone) == said
