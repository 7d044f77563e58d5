"""Two readings open a problem, two calm ones close it, and a reading that cannot tell changes nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.insight import states
from bot.insight.assessment import OpenProblem, Suspected
from bot.insight.problems import Inconclusive, PastEnd, StandingStill, UnusualEnds, identity

NINE = datetime(2026, 11, 24, 14, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
UNKNOWN: dict[states.Identity, Inconclusive] = {("standing_still",): Inconclusive("gap")}


def still(expected: float = 5.0) -> StandingStill:
    return StandingStill(NINE, expected)


def told(readings: str) -> str:
    """Play readings, `x` bad, `.` good, `?` unknown, and return after each: `o` open, `s` suspected, `-` neither."""
    opened: tuple[OpenProblem, ...] = ()
    suspected: tuple[Suspected, ...] = ()
    said = ""
    for number, mark in enumerate(readings):
        found = [still(number)] if mark == "x" else []
        unknown = UNKNOWN if mark == "?" else {}
        opened, suspected = states.advance(opened, suspected, found, unknown, NINE + number * QUARTER)
        said += "o" if opened else "s" if suspected else "-"
    return said


@pytest.mark.parametrize(
    ("readings", "states_"),
    [
        (".x.", "-s-"),
        ("xx", "so"),
        ("xx.", "soo"),
        ("xx..", "soo-"),
        ("xx.x.x", "sooooo"),
        ("xx.x..", "sooo" + "o-"),
        ("x?x", "sso"),
        ("xx?", "soo"),
        ("xx.?.", "sooo-"),
        ("x?.", "ss-"),
        ("?", "-"),
        ("x.x.x.x.", "s-s-s-s-"),
    ],
)
def test_readings_open_and_close(readings: str, states_: str) -> None:
    assert told(readings) == states_


def test_an_open_problem_shows_its_newest_numbers_and_when_it_opened() -> None:
    opened, suspected = states.advance((), (), [still(5)], {}, NINE)
    opened, suspected = states.advance(opened, suspected, [still(6)], {}, NINE + QUARTER)
    opened, suspected = states.advance(opened, suspected, [still(7)], {}, NINE + 2 * QUARTER)
    assert opened == (OpenProblem(still(7), NINE + QUARTER, NINE + 2 * QUARTER),)
    assert suspected == ()
    opened, _ = states.advance(opened, suspected, [], {}, NINE + 3 * QUARTER)
    assert opened == (OpenProblem(still(7), NINE + QUARTER, NINE + 2 * QUARTER, calm=1),)


def test_problems_of_one_kind_are_told_apart() -> None:
    failed, expired = (UnusualEnds(end, NINE, 9, 20, 0.1, 90) for end in ("failed", "expired"))
    assert identity(failed) != identity(expired)
    opened, suspected = states.advance((), (), [failed], {}, NINE)
    opened, suspected = states.advance(opened, suspected, [failed, expired], {}, NINE)
    assert [one.problem for one in opened] == [failed]
    assert [one.problem for one in suspected] == [expired]
    one_unknown: dict[states.Identity, Inconclusive] = {("unusual_ends", "failed"): Inconclusive("reset")}
    opened, suspected = states.advance(opened, suspected, [expired], one_unknown, NINE)
    assert [one.problem for one in opened] == [failed, expired]


def test_only_facts_open_at_once() -> None:
    ended = PastEnd(NINE)
    opened, suspected = states.advance((), (), [ended, still()], {}, NINE)
    opened, suspected = states.open_at_once(opened, suspected, (PastEnd,))
    assert opened == (OpenProblem(ended, NINE, NINE),)
    assert suspected == (Suspected(still(), NINE),)


@given(st.text("x.?", max_size=40))
def test_it_opens_only_after_two_bad_readings_and_closes_only_after_two_good_ones(readings: str) -> None:
    known = [mark for mark in readings if mark != "?"]
    said = [state for mark, state in zip(readings, told(readings), strict=True) if mark != "?"]
    for place, state in enumerate(said):
        was_open = place > 0 and said[place - 1] == "o"
        if state == "o" and not was_open:
            assert known[place - 1 : place + 1] == ["x", "x"]
        if was_open and state != "o":
            assert known[place - 1 : place + 1] == [".", "."]
