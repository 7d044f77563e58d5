"""Samples of the pages of what needs a person."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from blocks.campaigns import problem_list
from blocks.campaigns.listing import PROBLEMS, PageState
from blocks.campaigns.problem_list import ACCOUNT, Press, View
from blocks.campaigns.problems import wording
from blocks.card_options import CardOptions
from blocks.kit import Message
from bot.errors import Slow, Unavailable
from bot.insight.assessment import Assessment, Current, OnIt
from tests.samples.assessments import ASSESSMENTS, READ_AT, account, assessed, campaign, every_kind, kinds

_ALICE: Final = OnIt("U01OWNER", READ_AT - timedelta(minutes=40))
_VIEW: Final = View(READ_AT + timedelta(minutes=3), reader="U03MEMBER")
_FIRST: Final = PageState(0, PROBLEMS)
_SHARED: Final = PageState(0, PROBLEMS, "U01OWNER")


def page(one: Assessment, view: View = _VIEW, state: PageState = _FIRST, **on_it: OnIt) -> Message:
    """Build a page of an account. `on_it` names a campaign by `c` and its number, or the `account`."""
    who = {ACCOUNT if name == "account" else campaign(int(name[1:])): person for name, person in on_it.items()}
    return problem_list.page(Current(one, who), state, view)


PROBLEM_PAGES: Final[dict[str, Message]] = {
    "problem-list": page(every_kind(), c0=_ALICE),
    "problem-list-last-page": page(ASSESSMENTS["many"], state=replace(_FIRST, start=30)),
    "problem-list-several": page(
        ASSESSMENTS["several-in-one"], replace(_VIEW, reader="U01OWNER"), c0=_ALICE, c2=replace(_ALICE, by="U03MEMBER")
    ),
    "problem-list-of-an-account": page(ASSESSMENTS["standing-still"], account=_ALICE),
    "problem-list-of-an-account-alone": page(
        account(assessed("Medicare Welcome"), standing_still=ASSESSMENTS["standing-still"].standing_still)
    ),
    "problem-list-shared": page(ASSESSMENTS["several-in-one"], replace(_VIEW, reader=None), _SHARED, c0=_ALICE),
    "problem-list-short": page(ASSESSMENTS["several-in-one"], replace(_VIEW, options=CardOptions(short="shared"))),
    "problem-list-short-and-calm": page(
        account(assessed("Plan", kinds()["transfers"])), replace(_VIEW, options=CardOptions(short="shared"))
    ),
    "problem-list-in-an-outage": page(
        ASSESSMENTS["several-in-one"], View(READ_AT + timedelta(hours=3), trouble=Unavailable("status 503"))
    ),
    "problem-list-slow": page(ASSESSMENTS["nothing-wrong"], View(READ_AT + timedelta(hours=3), trouble=Slow())),
    "problem-list-without-readings": page(ASSESSMENTS["not-looked-at"], replace(_VIEW, readings=False)),
    "problem-list-calm": page(ASSESSMENTS["nothing-wrong"]),
    "problem-list-unjudged": page(ASSESSMENTS["unjudged"]),
    "problem-list-odd": page(ASSESSMENTS["odd"]),
    "problem-list-not-looked-at": page(ASSESSMENTS["not-looked-at"]),
    "problem-list-no-campaigns": page(ASSESSMENTS["no-campaigns"]),
    "problem-list-hostile": page(ASSESSMENTS["hostile"]),
    "problem-list-taken": problem_list.taken(
        "AEP Outreach 2026", _ALICE, Press(campaign(), None, _FIRST), wording(ASSESSMENTS["many"], READ_AT)
    ),
    "problem-list-taken-account": problem_list.taken(
        "", _ALICE, Press(ACCOUNT, None, _FIRST), wording(ASSESSMENTS["many"], READ_AT)
    ),
}
