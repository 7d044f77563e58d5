"""Medicare numbers and Social Security numbers are masked, and nothing that only looks a little like them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks import words
from bot.campaigns import member_ids
from bot.campaigns.figures import Figures
from bot.digests import snapshot
from bot.insight import packing
from bot.insight.series import AccountReading


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("ask about 1EG4-TE5-MK72 first", "ask about (member ID) first"),
        ("1EG4TE5MK72", "(member ID)"),
        ("1eg4 te5 mk72, please", "(member ID), please"),
        ("Jane, SSN 123-45-6789.", "Jane, SSN (SSN)."),
        ("123 45 6789", "(SSN)"),
        ("1EG4-TE5-MK72 and 123-45-6789", "(member ID) and (SSN)"),
    ],
)
def test_a_number_of_a_person_is_masked(said: str, shown: str) -> None:
    assert member_ids.masked(said) == shown
    assert words.clean(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "497f6eca-6276-4993-bfeb-53cbbbba6f08",
        "497F6ECA-6276-4993-BFEB-53CBBBBA6F08",
        "2026-11-20 to 2026-12-01",
        "11-20-2026",
        "AEP 2026 TX-48201 wave 12",
        "1EG4-TE5-MK723",
        "1SG4-TE5-MK72",  # a Medicare number has no S
        "10123-45-67890",
        "310 of 500, 62%, 1,204 calls",
    ],
)
def test_what_is_none_stays(said: str) -> None:
    assert member_ids.masked(said) == said


@given(st.from_regex(r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]"
                     r"[AC-HJKMNP-RT-Y]{2}[0-9]{2}", fullmatch=True))  # fmt: skip
def test_every_medicare_number_is_masked(number: str) -> None:
    assert member_ids.masked(f"for {number}: wait") == "for (member ID): wait"


def test_what_is_kept_of_a_campaign_has_none_of_these_numbers() -> None:
    now = datetime(2026, 11, 23, 14, tzinfo=UTC)
    named = Figures("Jane 123-45-6789 1EG4-TE5-MK72", "active", 1, 1, None, {})
    kept = snapshot.unpack(snapshot.pack(snapshot.Snapshot(now, now.date(), {"c1": named})))
    read = next(packing.unpack([packing.Packed(now, packing.pack(AccountReading(now, {"c1": named}), None))]))
    assert kept.campaigns["c1"].name == "Jane (SSN) (member ID)"
    assert read.campaigns["c1"].name == "Jane (SSN) (member ID)"
