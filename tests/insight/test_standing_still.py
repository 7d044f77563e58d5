"""A campaign stands still when it has made no call although at least five were to be expected."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.insight.problems import AllStandingStill, Inconclusive, StandingStill
from bot.insight.series import Series
from bot.insight.standing_still import standing_still
from tests.insight.notation import ACTIVE, DAY_OFF, WEEK, WORKDAY, ZONE, calls, local, now

MONDAY = "2026-01-05 00:00"
STALLED = "0x36 5x7 0x{}"  # the last calls at 10:45


def verdict(series: Series) -> object:
    found, together = standing_still({"a": series}, now(series), ZONE)
    assert together is None
    return found.get("a")


def test_no_call_although_five_were_expected_is_standing_still() -> None:
    found = verdict(calls(MONDAY, f"{WEEK} {WEEK} {STALLED.format(4)}"))
    assert found == StandingStill(local("2026-01-19 10:45"), 20.0)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{WEEK} {WEEK} {STALLED.format(1)}".replace("5x32", "4x32"), id="five were not expected yet"),
        pytest.param(f"{WEEK} {WEEK} {WORKDAY}", id="the day is over"),
        pytest.param(f"{WEEK} {WEEK} {WORKDAY}x5 0x40", id="a Saturday"),
        pytest.param(f"{WEEK} {WEEK} {WORKDAY}x5 {DAY_OFF}x2 0x36", id="Monday before it begins"),
        pytest.param(f"{WEEK} {WEEK} 0x36 5x7 -x20 5", id="it was not read for hours, and called"),
        pytest.param(f"{WEEK} {WEEK} 0x36 5x7 -x20 0", id="it was not read for hours"),
    ],
)
def test_what_is_usual_is_not_standing_still(text: str) -> None:
    assert verdict(calls(MONDAY, text)) is None


def test_nothing_is_said_before_three_days_and_of_weekdays_never_seen() -> None:
    assert verdict(calls(MONDAY, f"{WORKDAY}x2 {STALLED.format(16)}")) == Inconclusive("short_history")
    assert verdict(calls(MONDAY, f"{WORKDAY}x4 {STALLED.format(16)}")) == Inconclusive("unseen_weekday")


def test_most_campaigns_together_are_one_line_for_the_account() -> None:
    history = {id_: calls(MONDAY, f"{WEEK} {WEEK} {STALLED.format(8)}") for id_ in "abc"}
    history["d"] = calls(MONDAY, f"{WEEK} {WEEK} 0x36 5x15")
    found, together = standing_still(history, now(history["a"]), ZONE)
    assert together == AllStandingStill(local("2026-01-19 10:45"), ("a", "b", "c"))
    assert dict(found) == {"a": None, "b": None, "c": None, "d": None}


def test_only_an_active_campaign_with_customers_left_within_its_dates_stands_still() -> None:
    text = f"{WEEK} {WEEK} {STALLED.format(8)}"
    ended = replace(ACTIVE, ends=local("2026-01-19 11:00"))
    begins = replace(ACTIVE, starts=local("2026-01-19 12:35"))
    empty = replace(ACTIVE, states={"pending": 0, "in_progress": 0, "completed": 1000})
    assert [verdict(calls(MONDAY, text, one)) for one in (ended, begins, empty)] == [None, None, None]
    later = replace(ACTIVE, starts=local("2026-03-02 00:00"))  # it called all the same, before that
    assert verdict(calls(MONDAY, text, later)) is None
    assert verdict(calls(MONDAY, text, replace(ACTIVE, status="paused"))) is None
    unknown = replace(ACTIVE, states={"pending": 10})
    assert verdict(calls(MONDAY, text, unknown)) == Inconclusive("no_data")


def test_the_time_in_which_it_was_paused_does_not_count() -> None:
    moving = calls(MONDAY, f"{WEEK} {WEEK} {STALLED.format(16)}".replace("5x32", "4x32"))
    last = moving.points[-1]
    paused = replace(last, at=last.at + timedelta(minutes=15), figures=replace(last.figures, status="paused"))
    resumed = replace(last, at=moving.read[-2])
    assert verdict(Series(moving.read, [*moving.points, paused, resumed])) is None
