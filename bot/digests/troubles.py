"""Sort the open problems of a digest's campaigns: what the channel is told now, what it knows, and what is quiet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.digests.over import changes_over, followed, is_gone
from bot.digests.report import ALL_STILL, Change, Group, Quieted, Said, Trouble, room_for_needs
from bot.digests.snapshot import Delivered, Snapshot
from bot.insight.assessment import Assessed, Assessment, Current
from bot.insight.judge import ACTIVE
from bot.insight.problems import URGENCY, AllStandingStill, BrokenTransfers, Problem, UnusualEnds, identity
from bot.insight.quiet import is_worse, quiet_of

_About = tuple[str, tuple[str, ...]]  # a campaign's id, and the identity of a problem


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
    return Troubles(said=told and tuple(one for one in told if not is_gone(one.campaign_id, now)))


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
    known |= _as_quiet(known, found.waiting)
    became = [followed(known[about], now, current.assessment, at) for about in sorted(known)]
    return Troubles(
        needs,
        by_kind(found.known),
        tuple(found.quiet),
        tuple(changes_over([one for state, one in became if state == "over"], now, with_transfers=with_transfers)),
        still,
        still_told.told if still and still_told else None,
        tuple(one for state, one in became if state == "open"),
    )


def _as_quiet(known: Mapping[_About, Said], waiting: Mapping[_About, int | None]) -> dict[_About, Said]:
    """Return those that a person made quiet: they speak again when they are worse than then, not than when told."""
    return {
        about: replace(known[about], waiting=waited)
        for about, waited in waiting.items()
        if waited is not None and about in known
    }


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
