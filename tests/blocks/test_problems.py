"""The sentences of what needs a person: each says how it was found, in mrkdwn and as plain text."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from blocks import kit, words
from blocks.campaigns import problems
from blocks.campaigns.listing import PROBLEMS, PageState
from blocks.campaigns.problem_list import ACCOUNT, Press
from blocks.card_options import CardOptions
from bot.errors import OldButton
from bot.insight.problems import BrokenTransfers, RunsEmpty, Unreached, UnusualEnds
from tests.conftest import AEP, reading
from tests.drivers.markup import NASTY, markup
from tests.samples.assessments import ASSESSMENTS, HOSTILE, READ_AT, account, assessed, campaign, kinds
from tests.samples.cards import LOOK, assert_slack_takes
from tests.samples.problem_pages import page

PLAIN = {
    "failed": "31 of 90 failed since Friday (34%; here it is usually 12%)",
    "expired": "1,204 of 2,010 expired since yesterday (60%; here it is usually 8%)",
    "call-limit": "9 of 20 reached the call limit since Nov 16 (45%; new here; the account’s usual is 15%)",
    "standing-still": "no call since Fri 12:02 PM; 310 waiting",
    "standing-still-today": "no call since 8:20 AM; 310 waiting",
    "slow": "12 calls since 8:00 AM; by now it is usually about 60",
    "runs-empty": "at this pace the list is empty Thursday around noon",
    "runs-empty-today": "at this pace the list is empty today around 3 PM",
    "runs-empty-overnight": "at this pace the list is empty between tomorrow 4 PM and Wednesday 11 AM",
    "runs-empty-some-day": "at this pace the list is empty between Wednesday and Saturday",
    "unreached": "about 60 of 95 will not be reached by Mon, Nov 30",
    "unreached-nearly-all": "hardly any of the 95 waiting will be reached by Fri, Nov 27",
    "past-end": "past its end date (Fri, Nov 20), still active; 310 waiting",
    "transfers": "there is no number to ring (transfers)",
    "no-destination": "transfers are on, but no destination is set up",
    "transfers-of-a-later-version": "something is wrong with its transfers",
}
HERE = account()
MRKDWN, TEXT = problems.wording(HERE, READ_AT), replace(problems.wording(HERE, READ_AT, plain=True), place="")
ONE = assessed("AEP Outreach 2026")


@pytest.mark.parametrize("name", kinds())
def test_each_problem_is_said_with_how_it_was_found(name: str) -> None:
    problem = kinds()[name]
    assert problems.sentence(problem, ONE, TEXT) == PLAIN[name]
    assert words.plain(problems.sentence(problem, ONE, MRKDWN)).replace(MRKDWN.place, "") == PLAIN[name]


def test_a_moment_is_shown_in_the_readers_own_zone() -> None:
    said = problems.sentence(kinds()["standing-still"], ONE, MRKDWN)
    assert "since <!date^1795194131^{date_short_pretty} at {time}|Fri 12:02 PM New York time>;" in said
    assert "|8:20 AM New York time>" in problems.sentence(kinds()["standing-still-today"], ONE, MRKDWN)


def test_nobody_knows_how_many_wait_and_nothing_is_said_of_it() -> None:
    unknown = replace(ONE, left=None)
    assert problems.sentence(kinds()["standing-still-today"], unknown, TEXT) == "no call since 8:20 AM"
    assert problems.sentence(kinds()["past-end"], unknown, TEXT) == ("past its end date (Fri, Nov 20), still active")


def test_on_its_last_day_who_will_not_be_reached_is_said_of_today() -> None:
    today = Unreached(READ_AT + timedelta(hours=8), 340, 362)
    assert problems.sentence(today, ONE, TEXT) == "about 340 of 362 will not be reached today, its last day"
    nobody = replace(today, customers=362)
    assert problems.sentence(nobody, ONE, TEXT) == "hardly any of the 362 waiting will be reached today, its last day"


@pytest.mark.parametrize(
    ("bad", "usual", "says"),
    [(90, 0.0, "(100%; here it is usually 0%)"), (3, 0.0004, "(3%; here it is usually <1%)")],
)
def test_shares_are_rounded_so_that_they_are_not_wrong(bad: int, usual: float, says: str) -> None:
    problem = UnusualEnds("failed", READ_AT - timedelta(days=3), bad, 90, usual, 30)
    assert problems.sentence(problem, ONE, TEXT).endswith(says)


@pytest.mark.parametrize(
    ("expected", "shown"), [(3.4, 3), (19.4, 19), (22.6, 25), (58.4, 60), (98, 100), (134, 130), (12_345, 12_000)]
)
def test_an_expected_number_is_not_more_exact_than_it_is(expected: float, shown: int) -> None:
    assert problems.rounded(expected) == shown


@pytest.mark.parametrize(
    ("hours", "width", "says"),
    [
        (0.5, 1, "today around 10 AM"),
        (14.7, 0.5, "tomorrow around midnight"),
        (240, 2, "Dec 3 around 10 AM"),
        (24, 8, "tomorrow"),
        (24 * 6, 8, "Sunday"),
        (24 * 7, 8, "Nov 30"),
    ],
)
def test_an_empty_list_has_a_moment_or_a_range(hours: float, width: float, says: str) -> None:
    earliest = READ_AT + timedelta(hours=hours)
    problem = RunsEmpty(earliest, earliest + timedelta(hours=width))
    assert problems.sentence(problem, ONE, TEXT).removeprefix("at this pace the list is empty ") == says


def test_broken_transfers_are_said_in_todays_words_where_the_record_is_known() -> None:
    record = reading(LOOK | {"transferConfig": {"type": "direct", "directPhoneNumber": ""}}).campaign
    stored = BrokenTransfers("transferConfig.directPhoneNumber", "missing", "Words of a version before")
    assert problems.sentence(stored, ONE, MRKDWN, record) == "there is no number to ring (transfers)"
    assert problems.sentence(stored, ONE, MRKDWN) == "words of a version before (transfers)"


def test_what_is_wrong_with_transfers_is_for_the_company_only() -> None:
    several = ASSESSMENTS["several-in-one"].campaigns[campaign()]
    here, shared = (
        problems.sentences(several, TEXT, options) for options in (CardOptions(), CardOptions(short="shared"))
    )
    assert [one for one in here if one not in shared] == ["there is no number to ring (transfers)"]
    assert here[0].startswith("no call since")


def test_an_account_that_stands_still_has_one_line() -> None:
    still, some = ASSESSMENTS["standing-still"], ASSESSMENTS["some-standing-still"]
    assert problems.account_wide(still, TEXT) == "No campaign has called since Thu 12:02 PM"
    assert problems.account_wide(some, TEXT) == "2 campaigns stopped calling together: no call since Thu 12:02 PM"
    assert problems.account_wide(HERE, TEXT) == ""


def test_names_of_groups_can_do_nothing() -> None:
    (broken,) = ASSESSMENTS["hostile"].campaigns[campaign()].problems
    said = problems.sentence(broken, ONE, MRKDWN)
    assert HOSTILE not in said
    assert "<!channel>" not in said
    assert "867" not in said
    assert not markup(kit.section(said))


def test_in_a_zone_of_its_own_days_are_those_of_the_account() -> None:
    pacific = problems.wording(replace(HERE, zone="America/Los_Angeles"), READ_AT, plain=True)
    assert (
        problems.sentence(kinds()["standing-still"], ONE, pacific)
        == "no call since Fri 9:02 AM Los Angeles time; 310 waiting"
    )
    late = UnusualEnds("failed", datetime(2026, 11, 20, 4, tzinfo=UTC), 31, 90, 0.12, 412)
    assert "since Thursday" in problems.sentence(late, ONE, pacific)


@given(NASTY, NASTY, NASTY)
def test_nothing_from_outside_acts_on_the_page(name: str, says: str, status: str) -> None:
    assume(words.literal(name, 100))
    assume(words.literal(says, 200).rstrip("."))
    broken = BrokenTransfers("transferConfig", "missing", says)
    usual = BrokenTransfers("transferConfig", "missing", "no number")
    shown = page(account(assessed(name, broken, status=status)))
    assert markup(shown) == markup(page(account(assessed("Plan", usual, status="brand_new"))))
    assert_slack_takes(shown)


@given(st.text(max_size=80))
def test_a_buttons_value_is_read_or_refused_as_one_of_another_version(value: str) -> None:
    with suppress(OldButton):
        assert Press.read(value).value().split()[0] == value.split(maxsplit=1)[0]


@pytest.mark.parametrize("press", [Press(ACCOUNT, None, PageState(10, PROBLEMS, "U1")), Press(AEP, "U2", PageState())])
def test_a_button_carries_what_was_on_the_page(press: Press) -> None:
    assert Press.read(press.value()) == press
