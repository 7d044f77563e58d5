"""What has become of the problems that a channel was told of.

That one is over is said only where that is true: a problem also closes because nobody is left to call, because the
campaign was paused for a while, or because a worse one took its place.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from bot.digests.report import ALL_STILL, Change, Said
from bot.digests.snapshot import Snapshot
from bot.insight.assessment import Assessed, Assessment
from bot.insight.judge import ACTIVE
from bot.insight.problems import identity

_WORSE = {"unreached": "past_end", "slow": "standing_still"}  # what a problem becomes when it gets worse
_ESTIMATED = ("unusual_ends", "slow", "runs_empty", "unreached")  # near its limit such a problem comes and goes
_NOT_CALLING = ("standing_still", "slow")  # over when it has called since, and not known while all stand still
_OF_WHO_WAITS = (*_NOT_CALLING, "past_end", "unreached", "runs_empty")  # none of them is so when nobody is left
_SURE = timedelta(hours=20)  # a digest of every day finds it gone twice

State = Literal["open", "over", "gone"]
_Found = Literal["there", "unknown", "over", "gone"]
_Identity = tuple[str, ...]


def followed(told: Said, now: Snapshot, assessment: Assessment, at: datetime) -> tuple[State, Said]:
    """Return what has become of a problem at a delivery, and what is kept of it while it is open.

    `gone`: its campaign left, was paused or has ended, and that is said, or nobody is left to call, or it became worse.
    An estimated one is over when a second delivery does not find it, either.
    """
    found = _of_account(told, now, assessment) if told.problem == ALL_STILL else _of_campaign(told, now, assessment)
    if found == "there":
        return "open", replace(told, calm=None)
    if found == "unknown":
        return "open", told
    if found == "over" and told.problem[0] in _ESTIMATED and (told.calm is None or at - told.calm < _SURE):
        return "open", replace(told, calm=told.calm or at)
    return found, told


def is_gone(id_: str, now: Snapshot) -> bool:
    """Return whether a campaign left, or calls nobody. An empty id, the account, never does."""
    if id_ in now.campaigns:
        return now.campaigns[id_].status not in (ACTIVE, None)
    return bool(id_) and id_ not in now.missing


def changes_over(found: Iterable[Said], now: Snapshot, *, with_transfers: bool) -> Iterator[Change]:
    """Yield what is over, for each campaign once."""
    by_campaign: dict[str, list[_Identity]] = defaultdict(list)
    for one in sorted(found, key=lambda one: (one.campaign_id, one.problem)):
        if with_transfers or one.problem[0] != "broken_transfers":
            by_campaign[one.campaign_id].append(one.problem)
    for id_, over in by_campaign.items():
        figures = now.campaigns.get(id_)
        status = figures.status if figures else None
        yield Change(id_, now.name(id_), "over", now=status, figures=figures, over=tuple(over))


def _of_account(told: Said, now: Snapshot, assessment: Assessment) -> _Found:
    """Return whether campaigns of this digest call again, after the account stood still."""
    if assessment.standing_still or assessment.suspected_still:
        return "there"
    known = (assessment.campaigns.get(id_) for id_ in now.campaigns)
    return "over" if any(one and _has_called(one, told) for one in known) else "unknown"


def _of_campaign(told: Said, now: Snapshot, assessment: Assessment) -> _Found:
    id_, problem = told.campaign_id, told.problem
    if is_gone(id_, now):
        return "gone"
    assessed = assessment.campaigns.get(id_)
    if id_ in now.missing or assessed is None or _is_unknown(problem, assessed, assessment):
        return "unknown"
    there = {identity(one) for one in (*assessed.problems, *(one.problem for one in assessed.suspected))}
    if problem in there:
        return "there"
    if _is_replaced(problem[0], assessed, there):
        return "gone"
    return "over" if problem[0] not in _NOT_CALLING or _has_called(assessed, told) else "unknown"


def _is_unknown(problem: _Identity, assessed: Assessed, assessment: Assessment) -> bool:
    """Return whether the last reading could not tell: it was not judged, or its campaign was resumed since."""
    together = assessment.standing_still or assessment.suspected_still
    if problem[0] in _NOT_CALLING and together:
        return True
    return assessed.status not in (ACTIVE, None) or problem[0] in assessed.unjudged


def _is_replaced(kind: str, assessed: Assessed, there: Collection[_Identity]) -> bool:
    return (kind in _OF_WHO_WAITS and assessed.left == 0) or (_WORSE.get(kind, ""),) in there


def _has_called(assessed: Assessed, told: Said) -> bool:
    return assessed.moved is not None and assessed.moved > told.told
