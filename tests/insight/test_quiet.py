"""What keeps a problem quiet, and what ends that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.insight.assessment import Current, Quiet
from bot.insight.problems import Problem, identity
from bot.insight.quiet import all_quiet, holds, is_worse, quiet_of
from tests.samples.assessments import READ_AT, account, assessed, campaign, kinds

FAILED, EXPIRED, STILL = (kinds()[name] for name in ("failed", "expired", "standing-still"))
A_WEEK = READ_AT + timedelta(days=7)


def quiet(*problems: Problem, waiting: int | None = 310) -> Quiet:
    return Quiet(A_WEEK, "U01OWNER", READ_AT, "", waiting, tuple(map(identity, problems)))


@pytest.mark.parametrize(
    ("waited", "wait", "worse"),
    [
        (310, 464, False),
        (310, 465, True),
        (310, 0, False),
        (0, 0, False),
        (0, 1, True),
        (1, 2, True),
        (None, 9, False),
        (9, None, False),
    ],
)
def test_it_is_worse_when_half_as_many_customers_again_wait(waited: int | None, wait: int | None, worse: bool) -> None:
    assert is_worse(waited, wait) is worse


def test_it_holds_until_its_end_and_while_it_is_not_worse() -> None:
    one = assessed("AEP", STILL)
    assert holds(quiet(STILL), one, A_WEEK - timedelta(seconds=1))
    assert not holds(quiet(STILL), one, A_WEEK)
    assert not holds(quiet(STILL), replace(one, left=465), READ_AT)
    assert holds(quiet(STILL, waiting=None), replace(one, left=10_000), READ_AT)


def test_only_what_a_person_saw_is_quiet() -> None:
    found = account(assessed("AEP", STILL, FAILED, EXPIRED))
    current = Current(
        found, {}, {(campaign(), "standing_still"): quiet(STILL), (campaign(), "unusual_ends"): quiet(FAILED)}
    )
    told = [one for one in (STILL, FAILED, EXPIRED) if quiet_of(current, campaign(), one, READ_AT) is None]
    assert told == [EXPIRED]
    assert [problems for _, _, problems, _ in all_quiet(current, READ_AT)] == [(STILL,), (FAILED,)]
    assert list(all_quiet(current, A_WEEK)) == []
    assert quiet_of(current, "a campaign that is gone", STILL, READ_AT) is None
