"""The playground's clock: put forward, made fast, never back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.clock import DAY_IN_TEN_SECONDS, NEW_YORK, MovableClock, night_of_change
from tests.conftest import Clockwork

START = datetime(2026, 11, 24, 9, tzinfo=UTC)


def _clock() -> tuple[MovableClock, Clockwork]:
    true = Clockwork()
    return MovableClock(START, true=true.time), true


def test_it_runs_as_time_does_until_told_otherwise() -> None:
    clock, true = _clock()
    true.move(90)
    assert clock.now() == START + timedelta(seconds=90)
    assert clock.seconds() == START.timestamp() + 90


def test_a_day_in_ten_seconds_is_a_day_in_ten_seconds() -> None:
    clock, true = _clock()
    clock.speed = DAY_IN_TEN_SECONDS
    true.move(10)
    assert clock.now() == START + timedelta(days=1)
    clock.speed = 1
    true.move(10)
    assert clock.now() == START + timedelta(days=1, seconds=10)


def test_it_is_put_forward_for_both_of_its_readings() -> None:
    clock, _ = _clock()
    before = clock.monotonic()
    clock.move(3600)
    assert clock.monotonic() - before == pytest.approx(3600)
    clock.at(START + timedelta(hours=5))
    assert clock.now() == START + timedelta(hours=5)


def test_it_is_never_put_back() -> None:
    clock, _ = _clock()
    with pytest.raises(ValueError, match="forward"):
        clock.move(-1)
    with pytest.raises(ValueError, match="forward"):
        clock.at(START - timedelta(seconds=1))
    with pytest.raises(ValueError, match="forward"):
        clock.speed = -1
    with pytest.raises(ValueError, match="time zone"):
        clock.at(START.replace(tzinfo=None))


@given(st.lists(st.tuples(st.sampled_from(["wait", "move", "speed"]), st.floats(0, 1e5))))
def test_its_readings_never_go_back(actions: list[tuple[str, float]]) -> None:
    clock, true = _clock()
    for action, much in actions:
        before = clock.monotonic(), clock.seconds()
        if action == "speed":
            clock.speed = much
        else:
            (true if action == "wait" else clock).move(much)
        assert clock.monotonic() >= before[0]
        assert clock.seconds() >= before[1]


@pytest.mark.parametrize(
    ("after", "night"),
    [("2026-11-24", "2027-03-14"), ("2027-03-14T12:00", "2027-11-07"), ("2026-11-01", "2026-11-01")],
)
def test_the_next_night_of_change_is_found_wherever_one_stands(after: str, night: str) -> None:
    found = night_of_change(datetime.fromisoformat(after).replace(tzinfo=NEW_YORK))
    assert found == datetime.fromisoformat(f"{night}T00:30").replace(tzinfo=NEW_YORK)


def test_a_zone_whose_clocks_stay_has_no_such_night() -> None:
    with pytest.raises(LookupError):
        night_of_change(START, ZoneInfo("Asia/Tokyo"))
