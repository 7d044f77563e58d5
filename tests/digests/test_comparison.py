"""What a digest says has changed since it was last delivered, and what needs a look."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.campaigns import routing
from bot.campaigns.campaign import Campaign
from bot.campaigns.figures import Figures, TransferProblem, figures_of, finished, left
from bot.digests.comparison import Delivered, calls_gained, compare
from bot.digests.snapshot import Snapshot
from tests.conftest import AEP
from tests.samples.cards import LOOK
from tests.samples.digest_messages import FRIDAY, LAST, MONDAY, at, campaign, changed, id_of, only, snapshot

CALLING = campaign("Renewals", 500, 80, 300)
NO_NUMBER = TransferProblem("transferConfig.directPhoneNumber", "missing", "There is no number to ring")


def test_a_number_is_compared_with_the_last_delivery() -> None:
    found = only(changed(CALLING, campaign("Renewals", 540, 84, 290)))
    assert {name: count.delta for name, count in found.counts.items()} == {
        "calls": 40,
        "today": None,
        "completed": 4,
        "failed": 0,
        "left": -10,
    }


@pytest.mark.parametrize("side", ["before", "now"])
def test_a_number_that_one_side_has_no_data_for_is_not_compared(side: str) -> None:
    bare = Figures("Renewals", status="active")
    found = only(changed(bare, CALLING) if side == "before" else changed(CALLING, bare))
    assert all(count.delta is None for count in found.counts.values())
    assert [count.now for count in found.counts.values()] == ([500, 12, 80, 1, 300] if side == "before" else [None] * 5)


def test_calls_today_are_compared_within_the_same_day_only() -> None:
    more = replace(CALLING, today=20)
    assert only(changed(CALLING, more, then=at(23, 9), today=at(23, 14))).counts["today"].delta == 8
    assert only(changed(CALLING, more, then=at(22, 23), today=at(23, 0, 30))).counts["today"].delta is None


def test_the_totals_of_changes_are_of_the_campaigns_there_both_times() -> None:
    found = compare(snapshot(at(23), MONDAY), LAST)
    assert found.totals["calls"].now == sum(one.calls or 0 for one in MONDAY)
    assert found.totals["calls"].delta == sum(one.calls or 0 for one in MONDAY[:5]) - sum(
        one.calls or 0 for one in FRIDAY
    )
    assert (found.both, [row.figures.name for row in found.new], found.gone) == (5, ["*New* <!channel>"], ())


def test_a_total_without_any_data_is_none() -> None:
    found = compare(snapshot(at(23), [Figures("a"), Figures("b")]), None)
    assert found.totals["calls"].now is None
    assert found.totals["left"].delta is None


def test_a_campaign_that_is_gone_is_named_as_it_was() -> None:
    found = compare(snapshot(at(23), MONDAY[:4]), LAST)
    assert [(one.id, one.name) for one in found.gone] == [(id_of(5), "Win back")]


def test_those_that_are_gone_come_by_name() -> None:
    before = Delivered(at(20), snapshot(at(20), [replace(CALLING, name=name) for name in ("b", "C", "A", "b")]))
    found = compare(snapshot(at(23), []), before)
    assert [(one.name, one.id) for one in found.gone] == [
        ("A", id_of(3)),
        ("b", id_of(1)),
        ("b", id_of(4)),
        ("C", id_of(2)),
    ]


def test_what_a_first_delivery_could_not_read_has_no_name() -> None:
    (one,) = compare(snapshot(at(23), [], n1="Unavailable"), None).missing
    assert (one.name, one.error) == ("", "Unavailable")


def test_nothing_is_gone_where_not_all_was_looked_at() -> None:
    assert compare(snapshot(at(23), MONDAY[:4]), LAST, whole=False).gone == ()


def test_what_could_not_be_read_is_neither_gone_nor_new_when_it_is_back() -> None:
    missed = snapshot(at(23), MONDAY[:4], n5="Unavailable")
    found = compare(missed, LAST)
    assert [(one.name, one.error) for one in found.missing] == [("Win back", "Unavailable")]
    assert (found.gone, found.attention[-1]) == ((), id_of(5))
    back = compare(snapshot(at(24), MONDAY[:5]), Delivered(at(23), missed))
    assert back.new == ()
    assert next(row for row in back.rows if row.id == id_of(5)).counts["calls"].delta is None


def test_the_first_delivery_has_changes_of_nothing() -> None:
    found = compare(snapshot(at(23), MONDAY), None)
    assert found.changed
    assert (found.both, found.new, found.gone) == (0, (), ())
    assert not {count.delta for row in found.rows for count in row.counts.values()} - {None}


NOT_AGAIN: list[Any] = [
    pytest.param(replace(CALLING, calls=501), id="calls"),
    pytest.param(replace(CALLING, status="paused"), id="status"),
    pytest.param(replace(CALLING, states={**CALLING.states, "failed": 2}), id="failed"),
    pytest.param(replace(CALLING, calls=None), id="no-data-any-more"),
]


@pytest.mark.parametrize("now", NOT_AGAIN)
def test_something_has_changed_when_a_number_or_a_status_has(now: Figures) -> None:
    assert changed(CALLING, now).changed


def test_nothing_has_changed_when_only_a_name_or_the_day_has() -> None:
    assert not changed(CALLING, replace(CALLING, name="Renewals 2", today=0)).changed


def test_something_has_changed_when_a_campaign_comes_goes_or_cannot_be_read() -> None:
    before = Delivered(at(20), snapshot(at(20), [CALLING]))
    assert compare(snapshot(at(23), [CALLING, CALLING]), before).changed
    assert compare(snapshot(at(23), []), before).changed
    missed = snapshot(at(23), [], n1="Unavailable")
    assert compare(missed, before).changed
    assert not compare(replace(missed, as_of=at(24)), Delivered(at(23), missed)).changed


def test_something_has_changed_when_a_new_problem_of_routing_is_all_there_is() -> None:
    wrong = replace(CALLING, findings=(NO_NUMBER,))
    assert changed(replace(CALLING, findings=()), wrong).changed
    assert not changed(wrong, wrong).changed


def test_what_could_not_be_read_and_is_not_there_any_more_is_gone() -> None:
    missed = replace(snapshot(at(23), MONDAY[:4], n5="Unavailable"), names={id_of(5): "Win back"})
    found = compare(snapshot(at(24), MONDAY[:4]), Delivered(at(23), missed))
    assert [(one.id, one.name) for one in found.gone] == [(id_of(5), "Win back")]


def test_active_campaigns_come_before_others_and_then_by_name() -> None:
    quiet = [campaign("b", 1, 0, 0), campaign("A", 1, 0, 0), campaign("0", 1, 0, 0, status="paused")]
    assert [row.figures.name for row in compare(snapshot(at(23), quiet), None).rows] == ["A", "b", "0"]


def test_the_same_snapshots_give_the_same_comparison_in_whatever_order_they_are() -> None:
    now = snapshot(at(23), MONDAY)
    other = replace(now, campaigns=dict(reversed(list(now.campaigns.items()))))
    assert compare(now, LAST) == compare(other, LAST)


def test_the_calls_gained_are_those_of_the_totals() -> None:
    now = snapshot(at(23), MONDAY)
    assert calls_gained(now, LAST.snapshot) == compare(now, LAST).totals["calls"].delta == 151
    more = replace(now, campaigns={**now.campaigns, id_of(5): replace(MONDAY[4], calls=None)})
    assert calls_gained(more, LAST.snapshot) == 165  # one of which nobody knows how many calls it has counts for none
    assert calls_gained(now, None) is None
    assert calls_gained(now, Snapshot(at(20), date(2026, 11, 20), {})) is None


def test_a_campaign_becomes_figures() -> None:
    found = figures_of(Campaign.model_validate(LOOK), with_routing=True)
    assert (found.name, found.status, found.customers, found.calls, found.today) == (
        "AEP Outreach 2026",
        "active",
        1204,
        3311,
        87,
    )
    assert (found.states["pending"], finished(found), left(found)) == (420, 674, 530)
    assert found.findings is not None
    assert found.ends == datetime(2027, 1, 15, 22, tzinfo=UTC)


def test_what_the_api_does_not_say_is_no_data_in_the_figures() -> None:
    bare = figures_of(Campaign(id=AEP), with_routing=True)
    assert bare == Figures("")
    assert (finished(bare), left(bare)) == (None, None)


@pytest.mark.parametrize("asked", [True, False])
def test_the_routing_is_looked_at_only_where_it_is_there_and_wanted(asked: bool) -> None:
    set_up = Campaign.model_validate(
        {"id": AEP, "features": {"transfers": True}, "transferConfig": {"type": "direct", "directPhoneNumber": None}}
    )
    assert figures_of(set_up, with_routing=asked).findings == ((NO_NUMBER,) if asked else None)
    without = Campaign.model_validate({"id": AEP, "features": {"transfers": True}})
    assert figures_of(without, with_routing=asked).findings is None


def test_a_phone_number_in_a_group_is_kept_by_no_digest() -> None:
    sent = deepcopy(LOOK)
    for group in sent["transferConfig"]["routingConfig"]["groups"]:
        group |= {"id": None, "name": "Call 212-555-0143", "agents": []}
    found = figures_of(Campaign.model_validate(sent), with_routing=True).findings
    assert found
    assert [one for one in found if "(phone)" in one.says and "(phone)" in one.subject]
    assert not [one for one in found if "0143" in f"{one.says}{one.subject}"]


def test_a_problem_that_is_worded_otherwise_is_not_new() -> None:
    was, now = (replace(CALLING, findings=(replace(NO_NUMBER, says=says),)) for says in ("No number", "Kein Anschluss"))
    assert not changed(was, now).changed
    assert only(changed(was, now)).new_findings == ()


@pytest.mark.parametrize(
    "other", [replace(NO_NUMBER, kind="malformed"), replace(NO_NUMBER, subject="transferConfig.x")]
)
def test_a_problem_of_another_kind_or_elsewhere_is_new(other: TransferProblem) -> None:
    was = replace(CALLING, findings=(NO_NUMBER,))
    assert only(changed(was, replace(CALLING, findings=(NO_NUMBER, other)))).new_findings == (other,)


def test_a_problem_is_not_new_when_groups_change_places() -> None:
    sent = deepcopy(LOOK)
    was = figures_of(Campaign.model_validate(sent), with_routing=True)
    sent["transferConfig"]["routingConfig"]["groups"].reverse()
    now = figures_of(Campaign.model_validate(sent), with_routing=True)
    assert was.findings
    assert was.findings == now.findings


def test_what_breaks_no_transfer_is_no_finding_of_a_digest() -> None:
    off = Campaign.model_validate(
        {"id": AEP, "features": {"transfers": False}, "transferConfig": {"type": "direct", "directPhoneNumber": None}}
    )
    assert [one.weight for one in routing.findings(off)] == ["note"]
    assert figures_of(off, with_routing=True).findings == ()
