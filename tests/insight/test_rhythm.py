"""When a campaign calls is learned from its own readings, whatever the time between them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.insight.ends import speed
from bot.insight.rhythm import rhythm
from bot.insight.series import Point, Series
from bot.insight.wall_clock import hour_of
from tests.insight.notation import ACTIVE, ZONE, calls, local, now

MONDAY = "2026-01-05 00:00"


def later(series: Series, late: timedelta) -> Series:
    """Return the same readings, each made so much later."""
    return Series([at + late for at in series.read], [Point(one.at + late, one.figures) for one in series.points])


@pytest.mark.parametrize("late", [timedelta(), timedelta(milliseconds=40), timedelta(seconds=30)])
def test_what_an_hourly_reading_at_the_full_hour_shows_was_in_the_hour_before(late: timedelta) -> None:
    learned = rhythm(later(calls(MONDAY, "0x8 5x9 0x7", every=60), late), ZONE)  # from 8 AM to 5 PM
    assert learned is not None
    first = hour_of(local(MONDAY), ZONE)
    assert [learned.pace(first + hour) and 5 for hour in range(7, 18)] == [0, *[5] * 9, 0]


def test_the_first_moments_of_a_day_do_not_decide_how_fast_a_list_gets_shorter() -> None:
    week = "(0x36 4x32 0x28)x5 0x192"
    many = replace(ACTIVE, customers=8200, states={"pending": 8000, "in_progress": 10, "completed": 190})
    series = later(
        calls(MONDAY, f"{week} {week} 0x34 2 2", many, ends=1), timedelta(seconds=1)
    )  # early calls, before 9
    learned = rhythm(series, ZONE)
    assert learned is not None
    found = speed(series, learned, now(series))
    assert found is not None
    assert found.spread < 2
