"""Calls an hour, and far fewer than in the same hours of past weeks."""

from dataclasses import replace

import pytest

from bot.insight.pace import calls_an_hour, slow, usual_an_hour
from bot.insight.problems import Inconclusive, Slow
from bot.insight.series import Series
from tests.insight.notation import ACTIVE, WEEK, WORKDAY, ZONE, calls, local, now

MONDAY = "2026-01-26 00:00"  # three weeks later is February 16
WEEKS = f"{WEEK} {WEEK} {WEEK}"
TENTH = "(0x3 2)x7"  # seven hours from nine, two calls in each; 20 are usual


def verdict(series: Series) -> object:
    return slow(series, now(series), ZONE)


def test_a_tenth_of_the_usual_calls_is_slow() -> None:
    assert verdict(calls(MONDAY, f"{WEEKS} 0x36 {TENTH}")) == Slow(local("2026-02-16 10:00"), 12, 120.0)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{WEEKS} 0x36 4x24", id="a fifth less"),
        pytest.param(f"{WEEKS} {WORKDAY} 0x36 5x8 0x20", id="none since eleven, which is standing still"),
        pytest.param(f"{WEEKS} 0x36 {TENTH.replace('x7', 'x5')} 5x9", id="it was slow, and is no more"),
        pytest.param(f"{WEEKS} {WORKDAY}", id="as usual"),
    ],
)
def test_what_is_usual_or_over_is_not_slow(text: str) -> None:
    assert verdict(calls(MONDAY, text)) is None


def test_a_young_campaign_must_be_slower_than_an_old_one() -> None:
    young = f"{WEEK} 0x36 (5 0x3)x7"
    assert verdict(calls(MONDAY, young)) is None
    assert isinstance(verdict(calls(MONDAY, f"{WEEKS} 0x36 (4 0x3)x7")), Slow)


def test_nothing_is_said_of_a_campaign_that_is_paused_unknown_or_hardly_read() -> None:
    text = f"{WEEKS} 0x36 {TENTH}"
    assert verdict(calls(MONDAY, text, replace(ACTIVE, status="paused"))) is None
    assert verdict(calls(MONDAY, text, replace(ACTIVE, states={}))) == Inconclusive("no_data")
    assert verdict(calls(MONDAY, f"{WORKDAY}x2")) == Inconclusive("short_history")


def test_the_pace_is_that_of_the_last_hours_in_which_it_called() -> None:
    evening = calls(MONDAY, f"{WEEKS} {WORKDAY}")
    faster = calls(MONDAY, f"{WEEKS} 0x36 10x26")
    assert [(calls_an_hour(one, now(one), ZONE), usual_an_hour(one, now(one), ZONE)) for one in (evening, faster)] == [
        (20, 20),
        (40, 20),
    ]
    short = calls(MONDAY, f"{WORKDAY}x2")
    assert calls_an_hour(short, now(short), ZONE) is None
