"""How values become words: never wrong by rounding, never longer than allowed, never able to format."""

import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from blocks import words
from tests.conftest import AS_OF


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"),
        (0, "0"),
        (1204, "1,204"),
        (-3, "−3"),
        (-1204, "−1,204"),
        (999_999_999_999_999, "999,999,999,999,999"),
        (10**15, "over 10^15"),
        (-(10**40), "under −10^40"),
    ],
)
def test_a_number_has_thousands_and_no_data_is_a_dash(value: int | None, said: str) -> None:
    assert words.number(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(None, "– calls"), (0, "0 calls"), (1, "1 call"), (2, "2 calls"), (-1, "−1 calls")]
)
def test_one_is_singular(value: int | None, said: str) -> None:
    assert words.amount(value, "call") == said


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 7, "0%"),
        (1, 1000, "<1%"),
        (4, 1000, "<1%"),
        (10, 1000, "1%"),
        (14, 1000, "1%"),
        (15, 1000, "2%"),
        (674, 1204, "56%"),
        (1, 2, "50%"),
        (990, 1000, "99%"),
        (996, 1000, ">99%"),
        (9999, 10_000, ">99%"),
        (7, 7, "100%"),
    ],
)
def test_a_percentage_is_rounded_but_not_wrong(part: int, whole: int, said: str) -> None:
    assert words.percent(part, whole) == said


_SHARES = st.integers(1, 10**9).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(_SHARES)
@example((1, 10**9))
@example((10**9 - 1, 10**9))
def test_none_and_all_are_said_only_when_it_is_none_or_all(share: tuple[int, int]) -> None:
    part, whole = share
    said = words.percent(part, whole)
    assert (said == "0%") == (part == 0)
    assert (said == "100%") == (part == whole)
    if said[0] in "<>":
        assert part * 100 < whole if said == "<1%" else part * 100 > whole * 99
    else:
        assert abs(int(said.removesuffix("%")) * whole - part * 100) * 2 <= whole


@given(_SHARES)
def test_a_bar_is_empty_only_for_none_and_full_only_for_all(share: tuple[int, int]) -> None:
    part, whole = share
    cells = words.bar(part, whole)
    assert re.fullmatch("█*░*", cells)
    assert len(cells) == 10
    assert ("█" in cells) == (part > 0)
    assert ("░" in cells) == (part < whole)
    assert abs(cells.count("█") - part * 10 / whole) < 1


def test_a_bar_reads_from_left_to_right() -> None:
    assert words.bar(674, 1204) == "██████░░░░"


def test_a_moment_is_in_the_readers_own_zone_and_to_the_minute() -> None:
    said = words.moment(AS_OF.replace(microsecond=999_999), AS_OF)
    unix = int(AS_OF.timestamp())
    assert said == f"<!date^{unix}^{{date_short_pretty}} at {{time}}|Mon, Nov 23, 9:02 AM UTC>"
    assert words.clock_time(AS_OF) == f"<!date^{unix}^{{time}}|9:02 AM UTC>"


def test_a_moment_of_another_zone_falls_back_to_utc_and_can_say_how_long_ago_it_is() -> None:
    there = AS_OF.astimezone(ZoneInfo("Asia/Kolkata"))
    said = words.moment(there, AS_OF, ago=True)
    assert (
        said == f"<!date^{int(AS_OF.timestamp())}^{{date_short_pretty}} at {{time}}, {{ago}}|Mon, Nov 23, 9:02 AM UTC>"
    )


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(0, 0), "12:00 AM"),
        (time(0, 59), "12:59 AM"),
        (time(9, 5), "9:05 AM"),
        (time(12, 0), "12:00 PM"),
        (time(16, 30), "4:30 PM"),
        (time(23, 59, 59), "11:59 PM"),
    ],
)
def test_a_time_is_that_of_a_12_hour_clock(at: time, said: str) -> None:
    assert words.plain_time(at) == said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (datetime(2026, 1, 1, 5, tzinfo=UTC), "Thu, Dec 31, 11:30 PM"),
        (datetime(2027, 1, 1, 4, 59, tzinfo=UTC), "Thu, Dec 31, 11:30 PM"),  # still 2026 in New York
        (datetime(2027, 1, 1, 5, tzinfo=UTC), "Thu, Dec 31, 2026, 11:30 PM"),
        (None, "Thu, Dec 31, 2026, 11:30 PM"),
    ],
)
def test_the_year_is_given_when_it_is_not_this_one(now: datetime | None, said: str) -> None:
    new_york = ZoneInfo("America/New_York")
    assert words.plain_moment(datetime(2026, 12, 31, 23, 30, tzinfo=new_york), now) == said


