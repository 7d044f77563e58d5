"""Say in one sentence what needs a person, and how it was found: the words that every surface uses for a problem.

`wording` of an assessment decides how times are said, and whether the sentence is mrkdwn or plain text.
"""

from collections.abc import Sequence

from blocks import words
from blocks.campaigns import times
from blocks.campaigns.times import Wording, wording
from blocks.card_options import WHOLE, CardOptions
from bot.campaigns import phone_numbers, routing
from bot.campaigns.campaign import Campaign
from bot.insight.assessment import Assessed, Assessment
from bot.insight.problems import (
    URGENCY,
    AllStandingStill,
    BadEnd,
    BrokenTransfers,
    PastEnd,
    Problem,
    RunsEmpty,
    Slow,
    StandingStill,
    Unreached,
    UnusualEnds,
)

__all__ = [
    "ENDED",
    "Wording",
    "account_wide",
    "all_still",
    "ordered",
    "rounded",
    "sentence",
    "sentences",
    "wording",
]

ENDED: dict[BadEnd, str] = {"failed": "failed", "expired": "expired", "exceeded_max_calls": "reached the call limit"}
_FEW = 30  # customers: with fewer of its own behind it, a usual share is the account's
_SAYS = 200  # characters of what is wrong with transfers


def ordered(one: Assessed, options: CardOptions = WHOLE) -> Sequence[Problem]:
    """Return the open problems of a campaign that may be shown, most urgent first.

    What is wrong with transfers is for the company only.
    """
    shown = (problem for problem in one.problems if not (options.short and isinstance(problem, BrokenTransfers)))
    return sorted(shown, key=lambda problem: URGENCY.index(problem.kind))


def sentences(
    one: Assessed, said: Wording, options: CardOptions = WHOLE, record: Campaign | None = None
) -> tuple[str, ...]:
    """Say each open problem of a campaign, most urgent first. `record`: its own record, where that is known."""
    return tuple(sentence(problem, one, said, record) for problem in ordered(one, options))


def sentence(problem: Problem, one: Assessed, said: Wording, record: Campaign | None = None) -> str:
    """Say one problem, as part of a sentence: it begins in lower case or with a number, and has no full stop."""
    match problem:
        case UnusualEnds():
            return _unusual_ends(problem, said)
        case Slow():
            return _slow(problem, said)
        case Unreached():
            return _unreached(problem, said)
        case BrokenTransfers():
            return _broken_transfers(problem, said, record)
    return _about_who_waits(problem, one, said)


def rounded(expected: float) -> int:
    """Round a number that is only expected: to five below a hundred, else to two figures. Below twenty it is exact."""
    step = 1 if expected < 20 else 5 if expected < 100 else 10 ** (len(str(int(expected))) - 2)
    return round(expected / step) * step


def account_wide(assessment: Assessment, said: Wording) -> str:
    """Say that most campaigns stand still together. Empty when they do not."""
    found = assessment.standing_still
    return all_still(found, said, others_call=assessment.others_call) if found else ""


def all_still(found: AllStandingStill, said: Wording, *, others_call: bool) -> str:
    """Say that no campaign calls, or how many do not while `others_call`."""
    since = times.moment(found.since, said)
    if not others_call:
        return f"No campaign has called since {since}"
    return f"{words.amount(len(found.campaigns), 'campaign')} stopped calling together: no call since {since}"


def _about_who_waits(problem: StandingStill | RunsEmpty | PastEnd, one: Assessed, said: Wording) -> str:
    match problem:
        case StandingStill():
            return f"no call since {times.moment(problem.since, said)}{_waiting('; {} waiting', one, said)}"
        case RunsEmpty():
            return f"at this pace the list is empty {times.between(problem.earliest, problem.latest, said)}"
        case PastEnd():
            was = times.last_day(problem.ends, said)
            return f"past its end date ({was}), still active{_waiting('; {} waiting', one, said)}"


def _slow(problem: Slow, said: Wording) -> str:
    calls, usual = words.amount(problem.calls, "call"), words.number(rounded(problem.expected))
    return f"{calls} since {times.moment(problem.since, said)}; by now it is usually about {usual}"


def _unusual_ends(problem: UnusualEnds, said: Wording) -> str:
    count = f"{words.number(problem.bad)} of {words.number(problem.ended)} {ENDED[problem.bad_end]}"
    usual = _share(round(problem.usual * 10_000), 10_000, said)
    whose = "here it is usually" if problem.own >= _FEW else "new here; the account’s usual is"
    share = _share(problem.bad, problem.ended, said)
    return f"{count} since {times.day(problem.since, said)} ({share}; {whose} {usual})"


def _unreached(problem: Unreached, said: Wording) -> str:
    by = times.by_last_day(problem.ends, said)
    left, missed = words.number(problem.left), words.number(problem.customers)
    if problem.customers >= problem.left:
        return f"hardly any of the {left} waiting will be reached {by}"
    return f"about {missed} of {left} will not be reached {by}"


def _broken_transfers(problem: BrokenTransfers, said: Wording, record: Campaign | None) -> str:
    found = _finding(problem, record)
    says = words.clean(routing.plain(found.says) if found else problem.says, _SAYS).rstrip(".")
    says = says if said.plain else words.literal(says, _SAYS)
    if not says:
        return "something is wrong with its transfers"
    about = "" if "transfer" in says.casefold() else " (transfers)"
    return f"{says[:1].lower()}{says[1:]}{about}"


def _finding(problem: BrokenTransfers, record: Campaign | None) -> routing.Finding | None:
    """Return the finding that this problem is, in the campaign's own record."""
    known = routing.findings(record) if record else ()
    is_it = (problem.subject, problem.trouble)
    return next((one for one in known if (phone_numbers.masked(one.subject), one.kind) == is_it), None)


def _share(part: int, whole: int, said: Wording) -> str:
    return words.percent(part, whole) if said.plain else words.share(part, whole)


def _waiting(template: str, one: Assessed, said: Wording) -> str:
    return template.format(words.number(one.left)) if said.waiting and one.left is not None else ""
