"""The file with all campaigns of a digest: what spreadsheets open is what the window shows, and never a formula."""

import csv
import io
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blocks import words
from blocks.campaigns.campaign import UNNAMED
from blocks.digests.campaigns_csv import HEADER, content, file_name, message
from blocks.spreadsheet import csv_file, defused
from bot.campaigns.figures import Figures
from bot.digests.report import Row
from tests.samples.digest_modals import DIGEST, NOW, OF_ALL, ROWS_OF_ALL

SIGNS = "=+-@\t\r＝＋－＠﹦﹢﹣﹫−–"
NAMES = st.text(st.one_of(st.sampled_from(f"{SIGNS} '\"“\u200b\ufeff;,\n\t|1A("), st.characters()), max_size=20)


def cells(file: bytes, delimiter: str = ",") -> list[list[str]]:
    """The cells as a program reads them that expects this between them."""
    text = file.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may calculate the cell, be it after spaces, quotes and what nobody sees."""
    seen = "".join(one for one in unicodedata.normalize("NFKC", cell) if unicodedata.category(one)[0] not in "CZ")
    return seen.lstrip('"“”').startswith(("=", "+", "-", "@", "−", "–")) or cell.startswith(("\t", "\r"))


@given(NAMES)
@example('=HYPERLINK("https://evil.example")')
@example("Plan;=1+1")
@example(" \u200b＝cmd|' /C calc'!A0")
@example("≠ not equal")
def test_nothing_that_comes_from_outside_is_a_formula_for_any_program(name: str) -> None:
    row = Row(name, Figures(name, name), {})
    file = content(replace(OF_ALL, rows=(row,)), "name")
    for delimiter in ",;\t":
        assert not [cell for line in cells(file, delimiter) for cell in line if is_formula(cell)]


def whole(text: str) -> str:
    """The text with a `?` for each half of a character, which no file can hold."""
    return text.encode(errors="replace").decode()


@example([["\ud800=1"]])
@given(st.lists(st.lists(st.one_of(NAMES, st.integers(min_value=0), st.none()), min_size=1), min_size=1))
def test_every_cell_comes_back_as_it_was_but_for_apostrophes(rows: list[list[str | int | None]]) -> None:
    back = cells(csv_file(rows))
    assert back == [
        ["" if one is None else whole(defused(one)) if isinstance(one, str) else str(one) for one in row]
        for row in rows
    ]
    assert [[one.replace("'", "") for one in row] for row in back] == [
        ["" if one is None else whole(str(one)).replace("'", "") for one in row] for row in rows
    ]


def test_it_has_the_numbers_of_the_window_and_no_data_is_empty() -> None:
    known = Row(
        "a1", Figures("Müller, “A”", "active", 10, 7, 0, {"completed": 1, "failed": 2, "pending": 3}), {"calls": 4}
    )
    unknown = Row("b2", Figures("", None), {}, is_new=True)
    found = replace(OF_ALL, rows=(known, unknown), needing={"a1"}, judged_at=NOW)
    file = content(found, "calls")
    assert file.startswith(b"\xef\xbb\xbfCampaign ID,Name,")
    assert file.endswith(b"\r\n")
    assert b"yes,no,4,7,1,2," in file  # numbers without quotes
    assert cells(file)[0] == list(HEADER)
    assert cells(file)[1][:6] == ["a1", "Müller, “A”", "Active", "yes", "no", "4"]
    assert cells(file)[2] == ["b2", "Campaign without a name", "Status not given", "no", "yes", "", "", "", "", ""]
    assert cells(content(replace(found, judged_at=None, since=None), "calls"))[1][3:5] == ["", ""]


def test_it_has_all_campaigns_in_the_order_of_the_window() -> None:
    file = content(replace(OF_ALL, rows=ROWS_OF_ALL), "name")
    names = [row[1] for row in cells(file)[1:]]
    assert len(names) == len(ROWS_OF_ALL) > 40
    assert names == sorted(names, key=lambda name: name.replace(UNNAMED, "").casefold())


def test_phone_numbers_are_masked_as_everywhere() -> None:
    row = Row("a1", Figures("Call (212) 555-0143", "active"), {})
    found = replace(OF_ALL, rows=(row,), digest=replace(DIGEST, name="Back to 212-555-0143"))
    assert b"0143" not in content(found, "name")
    assert "0143" not in file_name(found, NOW) + message(found, NOW).text


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Morning digest", "Morning digest, Fri, Nov 20.csv"),
        ("../a\\b:c*?", "-a-b-c-, Fri, Nov 20.csv"),
        ("Late", "Late, Fri, Nov 20.csv"),
    ],
)
def test_the_file_is_named_after_the_digest_and_its_day_there(name: str, wanted: str) -> None:
    late = datetime(2026, 11, 21, 3, tzinfo=UTC)  # ten in the evening before, in New York
    assert file_name(replace(OF_ALL, digest=replace(DIGEST, name=name), as_of=late), NOW) == wanted


def test_the_message_names_the_digest_and_the_age_of_its_numbers() -> None:
    assert words.plain(message(OF_ALL, NOW).text) == (
        "Here are the 9 campaigns of *Morning digest* as of Mon, Nov 23, 7:02 AM UTC. "
        "Calls since the digest before are those since Fri, Nov 20, 2:00 PM UTC."
    )
