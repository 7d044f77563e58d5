"""Sort the open problems of a digest's campaigns: what the channel is told now, what it knows, and what is quiet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from bot.digests.report import ALL_STILL, Change, Group, Quieted, Said, Trouble, room_for_needs
from bot.digests.snapshot import Delivered, Snapshot
from bot.insight.assessment import Assessed, Assessment, Current
from bot.insight.judge import ACTIVE
from bot.insight.problems import URGENCY, AllStandingStill, BrokenTransfers, Problem, UnusualEnds, identity
from bot.insight.quiet import is_worse, quiet_of

_About = tuple[str, tuple[str, ...]]  # a campaign's id, and the identity of a problem
_WORSE = {"unreached": "past_end", "slow": "standing_still"}  # what a problem becomes when it gets worse


@dataclass(frozen=True, slots=True)
class Troubles:
    """The open problems at a delivery, and what the channel knows of them afterwards."""

    needs: tuple[Group, ...] = ()
    known: tuple[Group, ...] = ()
    quiet: tuple[Quieted, ...] = ()
    over: tuple[Change, ...] = ()
    standing_still: AllStandingStill | None = None
    standing_still_told: datetime | None = None
    said: tuple[Said, ...] | None = None


@dataclass(slots=True)
class _Sorted:
    needs: list[Trouble] = field(default_factory=list)
    known: list[Trouble] = field(default_factory=list)
    quiet: list[Quieted] = field(default_factory=list)
    waiting: dict[_About, int | None] = field(default_factory=dict)  # customers, when a person made a problem quiet


def unjudged(now: Snapshot, before: Delivered | None) -> Troubles:
    """Return what is said without an assessment: nothing, and what the channel knows stays known."""
    told = before.snapshot.said if before else ()
    return Troubles(said=told and tuple(one for one in told if not _is_gone(one.campaign_id, now)))


def troubles(
    now: Snapshot, before: Delivered | None, current: Current, at: datetime, *, with_transfers: bool = True
) -> Troubles:
    """Sort the problems of `now` by what was told until the last delivery. `at` is the moment of this delivery.

    `with_transfers`: whether what is wrong with transfers may be told here; else it is as if it were not there.
    """
    told = _told_before(before, current)
    found = _sorted(now, told, current, at, with_transfers)
    still, still_told = _standing_still(now, current.assessment), told.get(("", ALL_STILL))
    needs = in_groups(found.needs)
    shown = needs[: room_for_needs(still, still_told.told if still_told else None)]
    known = told | {_about(one): _said(one, told, at) for group in shown for one in group.troubles}
    if still and not still_told:
        known["", ALL_STILL] = Said("", ALL_STILL, at, None)
    for about, waiting in found.waiting.items():  # what a person made quiet speaks again when it is worse than then
        if waiting is not None and about in known:
            known[about] = replace(known[about], waiting=waiting)
    states = {about: _state(about, now, current.assessment) for about in known}
    return Troubles(
        needs,
        by_kind(found.known),
        tuple(found.quiet),
        tuple(_over([about for about, state in states.items() if state == "over"], now, with_transfers)),
        still,
        still_told.told if still and still_told else None,
        tuple(known[about] for about in sorted(known) if states[about] == "open"),
    )


def in_groups(found: Iterable[Trouble]) -> tuple[Group, ...]:
    """Put alike problems of several campaigns, and else those of one campaign, into one group each.

    Most customers waiting first, of the groups and in each.
    """
    alike: dict[tuple[str, ...], list[Trouble]] = defaultdict(list)
    for one in found:
        alike[_kin(one.problem)].append(one)
    several = [group for group in alike.values() if len({one.id for one in group}) > 1]
    of_one: dict[str, list[Trouble]] = defaultdict(list)
    for group in alike.values():
        if group not in several:
            of_one[group[0].id] += group
    groups = [Group(tuple(sorted(group, key=_urgency))) for group in (*several, *of_one.values())]
    return tuple(sorted(groups, key=lambda group: (-_waiting(group), _urgency(group.troubles[0]))))


def by_kind(found: Sequence[Trouble]) -> tuple[Group, ...]:
    """Put all problems of a kind into one group each: what is known needs no more than that. The order is the same."""
    groups: dict[str, list[Trouble]] = defaultdict(list)
    for one in found:
        groups[one.problem.kind].append(one)
    made = [Group(tuple(sorted(group, key=_urgency))) for group in groups.values()]
    return tuple(sorted(made, key=lambda group: (-_waiting(group), _urgency(group.troubles[0]))))


def _kin(problem: Problem) -> tuple[str, ...]:
    """Return what is the same of alike problems: of transfers the trouble and the field, whichever group it is in."""
    match problem:
        case UnusualEnds():
            return problem.kind, problem.bad_end
        case BrokenTransfers():
            start, _, rest = problem.subject.partition("[")
            return problem.kind, start, rest.rpartition("]")[2], problem.trouble
    return (problem.kind,)


def _waiting(group: Group) -> int:
    return sum({one.id: one.assessed.left or 0 for one in group.troubles}.values())


def _urgency(one: Trouble) -> tuple[object, ...]:
    return -(one.assessed.left or 0), URGENCY.index(one.problem.kind), one.assessed.name.casefold(), one.id


def _sorted(
    now: Snapshot, told: Mapping[_About, Said], current: Current, at: datetime, with_transfers: bool
) -> _Sorted:
    found = _Sorted()
    for id_, assessed, problem in _open(now, current.assessment):
        if isinstance(problem, BrokenTransfers) and not with_transfers:
            continue
        was = told.get((id_, identity(problem)))
        worse = was is not None and is_worse(was.waiting, assessed.left)
        one = Trouble(id_, assessed, problem, was.told if was else None, worse, current.on_it.get(id_))
        if quiet := quiet_of(current, id_, problem, at):
            found.quiet.append(Quieted(one, quiet.until, quiet.by))
            found.waiting[_about(one)] = quiet.waiting
        else:
            (found.needs if was is None or worse else found.known).append(one)
    return found


def _open(now: Snapshot, assessment: Assessment) -> Iterator[tuple[str, Assessed, Problem]]:
    """Yield the open problems. Of a campaign that was paused or has ended since the reading there are none."""
    for id_, figures in now.campaigns.items():
        assessed = assessment.campaigns.get(id_)
        if assessed and figures.status in (ACTIVE, None):
            yield from ((id_, assessed, problem) for problem in assessed.problems)


def _told_before(before: Delivered | None, current: Current) -> dict[_About, Said]:
    """Return what the last delivery and those before it told.

    A version before kept nothing of that: what was open then counts as told then.
    """
    if before is None:
        return {}
    if before.snapshot.said is not None:
        return {(one.campaign_id, one.problem): one for one in before.snapshot.said}
    assessment = current.assessment
    told = {
        (id_, identity(one.problem)): Said(id_, identity(one.problem), before.at, assessed.left)
        for id_, assessed in assessment.campaigns.items()
        if id_ in before.snapshot.campaigns
        for one in assessed.open
        if one.opened <= before.at
    }
    if assessment.standing_still and assessment.standing_still.since <= before.at:
        told["", ALL_STILL] = Said("", ALL_STILL, before.at, None)
    return told


def _standing_still(now: Snapshot, assessment: Assessment) -> AllStandingStill | None:
    """Return that the account stands still, if campaigns of this digest do."""
    still = assessment.standing_still
    return still if still and any(id_ in now.campaigns for id_ in still.campaigns) else None


def _about(one: Trouble) -> _About:
    return one.id, identity(one.problem)


def _said(one: Trouble, told: Mapping[_About, Said], at: datetime) -> Said:
    """Return what is kept of a problem that is told now, maybe again because it is worse."""
    was = told.get(_about(one))
    return Said(one.id, identity(one.problem), was.told if was else at, one.assessed.left)


def _state(about: _About, now: Snapshot, assessment: Assessment) -> Literal["open", "over", "gone"]:
    """Return what has become of a problem that the channel knows.

    `open`: it is still so, or nobody can tell; `gone`: its campaign left, was paused or has ended, and that is said, or
    it became worse: its end has come, nobody is called anymore, the list is empty.
    """
    id_, problem = about
    together = assessment.standing_still or assessment.suspected_still
    if problem == ALL_STILL:
        return "open" if together else "over"
    if _is_gone(id_, now):
        return "gone"
    assessed = assessment.campaigns.get(id_)
    if (
        id_ in now.missing
        or assessed is None
        or assessed.status not in (ACTIVE, None)
        or problem[0] in assessed.unjudged
    ):
        return "open"
    if (
        problem[0] in ("standing_still", "slow") and together
    ):  # while most stand still together, of one nothing is known
        return "open"
    there = {identity(one) for one in (*assessed.problems, *(one.problem for one in assessed.suspected))}
    if problem in there:
        return "open"
    became_worse = (_WORSE.get(problem[0], ""),) in there or (problem[0] == "runs_empty" and assessed.left == 0)
    return "gone" if became_worse else "over"


def _is_gone(id_: str, now: Snapshot) -> bool:
    """Return whether a campaign left, or calls nobody. An empty id, the account, never does."""
    if id_ in now.campaigns:
        return now.campaigns[id_].status not in (ACTIVE, None)
    return bool(id_) and id_ not in now.missing


def _over(abouts: Iterable[_About], now: Snapshot, with_transfers: bool) -> Iterator[Change]:
    """Yield what is over, for each campaign once."""
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for id_, problem in sorted(abouts):
        if with_transfers or problem[0] != "broken_transfers":
            found[id_].append(problem)
    for id_, over in found.items():
        figures = now.campaigns.get(id_)
        status = figures.status if figures else None
        yield Change(id_, now.name(id_), "over", now=status, figures=figures, over=tuple(over))
