"""The last calling days in *Details*: an aligned table, a sentence for the ear, and `?` for what nobody read."""

from datetime import date, timedelta

from blocks import words
from blocks.campaigns import calling_days, details
from blocks.card_options import WHOLE
from blocks.previews import work_object
from bot.insight.days import CallingDay
from tests.conftest import AS_OF, reading, text_of
from tests.samples.cards import DAYS, LOOK, SHORT


def test_days_are_a_sentence_a_table_and_what_a_question_mark_means() -> None:
    said, table, unknown = calling_days.lines(DAYS, AS_OF)
    assert said == "1,761 calls on 6 days, most on Sat, Nov 21 (1,204); 92 customers finished."
    assert table.strip("`").split("\n") == [
        "             calls finished",
        "Tue, Nov 17    208       31 █",
        "Wed, Nov 18     64        9 █",
        "Thu, Nov 19      ?        ?",
        "Fri, Nov 20    198       40 █",
        "Sat, Nov 21  1,204        ? ███████",
        "Sun, Nov 22      0        0",
        "Mon, Nov 23     87       12 █",
    ]
    assert unknown.startswith("? is a day that was not read")


def test_every_line_fits_a_phone_and_fourteen_of_them_a_section() -> None:
    many = [CallingDay(date(2025, 12, 20) + timedelta(days=day), 99_999, 9_999) for day in range(14)]
    _, table = calling_days.lines(many, AS_OF)
    assert max(map(len, table.strip("`").split("\n"))) <= 40
    assert len(table) < 1000


def test_without_readings_there_is_no_part() -> None:
    for days in ([], [CallingDay(AS_OF.date(), None, None)]):
        assert list(calling_days.lines(days, AS_OF)) == list(calling_days.spoken(days, AS_OF)) == []
    assert calling_days.TITLE not in text_of(details.card(reading(LOOK), names=False))


def test_people_of_another_company_do_not_see_them() -> None:
    assert calling_days.TITLE in text_of(details.card(reading(LOOK), names=False, days=DAYS))
    assert calling_days.TITLE not in text_of(details.card(reading(LOOK), names=False, options=SHORT, days=DAYS))


def test_the_pane_beside_a_preview_has_a_line_for_each_day() -> None:
    pane = text_of(work_object.pane(reading(LOOK), "https://x", WHOLE, names=False, days=DAYS))
    assert "Tue, Nov 17: 208 calls, 31 finished" in words.plain(pane)
    assert "Thu, Nov 19: not known" in pane
