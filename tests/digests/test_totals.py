"""The numbers of a digest: of the same campaigns both times, and none below zero where nothing can fall."""

from dataclasses import replace

import pytest

from bot.campaigns.figures import Figures
from bot.digests.report import Moved, Totals
from bot.digests.totals import moved, rows, totals
from tests.samples.snapshots import DAY, MONDAY, campaign, counted, snapshot

SPRING = campaign()
MORE = counted(replace(SPRING, calls=440), completed=90, failed=10, pending=268)
OLD = snapshot(MONDAY - DAY, c1=SPRING)


def test_a_campaign_has_its_changes() -> None:
    (row,) = rows(snapshot(c1=MORE), OLD)
    assert (row.changes, row.is_new) == ({"calls": 28, "completed": 10, "failed": 2, "left": -12}, False)


@pytest.mark.parametrize("was", [None, Figures("Spring", "active")])
def test_what_was_not_known_is_not_compared(was: Figures | None) -> None:
    old = replace(OLD, campaigns={"c1": was}) if was else None
    (row,) = rows(snapshot(c1=MORE), old)
    assert row.changes == {}
    assert totals((row,), old) == Totals(campaigns=1 if was else 0, left=288)


def test_a_new_one_counts_for_what_is_left_alone() -> None:
    listed = rows(snapshot(c1=MORE, c2=campaign("Autumn", calls=9_000)), OLD)
    assert [row.is_new for row in listed] == [True, False]
    assert totals(listed, OLD) == Totals(campaigns=1, calls=28, completed=10, failed=2, left=588, added=0, again=0)


@pytest.mark.parametrize("fallen", [replace(MORE, calls=3), counted(MORE, completed=0)])
def test_a_counter_that_fell_is_named_and_in_no_sum(fallen: Figures) -> None:
    now = snapshot(c1=fallen, c2=replace(SPRING, name="Autumn", calls=413))
    old = replace(OLD, campaigns={"c1": SPRING, "c2": SPRING})
    listed = rows(now, old)
    assert [row.changes for row in listed] == [{"calls": 1, "completed": 0, "failed": 0, "left": 0}, {"left": -12}]
    summed = Totals(campaigns=2, calls=1, completed=0, failed=0, left=588, added=0, again=0, reset=("c1",))
    assert totals(listed, old) == summed


def test_failed_customers_who_are_called_again_are_no_reset() -> None:
    """And no failure below none."""
    listed = rows(snapshot(c1=counted(MORE, failed=5)), OLD)
    assert "failed" not in listed[0].changes
    assert totals(listed, OLD) == Totals(campaigns=1, calls=28, completed=10, failed=None, left=288)


CHANGED = {  # a list, with what came onto it and who waits again
    "new customers": (replace(counted(SPRING, pending=880), customers=1000), (600, 0)),
    "new customers, and some who are finished": (replace(counted(MORE, pending=868), customers=1000), (600, 0)),
    "customers who failed": (counted(SPRING, pending=288, failed=0), (0, 8)),
    "counters that started over": (replace(counted(SPRING, pending=368, completed=0, failed=0), calls=0), (0, 88)),
    "both": (replace(counted(SPRING, pending=888, failed=0), customers=1000), (600, 8)),
    "customers taken off": (replace(counted(SPRING, pending=40), customers=160), (-240, 0)),
    "customers taken off while others finish": (replace(counted(MORE, pending=28), customers=160), (-240, 0)),
    "finished ones taken off": (replace(counted(SPRING, completed=30), customers=350), (0, 0)),
    "more of them than wait again": (replace(counted(SPRING, pending=310, completed=0), customers=350), (0, 30)),
    "fewer of them than wait again": (replace(counted(SPRING, pending=270, completed=50), customers=360), (-10, 0)),
}


@pytest.mark.parametrize("change", CHANGED)
def test_what_else_changed_who_is_left_is_counted(change: str) -> None:
    now, (added, again) = CHANGED[change]
    found = totals(rows(snapshot(c1=now, c2=campaign("New", customers=9000)), OLD), OLD)
    assert (found.added, found.again) == (added, again)


def test_what_moves_from_one_list_to_another_is_neither_added_nor_taken_off() -> None:
    old = replace(OLD, campaigns={"c1": SPRING, "c2": SPRING})
    now = {"c1": (250, 350), "c2": (350, 450)}
    listed = {
        id_: replace(counted(SPRING, pending=waiting - 20), customers=all_) for id_, (waiting, all_) in now.items()
    }
    found = totals(rows(snapshot(**listed), old), old)
    assert (found.left, found.added, found.again) == (600, 0, 0)


@pytest.mark.parametrize(
    "now",
    [
        replace(SPRING, customers=1000),  # of 600 new ones nobody waits, and nobody is finished
        counted(SPRING, pending=900),
        replace(SPRING, customers=None),
        replace(SPRING, states={"completed": 80, "failed": 8}),
        counted(SPRING, failed=-1),
    ],
)
def test_counts_that_do_not_add_up_or_are_unknown_explain_nothing(now: Figures) -> None:
    found = totals(rows(snapshot(c1=now), OLD), OLD)
    assert (found.added, found.again) == (None, None)


def test_nothing_is_known_of_no_campaign() -> None:
    assert totals((), None) == Totals()
    assert rows(snapshot(), OLD) == ()


def test_the_three_that_called_most_moved() -> None:
    calls = {"c1": 5, "c2": 0, "c3": 9, "c4": 5, "c5": 1}
    old = snapshot(MONDAY - DAY, **{id_: replace(SPRING, name=id_) for id_ in calls})
    now = snapshot(**{id_: replace(SPRING, name=id_, calls=412 + more) for id_, more in calls.items()})
    assert moved(rows(now, old)) == (Moved("c3", "c3", 9), Moved("c1", "c1", 5), Moved("c4", "c4", 5))
    assert moved(rows(old, old)) == ()


def test_a_count_below_zero_is_no_count() -> None:
    """careCycle sent nonsense once: no counter started over, and nobody made so many calls since."""
    nonsense = counted(replace(SPRING, calls=-1), completed=-1, failed=-(10**18), pending=-1)
    for now, was in ((nonsense, SPRING), (SPRING, nonsense)):
        listed = rows(snapshot(c1=now), replace(OLD, campaigns={"c1": was}))
        found = totals(listed, replace(OLD, campaigns={"c1": was}))
        assert (listed[0].changes, found.reset, found.calls, found.failed) == ({}, (), None, None)
