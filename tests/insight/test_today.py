"""The calls of today, and what is usual by this time of day."""

import pytest

from bot.insight.assessment import Today
from bot.insight.today import calls_today, summed
from tests.insight.notation import WEEK, ZONE, calls, now

MONDAY = "2026-01-26 00:00"  # three weeks later is February 16, a Monday
WEEKS = f"{WEEK} {WEEK} {WEEK}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{WEEKS} 0x36 5x8", (40, 40)),  # eleven o'clock on a Monday
        (f"{WEEKS} 0x36 5x6", (30, 30)),  # half past ten
        (f"{WEEKS} 0x36 0x8", (0, 40)),
        (f"{WEEKS} 0x36 12x8", (96, 40)),
        (f"{WEEKS} 0x16", (0, 0)),  # four in the morning
        (f"{WEEK} 0x36 5x8", (40, 40)),
        ("(0x36 5x32 0x28)x2 0x36 5x8", (40, None)),  # too short to tell
    ],
)
def test_they_are_counted_from_midnight_beside_what_is_usual(text: str, found: tuple[int, float | None]) -> None:
    series = calls(MONDAY, text)
    made = calls_today(series, now(series), ZONE)
    assert made
    assert (made[0], made[1] if made[1] is None else round(made[1])) == found


@pytest.mark.parametrize(
    "text", [f"{WEEKS} 0x36 5x4 r 5x3", f"{WEEKS} 0x36 5x32 0x10 -x18 -x40 5x8", f"{WEEKS} 0x36 ?x8"]
)
def test_after_a_reset_and_a_gap_they_are_not_known(text: str) -> None:
    series = calls(MONDAY, text)
    assert calls_today(series, now(series), ZONE) is None


def test_an_account_has_the_calls_of_those_that_are_known() -> None:
    assert summed([(40, 38.4), (0, None), None, (3, 2.0)]) == Today(43, 40)
    assert summed([(40, 38.4), (5, None)]) == Today(45), "one that calls is too young to tell"
    assert summed([(0, None)]) == Today(0)
    assert summed([None]) is None
    assert summed([]) is None
