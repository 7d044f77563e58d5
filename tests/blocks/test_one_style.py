"""Dates, times and percentages have one style in all that people read: docs/decisions/15-dates-and-numbers.md."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/messages.md"  # every sentence there is; another test keeps it up to date
SNAPSHOTS = Path(__file__).parent / "__snapshots__"
MONTH = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"


@pytest.mark.parametrize(
    ("wrong", "example"),
    [
        (r"\b\d{4}-\d{2}-\d{2}\b", "2026-11-23"),
        (r"\b\d{1,2}:\d{2}:\d{2}\b", "9:02:11 AM"),
        (r"\d\s%", "98 %"),
        (r"\b\d{1,2}:\d{2}\b(?! [AP]M)", "16:30"),
        (rf"\b\d{{1,2}} {MONTH}\b", "23 Nov"),
        (rf"\b{MONTH} \d{{1,2}}, 2026\b", "Nov 23, 2026"),  # the samples' present
    ],
)
def test_no_sentence_has_another_style(wrong: str, example: str) -> None:
    assert re.search(wrong, example)
    assert [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.search(wrong, line)] == []


def test_slack_is_asked_for_no_seconds_and_no_iso_date() -> None:
    drawn = "".join(file.read_text(encoding="utf-8") for file in SNAPSHOTS.rglob("*.json"))
    assert "at {time}|" in drawn
    assert {*re.findall(r"\{((?:date|time)\w*|ago)\}", drawn)} == {"date_short_pretty", "date_short", "time", "ago"}
