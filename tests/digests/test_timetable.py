"""A digest is due when its timetable says, once, whatever the clocks of its zone do.

What is expected comes from walking through the moments and looking at the clock, without the program's own arithmetic.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocks.digests.timetable import next_five, slot_words
from bot.digests.timetable import Slot, Timetable, slot_id
from bot.digests.timetable_json import from_json, to_json
from bot.digests.timetable_typed import read_cron
from tests.drivers.wall_clock import Clock, Says, at

EVERY_DAY = frozenset(range(1, 8))
NIGHT = ("00:00", "01:30", "02:30", "03:30", "12:00")
ZONES = (
    *("America/New_York", "America/Chicago", "America/Los_Angeles", "America/St_Johns", "America/Santiago"),
    *("America/Havana", "America/Nuuk", "Atlantic/Azores", "Europe/London", "Europe/Berlin", "Africa/Cairo"),
    *("Africa/Casablanca", "Asia/Beirut", "Asia/Jerusalem", "Asia/Kathmandu", "Australia/Lord_Howe"),
    *("Australia/Adelaide", "Pacific/Chatham", "Pacific/Apia", "Antarctica/Troll"),
)
CHANGES = (  # the local day, and what the clock does on it
    ("Pacific/Apia", date(2011, 12, 30), "the day does not exist"),
    ("Pacific/Kwajalein", date(1993, 8, 21), "the day does not exist"),
    ("Pacific/Kiritimati", date(1979, 10, 1), "forty minutes on"),
    ("Pacific/Kwajalein", date(1969, 9, 30), "the day comes twice"),
    ("Asia/Kathmandu", date(1986, 1, 1), "a quarter of an hour on"),
    ("Africa/Juba", date(2000, 1, 15), "an hour on at noon"),
    ("Europe/Athens", date(1979, 4, 1), "an hour on at nine"),
    ("Asia/Ust-Nera", date(1981, 4, 1), "three hours on"),
    ("Antarctica/Vostok", date(1994, 2, 1), "seven hours back"),
    ("Antarctica/Vostok", date(1994, 11, 1), "seven hours on"),
    ("Antarctica/Troll", date(2026, 3, 29), "two hours on"),
    ("America/St_Johns", date(1988, 4, 3), "two hours on at a minute past midnight"),
    ("America/St_Johns", date(1988, 10, 30), "two hours back at a minute past midnight"),
    ("America/Sao_Paulo", date(2018, 11, 4), "an hour on at midnight"),
    ("America/Sao_Paulo", date(2018, 2, 17), "an hour back at midnight"),
    ("America/Caracas", date(2007, 12, 9), "half an hour back"),
    ("America/Caracas", date(2016, 5, 1), "half an hour on"),
    ("Asia/Pyongyang", date(2018, 5, 4), "half an hour on before midnight"),
    ("Australia/Lord_Howe", date(2026, 4, 5), "half an hour back"),
    ("Australia/Lord_Howe", date(2026, 10, 4), "half an hour on"),
    ("America/New_York", date(2026, 3, 8), "an hour on"),
    ("America/New_York", date(2026, 11, 1), "an hour back"),
    ("America/Boa_Vista", date(2000, 10, 8), "an hour on"),
    ("America/Boa_Vista", date(2000, 10, 15), "and back a week later"),
)

SPARSE: dict[str, tuple[dict[str, Any], Says]] = {
    "weekdays at nine": ({}, (at([9], [0]), lambda wall: wall.weekday() < 5)),
    "every night": (
        {"days": EVERY_DAY, "times": NIGHT},
        (at([0, 12], [0]) | at([1, 2, 3], [30]), lambda _wall: True),
    ),
    "cron by weekday": (
        {"cron": "0,30 1-3 * * SUN"},
        (at([1, 2, 3], [0, 30]), lambda wall: wall.weekday() == 6),
    ),
    "cron by date": (
        {"cron": "0 */6 1,15 2-11 *"},
        (at([0, 6, 12, 18], [0]), lambda wall: wall.day in {1, 15} and 2 <= wall.month <= 11),
    ),
    "cron by date or weekday": (
        {"cron": "30 2 1 * MON"},
        (at([2], [30]), lambda wall: wall.day == 1 or wall.weekday() == 0),
    ),
}
DENSE: dict[str, tuple[dict[str, Any], Says]] = {
    "every minute": ({"cron": "* * * * *"}, (at(range(24), range(60)), lambda _wall: True)),
    "every ten minutes of some hours": (
        {"cron": "*/10 0-3,9,12-13 * * *"},
        (at([0, 1, 2, 3, 9, 12, 13], range(0, 60, 10)), lambda _wall: True),
    ),
    "hourly": ({"cron": "0 * * * *"}, (at(range(24), [0]), lambda _wall: True)),
}


def got(timetable: Timetable, start: datetime, end: datetime) -> list[Slot]:
    """Those due from `start` on and before `end`."""
    return list(takewhile(lambda slot: slot.due < end, timetable.after(start - timedelta(microseconds=1))))


def is_once_and_in_order(slots: list[Slot]) -> bool:
    moments = [slot.due for slot in slots]
    return moments == sorted(set(moments)) and len({slot_id(slot) for slot in slots}) == len(slots)


@pytest.mark.parametrize("zone", ZONES)
def test_over_five_years_every_slot_comes_once_and_when_the_clock_says(zone: str) -> None:
    start, end = (datetime(year, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC) for year in (2026, 2031))
    clock = Clock(zone, start, end, timedelta(minutes=30))
    for name, (parts, says) in SPARSE.items():
        slots = got(Timetable(zone, **parts), start, end)
        assert is_once_and_in_order(slots), name
        assert slots == clock.slots(says), name


@pytest.mark.parametrize(
    ("zone", "day"), [(zone, day) for zone, day, _ in CHANGES], ids=[f"{zone}-{what}" for zone, _, what in CHANGES]
)
def test_around_a_change_of_the_clock_every_slot_comes_once(zone: str, day: date) -> None:
    middle = datetime(day.year, day.month, day.day, tzinfo=UTC)
    start, end = middle - timedelta(days=2), middle + timedelta(days=3)
    clock = Clock(zone, start, end, timedelta(minutes=1))
    assert clock.skipped or clock.twice, "nothing changes then"
    for name, (parts, says) in {**SPARSE, **DENSE}.items():
        timetable = Timetable(zone, **parts)
        slots = got(timetable, start, end)
        assert is_once_and_in_order(slots), name
        assert slots == clock.slots(says), name
        near = [slot for slot in slots if abs(slot.due - middle) < timedelta(days=1)][:: len(slots) // 100 + 1]
        assert [next(timetable.after(slot.due - timedelta(seconds=1))) for slot in near] == near, name


@pytest.mark.parametrize(
    ("zone", "cron", "moment", "due", "shift"),
    [
        ("America/New_York", "30 2 * * *", "2027-03-14T00:00-05:00", "2027-03-14T03:30-04:00", "later"),
        ("America/New_York", "30 1 * * *", "2026-11-01T00:00-04:00", "2026-11-01T01:30-04:00", "first"),
        ("America/New_York", "30 1 * * *", "2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00", ""),
        ("Australia/Lord_Howe", "15 2 * * *", "2026-10-04T00:00+10:30", "2026-10-04T02:45+11:00", "later"),
        ("Pacific/Apia", "0 9 30 12 *", "2011-12-29T12:00-10:00", "2011-12-31T09:00+14:00", "later"),
        ("America/Sao_Paulo", "0 0 * * *", "2018-11-03T12:00-03:00", "2018-11-04T01:00-02:00", "later"),
    ],
)
def test_a_time_that_is_skipped_comes_later_and_one_that_comes_twice_counts_first(
    zone: str, cron: str, moment: str, due: str, shift: str
) -> None:
    slot = next(Timetable(zone, cron=cron).after(datetime.fromisoformat(moment)))
    assert (slot.due, slot.shift) == (datetime.fromisoformat(due), shift)
    assert slot.due.tzinfo is UTC  # and not the machine's zone


@pytest.mark.parametrize("parts", [{"days": EVERY_DAY, "times": ("03:00",)}, {"cron": "0 3 * * *"}])
def test_after_a_slot_on_the_day_of_a_change_of_the_clock_comes_another_one(parts: dict[str, Any]) -> None:
    due = datetime.fromisoformat("2026-03-08T03:00-04:00")  # the first minute after the jump
    days = Timetable("America/New_York", **parts)
    assert next(days.after(due - timedelta(seconds=1))).due == due
    assert next(days.after(due)).due == due + timedelta(days=1)


def test_days_and_times_mean_the_same_as_their_cron() -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    plain = Timetable("America/New_York", frozenset({7}), ("02:30", "03:30"))
    crons = Timetable("America/New_York", cron="30 2,3 * * SUN")
    assert list(islice(plain.after(moment), 200)) == list(islice(crons.after(moment), 200))


def test_first_and_last_day_are_days_of_the_zone_and_included() -> None:
    days = Timetable(
        "Pacific/Auckland", EVERY_DAY, ("00:00", "23:59"), starts=date(2026, 12, 1), ends=date(2026, 12, 2)
    )
    slots = [slot_id(slot) for slot in days.after(datetime(2026, 1, 1, tzinfo=UTC))]
    assert slots == ["2026-12-01T00:00", "2026-12-01T23:59", "2026-12-02T00:00", "2026-12-02T23:59"]


@pytest.mark.parametrize("cron", ["0 9 31 2 *", "0 9 30,31 2 *", "0 9 */31 * MON#5"])
def test_a_day_that_never_comes_ends_and_is_refused_in_words(cron: str) -> None:
    assert list(Timetable("America/New_York", cron=cron).after(datetime(2026, 1, 1, tzinfo=UTC))) == []
    with pytest.raises(ValueError, match="That day never comes"):
        read_cron(cron)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00Z", "9899-12-31T23:59Z", "9999-12-31T23:59Z"])
@pytest.mark.parametrize("parts", [{}, {"cron": "0 9 29 2 *"}, {"starts": date.max}, {"starts": date.min}])
def test_the_end_of_the_calendar_is_no_error(moment: str, parts: dict[str, Any]) -> None:
    slots = list(islice(Timetable("Asia/Tokyo", **parts).after(datetime.fromisoformat(moment)), 3))
    assert len(slots) == (3 if moment < "9" and parts.get("starts") != date.max else 0)


def _crons() -> st.SearchStrategy[str]:
    minutes = st.sampled_from(["0", "*/15", "30", "15,45", "0-10/5", "59"])
    hours = st.sampled_from(["*", "1-3", "9", "*/6", "0,12,23"])
    days = st.sampled_from(["*", "1", "L", "15,31", "*/10"])
    months = st.sampled_from(["*", "3,10-11", "JAN", "*/2"])
    weekdays = st.sampled_from(["*", "1-5", "SUN", "MON#2", "5L", "0,6"])
    return st.tuples(minutes, hours, days, months, weekdays).map(" ".join)


@st.composite
def timetables(draw: st.DrawFn) -> Timetable:
    starts = draw(st.none() | st.dates(date(1990, 1, 1), date(2035, 1, 1)))
    ends = draw(st.none() | st.dates(date(1990, 1, 1), date(2040, 1, 1)))
    minutes = draw(st.lists(st.integers(0, 1439), min_size=1, max_size=4, unique=True))
    return Timetable(
        zone=draw(st.sampled_from([*ZONES, *(zone for zone, _, _ in CHANGES), "UTC"])),
        days=draw(st.frozensets(st.integers(1, 7), min_size=1)),
        times=tuple(f"{each // 60:02}:{each % 60:02}" for each in sorted(minutes)),
        cron=draw(st.none() | _crons()),
        starts=starts,
        ends=ends,
    )


MOMENTS = st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
TRANSITIONS = st.sampled_from([datetime(day.year, day.month, day.day, tzinfo=UTC) for _, day, _ in CHANGES])
NEAR = st.builds(lambda day, hours: day + hours, TRANSITIONS, st.timedeltas(timedelta(days=-2), timedelta(days=2)))


@given(timetables(), MOMENTS | NEAR)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_next_five_shown_are_the_next_five_delivered(timetable: Timetable, moment: datetime) -> None:
    delivered: list[Slot] = []
    for _ in range(5):
        delivered += islice(timetable.after(delivered[-1].due if delivered else moment), 1)
    delivered = list(dict.fromkeys(delivered))  # where none came, the last one was asked about again
    assert is_once_and_in_order(delivered)
    assert list(islice(timetable.after(moment), 5)) == delivered
    assert next_five(timetable, moment) == tuple(slot_words(slot, timetable.zone, moment) for slot in delivered)
    for slot in delivered:
        assert next(timetable.after(slot.due - timedelta(microseconds=1))) == slot


@given(timetables())
@settings(max_examples=100, deadline=None)
def test_a_timetable_is_kept_as_it_was(timetable: Timetable) -> None:
    assert from_json(to_json(timetable)) == timetable
