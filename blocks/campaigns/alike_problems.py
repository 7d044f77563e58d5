"""Say in one sentence what several campaigns have in common that needs a person."""

from collections.abc import Sequence
from typing import TypeVar

from blocks import words
from blocks.campaigns import times
from blocks.campaigns.problems import ENDED, rounded, sentence
from blocks.campaigns.times import Wording
from bot.insight.assessment import Assessed
from bot.insight.problems import (
    BrokenTransfers,
    Problem,
    RunsEmpty,
    Slow,
    StandingStill,
    Unreached,
    UnusualEnds,
)

Found = tuple[Problem, Assessed]
_Of = TypeVar("_Of")


def together(found: Sequence[Found], said: Wording) -> str:
    """Say problems of one kind, as `problems.sentence` says one. Their numbers are added up."""
    match found[0][0]:
        case UnusualEnds():
            return _unusual_ends(_of(UnusualEnds, found), said)
        case Slow():
            return _slow(_of(Slow, found), said)
        case Unreached():
            return _unreached(_of(Unreached, found))
        case BrokenTransfers():
            alike = {sentence(problem, one, said) for problem, one in found}
            return alike.pop() if len(alike) == 1 else "something is wrong with their transfers"
    return _about_who_waits(found, said)


def _about_who_waits(found: Sequence[Found], said: Wording) -> str:
    if ranges := _of(RunsEmpty, found):
        first, last = min(one.earliest for one in ranges), max(one.latest for one in ranges)
        return f"at this pace the lists are empty {times.between(first, last, said)}"
    if still := _of(StandingStill, found):
        return f"no call since {times.moment(max(one.since for one in still), said)}{_waiting(found)}"
    return f"past their end dates, still active{_waiting(found)}"


def _of(kind: type[_Of], found: Sequence[Found]) -> list[_Of]:
    return [problem for problem, _ in found if isinstance(problem, kind)]


def _slow(found: Sequence[Slow], said: Wording) -> str:
    calls, usual = sum(one.calls for one in found), rounded(sum(one.expected for one in found))
    begins = {times.moment(one.since, said) for one in found}
    since = f" since {begins.pop()}" if len(begins) == 1 else ""
    return f"{words.amount(calls, 'call')}{since}; by now they are usually about {words.number(usual)}"


def _unusual_ends(found: Sequence[UnusualEnds], said: Wording) -> str:
    bad, ended = sum(one.bad for one in found), sum(one.ended for one in found)
    begins = {times.day(one.since, said) for one in found}
    since = f" since {begins.pop()}" if len(begins) == 1 else ""
    count = f"{words.number(bad)} of {words.number(ended)} {ENDED[found[0].bad_end]}{since}"
    if ended <= 0:
        return count
    usual = round(sum(one.usual * one.ended for one in found) / ended * 10_000)
    return f"{count} ({words.percent(bad, ended)}; here it is usually {words.percent(usual, 10_000)})"


def _unreached(found: Sequence[Unreached]) -> str:
    missed, left = sum(one.customers for one in found), sum(one.left for one in found)
    return f"about {words.number(min(missed, left))} of {words.number(left)} will not be reached by their ends"


def _waiting(found: Sequence[Found]) -> str:
    known = [one.left for _, one in found if one.left is not None and one.left >= 0]
    return f"; {words.number(sum(known))} waiting" if known else ""
