"""An answer in which nothing can be read is no campaign, however much of it there is."""

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.campaign import Campaign, Reading
from bot.carecycle.cache import CacheKey, CampaignCache
from bot.carecycle.client import CareCycle
from bot.clock import Clock
from bot.errors import Unreadable
from tests.conftest import AEP, Clockwork
from tests.drivers.carecycle_answers import KEY, Api, answer

GOOD: Final[dict[str, Any]] = {
    "name": "AEP",
    "status": "active",
    "maxAttempts": 0,
    "enablePulse": False,
    "startDate": "2026-11-02",
    "customerStats": {"total": 0},
    "transferConfigIds": ["a"],
    "transferConfig": {"routingConfig": {"groups": [{"name": "Night"}]}},
}
WRONG: Final[dict[str, Any]] = {
    "name": 4,
    "status": ["active"],
    "maxAttempts": "3",
    "enablePulse": "yes",
    "startDate": 42,
    "customerStats": {"total": "5", "statusCounts": 3},
    "transferConfigIds": {"0": "a"},
    "transferConfig": {"type": 1, "sipHeaders": {"X": "y"}, "routingConfig": {"groups": [{"name": 5}, 3]}},
}


@given(good=st.sets(st.sampled_from(sorted(GOOD))), wrong=st.sets(st.sampled_from(sorted(WRONG)), min_size=1))
async def test_one_field_that_can_be_read_makes_a_campaign_and_none_makes_nothing(
    good: set[str], wrong: set[str]
) -> None:
    sent = {"id": AEP} | {name: WRONG[name] for name in wrong} | {name: GOOD[name] for name in good}
    asked = Api(answer(200, {"campaign": sent})).carecycle.get_campaign(KEY, AEP)
    if good:
        assert (await asked).id == AEP
    else:
        with pytest.raises(Unreadable):
            await asked


async def test_a_campaign_of_which_careCycle_sends_the_id_alone_is_one(api: CareCycle) -> None:  # noqa: N802
    assert await api.get_campaign(KEY, AEP) == Campaign(id=AEP)


async def test_it_does_not_replace_a_good_record() -> None:
    time = Clockwork()
    clock, key = Clock(time.now, time.time), CacheKey("T1", "f", AEP)
    cache, api = CampaignCache(clock, 30), Api()

    async def fetch() -> Reading:
        return Reading(await api.carecycle.get_campaign(KEY, AEP), clock.now())

    api(answer(200, {"campaign": {"id": AEP} | GOOD}))
    await cache.get(key, fetch)
    time.move(60)
    api(answer(200, {"campaign": {"id": AEP} | WRONG}))
    old = await cache.get(key, fetch)
    assert (old.campaign.name, type(old.problem)) == ("AEP", Unreadable)
    assert cache.held(key) is None


@pytest.fixture
def api() -> CareCycle:
    return Api(answer(200, {"campaign": {"id": AEP}})).carecycle
