"""The readings of an account become one series for each campaign."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.figures import Figures
from bot.insight.history import AccountHistory
from bot.insight.series import AccountReading

NINE = datetime(2026, 11, 24, 14, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def reading(number: int, *, coarse: bool = False, **calls: int | None) -> AccountReading:
    return AccountReading(
        NINE + number * QUARTER, {id_: Figures(id_, "active", calls=count) for id_, count in calls.items()}, coarse
    )


def test_a_reading_in_which_nothing_changed_adds_no_point() -> None:
    history = AccountHistory([reading(0, a=1), reading(1, a=1), reading(2, a=4)])
    series = history.series()["a"]
    assert [point.figures.calls for point in series.points] == [1, 4]
    assert list(series.read) == [NINE, NINE + QUARTER, NINE + 2 * QUARTER]
    assert series.gained(lambda one: one.calls, NINE + QUARTER, NINE + 2 * QUARTER) == 3
    assert series.read_before(NINE + timedelta(minutes=20)) == NINE + QUARTER
    assert series.read_before(NINE - QUARTER) is None


def test_a_campaign_that_is_gone_was_not_read_any_more() -> None:
    history = AccountHistory([reading(0, a=1, b=1), reading(1, a=1), reading(2, a=2)])
    assert list(history.series()["b"].read) == [NINE]
    assert len(history.series()["a"].read) == 3
    history.add(reading(3, a=2, b=5))
    assert history.series()["b"].read[-1] == NINE + 3 * QUARTER


def test_a_campaign_that_is_new_was_not_read_before() -> None:
    series = AccountHistory([reading(0, a=1), reading(1, a=1, b=0)]).series()["b"]
    assert list(series.read) == [NINE + QUARTER]
    assert series.at(NINE) is None
    assert series.gained(lambda one: one.calls, NINE, NINE + QUARTER) is None


def test_a_snapshot_of_a_digest_is_marked_coarse_and_tells_nothing_of_campaigns_it_lacks() -> None:
    history = AccountHistory([reading(0, coarse=True, a=1), reading(4, a=2, b=1)])
    assert history.series()["a"].coarse == {NINE}
    assert history.series()["a"].points[0].coarse
    assert not history.series()["b"].coarse
    assert list(history.series()["b"].read) == [NINE + 4 * QUARTER]


def test_an_older_reading_is_left_out() -> None:
    history = AccountHistory([reading(2, a=2), reading(1, a=1)])
    assert history.series_of("a") == history.series()["a"]
    assert [point.figures.calls for point in history.series()["a"].points] == [2]
    assert history.last == NINE + 2 * QUARTER
    assert history.points == 1
    assert history.series_of("b") is None


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(0, 3)), min_size=1, max_size=12))
def test_every_reading_can_be_told_again(readings: list[dict[str, int | None]]) -> None:
    history = AccountHistory(reading(number, coarse=False, **calls) for number, calls in enumerate(readings)).series()
    for number, calls in enumerate(readings):
        for id_, count in calls.items():
            found = history[id_].at(NINE + number * QUARTER)
            assert found is not None
            assert found.calls == count
            assert NINE + number * QUARTER in history[id_].read
    listed = {id_ for id_, series in history.items() if series.read[-1] == NINE + (len(readings) - 1) * QUARTER}
    assert listed == set(readings[-1])
