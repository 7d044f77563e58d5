"""Standing still, pace and runway over weeks of simulated campaigns, healthy ones and ones with known troubles."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import median

import pytest

from bot.campaigns.figures import left
from bot.insight.forecast import outlook, runs_empty
from bot.insight.problems import AllStandingStill, RunsEmpty, Slow, StandingStill
from bot.insight.standing_still import standing_still
from tests.simulator import troubles
from tests.simulator.account import Account, account
from tests.simulator.calls_table import calling, rule
from tests.simulator.plans import healthy
from tests.simulator.runner import run


def test_a_stall_where_five_calls_an_hour_are_usual_is_noticed_within_two_calling_hours_and_a_reading() -> None:
    made = account([calling(5)] * 20, 6, seed=5, troubles=[troubles.Stall(number, 36) for number in range(7)])
    took = _hours_until_noticed(made, 36, hours=8)
    assert len(took) == 7
    assert median(took) <= 2.25


def test_a_stall_where_many_calls_are_usual_is_noticed_within_the_hour() -> None:
    made = account([calling(40)] * 20, 6, seed=5, troubles=[troubles.Stall(number, 36) for number in range(7)])
    took = _hours_until_noticed(made, 36, hours=2)
    assert len(took) == 7
    assert max(took) <= 1


def _hours_until_noticed(made: Account, day: int, hours: int) -> list[float]:
    """Return how long it took from 10:40 until two readings in a row showed that a campaign stands still."""
    stalled = made.moment(day, 10, 40)
    shown: dict[str, int] = {}
    took = []
    for quarter in range(hours * 4):
        now = stalled + timedelta(minutes=5 + 15 * quarter)
        for id_, one in standing_still(made.history(now), now, made.zone)[0].items():
            shown[id_] = shown.get(id_, 0) + 1 if isinstance(one, StandingStill) else 0
            if shown[id_] == 2:
                took.append((now - stalled) / timedelta(hours=1))
    return took


@pytest.mark.parametrize(
    ("trouble", "weekdays"),
    [
        pytest.param(None, range(7), id="every day"),
        pytest.param(None, range(5), id="not at weekends"),
        pytest.param(None, (0, 2, 4), id="only Mondays, Wednesdays and Fridays"),
        pytest.param(troubles.Holiday(42), range(5), id="Presidents' Day"),
        pytest.param(troubles.Gap(42, 600, 5), range(5), id="careCycle away for five hours"),
        pytest.param(troubles.Gap(41, 960, 20), range(5), id="careCycle away overnight"),
        pytest.param(troubles.At(0, 42, 700, troubles.reset), range(5), id="counters begin again"),
    ],
)
def test_no_campaign_that_calls_as_usual_stands_still_or_is_slow(
    trouble: troubles.Trouble | None, weekdays: tuple[int, ...]
) -> None:
    plans = [
        replace(calling(30), weekdays=frozenset(weekdays)),
        replace(calling(100), weekdays=frozenset(weekdays), closes=720),
        replace(calling(8), weekdays=frozenset(weekdays)),
    ]
    made = account(plans, 7, seed=3, troubles=[trouble] if trouble else [])
    assert run(made, rule, range(41, 44)).opened == []


@pytest.mark.parametrize("start", [date(2026, 1, 26), date(2026, 9, 21)])
def test_a_clock_change_is_no_stall(start: date) -> None:
    made = account([calling(30), calling(8), replace(calling(100), closes=720)], 7, seed=3, start=start)
    assert run(made, rule, range(40, 43)).opened == []  # the clocks change on day 41


def test_all_that_stand_still_together_are_one_line_for_the_account() -> None:
    made = account([calling(30)] * 5, 6, seed=1, troubles=[troubles.Stall(None, 36)])
    now = made.moment(36, 11, 30)
    found, together = standing_still(made.history(now), now, made.zone)
    assert together == AllStandingStill(made.moment(36, 10, 45), tuple(one.id for one in made.plans))
    assert set(found.values()) == {None}


def test_a_campaign_at_a_twentieth_of_its_usual_pace_is_slow() -> None:
    made = account([calling(30)], 7, seed=2, troubles=[troubles.Stall(0, 43, 0, to=0.05)])
    (line,) = [one for one in run(made, rule, range(43, 45)).opened if isinstance(one.problem, Slow)]
    assert isinstance(line.problem, Slow)
    assert line.problem.calls < line.problem.expected / 3


def test_four_of_five_ranges_hold_the_moment_at_which_the_list_is_empty() -> None:
    held, said, warned = 0, 0, 0
    for made, number, empty in _emptied(24):
        for day in range(30, 48):
            now = made.moment(day, 9)
            (series,) = made.history(now, only=[number]).values()
            found = outlook(series, now, made.zone)
            if now < empty and found.empty_from and found.empty_until:
                said += 1
                held += found.empty_from <= empty <= found.empty_until + timedelta(minutes=15)
                warned += isinstance(runs_empty(series, found, now, made.zone), RunsEmpty)
    assert said > 60
    assert 0.72 <= held / said <= 0.92
    assert warned > 15


def _emptied(campaigns: int) -> Iterator[tuple[Account, int, datetime]]:
    """Yield campaigns that get no new customers any more, with the reading in which nobody was left."""
    dice = random.Random(5)
    plans = [healthy(number, 49, random.Random(f"x/{number}")) for number in range(campaigns)]
    lists = [
        troubles.RunsEmpty(number, 29, int(one.ended * dice.uniform(1, 12)) + 2) for number, one in enumerate(plans)
    ]
    made = account(plans, 8, seed=1, troubles=lists)
    for number, one in enumerate(plans):
        if one.starts >= 0 or one.lasts < 49:
            continue
        (series,) = made.history(made.moment(52, 23), only=[number]).values()
        for point in series.points:
            if point.at > made.moment(29) and left(point.figures) == 0:
                yield made, number, point.at
                break
