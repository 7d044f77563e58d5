"""The last calling days of a campaign: calls and ends of each local day, and no number where nothing was read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.figures import Figures
from bot.insight.days import CallingDay, calling_days
from bot.insight.history import AccountHistory
from bot.insight.series import AccountReading, Series

ID, NEW_YORK = "a", ZoneInfo("America/New_York")
MONDAY = datetime(2026, 11, 2, tzinfo=NEW_YORK)  # after the clocks went back on Sunday
HOURS = range(9, 18)


def a_day(number: int) -> datetime:
    """Midnight of a day in New York; 0 is a Monday."""
    there = MONDAY.date() + timedelta(days=number)
    return datetime(there.year, there.month, there.day, tzinfo=NEW_YORK)


def hourly(days: int, *, start: int = 0) -> Iterator[datetime]:
    """Yield a moment of each hour, as readings are made, until 5:30 PM of the last day."""
    moment = a_day(start).astimezone(UTC) + timedelta(minutes=30)
    while moment < a_day(start + days - 1) + timedelta(hours=18):
        yield moment
        moment += timedelta(hours=1)


def series(
    calls: Mapping[int, int], moments: Sequence[datetime], *, ends: Mapping[int, int] | None = None, coarse: int = 0
) -> Series:
    """Return a campaign's series that gains `calls` by day number, evenly from 9 AM on, as it was read at `moments`."""
    made = AccountHistory()
    for place, moment in enumerate(moments):
        states = {"completed": _until(ends, moment), "failed": 0} if ends else {}
        figures = Figures(ID, "active", calls=1000 + _until(calls, moment), states=states)
        made.add(AccountReading(moment, {ID: figures}, place < coarse))
    found = made.series_of(ID)
    assert found
    return found


def _until(gained: Mapping[int, int], moment: datetime) -> int:
    local = moment.astimezone(NEW_YORK)
    number, hour = (local.date() - MONDAY.date()).days, local.hour
    so_far = gained.get(number, 0) * sum(one <= hour for one in HOURS) // len(HOURS)
    return sum(count for day, count in gained.items() if day < number) + so_far


def shown(one: Series, now: datetime, **more: int) -> list[tuple[int, int | None, int | None]]:
    days = calling_days(one, now, NEW_YORK, **more)
    return [((day.day - MONDAY.date()).days, day.calls, day.ended) for day in days]


def test_each_day_has_its_calls_and_its_ends_and_today_what_was_so_far() -> None:
    moments = list(hourly(4, start=-1))
    one = series({0: 90, 1: 180, 2: 45}, moments, ends={0: 9, 1: 18, 2: 9})
    assert shown(one, moments[-1]) == [(0, 90, 9), (1, 180, 18), (2, 45, 9)]
    noon = a_day(2) + timedelta(hours=12)
    so_far = series({0: 90, 1: 180, 2: 45}, [moment for moment in moments if moment < noon])
    assert shown(so_far, noon) == [(0, 90, None), (1, 180, None), (2, 15, None)]


def test_the_first_day_is_not_shown_because_nobody_knows_what_was_before_the_first_reading() -> None:
    moments = list(hourly(2))
    assert shown(series({0: 90, 1: 180}, moments[10:]), moments[-1]) == [(1, 180, None)]


def test_weekdays_without_any_call_are_no_calling_days_but_a_silent_tuesday_is_one() -> None:
    calls = {day: 90 for day in range(12) if day % 7 < 5 and day != 8}
    moments = list(hourly(13, start=-1))
    assert shown(series(calls, moments), moments[-1]) == [
        (day, calls.get(day, 0), None) for day in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)
    ]


def test_the_last_fourteen_are_shown_or_fewer() -> None:
    calls = dict.fromkeys(range(28), 9)
    moments = list(hourly(28, start=-1))
    one = series(calls, moments)
    assert [day for day, *_ in shown(one, moments[-1])] == list(range(13, 27))
    assert [day for day, *_ in shown(one, moments[-1], most=3)] == [24, 25, 26]


def test_what_is_older_than_five_weeks_is_not_told() -> None:
    calls = {7 * week: 9 for week in range(8)}
    moments = list(hourly(51, start=-1))
    assert [day for day, calls, _ in shown(series(calls, moments), moments[-1]) if calls] == [14, 21, 28, 35, 42, 49]


def test_a_day_without_readings_keeps_its_place_and_no_neighbor_gets_its_calls() -> None:
    moments = [one for one in hourly(5, start=-1) if one.astimezone(NEW_YORK).date() != a_day(1).date()]
    assert shown(series({0: 90, 1: 180, 2: 45, 3: 9}, moments), moments[-1]) == [
        (0, 90, None),
        (1, None, None),
        (2, None, None),
        (3, 9, None),
    ]


