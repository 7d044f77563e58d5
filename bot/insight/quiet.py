"""Which problems digests do not tell for a while, because a person said so, and when that ends by itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.insight.assessment import Assessed, Current, Quiet
from bot.insight.problems import Problem, identity

LONGEST = timedelta(days=90)
_WORSE = 1.5  # times as many customers wait


def is_worse(waited: int | None, wait: int | None) -> bool:
    """Return whether half as many customers again wait as before. False where one of the numbers is not known."""
    return waited is not None and wait is not None and wait > waited and wait >= waited * _WORSE


def holds(quiet: Quiet, assessed: Assessed, now: datetime) -> bool:
    """Return whether it still keeps digests from telling its kind of problem of this campaign."""
    return now < quiet.until and not is_worse(quiet.waiting, assessed.left)


def quiet_of(current: Current, campaign_id: str, problem: Problem, now: datetime) -> Quiet | None:
    """Return what keeps an open problem of a campaign quiet; None: it is told.

    A problem that was not there when a person asked for quiet is told, also when it is of the same kind.
    """
    quiet, assessed = current.quiet.get((campaign_id, problem.kind)), current.assessment.campaigns.get(campaign_id)
    if quiet is None or assessed is None or not holds(quiet, assessed, now):
        return None
    return quiet if identity(problem) in quiet.problems else None


def all_quiet(current: Current, now: datetime) -> Iterator[tuple[str, Assessed, tuple[Problem, ...], Quiet]]:
    """Yield each quiet that holds, with its campaign and the open problems it keeps quiet, the first to end first."""
    for (id_, kind), quiet in sorted(current.quiet.items(), key=lambda pair: (pair[1].until, pair[0])):
        if (one := current.assessment.campaigns.get(id_)) and holds(quiet, one, now):
            of_kind = (problem for problem in one.problems if problem.kind == kind)
            yield id_, one, tuple(problem for problem in of_kind if quiet_of(current, id_, problem, now)), quiet
