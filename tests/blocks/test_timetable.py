"""A timetable in words says when a digest comes, and what the clock does on the day it does something."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from blocks.digests import timetable
from bot.digests.timetable import Timetable
from tests.conftest import AS_OF

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({}, "weekdays 09:00 New York"),
        ({"days": frozenset({1, 3}), "times": ("09:00", "16:00")}, "Mon, Wed 09:00 and 16:00 New York"),
        (
            {"days": frozenset(range(1, 8)), "times": ("08:00", "12:00", "16:30")},
            "every day 08:00, 12:00 and 16:30 New York",
        ),
        ({"days": frozenset({6, 7})}, "weekends 09:00 New York"),
        ({"days": frozenset({5}), "zone": "UTC"}, "Fri 09:00 UTC"),
        ({"cron": "0 9 1 * *"}, "cron 0 9 1 * * (New York)"),
        ({"ends": date(2026, 12, 18)}, "weekdays 09:00 New York, until 18 Dec 2026"),
        ({"starts": date(2026, 12, 1)}, "weekdays 09:00 New York, from 1 Dec 2026"),
        (
            {"cron": "0 9 1 * *", "starts": date(2026, 12, 1), "ends": date(2027, 2, 3)},
            "cron 0 9 1 * * (New York), from 1 Dec 2026 until 3 Feb 2027",
        ),
    ],
    ids=str,
)
def test_a_timetable_is_one_short_line(parts: dict[str, Any], said: str) -> None:
    assert timetable.summary(Timetable(**{"zone": NEW_YORK, **parts})) == said


def test_the_next_five_are_the_days_on_which_it_comes() -> None:
    assert timetable.next_five(Timetable(NEW_YORK), AS_OF) == (
        "Mon 23 Nov, 09:00",
        "Tue 24 Nov, 09:00",
        "Wed 25 Nov, 09:00",
        "Thu 26 Nov, 09:00",
        "Fri 27 Nov, 09:00",
    )


def test_fewer_are_shown_when_fewer_come() -> None:
    assert timetable.next_five(Timetable(NEW_YORK, ends=date(2026, 11, 24)), AS_OF) == (
        "Mon 23 Nov, 09:00",
        "Tue 24 Nov, 09:00",
    )
    assert timetable.next_five(Timetable(NEW_YORK, ends=date(2026, 11, 20)), AS_OF) == ()


@pytest.mark.parametrize(
    ("zone", "cron", "now", "said"),
    [
        (
            NEW_YORK,
            "30 2 * * *",
            datetime(2027, 3, 14, tzinfo=UTC),
            "Sun 14 Mar, 03:30 — the clock skips 02:30 that day",
        ),
        (NEW_YORK, "30 1 * * *", datetime(2026, 11, 1, tzinfo=UTC), "Sun 1 Nov, 01:30, the first of two"),
        (
            "Pacific/Apia",
            "0 9 30 * *",
            datetime(2011, 12, 29, tzinfo=UTC),
            "Sat 31 Dec, 09:00 — the clock skips Fri 30 Dec, 09:00",
        ),
    ],
)
def test_a_clock_change_is_marked_in_words(zone: str, cron: str, now: datetime, said: str) -> None:
    assert timetable.next_five(Timetable(zone, cron=cron), now)[0] == said


def test_a_day_that_is_far_has_its_year() -> None:
    leap = Timetable(NEW_YORK, cron="0 9 29 2 *")
    assert timetable.next_five(leap, AS_OF)[:2] == ("Tue 29 Feb 2028, 09:00", "Sun 29 Feb 2032, 09:00")
    assert timetable.slot_words(next(leap.after(AS_OF)), NEW_YORK) == "Tue 29 Feb, 09:00"


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
    assert timetable.city(zone) == said
