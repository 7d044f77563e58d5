"""What has become of the problems that a channel was told of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from bot.digests.report import ALL_STILL, Change, Said
from bot.digests.snapshot import Snapshot
from bot.insight.assessment import Assessment
from bot.insight.judge import ACTIVE
from bot.insight.problems import identity

_WORSE = {"unreached": "past_end", "slow": "standing_still"}  # what a problem becomes when it gets worse
_ESTIMATED = ("unusual_ends", "slow", "runs_empty", "unreached")  # near its limit such a problem comes and goes
_SURE = timedelta(hours=20)  # a digest of every day finds it gone twice

State = Literal["open", "over", "gone"]


def followed(told: Said, now: Snapshot, assessment: Assessment, at: datetime) -> tuple[State, Said]:
    """Return what has become of a problem at a delivery, and what is kept of it while it is open.

    `gone`: its campaign left, was paused or has ended, and that is said, or it became worse: its end has come, nobody
    is called anymore, the list is empty. An estimated one is over when a second delivery does not find it, either.
    """
    found = _found(told, now, assessment)
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
    of_campaign: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for one in sorted(found, key=lambda one: (one.campaign_id, one.problem)):
        if with_transfers or one.problem[0] != "broken_transfers":
            of_campaign[one.campaign_id].append(one.problem)
    for id_, over in of_campaign.items():
        figures = now.campaigns.get(id_)
        status = figures.status if figures else None
        yield Change(id_, now.name(id_), "over", now=status, figures=figures, over=tuple(over))


def _found(told: Said, now: Snapshot, assessment: Assessment) -> Literal["there", "unknown", "over", "gone"]:
    id_, problem = told.campaign_id, told.problem
    together = assessment.standing_still or assessment.suspected_still
    if problem == ALL_STILL:
        return "there" if together else "over"
    if is_gone(id_, now):
        return "gone"
    assessed = assessment.campaigns.get(id_)
    if id_ in now.missing or assessed is None or assessed.status not in (ACTIVE, None):
        return "unknown"
    # While most stand still together, nothing is known of one.
    if problem[0] in assessed.unjudged or (problem[0] in ("standing_still", "slow") and together):
        return "unknown"
    there = {identity(one) for one in (*assessed.problems, *(one.problem for one in assessed.suspected))}
    if problem in there:
        return "there"
    became_worse = (_WORSE.get(problem[0], ""),) in there or (problem[0] == "runs_empty" and assessed.left == 0)
    return "gone" if became_worse else "over"
