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
    assert totals(listed, OLD) == Totals(campaigns=1, calls=28, completed=10, failed=2, left=588)


@pytest.mark.parametrize("fallen", [replace(MORE, calls=3), counted(MORE, completed=0)])
def test_a_counter_that_fell_is_named_and_in_no_sum(fallen: Figures) -> None:
    now = snapshot(c1=fallen, c2=replace(SPRING, name="Autumn", calls=413))
    old = replace(OLD, campaigns={"c1": SPRING, "c2": SPRING})
    listed = rows(now, old)
    assert [row.changes for row in listed] == [{"calls": 1, "completed": 0, "failed": 0, "left": 0}, {"left": -12}]
    assert totals(listed, old) == Totals(campaigns=2, calls=1, completed=0, failed=0, left=588, reset=("c1",))


def test_failed_customers_who_are_called_again_are_no_reset() -> None:
    """And no failure below none."""
    listed = rows(snapshot(c1=counted(MORE, failed=5)), OLD)
    assert "failed" not in listed[0].changes
    assert totals(listed, OLD) == Totals(campaigns=1, calls=28, completed=10, failed=None, left=288)


def test_nothing_is_known_of_no_campaign() -> None:
    assert totals((), None) == Totals()
    assert rows(snapshot(), OLD) == ()


def test_the_three_that_called_most_moved() -> None:
    calls = {"c1": 5, "c2": 0, "c3": 9, "c4": 5, "c5": 1}
    old = snapshot(MONDAY - DAY, **{id_: replace(SPRING, name=id_) for id_ in calls})
    now = snapshot(**{id_: replace(SPRING, name=id_, calls=412 + more) for id_, more in calls.items()})
    assert moved(rows(now, old)) == (Moved("c3", "c3", 9), Moved("c1", "c1", 5), Moved("c4", "c4", 5))
    assert moved(rows(old, old)) == ()
