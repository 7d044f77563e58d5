"""A digest's chart: one bar for each day, no made-up value, and labels that Slack takes."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.digests import charts
from blocks.kit import Block
from bot.digests.report import ChartDay
from tests.drivers.slack_limits import check_blocks

MONDAY = date(2026, 11, 16)
COUNTS = st.none() | st.integers(-5, 2**54)


def week(*calls: int | None, start: date = MONDAY) -> list[ChartDay]:
    """Return days, one after the other."""
    return [ChartDay(start + timedelta(days=number), count) for number, count in enumerate(calls)]


def drawn(days: Sequence[ChartDay]) -> list[tuple[str, int]]:
    """Return the labels and values of the chart."""
    block = charts.days(days)
    assert block
    return _bars(block)


def _bars(block: Block) -> list[tuple[str, int]]:
    chart: Any = block["chart"]
    points = chart["series"][0]["data"]
    assert [point["label"] for point in points] == chart["axis_config"]["categories"]
    return [(point["label"], point["value"]) for point in points]


def test_a_bar_for_each_day_named_by_its_weekday_and_with_more_than_a_week_by_its_number_too() -> None:
    assert drawn(week(5, 6, 7)) == [("Mon", 5), ("Tue", 6), ("Wed", 7)]
    assert [label for label, _ in drawn(week(*range(14)))][-3:] == ["Fri 27", "Sat 28", "Sun 29"]
    labels = [label for label, _ in drawn([*week(1, 2, start=date(2027, 2, 2)), *week(3, 4, start=date(2027, 3, 2))])]
    assert labels == ["Tue, Feb 2", "Wed, Feb 3", "Tue, Mar 2", "Wed, Mar 3"]


def test_a_day_that_is_not_known_keeps_its_place_and_is_explained() -> None:
    days = week(5, None, 7, 8)
    assert drawn(days) == [("Mon", 5), ("Tue ?", 0), ("Wed", 7), ("Thu", 8)]
    assert charts.below(days) == "? Tue, Nov 17 was not read, so its calls are not known"
    assert charts.below(week(1, None, None, 4)) == "? Nov 17 and Nov 18 were not read, so their calls are not known"
    assert charts.below(week(None, None, None, 4)).startswith("? Nov 16, Nov 17, and Nov 18 were not read")
    assert charts.below(week(1, 2, 3)) == ""


def test_a_counter_that_fell_is_marked_and_explained_whether_other_campaigns_called_or_not() -> None:
    fell = [ChartDay(date(2026, 11, 18), 4, is_reset=True), ChartDay(date(2026, 11, 19), None, is_reset=True)]
    days = [*week(5, 6), *fell]
    assert [label for label, _ in drawn(days)] == ["Mon", "Tue", "Wed *", "Thu ?"]
    assert charts.below(days) == (
        "? Thu, Nov 19: a counter started over in careCycle, so the calls are not known  ·  "
        "* Wed, Nov 18: without campaigns whose counter started over in careCycle"
    )


def test_today_says_that_it_is_not_over() -> None:
    days = [*week(5, 6, 7), ChartDay(date(2026, 11, 19), 3, is_today=True)]
    assert drawn(days)[-1] == ("Thu so far", 3)
    assert charts.spoken(days).endswith("Wed, Nov 18: 7, Thu, Nov 19: 3 so far")


def test_the_ear_hears_every_day() -> None:
    assert charts.spoken(week(1204, None, 7, 0)) == (
        "calls day by day: Mon, Nov 16: 1,204, Tue, Nov 17: not known, Wed, Nov 18: 7, Thu, Nov 19: 0"
    )
    assert charts.spoken(week(1, 2)) == ""


def test_the_ear_hears_what_a_mark_means() -> None:
    fell = [ChartDay(date(2026, 11, 19), 4, is_reset=True), ChartDay(date(2026, 11, 20), None, is_reset=True)]
    assert charts.spoken([*week(5, 6, 7), *fell]).endswith(
        "Thu, Nov 19: 4 without campaigns whose counter started over, "
        "Fri, Nov 20: not known, because a counter started over"
    )


@pytest.mark.parametrize("days", [[], week(5, 6), week(5, None, 6, None), week(0, 0, 0, 0)])
def test_without_three_known_days_or_any_call_there_is_no_chart(days: list[ChartDay]) -> None:
    assert charts.days(days) is None
    assert charts.spoken(days) == ""


@given(
    st.lists(st.tuples(st.integers(1, 3), COUNTS, st.booleans(), st.booleans()), max_size=30),
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
)
def test_whatever_the_days_slack_takes_the_chart(made: list[tuple[int, int | None, bool, bool]], start: date) -> None:
    day, days = start, []
    for steps, count, is_reset, is_today in made:
        day += timedelta(days=steps)
        days.append(ChartDay(day, count, is_reset, is_today))
    block = charts.days(days)
    if block is None:
        return
    check_blocks([dict(block)], "message")
    bars = _bars(block)
    assert len({label for label, _ in bars}) == len(bars) <= 14
    assert all(len(label) <= 20 for label, _ in bars)
    for (label, value), one in zip(bars, days[-14:], strict=True):
        assert value == (one.calls if one.calls is not None and 0 <= one.calls < 2**53 else 0)
        assert value or one.calls == 0 or "?" in label or "*" in label
