"""Time zones are found by what people call them, the common American ones first."""

from datetime import UTC, datetime

import pytest

from blocks.digests.time_zones import label, options
from bot.digests.timetable import is_zone

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
COMMON = [
    "Eastern (New York)",
    "Central (Chicago)",
    "Mountain (Denver)",
    "Arizona (Phoenix)",
    "Pacific (Los Angeles)",
    "Alaska (Anchorage)",
    "Hawaii (Honolulu)",
]


def found(typed: str) -> list[str]:
    return [str(one["value"]) for one in options(typed, NOW)]


def test_the_common_american_ones_come_first() -> None:
    assert [label(zone) for zone in found("")[:7]] == COMMON
    assert len(found("")) == 100
    assert len(set(found(""))) == 100


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("EST", "America/New_York"),
        ("edt", "America/New_York"),
        ("eastern time", "America/New_York"),
        ("Eastern", "America/New_York"),
        ("CST", "America/Chicago"),
        ("central", "America/Chicago"),
        ("mst", "America/Denver"),
        ("arizona", "America/Phoenix"),
        ("Pacific", "America/Los_Angeles"),
        ("PT", "America/Los_Angeles"),
        ("alaska", "America/Anchorage"),
        ("Hawaii", "Pacific/Honolulu"),
        ("new york", "America/New_York"),
        ("los ang", "America/Los_Angeles"),
        ("america/chicago", "America/Chicago"),
        ("Kolkata", "Asia/Kolkata"),
        ("Calcutta", "Asia/Kolkata"),
        ("Mumbai", "Asia/Kolkata"),
        ("IST", "Asia/Kolkata"),
        ("Manila", "Asia/Manila"),
        ("Kathmandu", "Asia/Kathmandu"),
        ("utc", "UTC"),
        ("gmt", "Europe/London"),
        ("Indianapolis", "America/Indiana/Indianapolis"),
        ("Kiev", "Europe/Kyiv"),
    ],
)
def test_one_is_found_by_an_abbreviation_a_name_or_a_city(typed: str, first: str) -> None:
    assert found(typed)[0] == first


def test_an_abbreviation_of_several_offers_all_of_them() -> None:
    assert found("ist")[:3] == ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]
    assert found("zzz") == []


def test_every_offer_is_a_zone_with_the_time_there() -> None:
    for one in options("", NOW):
        assert is_zone(str(one["value"]))
        assert "there now" in str(one["description"])
        assert 0 < len(str(one["text"]["text"])) <= 75  # type: ignore[index, call-overload]  # JSON
    assert "9:00 AM there now" in str(options("EST", NOW)[0]["description"])


def test_a_zone_without_an_everyday_name_is_said_by_its_city() -> None:
    assert label("Asia/Kolkata") == "Kolkata (Asia)"
    assert label("America/Indiana/Indianapolis") == "Indianapolis (America/Indiana)"
    assert label("UTC") == "UTC"
