"""Unusual failures, expired and exceeded customers: the rule by itself, with days in short text (days_of_ends.py)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.insight.beta_binomial import tail
from bot.insight.problems import Inconclusive, UnusualEnds, Verdict
from bot.insight.series import History, Series
from bot.insight.shares import unusual_ends
from tests.insight.days_of_ends import NOW, ZONE, history
from tests.simulator.account import account

OTHERS = {f"other {number}": "4/25x30" for number in range(3)}  # 16 % is usual in the account


def _judge(text: str, **options: Any) -> Verdict:
    """Return the verdict about one campaign among three others."""
    return unusual_ends(history({"one": text, **OTHERS}, **options), NOW, ZONE)["one", options.get("bad_end", "failed")]


NORMAL = [
    "3/25x30",
    "3/25x28 4/25x2",
    "3/25x29 6/25",  # a bad day that happens
    "0/25x30 2/25",  # fewer than three
    "1/2x30 2/2 3/3",  # fewer than eight ended
    "3/25x30 0/25",
    "3/25x30 0/0x3",  # nobody ended lately
    "60/200x30 80/200x2",  # less than half as many again
    "3/25x5",
    "2/10",  # new, and as the others
]


@pytest.mark.parametrize("text", NORMAL)
def test_usual_days_are_no_problem(text: str) -> None:
    assert _judge(text) is None


@pytest.mark.parametrize("bad_end", ["failed", "expired", "exceeded_max_calls"])
def test_far_more_bad_ends_than_usual_are_found_with_how(bad_end: Any) -> None:
    found = _judge("3/25x26 0/0x2 10/25x2", bad_end=bad_end)
    assert isinstance(found, UnusualEnds)
    assert (found.bad_end, found.bad, found.ended, found.own) == (bad_end, 20, 50, 26 * 25)
    assert found.usual == pytest.approx(0.12)
    assert (NOW - found.since).days == 1
    assert found.since.astimezone(ZONE).hour == 0  # so that "since Thursday" is true


def test_the_window_least_likely_by_chance_is_said() -> None:
    one_day, three = _judge("3/25x27 6/25x2 22/25"), _judge("3/25x26 11/25x4")
    assert isinstance(one_day, UnusualEnds)
    assert isinstance(three, UnusualEnds)
    assert one_day.ended < three.ended


def test_an_incident_does_not_become_the_normal() -> None:
    for days in range(2, 15):
        assert isinstance(_judge(f"3/25x30 10/25x{days}"), UnusualEnds), days


def test_days_that_were_unusual_are_not_what_is_usual() -> None:
    found = _judge("3/25x25 20/25x3 3/25x8 12/25x2")
    assert isinstance(found, UnusualEnds)
    assert found.usual == pytest.approx(0.12)


def test_a_new_campaign_borrows_the_accounts_share() -> None:
    assert _judge("4/20") is None
    found = _judge("38/40")
    assert isinstance(found, UnusualEnds)
    assert found.own == 0
    assert found.usual == pytest.approx(0.16)
    alone = unusual_ends(history({"one": "38/40"}), NOW, ZONE)
    assert alone["one", "failed"] == Inconclusive("short_history")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("3/25x28 _ 10/25", "gap"),
        ("3/25x29 ?", "no_data"),
        ("3/25x29 ? 10/25", "no_data"),
        ("3/25x29 reset", "reset"),
        ("3/25x29 again20", "reset"),
    ],
)
def test_what_cannot_be_judged_is_not_normal(text: str, why: Any) -> None:
    assert _judge(text) == Inconclusive(why)


def test_customers_who_are_called_again_and_fail_again_are_no_news() -> None:
    assert _judge("10/25x30 again100 45/50x2") is None
    found = _judge("3/25x30 again10 10/10 20/50x2")
    assert isinstance(found, UnusualEnds)
    assert (found.bad, found.ended) == (40, 100)


def test_numbers_from_digests_count_a_day_apart() -> None:
    assert isinstance(_judge("3/25x28 10/25x2", coarse=True), UnusualEnds)


@pytest.mark.parametrize("status", ["paused", "completed", "draft", None])
def test_only_active_campaigns_are_judged(status: str | None) -> None:
    assert unusual_ends(history({"one": "3/25x28 20/25x2"}, status=status or ""), NOW, ZONE) == {}


def test_the_order_of_campaigns_does_not_matter() -> None:
    texts = {"one": "3/25x28 10/25x2", "two": "1/9x20", **OTHERS}
    backwards: History = dict(reversed(list(history(texts).items())))
    assert unusual_ends(backwards, NOW, ZONE) == unusual_ends(history(texts), NOW, ZONE)


counts = st.integers(-5, 10**12) | st.sampled_from([0, 1, 3, 25])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=12))
def test_no_numbers_break_it(days: list[tuple[int, int]]) -> None:
    text = " ".join(f"{abs(bad)}/{ended}" if ended >= 0 else "reset" for bad, ended in days)
    found = _judge(text)
    if isinstance(found, UnusualEnds):
        assert 3 <= found.bad <= found.ended
        assert 0 <= found.usual < found.bad / found.ended


@example(215, 2292, 1.0, 2.2629642419995436e18)
@example(3, 9, 1.0, 1e308)
@example(3, 9, 5e-324, 1e300)
@given(st.integers(), st.integers(), st.floats(), st.floats())
def test_a_chance_is_a_chance(bad: int, ended: int, alpha: float, beta: float) -> None:
    assert 0 <= tail(bad, ended, alpha, beta) <= 1


def test_chances_are_those_of_the_beta_binomial_distribution() -> None:
    assert tail(1, 1, 2, 3) == pytest.approx(2 / 5)
    assert tail(2, 2, 1, 1) == pytest.approx(1 / 3)
    assert tail(9, 25, 12e9, 88e9) == pytest.approx(0.0017, rel=0.05)  # the binomial one


def test_of_five_hundred_campaigns_the_active_ones_are_judged() -> None:
    made = account(100, weeks=9, seed=3)
    moment = made.moment(60, 15)
    shown = dict(made.history(moment))
    quiet = next(series for series in shown.values() if series.last.status == "active")
    ended = Series(quiet.read, [replace(quiet.points[0], figures=replace(quiet.last, status="completed"))])
    shown |= {f"ended {number}": ended for number in range(400)}
    assert len(unusual_ends(shown, moment, made.zone)) > 3 * 80
