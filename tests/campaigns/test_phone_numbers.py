"""Phone numbers in names and descriptions: none of their digits is shown, and nothing else is taken for one."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks import words
from bot.campaigns import phone_numbers

_NUMBERS = (
    "+1 (212) 555-0143",
    "+12125550143",
    "1-212-555-0143",
    "(212) 555-0143",
    "(212)555-0143",
    "212-555-0143",
    "212.555.0143",
    "212 555 0143",
    "212_555_0143",
    "212/555-0143",
    "212–555–0143",
    "212\u00a0555\u00a00143",
    "212\u200b-555\u200b-0143",
    "212 5550143",
    "212555-0143",
    "2125550143",
    "12125550143",
    "555-0143",
    "212-555-0143 x99",
    "212-555-0143 ext. 5501",
    "+290 2345",
    "+12 345 6789",
    "+123456789012345",
    "012345678",
    "0012345678",
    "1212-555-0143",
    "1 - (212) 555-0143",
    "212 - 555 - 0143",
    "212555 - 0143",
    "+ (44) 20 7123 4567",
    "+44 - 20 - 7123 - 4567",
    "020 -7123 -4567",
    "0044 -20 -7123 -4567",
    "01 234 567 890",
    "00442071234567",
    "+44 20 7123 4567",
    "+49 (0) 30 123456",
    "0044 20 7123 4567",
    "020 7123 4567",
    "0612345678",
    "01.23.45.67.89",
    "٠٦١-٢٣٤-٥٦٧٨",
    "２１２-５５５-０１４３",
)


@pytest.mark.parametrize("number", _NUMBERS)
@pytest.mark.parametrize(
    "around",
    ["{}", "Ring Dana at {}.", "AEP {}", "AEP-{}", "tel:{}", "{}/{}", "2026 {}, 2026-11-20", "«{}»", "_{}_"],
)
def test_no_digit_of_a_number_is_shown(number: str, around: str) -> None:
    shown = words.plain(words.literal(around.replace("{}", number)))
    rest = shown.replace("2026-11-20", "").replace("2026", "")
    assert not re.search(r"\d", rest), shown
    assert phone_numbers.MASK in shown


@pytest.mark.parametrize("number", ["212-555-0143", "2125550143", "+44 20 7123 4567", "020 7123 4567", "555-0143"])
@pytest.mark.parametrize("extension", ["x9", "  x99", " ext 123456", " ext. 5501", "EXT5501", " Extension 55", " X99"])
def test_an_extension_is_part_of_its_number(number: str, extension: str) -> None:
    assert phone_numbers.masked(f"Ring {number}{extension} now") == f"Ring {phone_numbers.MASK} now"


_DAYS = st.dates().filter(lambda day: 1900 <= day.year < 2100)
_WRITTEN = st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d-%m-%Y", "%d %b %Y", "%Y%m%d", "%m/%Y", "%B %Y"])
_OTHERS = st.one_of(
    st.uuids().map(str),
    st.tuples(_DAYS, _WRITTEN).map(lambda drawn: drawn[0].strftime(drawn[1])),
    st.tuples(_DAYS, _DAYS).map(lambda days: f"{days[0]} to {days[1]}"),
    st.tuples(_DAYS, _DAYS).map(lambda days: f"{days[0]}/{days[1]}"),
    st.tuples(_DAYS, _DAYS).map(lambda days: f"{days[0]:%m/%d/%Y}-{days[1]:%m/%d/%Y}"),
    st.tuples(_DAYS, _DAYS).map(lambda days: f"{days[0]:%d.%m.%Y}–{days[1]:%d.%m.%Y}"),
    st.tuples(_DAYS, _DAYS).map(lambda days: f"{days[0]:%m/%d}-{days[1]:%m/%d/%Y}"),
    st.tuples(_DAYS, _DAYS).map(lambda days: f"{days[0]:%Y%m}-{days[1]:%Y}"),
    st.uuids().map(lambda one: str(one).upper()),
    st.datetimes().filter(lambda when: 1900 <= when.year < 2100).map(lambda when: when.isoformat(" ", "seconds")),
    st.times().map(lambda time: f"{time:%H:%M}"),
    st.tuples(st.times(), st.times()).map(lambda times: f"{times[0]:%H:%M}-{times[1]:%H:%M:%S}"),
    st.tuples(st.integers(1900, 2099), st.integers(1900, 2099)).map(lambda years: f"{years[0]}-{years[1]}"),
    st.integers(0, 10**9).map(str),
    st.integers(0, 10**15).map("{:,}".format),
    st.integers(10**11, 10**18).map(str),
    st.floats(0, 1, allow_nan=False).map("{:.12f}".format),
    st.tuples(st.integers(1, 9), st.integers(1, 9)).map(lambda ends: f"{ends[0] * 100}-{ends[1] * 1000}"),
    st.integers(0, 10**10).map("${}".format),
    st.integers(0, 10**10 - 1).map("C{:010d}".format),  # as Slack writes the id of a channel
)


@settings(max_examples=500)
@given(_OTHERS, st.sampled_from(["{}", "AEP {}", "AEP 65+ ({}) wave 2", "until {}."]))
def test_dates_ids_times_and_counts_are_shown(other: str, around: str) -> None:
    text = around.format(other)
    assert words.clean(text) == text


@given(st.tuples(st.integers(200, 999), st.integers(200, 999), st.integers(0, 9999)), st.sampled_from("-. /_–"))
def test_whatever_the_digits_and_what_is_between_them(number: tuple[int, int, int], between: str) -> None:
    area, exchange, line = number
    for said in (
        f"{area}{between}{exchange}{between}{line:04}",
        f"+1{between}{area}{between}{exchange}{between}{line:04}",
        f"({area}) {exchange}{between}{line:04}",
        f"{area}{exchange}{line:04}",
    ):
        assert words.clean(f"AEP {said}!") == f"AEP {phone_numbers.MASK}!"
