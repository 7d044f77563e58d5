"""The state of a campaign's problems: two readings open one, two calm ones close it, and unknown ones change nothing.

These functions are the only ones that open or close a problem.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.insight.assessment import OpenProblem, Suspected
from bot.insight.problems import Inconclusive, Problem, identity

CLOSES_AFTER = 2  # readings in a row that do not show it

Identity = tuple[str, ...]


def advance(
    opened: Sequence[OpenProblem],
    suspected: Sequence[Suspected],
    found: Iterable[Problem],
    unknown: Mapping[Identity, Inconclusive],
    at: datetime,
) -> tuple[tuple[OpenProblem, ...], tuple[Suspected, ...]]:
    """Return the open and the suspected problems after one more reading.

    `unknown` names what could not be judged: an identity, or only its first word for all problems of that kind.
    """
    now = {identity(problem): problem for problem in found}
    before = {identity(one.problem): one for one in opened}
    doubted = {identity(one.problem): one for one in suspected}
    still = [kept for id_, one in before.items() if (kept := _after(one, now.get(id_), id_, unknown, at))]
    fresh = {id_: problem for id_, problem in now.items() if id_ not in before}
    confirmed = [OpenProblem(problem, at, at) for id_, problem in fresh.items() if id_ in doubted]
    first = [Suspected(problem, at) for id_, problem in fresh.items() if id_ not in doubted]
    held = [one for id_, one in doubted.items() if id_ not in now and is_unknown(id_, unknown)]
    return (*still, *confirmed), (*first, *held)


def open_at_once(
    opened: tuple[OpenProblem, ...], suspected: tuple[Suspected, ...], facts: tuple[type, ...]
) -> tuple[tuple[OpenProblem, ...], tuple[Suspected, ...]]:
    """Open the suspected problems that are facts, which careCycle states, without waiting for a second reading."""
    sure = [one for one in suspected if isinstance(one.problem, facts)]
    rest = tuple(one for one in suspected if one not in sure)
    return (*opened, *(OpenProblem(one.problem, one.first, one.first) for one in sure)), rest


def is_unknown(id_: Identity, unknown: Mapping[Identity, Inconclusive]) -> bool:
    """Return whether this problem, or its whole kind, could not be judged."""
    return id_ in unknown or id_[:1] in unknown


def _after(
    one: OpenProblem, found: Problem | None, id_: Identity, unknown: Mapping[Identity, Inconclusive], at: datetime
) -> OpenProblem | None:
    """Return the open problem after one more reading, or None when that closes it."""
    if found is not None:
        return OpenProblem(found, one.opened, at)
    if is_unknown(id_, unknown):
        return one
    calm = one.calm + 1
    return OpenProblem(one.problem, one.opened, one.seen, calm) if calm < CLOSES_AFTER else None
