"""Campaigns of the playground make calls while its clock moves on, and add up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from playground.carecycle import PLAYGROUND_KEY, CareCycle
from playground.clock import NEW_YORK, MovableClock
from playground.habits import calls_of, habits_of
from playground.life import Life
from playground.samples import ENDS_SOON_ID, STOPS_ID, hundreds, samples

BEGAN = datetime(2026, 11, 24, 10, tzinfo=NEW_YORK)  # a Tuesday
AEP = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
TURNING_65 = "84f32551-5366-4ce2-ad4d-666177bb3654"
Json = dict[str, Any]


def _sample(id_: str) -> Json:
    return next(one for one in samples() if one["id"] == id_)


def _calls(sample: Json) -> bool:
    return sample.get("status") == "active" and bool(sample["customerStats"]["todayCalls"])


def _lived(id_: str, *moments: datetime) -> list[Json]:
    """The campaign at each moment, as somebody hears who asks then."""
    clock = MovableClock(BEGAN, true=lambda: 0.0)
    life, lived = Life(clock.seconds), []
    for moment in moments:
        clock.at(moment)
        lived.append(life(_sample(id_)))
    return lived


def test_calls_today_grow_until_local_midnight_and_begin_anew() -> None:
    noon, evening, midnight, later = (
        one["customerStats"] for one in _lived(AEP, *(BEGAN + timedelta(hours=hours) for hours in (2, 12, 14.1, 26)))
    )
    began = _sample(AEP)["customerStats"]
    assert began["todayCalls"] < noon["todayCalls"] < evening["todayCalls"]
    assert midnight["todayCalls"] == 0
    assert 0 < later["todayCalls"] == later["totalCalls"] - midnight["totalCalls"]
    assert evening["totalCalls"] - began["totalCalls"] == evening["todayCalls"] - began["todayCalls"]


def test_nobody_is_called_on_a_sunday() -> None:
    (sunday,) = _lived(AEP, datetime(2026, 11, 29, 17, tzinfo=NEW_YORK))
    assert sunday["customerStats"]["todayCalls"] == 0


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample["id"][:8])
def test_numbers_add_up_at_any_time(sample: Json) -> None:
    before = sample
    for days in (0, 1, 5, 30, 365):
        (lived,) = _lived(sample["id"], BEGAN + timedelta(days=days))
        if stats := lived.get("customerStats"):
            counts, first = stats["statusCounts"], sample["customerStats"]
            assert stats["total"] - sum(counts.values()) == first["total"] - sum(first["statusCounts"].values())
            assert counts["pending"] >= min(first["statusCounts"]["pending"], 0)
            assert stats["totalCalls"] >= before["customerStats"]["totalCalls"]
        before = lived


def test_a_campaign_without_anybody_left_is_completed() -> None:
    empty = _sample(AEP)
    empty["customerStats"]["statusCounts"] |= {"pending": 2, "in_progress": 1}
    clock = MovableClock(BEGAN, true=lambda: 0.0)
    life = Life(clock.seconds)
    clock.at(BEGAN + timedelta(hours=8))
    lived = life(empty)
    assert lived["status"] == "completed"
    assert lived["customerStats"]["statusCounts"]["in_progress"] == 0


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample["id"][:8])
def test_what_a_moment_shows_does_not_depend_on_how_often_somebody_asked(sample: Json) -> None:
    moments = [BEGAN + timedelta(hours=hours) for hours in range(0, 24 * 8, 5)]
    assert _lived(sample["id"], *moments)[-1] == _lived(sample["id"], moments[-1])[-1]


def test_campaigns_have_days_hours_and_shares_of_their_own() -> None:
    all_habits = [habits_of(one) for one in samples() if _calls(one)]
    assert len({(one.opens, one.closes, one.saturday) for one in all_habits}) > 4
    assert len({round(one.bad["failed"], 2) for one in all_habits}) > 4
    assert all(sum(one.bad.values()) < 0.9 for one in all_habits)


def test_one_day_is_not_as_another_and_a_saturday_is_quieter() -> None:
    weekdays = [BEGAN.date() + timedelta(days) for days in range(28)]
    habits = habits_of(_sample(TURNING_65))
    made = {day: len([*calls_of(TURNING_65, habits, day)]) for day in weekdays}
    ordinary = [calls for day, calls in made.items() if day.weekday() < 5]
    assert max(ordinary) > 1.15 * min(ordinary)
    assert all(calls < 0.8 * min(ordinary) for day, calls in made.items() if day.weekday() > 4)
    assert sum(ordinary) / len(ordinary) == pytest.approx(habits.a_day, rel=0.1)


def test_new_customers_keep_a_list_from_running_empty() -> None:
    (lived,) = _lived(AEP, BEGAN + timedelta(days=365))
    waiting, first = (one["customerStats"]["statusCounts"]["pending"] for one in (lived, _sample(AEP)))
    assert lived["status"] == "active"
    assert waiting == pytest.approx(first, rel=0.3)


def test_an_end_that_comes_near_is_put_off_in_good_time() -> None:
    for days in (0, 30, 100):
        (lived,) = _lived(AEP, now := BEGAN + timedelta(days=days))
        assert datetime.fromisoformat(lived["endDate"]) > now + timedelta(weeks=6)


def test_a_campaign_that_somebody_pauses_keeps_its_numbers_and_calls_on_when_it_goes_on() -> None:
    clock = MovableClock(BEGAN, true=lambda: 0.0)
    life, campaign = Life(clock.seconds, samples()), _sample(AEP)
    clock.at(BEGAN + timedelta(hours=26))
    before = life(campaign)["customerStats"]
    campaign["status"] = "paused"
    assert life(campaign)["customerStats"] == before
    clock.at(BEGAN + timedelta(days=5))
    paused = life(campaign)
    assert paused["status"] == "paused"
    assert paused["customerStats"] == before | {"todayCalls": 0}
    campaign["status"] = "active"
    life(campaign)
    clock.at(BEGAN + timedelta(days=9))
    assert life(campaign)["customerStats"]["totalCalls"] > before["totalCalls"]


def test_a_campaign_that_is_paused_before_anybody_asks_keeps_its_numbers_too() -> None:
    clock = MovableClock(BEGAN, true=lambda: 0.0)
    life, campaign = Life(clock.seconds, samples()), _sample(AEP)
    clock.at(BEGAN + timedelta(hours=26))
    assert life(campaign | {"status": "paused"})["customerStats"] == _lived(AEP, clock.now())[0]["customerStats"]


def test_a_campaign_that_somebody_edits_keeps_its_numbers() -> None:
    clock = MovableClock(BEGAN, true=lambda: 0.0)
    life = Life(clock.seconds, samples())
    clock.at(BEGAN + timedelta(hours=26))
    renamed = life(_sample(AEP) | {"name": "AEP, second wave"})
    assert renamed["name"] == "AEP, second wave"
    assert renamed["customerStats"] == _lived(AEP, clock.now())[0]["customerStats"]


def test_one_sample_stops_calling_and_stays_active() -> None:
    first, second = _lived(STOPS_ID, BEGAN + timedelta(days=1), BEGAN + timedelta(days=3))
    assert first["status"] == second["status"] == "active"
    assert first["customerStats"]["totalCalls"] == second["customerStats"]["totalCalls"]
    assert second["customerStats"]["todayCalls"] == 0


def test_one_sample_ends_two_days_after_the_beginning() -> None:
    soon, over = _lived(ENDS_SOON_ID, BEGAN + timedelta(hours=1), BEGAN + timedelta(days=2, hours=1))
    ends = (BEGAN + timedelta(days=2)).astimezone(UTC)
    assert soon["endDate"] == over["endDate"] == ends.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (soon["status"], over["status"]) == ("active", "completed")


def test_the_same_moment_tells_everybody_the_same() -> None:
    moment = BEGAN + timedelta(days=9, hours=3)
    assert _lived(AEP, moment) == _lived(AEP, moment)
    assert _lived(AEP, BEGAN) == [_sample(AEP)]


async def test_carecycle_serves_them_as_they_are_by_now() -> None:
    clock = MovableClock(BEGAN)
    carecycle = CareCycle(now=clock.monotonic)
    carecycle.life = Life(clock.seconds)
    clock.move(26 * 3600)
    async with TestServer(carecycle.app(), host="127.0.0.1") as there, aiohttp.ClientSession() as session:
        url, headers = there.make_url(f"/v2/campaigns/{AEP}"), {"x-api-key": PLAYGROUND_KEY}
        async with session.get(url, headers=headers) as answer:
            served = (await answer.json())["campaign"]
    assert served["customerStats"]["totalCalls"] > _sample(AEP)["customerStats"]["totalCalls"]
    assert carecycle.campaigns[AEP] == _sample(AEP)


async def test_carecycle_holds_five_hundred_campaigns_in_five_pages() -> None:
    carecycle = CareCycle(hundreds())
    headers, pages = {"x-api-key": PLAYGROUND_KEY}, []
    async with TestServer(carecycle.app(), host="127.0.0.1") as there, aiohttp.ClientSession() as session:
        for page in range(1, 6):
            url = there.make_url(f"/v2/campaigns?limit=100&page={page}")
            async with session.get(url, headers=headers) as answer:
                pages.append(await answer.json())
    assert len({one["id"] for page in pages for one in page["items"]}) == 500
    assert [page["nextPage"] for page in pages] == [2, 3, 4, 5, None]
