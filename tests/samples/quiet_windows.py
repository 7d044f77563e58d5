"""Samples of *Quiet until …*: its window and its form."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from blocks.campaigns import problem_list, quiet, quiet_buttons, quiet_form
from blocks.campaigns.listing import PROBLEMS, PageState
from blocks.campaigns.problem_list import View
from blocks.campaigns.quiet import Window
from blocks.card_options import CardOptions
from blocks.kit import Block, Message
from bot.insight.assessment import Assessment, Current, OnIt, Quiet
from bot.insight.problems import identity
from tests.samples.assessments import ASSESSMENTS, READ_AT, campaign, many

NOW: Final = READ_AT + timedelta(minutes=3)
_UNTIL: Final = READ_AT.replace(hour=5, minute=0, second=0) + timedelta(days=7)
_MANY: Final = many(120)
_SHORT: Final = CardOptions(short="shared")


def quieted(one: Assessment, *kinds: str, note: str = "", on_it: str = "") -> Current:
    """Return an account of whose first campaign these kinds of problems are quiet for a week; no kind: all."""
    first = one.campaigns[campaign()]
    made = {
        (campaign(), problem.kind): Quiet(
            _UNTIL, "U01OWNER", READ_AT, note, first.left, tuple(map(identity, first.problems))
        )
        for problem in first.problems
        if problem.kind in kinds or not kinds
    }
    return Current(one, {campaign(): OnIt(on_it, READ_AT)} if on_it else {}, made)


def _window(
    current: Current,
    *,
    about: str = quiet_buttons.ACCOUNT,
    may_set: bool = True,
    options: CardOptions = CardOptions(),  # noqa: B008 - frozen
) -> Block:
    found = problem_list.needing(current, NOW, options)
    return quiet.window(Window(current, found, about, NOW, "U03MEMBER", may_set, options), "{}")


_SEVERAL: Final = quieted(ASSESSMENTS["several-in-one"], "past_end", "unusual_ends", note="A new list comes Friday")
_ALL: Final = quieted(ASSESSMENTS["several-in-one"])

QUIET_WINDOWS: Final[dict[str, Block]] = {
    "quiet-window": _window(_SEVERAL),
    "quiet-window-of-a-guest": _window(_SEVERAL, may_set=False),
    "quiet-window-all-quiet": _window(replace(_ALL, on_it={campaign(): OnIt("U03MEMBER", READ_AT)})),
    "quiet-window-short": _window(_SEVERAL, options=_SHORT),
    "quiet-window-of-an-account": _window(Current(ASSESSMENTS["standing-still"])),
    "quiet-window-of-many": _window(Current(_MANY)),
    "quiet-window-hostile": _window(quieted(ASSESSMENTS["hostile"], note="<!channel> *why*")),
    "quiet-window-empty": _window(Current(ASSESSMENTS["nothing-wrong"])),
    "quiet-window-nothing-quiet": _window(Current(ASSESSMENTS["nothing-wrong"]), about=quiet_buttons.QUIETED),
    "quiet-form": quiet_form.form(
        quiet_form.choices(_SEVERAL, problem_list.needing(_SEVERAL, NOW), NOW),
        "{}",
        NOW,
        "America/New_York",
        "/campaign",
    ),
    "quiet-form-of-many": quiet_form.form(
        quiet_form.choices(Current(_MANY), problem_list.needing(Current(_MANY), NOW), NOW),
        "{}",
        NOW + timedelta(days=6),
        "America/New_York",
        "/campaign",
    ),
    "quiet-form-nothing": quiet_form.nothing(),
    "quiet-saved": quiet_form.saved(
        ["AEP Outreach 2026: no calls", "Medicare Welcome: transfers"], _UNTIL, "America/New_York", NOW, "/campaign"
    ),
    "quiet-saved-many": quiet_form.saved(
        [f"Campaign {number}: no calls" for number in range(1, 27)], _UNTIL, "America/New_York", NOW, "/campaign"
    ),
}
_PAGE: Final = PageState(0, PROBLEMS)
QUIET_PAGES: Final[dict[str, Message]] = {
    "problem-list-quiet": problem_list.page(_SEVERAL, _PAGE, View(NOW, reader="U03MEMBER")),
    "problem-list-all-quiet": problem_list.page(_ALL, _PAGE, View(NOW, reader="U03MEMBER")),
}
