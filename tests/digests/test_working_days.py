"""A digest of the first working day of each month: the right day, once, and readable for the version before."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given
from hypothesis import strategies as st

from blocks.digests.timetable import next_five, slot_words, summary
from bot.digests.timetable import Timetable, times_a_day
from bot.digests.timetable_json import from_json, to_json
from bot.digests.working_days import first_working_day

ZONES = ("America/New_York", "America/Phoenix", "Asia/Kolkata", "Asia/Jerusalem", "Asia/Baghdad", "Pacific/Apia")
_EARLIEST, _LATEST = datetime(1995, 1, 1), datetime(2090, 1, 1)  # noqa: DTZ001 - hypothesis takes them so
moments = st.datetimes(_EARLIEST, _LATEST, timezones=st.just(UTC))
times = st.sets(st.times().map(lambda at: f"{at:%H:%M}"), min_size=1, max_size=4).map(lambda some: tuple(sorted(some)))


def is_off(day: date) -> bool:
    """The days off among the first of a month: New Year's Day, the Monday after one on a Sunday, and Labor Day."""
    new_year = (day.month, day.day) == (1, 1) or (day.month, day.day, day.isoweekday()) == (1, 2, 1)
    return day.isoweekday() > 5 or new_year or (day.month == 9 and day.isoweekday() == 1 and day.day <= 7)


@pytest.mark.parametrize(
    ("month", "day"),
    [
        (date(2026, 12, 1), 1),  # a Tuesday
        (date(2026, 11, 1), 2),  # a Sunday, on which the clocks change
        (date(2026, 2, 1), 2),
        (date(2028, 1, 1), 3),  # New Year’s Day is a Saturday, and the Friday before is off
        (date(2023, 1, 1), 3),  # a Sunday: the Monday is off
        (date(2027, 1, 1), 4),  # a Friday
        (date(2025, 9, 1), 2),  # Labor Day
        (date(2029, 9, 1), 4),  # a Saturday before Labor Day
        (date(2024, 2, 1), 1),
    ],
)
def test_the_first_working_day_is_no_weekend_and_no_day_off(month: date, day: int) -> None:
    assert first_working_day(month.year, month.month) == month.replace(day=day)


@given(st.integers(1970, 2100), st.integers(1, 12))
def test_no_working_day_is_before_it(year: int, month: int) -> None:
    found = first_working_day(year, month)
    assert not is_off(found)
    assert all(is_off(found.replace(day=one)) for one in range(1, found.day))
    assert found.day <= 4


@given(moments, st.sampled_from(ZONES), times)
def test_it_is_due_at_each_time_of_that_day_and_at_no_other(moment: datetime, zone: str, at: tuple[str, ...]) -> None:
    slots = list(islice(Timetable(zone, times=at, monthly=True).after(moment), 3 * len(at) + 1))
    assert all(slot.due > moment for slot in slots)
    assert all(slot.wall.date() == first_working_day(slot.wall.year, slot.wall.month) for slot in slots)
    walls = [slot.wall for slot in slots]
    assert walls == sorted(set(walls))
    seen = datetime.combine(moment.astimezone(ZoneInfo(zone)).date(), datetime.min.time()) + timedelta(days=62)
    assert walls[0] < seen
    months = [wall.year * 12 + wall.month for wall in walls]
    assert {later - earlier for earlier, later in pairwise(months)} <= {0, 1}


@given(times, st.sampled_from(ZONES), st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_it_is_kept_as_a_cron_expression_that_the_version_before_reads(
    at: tuple[str, ...], zone: str, ends: date | None
) -> None:
    made = Timetable(zone, times=at, monthly=True, ends=ends)
    kept = to_json(made)
    assert from_json(kept) == made
    assert set(kept) == {"zone", "days", "times", "cron", "starts", "ends"}
    walls = list(islice(made.after(datetime(2026, 11, 20, tzinfo=UTC)), 12))
    for slot in walls:  # none is missing there
        just_before = slot.wall - timedelta(seconds=1)
        assert next(CronSim(kept["cron"], just_before)) == slot.wall


def test_a_clock_that_jumps_on_that_day_makes_it_later_and_one_that_goes_back_counts_once() -> None:
    jumps = Timetable("Asia/Jerusalem", times=("02:30",), monthly=True).after(datetime(2011, 3, 20, tzinfo=UTC))
    slot = next(jumps)
    assert (slot.due, slot.shift) == (datetime(2011, 4, 1, 0, 30, tzinfo=UTC), "later")
    assert "the clock skips 2:30 AM" in slot_words(slot, "Asia/Jerusalem")
    twice = Timetable("Asia/Baghdad", times=("03:30",), monthly=True).after(datetime(2007, 9, 20, tzinfo=UTC))
    slots = list(islice(twice, 2))
    assert [slot.shift for slot in slots] == ["first", ""]
    assert [slot.wall.month for slot in slots] == [10, 11]


def test_the_next_ones_are_said_in_words_and_keep_their_hour_over_a_clock_change() -> None:
    made = Timetable("America/New_York", monthly=True)
    now = datetime(2026, 9, 15, tzinfo=UTC)
    said = ("Thu, Oct 1", "Mon, Nov 2", "Tue, Dec 1", "Mon, Jan 4, 2027", "Mon, Feb 1, 2027")
    assert next_five(made, now) == tuple(f"{day}, 9:00 AM" for day in said)
    hours = [slot.due.hour for slot in islice(made.after(now), 2)]
    assert hours == [13, 14]
    assert summary(made, now) == "first working day of the month 9:00 AM New York"
    assert times_a_day(made) == 1