def test_a_gap_in_which_nothing_happened_hides_no_other_day() -> None:
    moments = [one for one in hourly(5, start=-1) if one.astimezone(NEW_YORK).date() != a_day(1).date()]
    assert shown(series({0: 90, 2: 45, 3: 9}, moments), moments[-1]) == [
        (0, 90, None),
        (1, None, None),
        (2, 45, None),
        (3, 9, None),
    ]


def test_a_gap_within_a_day_loses_no_call() -> None:
    moments = [one for one in hourly(4, start=-1) if one.astimezone(NEW_YORK).hour not in range(10, 15)]
    assert shown(series({0: 90, 1: 180, 2: 45}, moments), moments[-1]) == [(0, 90, None), (1, 180, None), (2, 45, None)]


def test_a_counter_that_was_reset_is_no_number_and_never_negative() -> None:
    before, after = list(hourly(2, start=-1)), list(hourly(3, start=1))
    made = AccountHistory()
    for moment in (*before, *after):
        calls = 1000 + _until({0: 90}, moment) if moment < a_day(1) + timedelta(hours=12) else _until({2: 45}, moment)
        made.add(AccountReading(moment, {ID: Figures(ID, calls=calls)}))
    one = made.series_of(ID)
    assert one
    assert shown(one, after[40])[:3] == [(0, 90, None), (1, None, None), (2, 45, None)]


def test_customers_who_are_called_again_are_no_negative_ends() -> None:
    moments = list(hourly(3, start=-1))
    made = AccountHistory()
    for moment in moments:
        failed = 50 if moment < a_day(1) else 20
        states = {"completed": 5, "failed": failed}
        made.add(AccountReading(moment, {ID: Figures(ID, calls=_until({0: 9, 1: 9}, moment), states=states)}))
    one = made.series_of(ID)
    assert one
    assert shown(one, moments[-1]) == [(0, 9, 0), (1, 9, None)]


def test_snapshots_of_digests_are_too_far_apart_to_tell_days() -> None:
    snapshots = [a_day(day) + timedelta(hours=9) for day in range(-7, -1)]
    moments = list(hourly(3, start=-1))
    calls = dict.fromkeys(range(-7, 2), 9)
    assert shown(series(calls, snapshots, coarse=6), a_day(0)) == []
    assert shown(series(calls, [*snapshots, *moments], coarse=6), moments[-1]) == [(0, 9, None), (1, 9, None)]


@pytest.mark.parametrize("clocks_change", [date(2026, 11, 1), date(2026, 3, 8)])
def test_a_day_of_a_clock_change_has_its_own_hours(clocks_change: date) -> None:
    start = datetime(clocks_change.year, clocks_change.month, clocks_change.day, tzinfo=NEW_YORK) - timedelta(days=1)
    made = AccountHistory()
    for number in range(72):
        moment = start.astimezone(UTC) + timedelta(hours=number)
        made.add(AccountReading(moment, {ID: Figures(ID, calls=number)}))
    one = made.series_of(ID)
    assert one
    days = {day.day: day.calls for day in calling_days(one, one.read[-1], NEW_YORK)}
    assert days[clocks_change] == (25 if clocks_change.month == 11 else 23)


def test_without_readings_there_are_no_days() -> None:
    assert calling_days(Series((), ()), a_day(0), NEW_YORK) == []


@given(st.lists(st.tuples(st.integers(0, 200), st.none() | st.integers(0, 50)), max_size=60))
def test_no_number_is_ever_negative_and_no_call_is_told_twice(steps: list[tuple[int, int | None]]) -> None:
    made = AccountHistory()
    hours = accumulate(max(hours, 1) for hours, _ in steps)
    total = list(accumulate(gained or 0 for _, gained in steps))
    for hour, (_, gained), calls in zip(hours, steps, total, strict=True):
        moment = a_day(0).astimezone(UTC) + timedelta(hours=hour)
        made.add(AccountReading(moment, {ID: Figures(ID, calls=None if gained is None else calls)}))
    one = made.series_of(ID) or Series((), ())
    days: Sequence[CallingDay] = calling_days(one, one.read[-1] if one.read else a_day(0), NEW_YORK)
    assert all(day.calls is None or day.calls >= 0 for day in days)
    assert sum(day.calls or 0 for day in days) <= (total[-1] if total else 0)
    assert len(days) <= 14
    assert len({day.day for day in days}) == len(days)
