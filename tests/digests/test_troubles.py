"""What needs a person is told a channel once, again when it is worse, and once more when it is over."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from bot.digests.report import ALL_STILL, Change, Group, Report, Said
from bot.digests.snapshot import Delivered, Snapshot
from bot.insight.assessment import Current, OnIt, Quiet, Suspected
from bot.insight.problems import (
    AllStandingStill,
    BrokenTransfers,
    Inconclusive,
    PastEnd,
    Problem,
    Slow,
    StandingStill,
    identity,
)
from tests.samples.assessments import kinds
from tests.samples.snapshots import DAY, MONDAY, campaign, judged, snapshot, told, waiting

OF: Final = kinds(MONDAY)
STILL, PAST, FAILED = OF["standing-still"], OF["past-end"], OF["failed"]
AGENTS: Final = BrokenTransfers("groups[Spanish].agents", "nobody", "Nobody in group Spanish can take a call")
MINE: Final = {"c1": campaign("Spring"), "c2": campaign("Autumn")}


def on(day: int) -> Any:
    return MONDAY + day * DAY


def mine(day: int, **campaigns: Any) -> Snapshot:
    return snapshot(on(day), **{**MINE, **campaigns})


def ids(groups: tuple[Group, ...]) -> list[list[tuple[str, str]]]:
    return [[(one.id, one.problem.kind) for one in group.troubles] for group in groups]


def after(current: Current | None, now: Snapshot | None = None) -> Delivered:
    """The delivery of Monday."""
    return told(now or mine(0), None, current)[1]


def on_tuesday(current: Current | None, before: Delivered, **campaigns: Any) -> Report:
    return told(mine(1, **campaigns), before, current)[0]


def test_a_problem_is_told_once_and_is_known_from_then_on() -> None:
    first, before = told(mine(0), None, judged(c1=(STILL,)))
    assert (ids(first.needs), first.known) == ([[("c1", "standing_still")]], ())
    for day in (1, 2):
        later, before = told(mine(day), before, judged(on(day), c1=(STILL,)))
        assert (later.needs, ids(later.known)) == ((), [[("c1", "standing_still")]])
        assert later.known[0].troubles[0].told == MONDAY + timedelta(seconds=3)
        assert not later.has_news


@pytest.mark.parametrize(("left", "is_told"), [(464, False), (465, True), (2_000, True), (None, False), (100, False)])
def test_it_is_told_again_when_half_as_many_again_wait(left: int | None, is_told: bool) -> None:
    worse = waiting(judged(on(1), c1=(STILL,)), c1=left)
    again, before = told(mine(1), after(judged(c1=(STILL,))), worse)
    assert bool(again.needs) == is_told
    if is_told:
        assert again.needs[0].troubles[0].is_worse
        assert again.needs[0].troubles[0].told == MONDAY + timedelta(seconds=3)
        assert again.said == (Said("c1", identity(STILL), MONDAY + timedelta(seconds=3), left),)
        same, _ = told(mine(2), before, waiting(judged(on(2), c1=(STILL,)), c1=left))
        assert same.needs == ()  # it is told again when it is worse than now


def test_another_problem_of_a_campaign_is_told_although_the_first_is_known() -> None:
    made = on_tuesday(judged(on(1), c1=(STILL, PAST)), after(judged(c1=(STILL,))))
    assert (ids(made.needs), ids(made.known)) == ([[("c1", "past_end")]], [[("c1", "standing_still")]])


def test_what_is_over_is_said_once() -> None:
    before = after(judged(c1=(STILL, PAST), c2=(STILL,)))
    made, before = told(mine(1), before, judged(on(1), c1=(PAST,), c2=()))
    assert [(one.id, one.name, one.kind, one.over) for one in made.changes] == [
        ("c2", "Autumn", "over", (("standing_still",),)),
        ("c1", "Spring", "over", (("standing_still",),)),
    ]
    assert [(one.now, one.figures) for one in made.changes] == [("active", MINE["c2"]), ("active", MINE["c1"])]
    assert told(mine(2), before, judged(on(2), c1=(PAST,), c2=()))[0].changes == ()


ESTIMATED: Final = ("failed", "slow", "runs-empty", "unreached")


@pytest.mark.parametrize("kind", ESTIMATED)
def test_what_is_estimated_is_over_when_a_second_delivery_does_not_find_it_either(kind: str) -> None:
    """Near its limit it comes and goes: in sixteen weeks one was told, over and told again within four days."""
    made, before = told(mine(1), after(judged(c1=(OF[kind],))), judged(on(1), c1=()))
    assert (made.changes, made.needs, made.known, made.has_news) == ((), (), (), False)
    again, _ = told(mine(2), before, judged(on(2), c1=()))
    assert [(one.id, one.over) for one in again.changes] == [("c1", (identity(OF[kind]),))]
    assert again.said == ()


@pytest.mark.parametrize("kind", ESTIMATED)
def test_what_is_estimated_and_comes_back_after_one_delivery_is_known(kind: str) -> None:
    _, before = told(mine(1), after(judged(c1=(OF[kind],))), judged(on(1), c1=()))
    back, before = told(mine(2), before, judged(on(2), c1=(OF[kind],)))
    assert (back.changes, back.needs) == ((), ())
    assert ids(back.known) == [[("c1", OF[kind].kind)]]
    calm_again, _ = told(mine(3), before, judged(on(3), c1=()))
    assert calm_again.changes == ()


def test_a_digest_of_noon_does_not_call_over_what_that_of_the_morning_missed_first() -> None:
    _, before = told(mine(1), after(judged(c1=(FAILED,))), judged(on(1), c1=()))
    noon = replace(mine(1), as_of=on(1) + timedelta(hours=3))
    made, _ = told(noon, before, judged(on(1) + timedelta(hours=3), c1=()))
    assert made.changes == ()


def test_what_comes_back_is_told_again() -> None:
    _, before = told(mine(1), after(judged(c1=(STILL,))), judged(on(1), c1=()))
    assert ids(told(mine(2), before, judged(on(2), c1=(STILL,)))[0].needs) == [[("c1", "standing_still")]]


SUSPECTED: Final = Suspected(STILL, on(1))
CALM: Final = judged(on(1), c1=())
SPRING: Final = CALM.assessment.campaigns["c1"]


def calm(account: dict[str, Any] | None = None, **changes: Any) -> Current:
    """The account on Tuesday without the problem, but not for sure."""
    campaigns = {"c1": replace(SPRING, **changes)}
    return replace(CALM, assessment=replace(CALM.assessment, campaigns=campaigns, **account or {}))


ALL: Final = AllStandingStill(MONDAY, ("x1", "x2"))


@pytest.mark.parametrize(
    "current",
    [
        calm(suspected=(SUSPECTED,)),
        calm(unjudged={"standing_still": Inconclusive("gap")}),
        calm({"standing_still": ALL}),
        calm({"suspected_still": ALL}),
        calm(status="paused"),  # and it was resumed since the reading
        judged(on(1), c2=()),  # the reading did not have it
        None,
    ],
)
def test_nothing_is_over_that_may_still_be_so(current: Current | None) -> None:
    made, before = told(mine(1), after(judged(c1=(STILL,))), current)
    assert made.changes == ()
    again, _ = told(mine(2), before, judged(on(2), c1=(STILL,)))
    assert (again.needs, ids(again.known)) == ((), [[("c1", "standing_still")]])


@pytest.mark.parametrize(
    ("was", "then"),
    [(OF["unreached"], PAST), (OF["slow"], STILL)],
    ids=["its end came before all were reached", "it calls nobody anymore"],
)
@pytest.mark.parametrize("is_sure", [True, False])
def test_nothing_is_over_that_became_worse(was: Problem, then: Problem, is_sure: bool) -> None:
    current = judged(on(1), c1=(then,)) if is_sure else calm(suspected=(Suspected(then, on(1)),))
    made = on_tuesday(current, after(judged(c1=(was,))))
    assert (made.changes, [one.problem for one in made.said or ()]) == ((), [identity(then)] if is_sure else [])
    assert ids(made.needs) == ([[("c1", then.kind)]] if is_sure else [])


def test_nothing_is_over_while_everybody_stands_still() -> None:
    assert on_tuesday(calm({"standing_still": ALL}), after(judged(c1=(OF["slow"],)))).changes == ()


def calm_twice(before: Delivered, **changes: Any) -> Report:
    """What the first of two deliveries says, or the second, when neither finds the problem."""
    first, then = told(mine(1), before, calm(**changes))
    return first if first.changes else told(mine(2), then, calm(**changes))[0]


@pytest.mark.parametrize("kind", ["standing-still", "slow", "past-end", "unreached", "runs-empty"])
def test_once_a_list_is_empty_nothing_of_who_waits_is_over(kind: str) -> None:
    before = after(judged(c1=(OF[kind],)))
    empty = on_tuesday(calm(left=0), before)
    assert (empty.changes, empty.said) == ((), ())
    assert calm_twice(before, left=900).changes != ()


@pytest.mark.parametrize("kind", ["transfers", "failed"])
def test_what_has_to_do_with_nobody_waiting_is_over_all_the_same(kind: str) -> None:
    assert calm_twice(after(judged(c1=(OF[kind],))), left=0).changes != ()


@pytest.mark.parametrize("kind", ["standing-still", "slow"])
@pytest.mark.parametrize("moved", [None, MONDAY - DAY])
def test_a_campaign_calls_again_only_when_it_has_called_since(kind: str, moved: datetime | None) -> None:
    """It was paused for an hour, or its end came, so no rule says that it stands still; but nobody was called."""
    made, before = told(mine(1), after(judged(c1=(OF[kind],))), calm(moved=moved))
    assert (made.changes, made.needs, made.known) == ((), (), ())
    again, _ = told(mine(2), before, judged(on(2), c1=(OF[kind],)))
    assert (again.needs, ids(again.known)) == ((), [[("c1", OF[kind].kind)]])
    assert [one.kind for one in calm_twice(before, moved=on(1)).changes] == ["over"]


def test_of_a_campaign_that_left_the_channel_knows_no_problem_anymore() -> None:
    without = replace(mine(1), campaigns={"c2": MINE["c2"]})
    for current in (judged(on(1), c1=(STILL,)), None):
        made, before = told(without, after(judged(c1=(STILL,))), current)
        assert ([one for one in made.changes if one.kind == "over"], made.said) == ([], ())
    assert ids(told(mine(2), before, judged(on(2), c1=(STILL,)))[0].needs) == [[("c1", "standing_still")]]


@pytest.mark.parametrize("status", ["paused", "completed"])
def test_of_what_was_paused_or_has_ended_only_that_is_said(status: str) -> None:
    """Also when the last reading still has its problems."""
    current = judged(on(1), c1=(STILL,))
    made, before = told(mine(1, c1=campaign("Spring", status=status)), after(judged(c1=(STILL,))), current)
    assert [(one.id, one.kind) for one in made.changes] == [("c1", "status")]
    assert (made.needs, made.known, made.said) == ((), (), ())
    assert ids(told(mine(2), before, judged(on(2), c1=(STILL,)))[0].needs)


def test_what_could_not_be_read_stays_known() -> None:
    without = replace(mine(1), campaigns={"c2": MINE["c2"]}, missing={"c1": "Unavailable"})
    made, before = told(without, after(judged(c1=(STILL,))), judged(on(1), c1=(STILL,)))
    assert (made.needs, made.known) == ((), ())
    assert ids(told(mine(2), before, judged(on(2), c1=(STILL,)))[0].known) == [[("c1", "standing_still")]]


def many(count: int, day: int = 0) -> tuple[Snapshot, Current]:
    """So many campaigns, each with two problems that are not alike."""
    names = [f"c{number:02}" for number in range(count)]
    transfers = {
        name: (BrokenTransfers(f"field{name}", "missing", "x"), BrokenTransfers(f"other{name}", "missing", "y"))
        for name in names
    }
    left = {name: 1_000 - number for number, name in enumerate(names)}
    return snapshot(on(day), **{name: campaign(name) for name in names}), waiting(judged(on(day), **transfers), **left)


def test_only_what_is_shown_is_told_and_the_rest_comes_the_next_times() -> None:
    seen, before = [], None
    for day in range(4):
        now, current = many(12, day)
        made, before = told(now, before, current)
        assert len(made.shown) <= 5
        seen += [one[0][0] for one in ids(made.shown)]
    assert seen == [f"c{number:02}" for number in range(12)]


def test_the_line_of_an_account_that_stands_still_is_one_of_the_five() -> None:
    now, current = many(12)
    silent = replace(current, assessment=replace(current.assessment, standing_still=AllStandingStill(MONDAY, ("c01",))))
    made, before = told(now, None, silent)
    assert (len(made.shown), made.standing_still_told) == (4, None)
    assert len(before.snapshot.said or ()) == 1 + 2 * 4  # what is kept as told is what was shown
    again, before = told(many(12, 1)[0], before, silent)
    assert (len(again.shown), again.standing_still_told) == (5, MONDAY + timedelta(seconds=3))
    assert len(before.snapshot.said or ()) == 1 + 2 * 9


def silent(day: int, *campaigns: str) -> Current:
    account = judged(on(day), c1=()).assessment
    if not campaigns:
        return Current(account)
    stopped = {"c1": replace(account.campaigns["c1"], moved=on(day) - DAY)}
    return Current(replace(account, campaigns=stopped, standing_still=AllStandingStill(on(day) - DAY, campaigns)))


def test_that_an_account_stands_still_is_told_once_and_that_it_calls_again() -> None:
    first, before = told(mine(0), None, silent(0, "c1", "x1"))
    assert (first.standing_still, first.standing_still_told) == (AllStandingStill(on(-1), ("c1", "x1")), None)
    assert first.has_news
    then, before = told(mine(1), before, silent(1, "c1"))
    assert not then.has_news
    over, before = told(mine(2), before, silent(2))
    assert over.changes == (Change("", "", "over", over=(ALL_STILL,)),)
    assert told(mine(3), before, silent(3))[0].changes == ()


def test_whether_others_call_while_most_stand_still_is_known() -> None:
    current = silent(0, "c1", "x1")
    assert not told(mine(0), None, current)[0].others_call
    calling = replace(current.assessment.campaigns["c1"], moved=on(0))
    some = replace(current.assessment, campaigns={**current.assessment.campaigns, "x2": calling})
    assert told(mine(0), None, replace(current, assessment=some))[0].others_call
    assert not told(mine(0), None, None)[0].others_call


def test_an_account_calls_again_only_when_campaigns_of_the_digest_have_called() -> None:
    """All of them were paused and resumed, and one that the digest does not show has called."""
    _, before = told(mine(0), None, silent(0, "c1", "x1"))
    others = {"c1": replace(SPRING, moved=MONDAY - DAY), "x1": SPRING}
    resumed = replace(CALM, assessment=replace(CALM.assessment, campaigns=others))
    made, before = told(mine(1), before, resumed)
    assert made.changes == ()
    again, _ = told(mine(2), before, silent(2, "c1"))
    assert again.standing_still_told == MONDAY + timedelta(seconds=3)


def test_that_only_other_campaigns_stand_still_is_not_told() -> None:
    assert told(mine(0), None, silent(0, "x1", "x2"))[0].standing_still is None


class TestAlike:
    """Alike problems of several campaigns are one line, others of one campaign another."""

    def test_those_of_several_campaigns_are_together(self) -> None:
        current = waiting(judged(c1=(STILL, PAST), c2=(STILL, FAILED)), c1=10, c2=500)
        assert ids(told(mine(0), None, current)[0].needs) == [
            [("c2", "standing_still"), ("c1", "standing_still")],
            [("c2", "unusual_ends")],
            [("c1", "past_end")],
        ]

    def test_those_of_one_campaign_are_together(self) -> None:
        assert ids(told(mine(0), None, judged(c1=(FAILED, STILL, PAST)))[0].needs) == [
            [("c1", "standing_still"), ("c1", "past_end"), ("c1", "unusual_ends")]
        ]

    @pytest.mark.parametrize(
        ("one", "other", "are_alike"),
        [
            (AGENTS, replace(AGENTS, subject="groups[Sales].agents"), True),
            (AGENTS, replace(AGENTS, trouble="missing"), False),
            (AGENTS, replace(AGENTS, subject="groups[Sales].number"), False),
            (FAILED, OF["expired"], False),
            (Slow(MONDAY, 3, 40), Slow(MONDAY - DAY, 9, 50), True),
        ],
    )
    def test_what_alike_is(self, one: Problem, other: Problem, are_alike: bool) -> None:
        assert (len(told(mine(0), None, judged(c1=(one,), c2=(other,)))[0].needs) == 1) == are_alike

    def test_two_groups_of_one_campaign_are_not_several_campaigns(self) -> None:
        two = (AGENTS, replace(AGENTS, subject="groups[Sales].agents"))
        assert len(told(mine(0), None, judged(c1=(*two, PAST)))[0].needs) == 1

    @pytest.mark.parametrize(
        ("left", "order"), [((310, 311), [PAST, STILL]), ((310, None), [STILL, PAST]), ((None, None), [STILL, PAST])]
    )
    def test_most_customers_waiting_come_first(self, left: tuple[int | None, int | None], order: list[Problem]) -> None:
        current = waiting(judged(c1=(STILL,), c2=(PAST,)), c1=left[0], c2=left[1])
        assert [group.troubles[0].problem for group in told(mine(0), None, current)[0].needs] == order

    def test_what_is_known_is_one_for_a_kind(self) -> None:
        other = replace(AGENTS, trouble="missing")
        made = on_tuesday(judged(on(1), c1=(AGENTS, PAST), c2=(other,)), after(judged(c1=(AGENTS, PAST), c2=(other,))))
        assert ids(made.known) == [
            [("c1", "broken_transfers"), ("c2", "broken_transfers")],
            [("c1", "past_end")],
        ]


class TestQuiet:
    """What a person made quiet is not told, and told when that ends or it gets worse."""

    @staticmethod
    def quiet(day: int, *, waited: int | None = 310, left: int | None = 310, until: int = 5) -> Current:
        account = waiting(judged(on(day), c1=(STILL,)), c1=left)
        kept = Quiet(on(until), "U1", on(0), waiting=waited, problems=(identity(STILL),))
        return replace(account, quiet={("c1", "standing_still"): kept})

    def test_it_is_not_told(self) -> None:
        made, _ = told(mine(1), None, self.quiet(1))
        assert (made.needs, made.known, len(made.quiet), made.said) == ((), (), 1, ())
        assert (made.quiet[0].by, made.quiet[0].until, made.quiet[0].trouble.id) == ("U1", on(5), "c1")

    def test_what_opened_meanwhile_is_told_when_it_ends(self) -> None:
        _, before = told(mine(4), None, self.quiet(4))
        assert ids(told(mine(5), before, self.quiet(5))[0].needs) == [[("c1", "standing_still")]]

    def test_what_was_told_before_is_known_when_it_ends(self) -> None:
        _, before = told(mine(4), after(judged(c1=(STILL,))), self.quiet(4))
        ended, _ = told(mine(5), before, self.quiet(5))
        assert (ended.needs, ids(ended.known)) == ((), [[("c1", "standing_still")]])

    def test_it_speaks_once_when_it_is_worse_than_then(self) -> None:
        """Although more had waited when it was told."""
        _, before = told(mine(1), after(waiting(judged(c1=(STILL,)), c1=5_000)), self.quiet(1))
        worse, before = told(mine(2), before, self.quiet(2, left=500))
        assert ids(worse.needs) == [[("c1", "standing_still")]]
        same, _ = told(mine(3), before, self.quiet(3, left=500))
        assert (same.needs, ids(same.known)) == ((), [[("c1", "standing_still")]])

    def test_what_is_over_meanwhile_is_said(self) -> None:
        _, before = told(mine(1), after(judged(c1=(STILL,))), self.quiet(1))
        assert [one.kind for one in told(mine(2), before, judged(on(2), c1=()))[0].changes] == ["over"]


def test_who_takes_care_of_it_is_with_it() -> None:
    cared = replace(judged(c1=(STILL,)), on_it={"c1": OnIt("U7", MONDAY)})
    assert told(mine(0), None, cared)[0].needs[0].troubles[0].on_it == OnIt("U7", MONDAY)


class TestTransfers:
    """What is wrong with transfers is for the company only."""

    def test_it_is_as_if_it_were_not_there_in_a_channel_with_others(self) -> None:
        made, before = told(mine(0), None, judged(c1=(AGENTS,)), short=True)
        assert (made.needs, made.known, made.said) == ((), (), ())
        assert told(mine(1), before, judged(on(1), c1=()), short=True)[0].changes == ()

    def test_what_else_is_wrong_is_told_there_all_the_same(self) -> None:
        made, _ = told(mine(0), None, judged(c1=(AGENTS, STILL)), short=True)
        assert ids(made.needs) == [[("c1", "standing_still")]]

    def test_that_it_is_over_is_said_in_the_companys_own_channels(self) -> None:
        made, _ = told(mine(1), after(judged(c1=(AGENTS,))), judged(on(1), c1=()))
        assert [(one.id, one.over) for one in made.changes] == [("c1", (identity(AGENTS),))]

    def test_that_it_is_over_is_not_said_either_and_it_is_not_told_twice(self) -> None:
        before = after(judged(c1=(AGENTS,)))
        assert told(mine(1), before, judged(on(1), c1=()), short=True)[0].changes == ()
        _, then = told(mine(1), before, judged(on(1), c1=(AGENTS,)), short=True)
        assert ids(told(mine(2), then, judged(on(2), c1=(AGENTS,)))[0].known) == [[("c1", "broken_transfers")]]


class TestUpgrade:
    """A version before kept nothing of what it told: what was open then counts as told then."""

    BEFORE: Final = Delivered(on(0), replace(mine(0), said=None))

    def test_only_what_has_opened_since_is_told(self) -> None:
        old = judged(on(1), on(0), c1=(STILL,), c3=(STILL,)).assessment.campaigns
        new = judged(on(1), on(0) + timedelta(seconds=1), c2=(PAST,)).assessment.campaigns
        account = judged(on(1))
        both = replace(account, assessment=replace(account.assessment, campaigns={**old, **new}))
        made, _ = told(mine(1, c3=campaign("Winter")), self.BEFORE, both)
        assert ids(made.known) == [[("c1", "standing_still")]]
        assert ids(made.needs) == [[("c3", "standing_still")], [("c2", "past_end")]]  # the third was not in it then
        assert made.known[0].troubles[0].told == on(0)

    def test_it_is_told_again_when_it_is_worse_than_at_the_upgrade(self) -> None:
        made, before = told(mine(1), self.BEFORE, judged(on(1), on(0), c1=(STILL,)))
        assert made.said == (Said("c1", identity(STILL), on(0), 310),)
        worse, _ = told(mine(2), before, waiting(judged(on(2), on(0), c1=(STILL,)), c1=465))
        assert ids(worse.needs) == [[("c1", "standing_still")]]

    def test_nothing_of_it_is_over_when_it_is_not_so_any_more(self) -> None:
        assert told(mine(1), self.BEFORE, judged(on(1), c1=()))[0].changes == ()

    def test_an_account_that_stood_still_then_counts_as_told(self) -> None:
        assert told(mine(1), self.BEFORE, silent(1, "c1"))[0].standing_still_told == on(0)

    def test_without_an_assessment_it_stays_unknown(self) -> None:
        assert told(mine(1), self.BEFORE, None)[1].snapshot.said is None


def test_what_opened_before_a_first_one_that_nobody_judged_is_told_by_the_next() -> None:
    """It told nothing, and that is kept: it is no delivery of a version before."""
    _, before = told(mine(0), None, None)
    assert before.snapshot.said == ()
    assert ids(told(mine(1), before, judged(on(1), on(-1), c1=(STILL,)))[0].needs) == [[("c1", "standing_still")]]


def test_without_an_assessment_the_channel_still_knows_that_the_account_stands_still() -> None:
    _, before = told(mine(0), None, silent(0, "c1"))
    _, before = told(mine(1), before, None)
    then, _ = told(mine(2), before, silent(2, "c1"))
    assert (then.standing_still_told, then.has_news) == (MONDAY + timedelta(seconds=3), False)


def test_without_an_assessment_nothing_is_known_of_who_left_or_ended() -> None:
    before = after(judged(c1=(STILL,), c2=(PAST,)))
    now = snapshot(on(1), c1=campaign("Spring", status="completed"))
    assert told(now, before, None)[1].snapshot.said == ()


def test_without_an_assessment_what_is_known_stays_so() -> None:
    _, before = told(mine(1), after(judged(c1=(STILL,))), None)
    assert before.snapshot.said == (Said("c1", ("standing_still",), MONDAY + timedelta(seconds=3), 310),)
    assert isinstance(STILL, StandingStill)
    assert isinstance(PAST, PastEnd)
