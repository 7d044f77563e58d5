"""What readings add to a digest: its chart, what was before, what is usual, and how long customers last."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.digests.read_numbers import Asked, ReadNumbers, read_numbers
from bot.digests.timetable import Timetable
from bot.insight.history import AccountHistory
from bot.insight.series import AccountReading
from tests.samples.made_campaigns import Made, at, moments

WEEKDAYS = Timetable("America/New_York")
FRIDAY, MONDAY, TUESDAY, WEDNESDAY = date(2026, 10, 2), *(date(2026, 10, day) for day in (5, 6, 7))
COLUMBUS = date(2026, 10, 12)  # a federal holiday, a Monday
BEGAN = date(2026, 8, 31)
Gaps = Sequence[tuple[datetime, datetime]]


def numbers(
    campaigns: Mapping[str, Made],
    now: datetime,
    *,
    since: datetime | None = None,
    timetable: Timetable = WEEKDAYS,
    gaps: Gaps = (),
    start: date = BEGAN,
) -> ReadNumbers:
    """Read the campaigns every half hour, and return the numbers of a digest with all of them."""
    history = AccountHistory()
    for moment in moments(start, now, gaps):
        there = {id_: found for id_, one in campaigns.items() if (found := one.figures(moment))}
        history.add(AccountReading(moment, there))
    return read_numbers(history.past(campaigns), Asked(campaigns, campaigns, timetable, since, now))


def bars(found: ReadNumbers) -> list[tuple[str, int | None]]:
    """Return the days and calls of the chart."""
    return [(f"{one.day:%b} {one.day.day}", one.calls) for one in found.days]


def test_a_weekday_digest_shows_its_last_fourteen_days_and_in_the_morning_not_today() -> None:
    found = numbers({"a": Made(), "b": Made(calls=40)}, at(WEDNESDAY))
    assert bars(found)[0] == ("Sep 17", 120)
    assert bars(found)[-1] == ("Oct 6", 120)
    assert len(found.days) == 14
    assert not any(one.is_today or one.is_reset for one in found.days)
    assert all(one.day.weekday() < 5 for one in found.days)


def test_in_the_evening_today_so_far_is_the_last_bar_and_on_a_day_off_it_is_none() -> None:
    evening = numbers({"a": Made()}, at(WEDNESDAY, 17))
    assert bars(evening)[-2:] == [("Oct 6", 80), ("Oct 7", 60)]
    assert [one.is_today for one in evening.days[-2:]] == [False, True]
    off = Made(on={WEDNESDAY: (0, 0, 0)})
    assert bars(numbers({"a": off}, at(WEDNESDAY, 17)))[-1] == ("Oct 6", 80)


@pytest.mark.parametrize(
    ("timetable", "first", "last"),
    [
        (Timetable("America/New_York", frozenset({1, 3, 5})), "Sep 4", "Oct 5"),  # its own days
        (Timetable("America/New_York", frozenset(range(1, 8))), "Sep 23", "Oct 6"),  # also on weekends
        (Timetable("America/New_York", frozenset({1})), "Sep 17", "Oct 6"),  # weekly: the last calling days
        (Timetable("America/New_York", cron="0 9 1 * *"), "Sep 17", "Oct 6"),
        (Timetable("America/New_York", times=("09:00", "16:00"), starts=MONDAY), "Sep 17", "Oct 6"),
    ],
)
def test_the_days_are_the_digests_own_or_calling_days_where_it_comes_seldom(
    timetable: Timetable, first: str, last: str
) -> None:
    found = bars(numbers({"a": Made()}, at(WEDNESDAY), timetable=timetable))
    assert (found[0][0], found[-1][0], len(found)) == (first, last, 14)


def test_days_before_the_first_that_is_known_are_left_out() -> None:
    found = numbers({"a": Made()}, at(WEDNESDAY), start=date(2026, 10, 1))
    assert bars(found) == [("Oct 2", 80), ("Oct 5", 80), ("Oct 6", 80)]


def test_a_day_that_was_not_read_keeps_its_place_and_no_other_day_gets_its_calls() -> None:
    gap = at(MONDAY, 12), at(TUESDAY, 12)
    found = numbers({"a": Made(), "b": Made(calls=40)}, at(WEDNESDAY), gaps=[gap])
    assert bars(found)[-3:] == [("Oct 2", 120), ("Oct 5", None), ("Oct 6", None)]
    at_night = numbers({"a": Made()}, at(WEDNESDAY), gaps=[(at(MONDAY, 20), at(TUESDAY, 8))])
    assert bars(at_night)[-2:] == [("Oct 5", 80), ("Oct 6", 80)]


def test_a_day_is_unknown_when_the_calls_of_one_campaign_are() -> None:
    silent = Made(unknown=(at(MONDAY, 20), at(TUESDAY, 8)))
    found = numbers({"a": Made(), "b": silent}, at(WEDNESDAY))
    assert bars(found)[-3:] == [("Oct 2", 160), ("Oct 5", None), ("Oct 6", None)]


def test_a_campaign_whose_calls_carecycle_never_says_is_left_out() -> None:
    never = Made(unknown=(at(BEGAN, 0), at(WEDNESDAY, 23)))
    assert bars(numbers({"a": Made(), "b": never}, at(WEDNESDAY)))[-1] == ("Oct 6", 80)
    assert numbers({"b": never}, at(WEDNESDAY)).days == ()


def test_a_campaign_whose_counter_fell_is_left_out_on_that_day() -> None:
    falls = Made(calls=40, falls=at(TUESDAY, 13))
    found = numbers({"a": Made(), "b": falls}, at(WEDNESDAY))
    assert bars(found)[-2:] == [("Oct 5", 120), ("Oct 6", 80)]
    assert [one.is_reset for one in found.days[-2:]] == [False, True]
    alone = numbers({"b": falls}, at(WEDNESDAY))
    assert (alone.days[-1].calls, alone.days[-1].is_reset) == (None, True)


def test_a_new_campaign_called_nobody_before_it_was_there() -> None:
    new = Made(calls=40, born=at(TUESDAY, 9, 50))
    assert bars(numbers({"a": Made(), "b": new}, at(WEDNESDAY)))[-2:] == [("Oct 5", 80), ("Oct 6", 120)]


def test_without_readings_nothing_is_known() -> None:
    assert numbers({}, at(WEDNESDAY)) == ReadNumbers()
    assert numbers({"a": Made(born=at(WEDNESDAY, 12))}, at(WEDNESDAY), since=at(TUESDAY)) == ReadNumbers()


@pytest.mark.parametrize(
    ("since", "now", "calls", "before"),
    [
        (at(TUESDAY), at(WEDNESDAY), 70, "day"),  # Monday was different
        (at(MONDAY), at(TUESDAY), 80, "week"),  # the day before is a Sunday
        (at(FRIDAY), at(MONDAY), 60, "week"),  # over the weekend: a Friday, a Saturday and a Sunday
        (at(TUESDAY), at(TUESDAY, 16), 52, "day"),  # the same hours of the day before
        (at(MONDAY), at(MONDAY, 16), 60, "week"),
        (at(date(2026, 9, 30)), at(WEDNESDAY), 380, "week"),  # a weekly digest
        (at(date(2026, 10, 3)), at(date(2026, 10, 4)), None, ""),  # a Saturday, on which nobody is ever called
        (at(date(2026, 9, 27)), at(WEDNESDAY), None, ""),  # too long
    ],
)
def test_calls_are_compared_with_as_long_a_time_of_the_same_kind(
    since: datetime, now: datetime, calls: int | None, before: str
) -> None:
    one = Made(on={MONDAY: (70, 7, 2), date(2026, 9, 25): (60, 6, 2)})
    found = numbers({"a": one}, now, since=since)
    assert (found.calls_before, found.before) == (calls, before)


def test_a_holiday_is_compared_with_nothing_unless_people_were_called() -> None:
    since, now = at(COLUMBUS), at(COLUMBUS + timedelta(days=1))
    assert numbers({"a": Made(on={COLUMBUS: (0, 0, 0)})}, now, since=since).before == ""
    assert numbers({"a": Made()}, now, since=since).before == "week"
    after = numbers({"a": Made(on={COLUMBUS: (0, 0, 0)})}, now + timedelta(days=1), since=now)
    assert (after.calls_before, after.before) == (80, "week")


@pytest.mark.parametrize(
    "one",
    [
        Made(falls=at(MONDAY, 13)),
        Made(unknown=(at(MONDAY, 8), at(MONDAY, 12))),
    ],
)
def test_of_a_day_before_that_is_not_known_nothing_is_said_but_of_the_week_before(one: Made) -> None:
    found = numbers({"a": Made(), "b": one}, at(WEDNESDAY), since=at(TUESDAY))
    assert (found.calls_before, found.before) == (160, "week")
    young = numbers({"a": Made(), "b": one}, at(WEDNESDAY), since=at(TUESDAY), start=date(2026, 10, 1))
    assert (young.calls_before, young.before) == (None, "")


def test_a_gap_hides_what_was_before_only_where_it_covers_its_beginning_or_its_end() -> None:
    within, across = (at(MONDAY, 11), at(MONDAY, 15)), (at(MONDAY, 11), at(TUESDAY, 11))
    until_an_hour_after = at(MONDAY, 11), at(TUESDAY, 10, 30)  # calls of that hour are not the day before's
    for gap, before in ((within, "day"), (across, "week"), (until_an_hour_after, "week")):
        found = numbers({"a": Made()}, at(WEDNESDAY), since=at(TUESDAY), gaps=[gap])
        assert (found.calls_before, found.before) == (80, before)


def test_the_first_delivery_compares_with_nothing() -> None:
    found = numbers({"a": Made()}, at(WEDNESDAY))
    assert (found.calls_before, found.before, found.usual_failed) == (None, "", None)


def test_the_usual_share_of_failed_is_that_of_the_days_before() -> None:
    both = {"a": Made(completed=8, failed=2), "b": Made(completed=12, failed=8)}
    usual = numbers(both, at(WEDNESDAY), since=at(TUESDAY)).usual_failed
    assert usual == pytest.approx(1 / 3)
    bad_day = Made(completed=8, failed=2, on={TUESDAY: (80, 2, 28)})
    assert numbers({"a": bad_day}, at(WEDNESDAY), since=at(TUESDAY)).usual_failed == pytest.approx(0.2)


def test_an_incident_of_days_does_not_become_usual() -> None:
    incident = Made(completed=8, failed=2, on=dict.fromkeys((FRIDAY, MONDAY, TUESDAY), (80, 2, 28)))
    assert numbers({"a": incident}, at(WEDNESDAY), since=at(TUESDAY)).usual_failed == pytest.approx(0.2)


def test_of_too_few_customers_no_share_is_usual() -> None:
    few = Made(completed=4, failed=1)
    start = date(2026, 9, 29)  # four whole days before
    assert numbers({"a": few}, at(WEDNESDAY), since=at(TUESDAY), start=start).usual_failed is None
    assert numbers({"a": few}, at(WEDNESDAY), since=at(TUESDAY)).usual_failed == pytest.approx(0.2)


def test_calling_days_until_nobody_is_left_are_a_range_by_the_last_ten() -> None:
    steady = numbers({"a": Made(customers=500), "b": Made(customers=400, completed=3, failed=2)}, at(WEDNESDAY))
    assert steady.calling_days_left == (25, 33)  # 420 left, 15 a day


def test_a_saturday_with_few_calls_is_no_calling_day_but_its_ends_count() -> None:
    saturdays = {BEGAN + timedelta(days=5 + 7 * week): (20, 2, 0) for week in range(6)}
    found = numbers({"a": Made(customers=1200, completed=18, on=saturdays)}, at(WEDNESDAY)).calling_days_left
    weekdays_alone = numbers({"a": Made(customers=1200, completed=18)}, at(WEDNESDAY)).calling_days_left
    assert weekdays_alone == (26, 32)  # 560 left, 20 a day
    assert found == (25, 31)  # 550 left, 20.4 a day


@pytest.mark.parametrize(
    ("campaigns", "start"),
    [
        ({"a": Made(customers=500)}, date(2026, 10, 1)),  # four days of history
        ({"a": Made(customers=500, status="paused")}, BEGAN),
        ({"a": Made(customers=500), "b": Made(customers=500, status="paused")}, BEGAN),  # nobody knows when it goes on
        ({"a": Made(customers=500), "b": Made(born=at(MONDAY, 8))}, BEGAN),  # one day of its own
        ({"a": Made(customers=500, added=10)}, BEGAN),  # as many come as end
        ({"a": Made(customers=100_000)}, BEGAN),  # years
        ({"a": Made(customers=500, completed=0, failed=0)}, BEGAN),
    ],
)
def test_how_long_customers_last_is_not_said_when_it_cannot_be_known(
    campaigns: Mapping[str, Made], start: date
) -> None:
    assert numbers(campaigns, at(WEDNESDAY), start=start).calling_days_left is None


def test_a_campaign_with_nobody_left_does_not_hide_how_long_the_others_last() -> None:
    both = {"a": Made(customers=500), "b": Made(customers=260, status="completed", on={})}
    assert numbers({"a": Made(customers=500)}, at(WEDNESDAY)).calling_days_left is not None
    done = Made(customers=0, calls=0, completed=0, failed=0, status="completed")
    assert numbers({**both, "b": done}, at(WEDNESDAY)).calling_days_left is not None


def test_of_an_account_that_was_not_read_for_hours_no_future_is_said() -> None:
    gap = at(WEDNESDAY, 5), at(WEDNESDAY, 10)
    assert numbers({"a": Made(customers=500)}, at(WEDNESDAY), gaps=[gap]).calling_days_left is None


def test_beside_a_number_of_all_campaigns_nothing_stands_that_leaves_one_out() -> None:
    """One that the account's list does not have was picked: readings do not know it."""
    history = AccountHistory()
    for moment in moments(BEGAN, at(WEDNESDAY)):
        if found := Made(customers=500).figures(moment):
            history.add(AccountReading(moment, {"a": found}))
    past = history.past(("a", "unlisted"))
    known = Asked(("a",), ("a",), WEEKDAYS, at(TUESDAY), at(WEDNESDAY))
    assert (read_numbers(past, known).calls_before, read_numbers(past, known).before) == (80, "day")
    assert read_numbers(past, known).calling_days_left is not None
    other = replace(known, ids=("a", "unlisted"))
    assert (read_numbers(past, other).calls_before, read_numbers(past, other).calling_days_left) == (80, None)
    both = replace(other, compared=("a", "unlisted"))
    assert (read_numbers(past, both).calls_before, read_numbers(past, both).before) == (None, "")
