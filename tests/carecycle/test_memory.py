"""What campaigns take in memory, and that a record kept small for bad times is whole when it is shown."""

import asyncio
from datetime import timedelta

import pytest
from conftest import AEP, Clockwork, reading

from bot.carecycle.cache import FRESH_BYTES, LAST_GOOD_BYTES, CacheKey, CampaignCache
from bot.carecycle.models import Reading
from bot.clock import Clock
from bot.errors import RateLimited, Unavailable
from playground.samples import samples

LOOK = next(sample for sample in samples() if sample["id"] == AEP)


def _place(number: int, workspace: str = "T1") -> CacheKey:
    return CacheKey(workspace, "fingerprint", f"{number:036d}")


async def _get(cache: CampaignCache, place: CacheKey, *, down: bool = False) -> Reading:
    async def fetch() -> Reading:
        if down:
            raise Unavailable("status 503")
        return reading(LOOK)

    return await cache.get(place, fetch)


async def test_a_record_kept_for_bad_times_is_whole_with_its_secrets_still_wrapped() -> None:
    time = Clockwork()
    cache = CampaignCache(Clock(time.now, time.time), 30)
    fresh = await _get(cache, _place(1))
    time.move(60)
    old = await _get(cache, _place(1), down=True)
    assert (old.campaign, old.as_of, old.link) == (fresh.campaign, fresh.as_of, fresh.link)
    assert old.problem is not None
    assert repr(old.campaign) == repr(fresh.campaign)


async def test_an_old_record_says_when_carecycle_may_be_asked_again_where_that_is_known() -> None:
    time = Clockwork()
    cache = CampaignCache(Clock(time.now, time.time), 30)
    await _get(cache, _place(1))

    async def limited() -> Reading:
        raise RateLimited(20)

    time.move(60)
    old = await cache.get(_place(1), limited)
    assert old.again_at == time.now() + timedelta(seconds=21)
    assert (await _get(cache, _place(1), down=True)).again_at is None


async def test_what_is_on_its_way_ends_with_the_cache() -> None:
    cache, begun = CampaignCache(Clock(), 30), asyncio.Event()

    async def endless() -> Reading:
        begun.set()
        await asyncio.Event().wait()  # without a limit: it is cancelled
        raise AssertionError

    asking = asyncio.create_task(cache.get(_place(1), endless))
    async with asyncio.timeout(5):
        await begun.wait()
        await cache.close()
        with pytest.raises(asyncio.CancelledError):
            await asking


async def test_the_memory_for_campaigns_is_bounded_by_what_they_take_not_by_their_number() -> None:
    cache = CampaignCache(Clock(), 900)
    first = await _get(cache, _place(0))
    weight = (await _get(cache, _place(0))).weight
    assert 1_000 < weight < 20_000
    fits = FRESH_BYTES // weight
    for number in range(1, fits + 2):
        await _get(cache, _place(number))
    assert cache.held(_place(0)) is None
    assert cache.held(_place(fits)) is not None
    assert (await _get(cache, _place(0), down=True)).campaign == first.campaign  # still there for bad times
    assert LAST_GOOD_BYTES > 10 * FRESH_BYTES


async def test_a_workspace_that_leaves_takes_its_campaigns_along_and_nobody_elses() -> None:
    cache = CampaignCache(Clock(), 900)
    for workspace in ("T1", "T2"):
        await _get(cache, _place(1, workspace))
    cache.forget("T1")
    with pytest.raises(Unavailable):
        await _get(cache, _place(1, "T1"), down=True)
    assert (await _get(cache, _place(1, "T2"), down=True)).cached


async def test_what_is_on_its_way_when_a_workspace_leaves_is_not_remembered() -> None:
    time = Clockwork()
    cache = CampaignCache(Clock(time.now, time.time), 30)

    async def fetch() -> Reading:
        cache.forget("T1")
        time.move(timedelta(seconds=1).total_seconds())
        return reading(LOOK)

    assert (await cache.get(_place(1), fetch)).campaign.id == AEP
    assert cache.held(_place(1)) is None
    await cache.close()
