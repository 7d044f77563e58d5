"""Of the readings of an hour or of a day the last one is kept, whenever and however often they are thinned."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.insight.thinning import ALL, HOURLY, kept

NOW = datetime(2026, 11, 29, 15, 20, tzinfo=UTC)
ZONE, DAYS = "America/New_York", 400
_zones = st.sampled_from([ZONE, "America/Los_Angeles", "UTC", "Asia/Kolkata", "Australia/Lord_Howe"])
_ages = st.one_of(st.integers(0, 8 * 24 * 60), st.integers(0, 500 * 24 * 60))  # minutes


def _quarters(days: float) -> list[datetime]:
    return [NOW - timedelta(minutes=15 * number) for number in range(int(days * 96))][::-1]


def test_every_reading_of_three_days_one_an_hour_of_35_days_and_one_a_day_after_that_are_kept() -> None:
    found = kept(_quarters(450), NOW, ZONE, DAYS)
    young = [one for one in found if NOW - one <= ALL]
    middle = [one for one in found if ALL + timedelta(hours=1) < NOW - one < HOURLY]
    old = [one for one in found if NOW - one > HOURLY + timedelta(days=1)]
    assert len(young) == 3 * 96 + 1
    assert {one.minute for one in middle} == {50}, "the last of an hour"
    assert len(middle) == 32 * 24 - 1
    assert {(local.hour, local.minute) for local in (one.astimezone(ZoneInfo(ZONE)) for one in old)} == {(23, 50)}
    assert len(old) == DAYS - 36
    assert len(found) < 1_450


def test_none_is_kept_for_longer_than_is_wanted() -> None:
    long_ago = [NOW - timedelta(days=500), NOW - timedelta(days=400)]
    assert kept(long_ago, NOW, ZONE, DAYS) == []
    assert kept([*long_ago, NOW], NOW, ZONE, DAYS) == [NOW]
    assert kept([], NOW, ZONE, DAYS) == []


@given(st.lists(_ages), st.lists(st.integers(0, 40 * 24 * 60), max_size=3), _zones)
def test_it_does_not_matter_how_often_they_are_thinned(ages: list[int], when: list[int], zone: str) -> None:
    """A run that was missed, or done twice, changes nothing in the end."""
    moments = sorted({NOW - timedelta(minutes=age) for age in ages})
    end = NOW + timedelta(days=40)
    stepwise = moments
    for minutes in sorted(when):
        stepwise = kept(stepwise, NOW + timedelta(minutes=minutes), zone, DAYS)
    assert kept(stepwise, end, zone, DAYS) == kept(moments, end, zone, DAYS)
    assert kept(once := kept(moments, NOW, zone, DAYS), NOW, zone, DAYS) == once
    assert [one for one in moments if NOW - one < timedelta(days=DAYS)][-1:] == once[-1:], "the newest stays"
