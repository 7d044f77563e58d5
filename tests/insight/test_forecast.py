"""When a list is empty, and who will not be reached: by net ends of the last calling days."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.campaigns.figures import left
from bot.insight.assessment import Outlook
from bot.insight.forecast import outlook, past_end, runs_empty, unreached
from bot.insight.pace import slow
from bot.insight.problems import Inconclusive, PastEnd, Unreached, Verdict
from bot.insight.series import Point, Series
from bot.insight.standing_still import standing_still
from tests.insight.notation import ACTIVE, WORKDAY, ZONE, calls, local, now

MONDAY = "2026-01-26 00:00"
SMALL = "(0x36 1x32 0x28)"  # 4 calls an hour, each of which ends a customer: 32 a day
SMALL_WEEK = f"{SMALL}x5 (0x96)x2"


def listed(pending: int, **changes: object) -> Series:
    """Return a campaign that began with so many customers and has called for two weeks, to Monday 9 AM."""
    states = {"pending": pending, "in_progress": 0, "completed": 0, "failed": 0}
    figures = replace(ACTIVE, customers=pending, states=states, **changes)  # type: ignore[arg-type]  # its fields
    return calls(MONDAY, f"{SMALL_WEEK} {SMALL_WEEK} 0x36", figures, ends=1)


def test_the_range_lies_around_the_moment_at_which_nobody_is_left() -> None:
    series = listed(320 + 48)  # a day and a half are left
    found = outlook(series, now(series), ZONE)
    assert (found.calls_an_hour, found.usual_an_hour) == (4, 4)
    assert found.empty_from is not None
    assert found.empty_until is not None
    assert found.empty_from < local("2026-02-10 13:00") < found.empty_until
    problem = runs_empty(series, found, now(series), ZONE)
    assert problem is not None
    assert not isinstance(problem, Inconclusive)
    assert unreached(series, found, now(series), ZONE) is None


def test_an_empty_list_after_the_next_calling_day_or_at_the_end_date_is_no_problem() -> None:
    far = listed(320 + 32 * 6)
    ending = listed(320 + 48, ends=local("2026-02-10 12:00"))
    for series in (far, ending):
        assert runs_empty(series, outlook(series, now(series), ZONE), now(series), ZONE) is None


def test_customers_who_will_not_be_reached_are_said_in_two_figures() -> None:
    series = listed(320 + 500, ends=local("2026-02-10 19:00").replace(hour=0))  # a day: Wednesday, Feb 11
    found = unreached(series, outlook(series, now(series), ZONE), now(series), ZONE)
    assert isinstance(found, Unreached)
    assert (found.left, found.customers) == (500, 400)  # 32 are reached a day


def test_nothing_is_foretold_from_a_short_history() -> None:
    figures = replace(ACTIVE, customers=1000)
    series = calls(MONDAY, f"{WORKDAY}x2 0x40", figures, ends=1)
    assert outlook(series, now(series), ZONE) == Outlook()
    assert runs_empty(series, Outlook(), now(series), ZONE) == Inconclusive("short_history")


def test_a_list_that_gets_new_customers_every_day_does_not_run_empty() -> None:
    series = listed(320 + 48)
    points = [
        replace(
            point,
            figures=replace(
                point.figures,
                customers=(point.figures.customers or 0) + 32 * (point.at - series.read[0]).days,
                states={**point.figures.states, "pending": 48},
            ),
        )
        for point in series.points
    ]
    fed = Series(series.read, points)
    assert outlook(fed, now(fed), ZONE).empty_from is None


@pytest.mark.parametrize(
    ("ends", "at_end"),
    [("2026-02-08 19:00", True), ("2026-02-09 08:59", True), ("2026-02-09 19:00", False)],
)
def test_after_its_end_it_still_has_customers(ends: str, at_end: bool) -> None:
    moment = local(ends)  # 7 PM in New York is midnight UTC: the day after
    series = listed(320 + 48, ends=moment)
    verdict = past_end(series, Outlook(), now(series), ZONE)
    assert verdict == (PastEnd(moment) if at_end and moment.hour else None)


FIGURES = st.builds(
    replace,
    st.just(ACTIVE),
    status=st.sampled_from(["active", "active", "paused", "completed", None]),
    calls=st.none() | st.integers(-5, 10**6),
    customers=st.none() | st.integers(-5, 10**6),
    states=st.dictionaries(st.sampled_from(["pending", "in_progress", "completed", "failed"]), st.integers(-5, 10**6)),
    ends=st.none() | st.datetimes().map(lambda one: one.replace(tzinfo=ZONE)),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3000), FIGURES), min_size=1, max_size=60), st.integers(0, 10_000))
def test_any_series_is_judged_and_none_without_customers_left_or_that_is_not_active_has_a_problem(
    steps: list[tuple[int, object]], later: int
) -> None:
    series = _series(steps)
    moment = now(series) + timedelta(minutes=later)
    found = outlook(series, moment, ZONE)
    verdicts: list[Verdict] = [one(series, found, moment, ZONE) for one in (runs_empty, unreached, past_end)]
    verdicts += [slow(series, moment, ZONE), *standing_still({"a": series}, moment, ZONE)[0].values()]
    if series.last.status != "active" or left(series.last) == 0:
        assert all(one is None or isinstance(one, Inconclusive) for one in verdicts)


def _series(steps: list[tuple[int, object]]) -> Series:

    at, points = local(MONDAY), []
    for minutes, figures in steps:
        at += timedelta(minutes=minutes)
        points.append(Point(at, figures))  # type: ignore[arg-type]  # Figures
    return Series([point.at for point in points], points)


def test_of_a_campaign_that_hardly_calls_nobody_says_that_its_readings_are_too_few() -> None:
    ends = local("2026-02-12 17:00")
    stopped = calls(MONDAY, "(0x96)x14 0x36", replace(ACTIVE, ends=ends))
    assert unreached(stopped, Outlook(), now(stopped), ZONE) == Inconclusive("few_calls")
    young = calls(MONDAY, f"{WORKDAY} 0x36", replace(ACTIVE, ends=local("2026-01-30 17:00")))
    assert unreached(young, Outlook(), now(young), ZONE) == Inconclusive("short_history")
