"""Whatever campaigns do from day to day: numbers are right, nobody leaves without a word, nothing is told twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.figures import Figures
from bot.digests.changes import Leavers, fits, settle, to_look_up
from bot.digests.compare import Account, has_changed, report
from bot.digests.digest import CampaignFilter
from bot.digests.report import Report
from bot.digests.snapshot import DELETED, Delivered, Snapshot, pack, unpack
from bot.insight.assessment import Assessed, Assessment, Current, OpenProblem
from bot.insight.problems import Problem, identity
from tests.digests.naive import on_list
from tests.samples.assessments import kinds
from tests.samples.snapshots import DAY, MONDAY

IDS: Final = ("c1", "c2", "c3", "c4")
PROBLEMS: Final = [kinds(MONDAY)[name] for name in ("standing-still", "past-end", "failed", "transfers")]
WAITING: Final = ("standing_still", "past_end")  # those of PROBLEMS that have to do with who waits
CHOICES: Final = (
    CampaignFilter(),
    CampaignFilter(status="active"),
    CampaignFilter(words="a"),
    CampaignFilter(ids=("c1", "c2")),
)

counts = st.none() | st.integers(-1, 40)
figures = st.builds(
    lambda name, status, calls, states, more: Figures(name, status, sum(states.values()) + more, calls, None, states),
    st.sampled_from(("a", "b")),
    st.sampled_from(("active", "active", "active", "paused", "completed", None)),
    counts,
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("pending", "in_progress", "completed", "failed"), st.integers(-1, 40))
    ),
    st.sampled_from((0, 0, 0, 3, -30)),  # customers of other states; or the counts contradict each other
)
problems = st.lists(st.sampled_from(PROBLEMS), unique_by=identity, max_size=3).map(tuple)


@dataclass(frozen=True)
class Morning:
    """What is so one morning, and what cannot be read of it."""

    campaigns: Mapping[str, Figures]  # all of the account
    unread: frozenset[str]
    problems: Mapping[str, tuple[Problem, ...]] | None  # None: the account was not judged
    left: Mapping[str, int | None]
    called: frozenset[str]  # those that have called since the morning before


mornings = st.lists(
    st.builds(
        Morning,
        st.dictionaries(st.sampled_from(IDS), figures),
        st.frozensets(st.sampled_from(IDS), max_size=2),
        st.none() | st.dictionaries(st.sampled_from(IDS), problems),
        st.fixed_dictionaries(dict.fromkeys(IDS, st.none() | st.integers(0, 30))),
        st.frozensets(st.sampled_from(IDS)),
    ),
    min_size=1,
    max_size=5,
)


@dataclass(frozen=True)
class Told:
    """One delivery of the digest."""

    morning: Morning
    before: Delivered | None
    now: Snapshot
    report: Report


def deliveries(choice: CampaignFilter, days: list[Morning]) -> list[Told]:
    """The digest on each of these days. Each snapshot comes out of the ledger."""
    made: list[Told] = []
    before = None
    for day, morning in enumerate(days):
        told = delivery(choice, morning, before, day)
        made.append(told)
        at = told.now.as_of + timedelta(seconds=3)
        before = Delivered(at, unpack(pack(replace(told.now, said=told.report.said))))
    return made


def delivery(choice: CampaignFilter, morning: Morning, before: Delivered | None, day: int) -> Told:
    at = MONDAY + day * DAY
    there = {id_: one for id_, one in morning.campaigns.items() if fits(id_, one, choice)}
    missing = {
        id_: "Unavailable" if id_ in morning.unread else DELETED
        for id_ in choice.ids
        if id_ not in there or id_ in morning.unread
    }
    read = {id_: one for id_, one in there.items() if id_ not in missing}
    raw = Snapshot(at, at.date(), read, missing, said=())
    left = to_look_up(raw, before)
    found = {id_: morning.campaigns.get(id_) for id_ in left if id_ not in morning.unread}
    owed = {id_: "RateLimited" for id_ in left if id_ in morning.unread}
    now, leavers = settle(raw, before, Leavers(found, owed), choice)
    account = Account(judged(morning, at), "none" if morning.problems is None else "")
    made = report(now, before, leavers, account, at)
    return Told(morning, before, now, made)


def judged(morning: Morning, at: datetime) -> Current | None:
    if morning.problems is None:
        return None
    assessed = {}
    for id_, one in morning.campaigns.items():
        opened = tuple(OpenProblem(problem, MONDAY, MONDAY) for problem in morning.problems.get(id_, ()))
        moved = at if id_ in morning.called else None
        assessed[id_] = Assessed(one.name, one.status, one.customers, morning.left[id_], opened, moved=moved)
    return Current(Assessment(MONDAY, assessed))


of_any_days = given(st.sampled_from(CHOICES), mornings)


@of_any_days
def test_every_number_is_what_the_snapshots_say(choice: CampaignFilter, days: list[Morning]) -> None:
    for told in deliveries(choice, days):
        old = told.before.snapshot.campaigns if told.before else {}
        both = {id_: (was, told.now.campaigns[id_]) for id_, was in old.items() if id_ in told.now.campaigns}
        fell = {id_ for id_, (was, now) in both.items() if any(f(was, now) < 0 for f in (calls, completed))}
        steady = [pair for id_, pair in both.items() if id_ not in fell]
        totals = told.report.totals
        assert (totals.campaigns, set(totals.reset)) == (len(both), fell)
        for total, gained in ((totals.calls, calls), (totals.completed, completed), (totals.failed, failed)):
            gains = [gained(*pair) for pair in steady if 0 <= gained(*pair) < UNKNOWN]
            assert total == (sum(gains) if gains else None)
        counted = [[one.states.get(state, -1) for state in WAIT] for one in told.now.campaigns.values()]
        waiting = [sum(both) for both in counted if min(both) >= 0]
        assert totals.left == (sum(waiting) if waiting else None)
        lists = [found for was, now in both.values() if (found := on_list(was, now))]
        assert totals.added == (sum(added for added, _ in lists) if lists else None)
        assert totals.again == (sum(again for _, again in lists) if lists else None)
        assert [row.id for row in told.report.rows] == [id_ for _, id_ in sorted(named(told.now))]
        most = sorted((gain for pair in steady if 0 < (gain := calls(*pair)) < UNKNOWN), reverse=True)
        assert [moved.calls for moved in told.report.moved] == most[:3]


WAIT: Final = ("pending", "in_progress")
UNKNOWN: Final = 10**6  # more than any campaign has


def gain(read: Callable[[Figures], int | None], was: Figures, now: Figures) -> int:
    before, after = read(was), read(now)
    return after - before if before is not None and after is not None and min(before, after) >= 0 else UNKNOWN


def calls(was: Figures, now: Figures) -> int:
    return gain(lambda one: one.calls, was, now)


def completed(was: Figures, now: Figures) -> int:
    return gain(lambda one: one.states.get("completed"), was, now)


def failed(was: Figures, now: Figures) -> int:
    return gain(lambda one: one.states.get("failed"), was, now)


def named(now: Snapshot) -> list[tuple[str, str]]:
    return [(figures.name, id_) for id_, figures in now.campaigns.items()]


@of_any_days
def test_nobody_leaves_without_a_word(choice: CampaignFilter, days: list[Morning]) -> None:
    for one in deliveries(choice, days):
        if one.before is None:
            continue
        old = one.before.snapshot
        was = {*old.campaigns, *(id_ for id_, error in old.missing.items() if error != DELETED)}
        said = {change.id for change in one.report.changes}
        assert was <= {*one.now.campaigns, *said, *one.now.missing}
        assert {*one.report.owed} <= {*one.now.missing}
        gone = {id_ for id_ in was if id_ not in one.morning.campaigns and id_ not in one.morning.unread}
        assert gone == {change.id for change in one.report.changes if change.kind == "deleted"} & was


@of_any_days
def test_every_other_status_is_said(choice: CampaignFilter, days: list[Morning]) -> None:
    for one in deliveries(choice, days):
        before = one.before.snapshot if one.before else None
        said = {change.id: change for change in one.report.changes if change.kind == "status"}
        for id_, change in said.items():
            assert change.now == one.morning.campaigns[id_].status != change.was
        for id_, now in one.now.campaigns.items():
            was = known_status(id_, before)
            assert (id_ in said) == bool(was and now.status and was != now.status)


def known_status(id_: str, before: Snapshot | None) -> str | None:
    """The status of which the channel knows: that of the last delivery, or the one with which it left before."""
    if before is None:
        return None
    if was := before.was(id_):
        return was.status
    return before.left.get(id_) if before.missing.get(id_, DELETED) == DELETED else None


@of_any_days
def test_a_told_problem_is_told_again_only_when_it_is_worse(choice: CampaignFilter, days: list[Morning]) -> None:
    known: dict[tuple[str, tuple[str, ...]], int | None] = {}
    for one in deliveries(choice, days):
        over = {(change.id, problem) for change in one.report.changes for problem in change.over}
        assert over <= known.keys()
        for about in over:
            del known[about]
        known = {about: waited for about, waited in known.items() if not ends_without_a_word(one, *about)}
        for trouble in (trouble for group in one.report.needs for trouble in group.troubles):
            about = (trouble.id, identity(trouble.problem))
            assert trouble.is_worse == (about in known)
            if about in known:
                waited, waits = known[about], trouble.assessed.left
                assert waited is not None
                assert waits is not None
                assert waits > waited
                assert 2 * waits >= 3 * waited
        known |= {
            (trouble.id, identity(trouble.problem)): trouble.assessed.left
            for group in one.report.shown
            for trouble in group.troubles
        }
        assert known.keys() == {(said.campaign_id, said.problem) for said in one.report.said or ()}


def ends_without_a_word(told: Told, id_: str, problem: tuple[str, ...]) -> bool:
    """Whether a problem ended because its campaign calls nobody, or has nobody left."""
    if not calls_now(told.now, id_):
        return id_ not in told.now.missing
    found = (told.morning.problems or {}).get(id_, ())
    if told.morning.problems is None or problem in {identity(one) for one in found}:
        return False
    return problem[0] in WAITING and told.morning.left[id_] == 0


@of_any_days
def test_what_is_over_is_so_because_it_got_better(choice: CampaignFilter, days: list[Morning]) -> None:
    for one in deliveries(choice, days):
        over = [(change.id, problem) for change in one.report.changes for problem in change.over]
        assert all(id_ in one.morning.called for id_, problem in over if problem == ("standing_still",))
        assert all(one.morning.left[id_] != 0 for id_, problem in over if problem[0] in WAITING)


def calls_now(now: Snapshot, id_: str) -> bool:
    return id_ in now.campaigns and now.campaigns[id_].status in ("active", None)


@of_any_days
def test_what_is_open_is_needed_or_known_or_beyond_the_lines(choice: CampaignFilter, days: list[Morning]) -> None:
    for one in deliveries(choice, days):
        there = [id_ for id_ in one.now.campaigns if calls_now(one.now, id_)]
        opened = {(id_, identity(problem)) for id_ in there for problem in (one.morning.problems or {}).get(id_, ())}
        groups = (*one.report.needs, *one.report.known)
        said = [(trouble.id, identity(trouble.problem)) for group in groups for trouble in group.troubles]
        assert len(said) == len(set(said))
        assert set(said) == opened


@of_any_days
def test_a_day_like_the_one_before_has_nothing_to_read(choice: CampaignFilter, days: list[Morning]) -> None:
    calm = replace(days[-1], unread=frozenset())
    *_, same = deliveries(choice, [*days, calm, calm, calm, calm])  # the lines of many problems come day by day
    assert not has_changed(same.report, same.now, same.before)
