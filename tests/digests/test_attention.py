"""Why a campaign of a digest needs a look, and what comes first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.campaigns.figures import Figures, TransferProblem
from bot.digests.attention import Kind
from bot.digests.comparison import Delivered, compare
from tests.samples.digest_messages import LAST, MONDAY, at, campaign, changed, id_of, only, snapshot

CALLING = campaign("Renewals", 500, 80, 300)
NO_NUMBER = TransferProblem("transferConfig.directPhoneNumber", "missing", "There is no number to ring")
NO_SIP = TransferProblem("transferConfig.sipUri", "missing", "There is no SIP address to call")


def test_what_needs_a_look_comes_first_the_most_urgent_before_the_others() -> None:
    found = compare(snapshot(at(23), MONDAY[:4], n5="CampaignNotFound"), LAST)
    order = [(row.figures.name, row.reasons) for row in found.rows]
    assert order == [
        ("Renewals", ("status",)),
        ("Medicare Welcome", ("stalled",)),
        ("AEP Outreach 2026", ("routing",)),
        ("Plan check Q4", ("ends",)),
    ]
    assert list(found.attention) == [*(row.id for row in found.rows), id_of(5)]


def test_new_findings_of_routing_come_before_those_that_were_there() -> None:
    known = replace(CALLING, name="a", findings=(NO_NUMBER,))
    fresh = replace(CALLING, name="b", findings=(NO_SIP,))
    before = Delivered(at(20), snapshot(at(20), [known, replace(fresh, findings=())]))
    now = snapshot(at(23), [replace(known, calls=501), replace(fresh, calls=501)])
    found = compare(now, before)
    assert [(row.figures.name, row.new_findings) for row in found.rows] == [("b", (NO_SIP,)), ("a", ())]
    assert compare(now, before, with_routing=False).attention == ()


def test_a_finding_is_not_new_when_the_routing_was_not_read_before() -> None:
    found = only(changed(CALLING, replace(CALLING, calls=501, findings=(NO_NUMBER,))))
    assert (found.reasons, found.new_findings) == (("routing",), ())


STALLS: list[Any] = [
    pytest.param(at(20), at(23), True, id="friday-to-monday"),
    pytest.param(at(23), at(24), True, id="monday-to-tuesday"),
    pytest.param(at(23), at(23, 14), False, id="five-hours-later"),
    pytest.param(at(21), at(22), False, id="saturday-to-sunday"),
    pytest.param(at(22), at(23), False, id="sunday-to-monday"),
    pytest.param(at(22), at(24), True, id="sunday-to-tuesday"),
    pytest.param(at(23), at(24, 5), True, id="twenty-hours-later"),
    pytest.param(at(23), at(24, 4, 59), False, id="a-minute-less"),
    pytest.param(at(13), at(23), True, id="ten-days"),
]


@pytest.mark.parametrize(("then", "today", "stalled"), STALLS)
def test_a_campaign_has_stopped_calling_when_a_working_day_went_by_without_a_call(
    then: datetime, today: datetime, stalled: bool
) -> None:
    assert ("stalled" in only(changed(CALLING, CALLING, then=then, today=today)).reasons) is stalled


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(replace(CALLING, calls=501), id="it-called"),
        pytest.param(replace(CALLING, status="paused"), id="paused"),
        pytest.param(replace(CALLING, states={"pending": 0, "in_progress": 0}), id="nobody-left"),
        pytest.param(replace(CALLING, states={"pending": 5}), id="nobody-knows-who-is-left"),
        pytest.param(replace(CALLING, calls=None), id="nobody-knows-how-many-calls"),
    ],
)
def test_a_campaign_has_not_stopped_calling(now: Figures) -> None:
    assert "stalled" not in only(changed(CALLING, now)).reasons


@pytest.mark.parametrize(
    ("failed", "completed", "looks"),
    [(0, 0, False), (1, 0, True), (1, 9, True), (1, 10, False), (10, 91, False), (50, 400, True), (-1, 0, False)],
)
def test_failures_need_a_look_from_one_in_ten_of_those_who_ended(failed: int, completed: int, looks: bool) -> None:
    now = {**CALLING.states, "failed": 1 + failed, "completed": 80 + completed}
    assert ("failures" in only(changed(CALLING, replace(CALLING, states=now))).reasons) is looks


ENDS: list[Any] = [
    pytest.param(datetime(2026, 11, 23, tzinfo=UTC), True, id="today"),
    pytest.param(datetime(2026, 11, 26, tzinfo=UTC), True, id="in-three-days"),
    pytest.param(datetime(2026, 11, 27, tzinfo=UTC), False, id="in-four-days"),
    pytest.param(datetime(2026, 11, 22, tzinfo=UTC), False, id="yesterday"),
    pytest.param(at(26), True, id="in-three-days-to-the-minute"),
    pytest.param(at(26) + timedelta(minutes=1), False, id="in-three-days-and-a-minute"),
    pytest.param(at(23) + timedelta(minutes=1), True, id="in-a-minute"),
    pytest.param(at(23), False, id="now"),
    pytest.param(at(23) - timedelta(minutes=1), False, id="a-minute-ago"),
    pytest.param(datetime.max.replace(tzinfo=UTC), False, id="never"),
    pytest.param(datetime.min.replace(tzinfo=UTC), False, id="long-ago"),
    pytest.param(None, False, id="nobody-knows"),
]


@pytest.mark.parametrize(("ends", "soon"), ENDS)
def test_a_campaign_that_ends_within_three_days_needs_a_look(ends: datetime | None, soon: bool) -> None:
    now = replace(CALLING, calls=501, ends=ends)
    assert only(changed(CALLING, now)).reasons == (("ends",) if soon else ())


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"states": {"completed": 381}}, id="all-finished"),
        pytest.param({"customers": None}, id="nobody-knows-how-many"),
        pytest.param({"states": {}}, id="nobody-knows-how-far"),
        pytest.param({"states": {"completed": 9999}}, id="it-contradicts-itself"),
        pytest.param({"status": "archived"}, id="archived"),
    ],
)
def test_a_campaign_that_ends_soon_needs_no_look(more: dict[str, Any]) -> None:
    now = replace(CALLING, ends=datetime(2026, 11, 24, tzinfo=UTC), **more)
    assert "ends" not in only(compare(snapshot(at(23), [now]), None)).reasons


@pytest.mark.parametrize(("number", "kind"), [("calls", "down"), ("completed", "down"), ("left", None)])
def test_a_counter_that_went_down_needs_a_look(number: str, kind: Kind | None) -> None:
    now = {
        "calls": replace(CALLING, calls=499),
        "completed": replace(CALLING, calls=501, states={**CALLING.states, "completed": 79}),
        "left": replace(CALLING, calls=501, states={**CALLING.states, "pending": 1}),
    }[number]
    assert only(changed(CALLING, now)).reasons == ((kind,) if kind else ())


def test_what_the_assessment_says_replaces_the_digests_own_rules() -> None:
    told = {id_of(number): number == 2 for number in range(1, 5)}
    rows = compare(snapshot(at(23), MONDAY[:4]), LAST, with_problems=told).rows
    assert {row.figures.name: row.reasons for row in rows if row.reasons} == {
        "Renewals": ("status",),
        MONDAY[1].name: ("judged",),
    }


@pytest.mark.parametrize("status", ["paused", "completed", "cancelled"])
def test_a_campaign_that_was_paused_or_ended_after_the_last_reading_has_none_of_its_problems(status: str) -> None:
    now = snapshot(at(23), [replace(MONDAY[0], status=status)])
    before = Delivered(at(20), snapshot(at(20), [replace(MONDAY[0], status=status)]))
    assert only(compare(now, before, with_problems={id_of(1): True})).reasons == ()


def test_a_campaign_that_was_not_assessed_is_judged_by_the_digests_own_rules() -> None:
    without = compare(snapshot(at(23), MONDAY[:4]), LAST)
    assert compare(snapshot(at(23), MONDAY[:4]), LAST, with_problems={"another": True}) == without
