"""What campaigns take in memory, and that a record kept small for bad times is whole when it is shown."""

import asyncio
from collections.abc import Callable
from random import Random

import pytest

from bot.campaigns.campaign import Campaign, Reading
from bot.carecycle.cache import FRESH_BYTES, LAST_GOOD_BYTES, CacheKey, CampaignCache
from bot.clock import Clock
from bot.errors import Unavailable
from playground.samples import samples
from tests.conftest import AEP, AS_OF, Clockwork, reading
from tests.drivers.carecycle_answers import KEY, Api, answer

LOOK = next(sample for sample in samples() if sample["id"] == AEP)


def _place(number: int) -> CacheKey:
    return CacheKey("T1", "fingerprint", f"{number:036d}")


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


async def test_the_memory_for_campaigns_is_bounded_by_what_they_take_not_by_their_number() -> None:
    cache = CampaignCache(Clock(), 900)
    first = await _get(cache, _place(0))
    weight = (await _get(cache, _place(0))).packed_bytes
    assert 1_000 < weight < 20_000
    fits = FRESH_BYTES // weight
    for number in range(1, fits + 2):
        await _get(cache, _place(number))
    assert cache.held(_place(0)) is None
    assert cache.held(_place(fits)) is not None
    assert (await _get(cache, _place(0), down=True)).campaign == first.campaign  # still there for bad times
    assert LAST_GOOD_BYTES > 10 * FRESH_BYTES


async def test_what_is_kept_for_bad_times_is_bounded_by_what_it_takes_too() -> None:
    cache, size = CampaignCache(Clock(), 30), 1_200_000

    async def fetch() -> Reading:
        return Reading(Campaign(id=AEP, name=Random(1).randbytes(size).hex()), AS_OF)  # which packs to about `size`

    fits = LAST_GOOD_BYTES // size
    for number in range(fits + 1):
        await cache.get(_place(number), fetch)
    with pytest.raises(Unavailable):
        await _get(cache, _place(0), down=True)
    assert (await _get(cache, _place(fits), down=True)).cached
    assert (await _get(cache, _place(fits // 2), down=True)).problem  # no longer fresh, and still there


@pytest.mark.parametrize(
    ("items", "letters", "threads"),
    [(300, 10_000, 0), (1_000, 10_000, 0), (1_001, 10, 1), (5, 70_000, 1), (None, 10, 1)],
)
async def test_only_a_record_that_is_surely_small_is_packed_where_everything_else_waits_for_it(
    items: int | None, letters: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, to_thread = [], asyncio.to_thread

    async def counted(pack: Callable[[], bytes]) -> bytes:
        used.append(pack)
        return await to_thread(pack)

    async def fetch() -> Reading:
        return Reading(Campaign(id=AEP, name="x" * letters), AS_OF, most_items=items)

    monkeypatch.setattr(asyncio, "to_thread", counted)
    cache = CampaignCache(Clock(), 30)
    await cache.get(_place(1), fetch)
    assert (len(used), cache.held(_place(1)) is not None) == (threads, True)


async def test_a_campaign_comes_with_what_bounds_its_size() -> None:
    sent = {"campaign": {"id": AEP, "requiredVars": ["a"] * 7}}
    _, items = await Api(answer(200, sent)).carecycle.get_counted(KEY, AEP)
    assert 8 <= items <= 10
