"""The simulator makes what it says, the same each time."""

from datetime import timedelta

import pytest

from bot.campaigns.figures import finished, left
from tests.simulator.account import Account, account
from tests.simulator.plans import Plan
from tests.simulator.troubles import (
    At,
    Gap,
    Holiday,
    RunsEmpty,
    ShareTimes,
    Stall,
    Trouble,
    called_again,
    reset,
)

DAYS = 28


def _plan(**changes: object) -> Plan:
    values: dict[str, object] = {
        "number": 0,
        "shares": {"failed": 0.12, "expired": 0.05, "exceeded_max_calls": 0.0},
        "ended": 40.0,
        "calls": 3.0,
        "opens": 540,
        "closes": 1020,
        "weekdays": frozenset(range(5)),
        "profile": (1.0,) * 24,
        "spread": 0.005,
        "starts": -1,
        "lasts": 400,
    }
    return Plan(**{**values, **changes})  # type: ignore[arg-type]  # values of the fields


def _made(*troubles: Trouble, **changes: object) -> Account:
    return account([_plan(**changes)], 5, seed=1, troubles=troubles)


def _gained(made: Account, what: str, start: tuple[int, int], end: tuple[int, int]) -> int:
    """Return how much a counter grew between two moments (day, hour)."""
    (series,) = made.history(made.moment(*end)).values()
    count = {"calls": lambda one: one.calls, "ended": finished}.get(what, lambda one: one.states.get(what))
    gained = series.gained(count, made.moment(*start), made.moment(*end))
    assert gained is not None
    return gained


def test_the_same_seed_makes_the_same_account_however_many_campaigns_there_are() -> None:
    few, many = account(3, 4, seed=7), account(9, 4, seed=7)
    moment = few.moment(27)
    shown = many.history(moment)
    assert all(series.points == shown[id_].points for id_, series in few.history(moment).items())
    assert account(3, 4, seed=8).history(moment) != few.history(moment)


def test_it_calls_in_its_own_hours_and_weekdays() -> None:
    made = _made()
    assert _gained(made, "calls", (1, 0), (1, 9)) == 0
    assert _gained(made, "calls", (1, 9), (1, 17)) > 60
    assert _gained(made, "calls", (1, 17), (2, 9)) == 0
    assert _gained(made, "calls", (5, 0), (7, 9)) == 0


def test_customers_end_at_the_true_share() -> None:
    made = _made()
    ended = _gained(made, "ended", (0, 1), (34, 23))
    assert 850 < ended < 1200
    assert _gained(made, "failed", (0, 1), (34, 23)) / ended == pytest.approx(0.12, abs=0.03)


def test_moments_are_thinned_as_they_grow_old_and_the_numbers_stay() -> None:
    made = account([_plan()], 8, seed=1)
    (early,), (late,) = (made.history(made.moment(day)).values() for day in (7, 55))
    steps = {later - earlier for earlier, later in zip(late.read, late.read[1:], strict=False)}
    assert steps >= {timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)}
    assert late.read[-1] == made.moment(55)
    evening = made.moment(5, 23, 45)
    assert early.at(evening) == late.at(evening)


def test_points_are_where_something_changed() -> None:
    made = _made()
    (series,) = made.history(made.moment(30)).values()
    assert all(one.figures != after.figures for one, after in zip(series.points, series.points[1:], strict=False))
    assert {point.at for point in series.points} <= set(series.read)


def test_campaigns_start_and_end() -> None:
    made = _made(starts=7, lasts=14)
    assert made.history(made.moment(6)) == {}
    (young,) = made.history(made.moment(8)).values()
    assert young.read[0] == made.moment(7, 0, 15)
    (series,) = made.history(made.moment(20)).values()
    assert series.last.status == "completed"
    assert _gained(made, "calls", (15, 0), (20, 0)) == 0


def test_a_share_can_be_tripled() -> None:
    made = _made(ShareTimes(0, 3, day=14))
    for days, share in (((0, 14), 0.12), ((14, 34), 0.36)):
        start, end = ((day, 1) for day in days)
        ended = _gained(made, "ended", start, end)
        assert _gained(made, "failed", start, end) / ended == pytest.approx(share, abs=0.05)


def test_a_campaign_can_stall_and_all_can_have_a_holiday() -> None:
    made = _made(Stall(0, day=1, until=3), Holiday(8))
    assert _gained(made, "calls", (1, 9), (1, 10)) > 0
    assert _gained(made, "calls", (1, 11), (3, 0)) == 0
    assert _gained(made, "calls", (3, 0), (3, 20)) > 0
    assert _gained(made, "calls", (8, 0), (9, 0)) == 0


def test_a_list_can_run_empty() -> None:
    made = _made(RunsEmpty(0, day=8, left=50))
    (series,) = made.history(made.moment(12)).values()
    assert left(series.last) == 0
    assert _gained(made, "ended", (8, 0), (12, 0)) == 50
    assert _gained(made, "calls", (11, 0), (12, 0)) == 0


def test_counters_can_be_reset_and_customers_called_again() -> None:
    made = _made(At(0, 8, 600, reset), At(0, 15, 0, called_again))
    assert _gained(made, "calls", (8, 9), (8, 12)) < 0
    assert _gained(made, "failed", (14, 23), (15, 1)) < 0
    assert _gained(made, "completed", (14, 23), (15, 1)) == 0


def test_a_gap_has_no_readings_and_calls_go_on() -> None:
    made = _made(Gap(8, 600, hours=3))
    (series,) = made.history(made.moment(8, 14)).values()
    assert not [at for at in series.read if made.moment(8, 10) < at <= made.moment(8, 13)]
    assert _gained(made, "calls", (8, 10), (8, 14)) > 0


def test_healthy_campaigns_are_of_many_kinds() -> None:
    plans = account(200, 8).plans
    sizes, shares = ([plan.ended for plan in plans], [plan.shares["failed"] for plan in plans])
    assert min(sizes) < 6
    assert max(sizes) > 100
    assert min(shares) < 0.05
    assert max(shares) > 0.25
    assert len({(plan.opens, plan.closes, plan.weekdays) for plan in plans}) > 10