def test_midnight_utc_is_a_day_and_not_the_evening_before() -> None:
    assert words.day(datetime(2026, 10, 5, tzinfo=UTC)) == "Oct 5, 2026"
    noon = datetime(2026, 10, 5, 12, tzinfo=UTC)
    assert words.day(noon) == f"<!date^{int(noon.timestamp())}^{{date_short}}|Oct 5, 2026>"


@given(st.datetimes(timezones=st.just(UTC)))
def test_any_date_has_words(when: datetime) -> None:
    for said in (words.moment(when), words.clock_time(when), words.day(when)):
        assert said == words.plain_day(when) or re.fullmatch(r"<!date\^-?\d+\^[^|>]+\|[^|>]+>", said)
        assert "<" not in words.plain(said)


def utf16(text: str) -> int:
    """As JavaScript, and so Slack, counts."""
    return len(text.encode("utf-16-le")) // 2


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text("a &<>😀👩‍⚕️\u200d\ufe0f", max_size=60)


@given(_TEXTS, st.integers(1, 40))
@example("😀" * 20, 2)
@example("000\u200d&amp;", 6)
def test_a_shortened_text_fits_and_is_the_beginning_of_the_whole(text: str, limit: int) -> None:
    short = words.shorten(text, limit)
    assert utf16(short) <= limit
    short.encode()  # no half of a pair
    if utf16(text) <= limit:
        assert short == text
    else:
        assert short.endswith("…")
        assert text.startswith(short[:-1])
        assert not short[:-1].endswith(("\u200d", " "))


@given(_TEXTS, st.integers(5, 40))
def test_shortening_leaves_no_half_an_escape(text: str, limit: int) -> None:
    short = words.shorten(words.escape(text), limit)
    assert re.fullmatch("([^&<>]|&amp;|&lt;|&gt;)*", short, re.DOTALL)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("AEP Outreach 2026", "AEP Outreach 2026"),
        ("Tom O'Hara & Sons", "Tom O'Hara &amp; Sons"),
        ("snake_case_name 2*3*4 a~b", "snake_case_name 2*3*4 a~b"),
        ("<!channel> <@U01OWNER>", "&lt;!channel&gt; &lt;@U01OWNER&gt;"),
        ("<https://evil.example|click>", "&lt;https://evil.example|click&gt;"),
        ("&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;"),
        ("*bold* _it_ ~no~ `code`", "∗bold∗ ˍitˍ ∼no∼ ˋcodeˋ"),
        ("> quote", "› quote"),
        (" >>> quote", "›&gt;&gt; quote"),
        ("a > b", "a &gt; b"),
        (":tada: 09:02:11", "∶tada∶ 09∶02∶11"),
        ("one\r\ntwo\tthree\x00four\u2028five", "one two three four five"),
        ("\u202ereversed\u202c", "reversed"),
        ("קו בריאות", "\u2068קו בריאות\u2069"),
        ("\ud83d half a pair", "half a pair"),
        (" \n ", ""),
        ("\u200b\u2060\ufeff\u00ad", ""),
        ("👩‍⚕️🇺🇸", "👩‍⚕️🇺🇸"),
    ],
)
def test_outside_text_is_shown_to_the_letter_and_does_nothing(text: str, shown: str) -> None:
    assert words.literal(text) == shown


@given(_TEXTS, st.integers(1, 40))
def test_outside_text_is_one_line_within_its_limit(text: str, limit: int) -> None:
    shown = words.clean(text, limit)
    assert utf16(shown) <= limit
    assert len(shown.splitlines()) <= 1
    assert not shown or any(character.isprintable() for character in shown)
    assert shown == shown.strip()
    assert words.clean(shown, limit) == shown


@given(st.text("<>!@#*_~`:|&; ax1é\n\u200b", max_size=30))
def test_outside_text_reads_the_same_in_a_terminal(text: str) -> None:
    assume(words.clean(text))
    look_alikes = str.maketrans("∗ˍ∼ˋ∶›", "*_~`:>")
    assert words.plain(words.literal(text)).translate(look_alikes) == words.clean(text)


@pytest.mark.parametrize(
    ("value", "said"),
    [("in_progress", "In progress"), ("wait-for-operator", "Wait for operator"), ("RETENTION", "RETENTION"), ("", "")],
)
def test_a_value_of_the_api_becomes_words(value: str, said: str) -> None:
    assert words.sentence_case(value) == said


def test_a_share_in_mrkdwn_is_no_link_and_begins_no_quotation() -> None:
    assert words.share(996, 1000) == "\u2060&gt;99%"
    assert words.share(4, 1000) == "&lt;1%"
    assert words.share(56, 100) == "56%"
    assert words.plain(words.share(996, 1000)).endswith(">99%")
