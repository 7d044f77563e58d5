"""Accounts with odd numbers and dates are judged all the same, and nothing absurd is said of them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.campaigns import problem_list
from blocks.campaigns.listing import PageState
from blocks.campaigns.problems import sentences, wording
from bot.campaigns.figures import COUNTED, Figures
from bot.insight.assessment import STORED, Assessment, Current
from bot.insight.history import AccountHistory
from bot.insight.judge import judge
from bot.insight.series import AccountReading
from tests.insight.test_judge import FIRST, HEALTHY, NEW_YORK, NO_NUMBER, Account, kinds

NEVER = (datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))
ABSURD = re.compile(r"[-−]\d|\b1970\b|\b9999\b|, 1\)|\b0 of 0\b|None|nan|inf\b")
NUMBERS = st.sampled_from([None, -1, -(10**18), 0, 1, 7, 500, 2000, 10**9, 10**18, 2**63])
STATUSES = st.sampled_from(["active", "active", "active", "paused", "completed", None, "a new status"])
DATES = st.sampled_from([None, *NEVER, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), FIRST, FIRST + timedelta(2)])
STATES = st.dictionaries(st.sampled_from(COUNTED), NUMBERS.filter(lambda one: one is not None), max_size=8)
FIGURES = st.builds(
    Figures, st.just("Leads"), STATUSES, NUMBERS, NUMBERS, NUMBERS, STATES, DATES, st.just((NO_NUMBER,)), DATES
)


def said(assessment: Assessment) -> Iterator[str]:
    """Yield every sentence on a campaign, after the page of problems was drawn."""
    problem_list.page(Current(assessment), PageState(), problem_list.View(assessment.at))
    words = wording(assessment, assessment.at, plain=True)
    for one in assessment.campaigns.values():
        yield from sentences(one, words)


@pytest.mark.parametrize("never", NEVER)
@pytest.mark.parametrize("field", ["starts", "ends"])
@pytest.mark.parametrize("zone", [NEW_YORK, "Pacific/Guam", "Pacific/Honolulu"])
def test_a_date_that_stands_for_none_keeps_no_account_from_being_judged(never: datetime, field: str, zone: str) -> None:
    history = AccountHistory()
    odd = replace(HEALTHY, starts=never) if field == "starts" else replace(HEALTHY, ends=never)
    history.add(AccountReading(FIRST, {"a": odd, "b": HEALTHY}))
    told = judge(history.series(), None, FIRST, zone, {})
    assert kinds(told) == {"a": [], "b": []}


def test_nobody_is_said_to_wait_when_the_numbers_cannot_be() -> None:
    account, ended = Account(), replace(HEALTHY, ends=FIRST - timedelta(days=3))
    assert [*said(account.read(a=ended))] == ["past its end date (Fri, Jan 2), still active; 810 waiting"]
    odd = account.read(a=replace(ended, states={"pending": -3, "in_progress": 1}))
    assert odd.campaigns["a"].left is None
    assert [*said(odd)] == ["past its end date (Fri, Jan 2), still active"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), FIGURES), min_size=1, max_size=12))
def test_whatever_numbers_come_every_reading_is_judged_and_nothing_absurd_is_said(
    readings: list[dict[str, Figures]],
) -> None:
    account = Account()
    for campaigns in readings:
        told = account.read(**campaigns)
        assert set(told.campaigns) >= set(campaigns)
        assert STORED.validate_json(STORED.dump_json(told)) == told
        assert not [one for one in said(told) if ABSURD.search(one)]
