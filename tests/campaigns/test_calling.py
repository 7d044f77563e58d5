"""Whether a campaign is calling, and if not, why: only what is certain is a reason."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.campaigns.calling import calling
from bot.campaigns.campaign import Campaign
from bot.carecycle.lenient_parsing import read
from tests.conftest import AEP
from tests.samples.any_campaign import campaigns
from tests.samples.calling_states import STATES, State, sent

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
COUNTED = ("pending", "in_progress", "completed", "failed", "expired", "exceeded_max_calls", "cancelled", "skipped")
NO_CALLS = "no_calls customerStats.todayCalls"
NONE_LEFT = "none_left customerStats.statusCounts"


def campaign(**changes: Any) -> Campaign:
    """An active one with 30 of 100 customers left and 12 calls today."""
    counts = {**dict.fromkeys(COUNTED, 0), "pending": 20, "in_progress": 10, "completed": 70}
    stats = {"total": 100, "totalCalls": 300, "todayCalls": 12, "statusCounts": counts}
    record = {
        "id": AEP,
        "status": "active",
        "startDate": "2026-10-05T13:00:00Z",
        "endDate": "2027-01-15T22:00:00Z",
        "dialAfterhours": True,
        "customerStats": stats,
    }
    for name, value in changes.items():
        (counts if name in (*COUNTED, "awaiting_call") else stats if name in stats else record)[name] = value
    return read(Campaign, record)[0]


DONE = {"pending": 0, "in_progress": 0, "completed": 100}
BLOCKED: list[tuple[str, dict[str, Any], list[str]]] = [
    *(
        (status, {"status": status}, ["not_active status"])
        for status in ("draft", "paused", "completed", "archived", "inactive", "cancelled")
    ),
    ("not started", {"startDate": "2026-11-23T15:00:01Z"}, ["not_started startDate"]),
    ("not started, a day", {"startDate": "2026-11-24T00:00:00Z"}, ["not_started startDate"]),
    ("ended", {"endDate": "2026-11-23T15:00:00Z"}, ["ended endDate"]),
    ("ended, a day", {"endDate": "2026-11-22T00:00:00Z"}, ["ended endDate"]),
    ("no customers", {"total": 0}, ["no_customers customerStats.total"]),
    ("nobody left", DONE, [NONE_LEFT]),
    ("nobody left, a count is missing", {**DONE, "failed": None, "pending": None}, [NONE_LEFT]),
    ("two reasons", {"status": "paused", "endDate": "2026-11-01"}, ["not_active status", "ended endDate"]),
    ("calls today do not count then", {"status": "paused", "todayCalls": 5}, ["not_active status"]),
]
UNSAID: list[tuple[str, dict[str, Any], list[str]]] = [
    ("no calls today", {"todayCalls": 0}, [NO_CALLS]),
    ("calls today are not sent", {"todayCalls": None}, ["unsaid customerStats.todayCalls"]),
    ("fewer than no calls", {"todayCalls": -1}, ["unsaid customerStats.todayCalls"]),
    ("no numbers", {"customerStats": None}, ["unsaid customerStats.todayCalls"]),
    ("testing", {"status": "testing"}, ["not_active status"]),
    ("testing, no calls", {"status": "testing", "todayCalls": 0}, ["not_active status", NO_CALLS]),
    ("a status nobody knows", {"status": "resting"}, ["unknown_value status"]),
    ("no status", {"status": None}, ["unsaid status"]),
    (
        "it does not call after hours",
        {"todayCalls": 0, "dialAfterhours": False},
        [NO_CALLS, "after_hours dialAfterhours"],
    ),
    ("nobody counted, some in a ninth state", {**DONE, "completed": 90, "todayCalls": 0}, [NONE_LEFT, NO_CALLS]),
    (
        "a ninth state with a count",
        {**DONE, "completed": 99, "awaiting_call": 1, "todayCalls": 0},
        [NONE_LEFT, NO_CALLS],
    ),
    ("more counted than there are", {**DONE, "completed": 101, "todayCalls": 0}, [NONE_LEFT, NO_CALLS]),
    ("the total is not sent", {**DONE, "total": None, "todayCalls": 0}, [NONE_LEFT, NO_CALLS]),
    ("the day of the start has begun somewhere", {"startDate": "2026-11-23T08:00:00Z", "todayCalls": 0}, [NO_CALLS]),
    ("the last day", {"endDate": "2026-11-23T00:00:00Z", "todayCalls": 0}, ["ended endDate", NO_CALLS]),
]
CALLING: list[tuple[str, dict[str, Any]]] = [
    ("all is well", {}),
    ("one call", {"todayCalls": 1}),
    ("no dates", {"startDate": None, "endDate": None}),
    ("it starts at this very moment", {"startDate": "2026-11-23T15:00:00Z"}),
    ("on its last day", {"endDate": "2026-11-23T00:00:00Z"}),
    ("on its first day, anywhere", {"startDate": "2026-11-23T00:00:00Z"}),
    ("one customer pending", {**DONE, "pending": 1, "completed": 99}),
    ("no numbers of customers", {"total": None, "statusCounts": None}),
    ("fewer than no customers", {"total": -1}),
    ("no transfers, a cap", {"transferConfig": None, "maxConcurrentCalls": 1}),
]


@pytest.mark.parametrize("state", [pytest.param(one, id=one.name) for one in STATES])
def test_every_state_is_answered_as_it_is_defined(state: State) -> None:
    found = calling(read(Campaign, sent(state))[0], datetime.fromisoformat(state.now))
    assert (found.verdict, _kinds(found.reasons), _kinds(found.open)) == (
        state.verdict,
        list(state.reasons),
        list(state.open),
    )


def _kinds(reasons: Any) -> list[str]:
    return [f"{one.kind} {one.field}" for one in reasons]


@pytest.mark.parametrize(("changes", "reasons"), [pytest.param(*row[1:], id=row[0]) for row in BLOCKED])
def test_what_is_certain_keeps_it_from_calling(changes: dict[str, Any], reasons: list[str]) -> None:
    found = calling(campaign(**changes), NOW)
    assert (found.verdict, _kinds(found.reasons), found.open) == ("blocked", reasons, ())
    assert found.says.startswith("It is not calling: ")


@pytest.mark.parametrize(("changes", "possible"), [pytest.param(*row[1:], id=row[0]) for row in UNSAID])
def test_what_is_only_possible_is_no_reason(changes: dict[str, Any], possible: list[str]) -> None:
    found = calling(campaign(**changes), NOW)
    assert (found.verdict, found.reasons, _kinds(found.open)) == ("unsaid", (), possible)
    assert found.says.startswith("careCycle does not say whether it is calling")


@pytest.mark.parametrize("changes", [pytest.param(row[1], id=row[0]) for row in CALLING])
def test_calls_of_today_show_that_it_is_calling(changes: dict[str, Any]) -> None:
    found = calling(campaign(**changes), NOW)
    assert (found.verdict, found.reasons, found.open) == ("calling", (), ())
    assert found.says.startswith("It is calling: ")


def test_it_is_said_in_a_sentence() -> None:
    assert calling(campaign(), NOW).says == "It is calling: 12 calls today."
    assert calling(campaign(todayCalls=1), NOW).says == "It is calling: 1 call today."
    paused = calling(campaign(status="paused", total=0), NOW)
    assert paused.says == "It is not calling: it is paused, and it has no customers."
    assert [one.sentence for one in paused.reasons] == ["It is paused.", "It has no customers."]


def test_the_moment_decides_whatever_its_time_zone() -> None:
    late = campaign(startDate="2026-11-23T15:00:00Z")
    assert calling(late, NOW.astimezone(timezone(timedelta(hours=-5)))).verdict == "calling"
    assert calling(late, NOW - timedelta(seconds=1)).verdict == "blocked"


@given(campaigns())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_campaign_gets_an_answer(made_up: dict[str, Any]) -> None:
    found = calling(read(Campaign, made_up)[0], NOW)
    assert (found.verdict == "blocked") == bool(found.reasons)
    assert found.verdict != "calling" or not found.open
