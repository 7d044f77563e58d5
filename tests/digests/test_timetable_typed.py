"""Cron and times as people type them are understood or refused in words; what is kept is taken back as it was."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.digests.timetable import WORKDAYS, Timetable, is_zone, times_a_day
from bot.digests.timetable_json import from_json, to_json
from bot.digests.timetable_typed import read_cron, read_times


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "America/Nowhere"},
        {"zone": "../etc/passwd"},
        {"days": [0]},
        {"days": [7, 8]},
        {"days": [2, 1]},
        {"days": []},
        {"days": None},
        {"times": ["9:00"]},
        {"times": ["16:00", "09:00"]},
        {"times": []},
        {"cron": "0 9 * *"},
        {"cron": "@daily"},
        {"cron": 5},
        {"starts": "soon"},
        {"starts": "20261124"},
        {"more": 1},
    ],
    ids=str,
)
def test_what_was_not_kept_by_this_program_is_refused(wrong: dict[str, Any]) -> None:
    kept = to_json(Timetable("America/New_York"))
    with pytest.raises(ValueError):  # noqa: PT011 - a bug's error, of which nobody reads more than that it is one
        from_json({**kept, **wrong})
    with pytest.raises(ValueError, match="not a timetable"):
        from_json({})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0 9 * * mon-fri", "0 9 * * MON-FRI"),
        ("  0   9 1  * *\n", "0 9 1 * *"),
        ("@daily", "0 0 * * *"),
        ("@Weekly", "0 0 * * 0"),
        ("0 9 l * *", "0 9 L * *"),
        ("*/30 9-17 * * 1#1", "*/30 9-17 * * 1#1"),
    ],
)
def test_cron_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert read_cron(typed) == read_cron(kept) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "five fields"),
        ("0 0 9 * * *", "five fields"),
        ("@reboot", "five fields"),
        ("every monday", "five fields"),
        ("60 9 * * *", "The minute.* not 60"),
        ("0 24 * * *", "The hour.* not 24"),
        ("0 9 0 * *", "The day of the month.* not 0"),
        ("0 9 * 13 *", "The month.* not 13"),
        ("0 9 * * FRI-MON", "The day of the week.* not FRI-MON"),
        ("0 9 31 2,13 *", "The month.* not 2,13"),
        ("0 9 ? * *", "The day of the month"),
    ],
)
def test_wrong_cron_is_refused_with_the_field_that_is_wrong(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_cron(typed)


_MINUTE = "The minute, the first of the five fields, is 0 to 59"


@pytest.mark.parametrize(
    ("read", "typed", "said"),
    [
        (read_cron, "0 9 30 2 *", "That day never comes: the month is too short for it."),
        (read_cron, "0 9 */31 * MON#5", "That day never comes."),
        (read_cron, "6" * 30 + " 9 * * *", f"{_MINUTE}: not {'6' * 20}."),
        (read_times, " ", "Type at least one time, such as 9:00 AM."),
        (read_times, "x" * 30, f"{'x' * 20} is not a time: type it like 9:00 AM or 2:30 PM."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_that_quotes_no_more_than_needed(
    read: Callable[[str], object], typed: str, said: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        read(typed)


def test_a_cron_of_two_hundred_characters_is_looked_at_and_a_longer_one_is_not() -> None:
    assert read_cron("0 9 * * *".ljust(200)) == "0 9 * * *"
    with pytest.raises(ValueError, match="five fields"):
        read_cron("0 9 * * *".ljust(201))


@given(st.text(max_size=300) | st.text("0123456789*/,-#LWMON ", max_size=300))
@example("0 9 " + "9" * 5000 + " * *")
@example("1/1/1 L/2 LW * 1#1/2")
@settings(deadline=None)
def test_whatever_is_typed_is_a_cron_and_a_time_or_refused_in_words(typed: str) -> None:
    said = []
    for read in (read_cron, read_times):
        try:
            read(typed)
        except ValueError as error:
            said.append(str(error))
    assert all(words.endswith(".") and len(words) < 150 for words in said)


@pytest.mark.parametrize(
    ("typed", "times"),
    [
        ("9", ("09:00",)),
        ("9am", ("09:00",)),
        ("1am and 1 pm", ("01:00", "13:00")),
        ("9:00, 14:30", ("09:00", "14:30")),
        ("2:30 pm and 9", ("09:00", "14:30")),
        ("9 16", ("09:00", "16:00")),
        ("9.30 a.m.; 12 PM & 12am", ("00:00", "09:30", "12:00")),
        ("0900\n930", ("09:00", "09:30")),
        ("9:00, 9am, 09:00", ("09:00",)),
        ("noon and midnight", ("00:00", "12:00")),
    ],
)
def test_times_are_understood_as_people_type_them(typed: str, times: tuple[str, ...]) -> None:
    assert read_times(typed) == times == read_times(", ".join(times))


@pytest.mark.parametrize("typed", ["", " , ", "25", "24:00", "9:60", "13pm", "0am", "9:5", "morning", "9-17", "-9"])
def test_what_is_no_time_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValueError, match=r"such as 9:00|is not a time"):
        read_times(typed)


@pytest.mark.parametrize(
    ("parts", "times"),
    [
        ({}, 1),
        ({"times": ("09:00", "16:00")}, 2),
        ({"cron": "*/15 9-17 * * 1-5"}, 36),
        ({"cron": "* * 29 2 *"}, 1440),
        ({"cron": "0 9 31 2 *"}, 0),
        ({"days": frozenset()}, 0),
    ],
)
def test_how_often_a_day_is_known_without_waiting_for_it(parts: dict[str, Any], times: int) -> None:
    assert times_a_day(Timetable("America/New_York", **parts)) == times


def test_zones_are_those_of_iana_as_they_are_spelled() -> None:
    assert all(map(is_zone, ("America/New_York", "Asia/Kolkata", "UTC", "Etc/GMT+5")))
    assert not any(map(is_zone, ("", "new york", "Factory", "/etc/localtime", "../UTC", "EST5XX")))
    assert Timetable("UTC").days == WORKDAYS
