"""What a due digest comes to, from the clock alone: which slot goes out, and what is noted of the others."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.digests.digest import Pause, PauseReason
from bot.digests.due import MOST, decide
from bot.digests.timetable import Timetable
from tests.samples.digests import NEW_YORK, NINE, NOW, digest

GRACE = timedelta(hours=2)
TUESDAY = NINE + timedelta(days=1)
DOWN = {"5 minutes": timedelta(minutes=5), "3 hours": timedelta(hours=3), "3 days": timedelta(days=3)}
HOURLY = Timetable(NEW_YORK, cron="0 * * * *")


def states(*, timetable: Timetable, down: timedelta, grace: timedelta = GRACE) -> list[tuple[str, str]]:
    """State and reason of each row, oldest first, after the app was down since the last slot."""
    due = decide(digest(timetable=timetable), NINE + down, grace)
    return [(one.state, one.reason) for one in due.deliveries]


def test_a_slot_goes_out_and_the_digest_is_due_next_at_the_one_after_it() -> None:
    due = decide(digest(), NOW, GRACE)
    (row,) = due.deliveries
    assert (row.id, row.due, row.wanted_at, row.state, row.try_at) == (
        "d1:2026-11-23T09:00-05:00",
        NINE,
        NINE,
        "due",
        NOW,
    )
    assert row.digest_id == "d1"
    assert (row.kind, row.channel_id, row.workspace_id, row.ended_at) == ("scheduled", "C0SALES", "T01SUNRISE", None)
    assert (due.next_due, due.resumed) == (TUESDAY, False)


@pytest.mark.parametrize(
    ("zone", "offset"), [("Europe/Berlin", "+01:00"), ("Asia/Kolkata", "+05:30"), ("UTC", "+00:00")]
)
def test_a_slots_name_has_how_far_its_zone_is_from_utc(zone: str, offset: str) -> None:
    (row,) = decide(
        digest(timetable=Timetable(zone, cron="30 * * * *")), NINE + timedelta(minutes=30), GRACE
    ).deliveries
    assert row.id.endswith(f":30{offset}")


def test_what_goes_out_within_two_minutes_is_not_late() -> None:
    daily = Timetable(NEW_YORK)
    assert states(timetable=daily, down=timedelta(minutes=2)) == [("due", "")]
    assert states(timetable=daily, down=timedelta(minutes=2, seconds=1)) == [("due", "too_late")]


def test_nothing_is_written_before_it_is_due() -> None:
    due = decide(digest(), NINE - timedelta(seconds=1), GRACE)
    assert (due.deliveries, due.next_due) == ((), NINE)


@pytest.mark.parametrize(
    ("down", "expected"),
    [
        ("5 minutes", [("due", "too_late")]),
        ("3 hours", [("skipped", "superseded")] * 3 + [("due", "")]),
        ("3 days", [("skipped", "superseded")] * (MOST - 1) + [("due", "")]),
    ],
)
def test_of_an_hourly_digest_only_the_newest_missed_slot_goes_out(down: str, expected: list[tuple[str, str]]) -> None:
    assert states(timetable=HOURLY, down=DOWN[down]) == expected


@pytest.mark.parametrize(
    ("down", "expected"),
    [
        ("5 minutes", [("due", "too_late")]),
        ("3 hours", [("skipped", "too_late")]),
        ("3 days", [("skipped", "superseded")] * 3 + [("due", "")]),
    ],
)
def test_of_a_daily_digest_what_is_later_than_the_grace_time_is_skipped(
    down: str, expected: list[tuple[str, str]]
) -> None:
    assert states(timetable=Timetable(NEW_YORK), down=DOWN[down]) == expected


def test_the_grace_time_is_the_operators() -> None:
    daily = Timetable(NEW_YORK)
    assert states(timetable=daily, down=DOWN["3 hours"], grace=timedelta(hours=3)) == [("due", "too_late")]
    assert states(timetable=daily, down=DOWN["5 minutes"], grace=timedelta(minutes=4)) == [("skipped", "too_late")]


def test_rows_that_are_skipped_are_over_and_are_not_tried() -> None:
    rows = decide(digest(), NINE + DOWN["3 hours"], GRACE).deliveries
    assert [(one.try_at, one.ended_at) for one in rows] == [(None, NINE + DOWN["3 hours"])]


@pytest.mark.parametrize("why", ["person", "failed"])
def test_a_paused_digest_notes_that_it_was_paused(why: PauseReason) -> None:
    due = decide(digest(pause=Pause(NINE - timedelta(hours=1), why)), NOW, GRACE)
    assert [(one.state, one.reason) for one in due.deliveries] == [("skipped", "paused")]
    assert (due.next_due, due.resumed) == (TUESDAY, False)


def test_while_the_key_is_refused_each_slot_is_tried() -> None:
    due = decide(digest(pause=Pause(NINE - timedelta(days=1), "key", by="U0SAM")), NOW, GRACE)
    assert [(one.state, one.asked_by) for one in due.deliveries] == [("due", None)]
    assert not due.resumed


def test_a_pause_for_a_day_leaves_out_its_slots_and_is_over_by_itself() -> None:
    since = NINE - timedelta(minutes=30)
    paused = digest(pause=Pause(since, "person", since + timedelta(days=1), "U0SAM"))
    first = decide(paused, NOW, GRACE)
    assert [(one.reason, one.asked_by) for one in first.deliveries] == [("paused", "U0SAM")]
    assert not first.resumed
    later = decide(digest(pause=paused.pause, next_due=TUESDAY), TUESDAY, GRACE)
    assert [one.state for one in later.deliveries] == ["due"]
    assert later.resumed


def test_a_slot_at_which_a_pause_ends_goes_out() -> None:
    since = NINE - timedelta(days=1)
    for until, state in ((NINE, "due"), (NINE + timedelta(seconds=1), "skipped")):
        due = decide(digest(pause=Pause(since, "person", until, "U0SAM")), NOW, GRACE)
        assert [one.state for one in due.deliveries] == [state]
    assert decide(digest(pause=Pause(since, "person", NOW)), NOW, GRACE).resumed


def test_slots_missed_in_a_pause_and_after_it_each_have_their_own_reason() -> None:
    since = NINE - timedelta(minutes=30)
    paused = digest(pause=Pause(since, "person", since + timedelta(days=1), "U0SAM"))
    due = decide(paused, NINE + timedelta(days=2), GRACE)
    assert [one.reason for one in due.deliveries] == ["paused", "superseded", ""]
    assert due.resumed


def test_after_the_last_day_there_is_no_next_time() -> None:
    last = Timetable(NEW_YORK, ends=NINE.date())
    due = decide(digest(timetable=last), NOW, GRACE)
    assert [one.state for one in due.deliveries] == ["due"]
    assert due.next_due is None


def test_a_next_time_that_its_timetable_no_longer_has_sends_nothing() -> None:
    moved = digest(timetable=Timetable(NEW_YORK, times=("17:30",)))
    due = decide(moved, NOW, GRACE)
    assert (due.deliveries, due.next_due) == ((), datetime(2026, 11, 23, 22, 30, tzinfo=UTC))
