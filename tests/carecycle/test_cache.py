"""What is remembered of campaigns, for how long and for whom."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest
from pydantic import SecretStr

from bot.campaigns.campaign import Campaign, Reading
from bot.carecycle.api_key import fingerprint
from bot.carecycle.cache import FRESH_BYTES, CacheKey, CampaignCache
from bot.clock import Clock
from bot.errors import BotError, CampaignNotFound, KeyForbidden, KeyRejected, RateLimited, Unavailable, Unreadable
from tests.conftest import AEP, Clockwork

KEY, OTHER_KEY = SecretStr("cc_one"), SecretStr("cc_two")
Ask = Callable[..., Awaitable[Reading]]
HERE = CacheKey("T1", fingerprint(KEY), AEP)


@dataclass
class Account:
    """careCycle behind the cache: `asked` counts, `answer` is an error to raise, `gate` holds answers back."""

    time: Clockwork
    asked: int = 0
    answer: BotError | None = None
    gate: asyncio.Event | None = None

    async def fetch(self) -> Reading:
        self.asked += 1
        if self.gate:
            await asyncio.wait_for(self.gate.wait(), 30)
        if self.answer:
            raise self.answer
        return Reading(Campaign(id=AEP, name=f"fetch {self.asked}"), self.time.now(), link="a link")


@pytest.fixture
def time() -> Clockwork:
    return Clockwork()


@pytest.fixture
def account(time: Clockwork) -> Account:
    return Account(time)


@pytest.fixture
def cache(time: Clockwork) -> CampaignCache:
    return CampaignCache(Clock(time.now, time.time), 30)


@pytest.fixture
def ask(cache: CampaignCache, account: Account) -> Ask:
    return lambda key=HERE, **more: cache.get(key, account.fetch, **more)


async def test_a_campaign_is_remembered_for_thirty_seconds(ask: Ask, time: Clockwork, account: Account) -> None:
    first = await ask()
    time.move(29.9)
    again = await ask()
    assert (first.cached, again.cached, again.as_of, account.asked) == (False, True, first.as_of, 1)
    time.move(0.1)
    assert (await ask()).campaign.name == "fetch 2"


async def test_not_found_is_remembered_for_ten_seconds(ask: Ask, time: Clockwork, account: Account) -> None:
    account.answer = CampaignNotFound("status 404")
    for _ in range(3):
        with pytest.raises(CampaignNotFound):
            await ask()
    time.move(9.9)
    with pytest.raises(CampaignNotFound):
        await ask()
    assert account.asked == 1
    time.move(0.1)
    account.answer = None
    assert (await ask()).campaign.name == "fetch 2"


@pytest.mark.parametrize(
    "stranger",
    [HERE._replace(workspace="T2"), HERE._replace(fingerprint=fingerprint(OTHER_KEY)), HERE._replace(campaign_id="0")],
    ids=["another workspace", "another key", "another campaign"],
)
@pytest.mark.parametrize("trouble", [None, Unavailable("down"), CampaignNotFound()])
async def test_nobody_else_gets_the_record(
    ask: Ask, account: Account, stranger: CacheKey, trouble: BotError | None
) -> None:
    await ask()
    account.answer = trouble
    if trouble:
        with pytest.raises(type(trouble)):
            await ask(stranger)
    else:
        assert (await ask(stranger)).campaign.name == "fetch 2"
    assert account.asked == 2
    assert (await ask()).campaign.name == "fetch 1"


async def test_a_thousand_askers_at_once_are_one_request(ask: Ask, account: Account) -> None:
    answers = await asyncio.gather(*(ask() for _ in range(1_000)))
    assert account.asked == 1
    assert {answer.campaign.name for answer in answers} == {"fetch 1"}


async def test_an_asker_who_gives_up_does_not_take_the_answer_from_the_others(ask: Ask, account: Account) -> None:
    account.gate = asyncio.Event()
    first, *others = [asyncio.ensure_future(ask()) for _ in range(3)]
    await asyncio.sleep(0)
    first.cancel()
    account.gate.set()
    assert [reading.campaign.name for reading in await asyncio.gather(*others)] == ["fetch 1"] * 2
    assert (first.cancelled(), account.asked) == (True, 1)


async def test_what_nobody_waits_for_any_more_is_remembered_all_the_same(ask: Ask, account: Account) -> None:
    only = asyncio.ensure_future(ask())
    await asyncio.sleep(0)
    only.cancel()
    await ask()  # joins what is under way, or finds what came of it
    assert ((await ask()).cached, account.asked) == (True, 1)


@pytest.mark.parametrize(
    "trouble", [RateLimited(40), Unavailable("status 503"), Unreadable("html")], ids=["limit", "outage", "nonsense"]
)
async def test_in_bad_times_the_last_good_record_is_shown_for_fifteen_minutes(
    ask: Ask, time: Clockwork, account: Account, trouble: BotError
) -> None:
    first = await ask()
    account.answer = trouble
    time.move(899)
    old = await ask()
    assert (old.campaign, old.as_of, old.problem, old.cached) == (first.campaign, first.as_of, trouble, True)
    time.move(1)
    with pytest.raises(type(trouble)):
        await ask()


@pytest.mark.parametrize("answer", [KeyRejected(), KeyForbidden(), CampaignNotFound()], ids=lambda e: type(e).__name__)
async def test_an_answer_that_takes_the_campaign_away_is_never_papered_over(
    ask: Ask, time: Clockwork, account: Account, answer: BotError
) -> None:
    await ask()
    time.move(30)
    account.answer = answer
    with pytest.raises(type(answer)):
        await ask()
    time.move(10)
    account.answer = Unavailable("down")  # what was taken away does not come back with the next outage
    with pytest.raises(Unavailable):
        await ask()


async def test_a_refresh_gets_a_record_newer_than_the_card(ask: Ask, time: Clockwork, account: Account) -> None:
    seen = await ask()
    time.move(5)
    newer = await ask(newer_than=seen.as_of)
    assert newer.campaign.name == "fetch 2"
    assert (await ask(newer_than=newer.as_of - timedelta(seconds=1))).campaign.name == "fetch 2"
    account.answer = Unavailable("down")
    still = await ask(newer_than=newer.as_of)
    assert (still.campaign.name, type(still.problem)) == ("fetch 2", Unavailable)


@pytest.mark.parametrize("answer", [KeyRejected(), KeyForbidden(), CampaignNotFound()], ids=lambda e: type(e).__name__)
async def test_what_a_refresh_was_refused_nobody_else_is_shown_either(
    ask: Ask, time: Clockwork, account: Account, answer: BotError
) -> None:
    seen = await ask()
    time.move(5)  # it would still be fresh
    account.answer = answer
    with pytest.raises(type(answer)):
        await ask(newer_than=seen.as_of)
    with pytest.raises(type(answer)):
        await ask()


async def test_a_record_too_large_to_remember_is_given_and_pushes_nobody_elses_out(time: Clockwork) -> None:
    def named(size: int) -> Callable[[], Awaitable[Reading]]:
        async def fetch() -> Reading:
            name = Random(1).randbytes(size).hex()  # which packs to about `size`
            return Reading(Campaign(id=AEP, name=name), time.now())

        return fetch

    cache, huge = CampaignCache(Clock(time.now, time.time), 30), HERE._replace(campaign_id="huge")
    await cache.get(HERE, named(1_000))
    assert len((await cache.get(huge, named(2 * FRESH_BYTES))).campaign.name or "") == 4 * FRESH_BYTES
    assert (cache.held(huge), cache.held(HERE) is None) == (None, False)
    assert (await cache.get(huge, named(1_000))).cached is False
    assert cache.held(huge)


async def test_an_old_record_keeps_its_link_and_says_when_to_ask_again(
    ask: Ask, time: Clockwork, account: Account
) -> None:
    await ask()
    time.move(31)
    for account.answer, seconds in ((RateLimited(39.5), 40.5), (Unavailable("down"), None)):
        old = await ask()
        assert old.link == "a link"
        assert old.again_at == (seconds and time.now() + timedelta(seconds=seconds))


async def test_of_a_workspace_that_leaves_nothing_is_remembered_and_of_another_everything(
    cache: CampaignCache, ask: Ask, account: Account
) -> None:
    elsewhere, missing = HERE._replace(workspace="T2"), HERE._replace(campaign_id="missing")
    await ask()
    await ask(elsewhere)
    account.answer = CampaignNotFound()
    with pytest.raises(CampaignNotFound):
        await ask(missing)
    cache.forget("T1")
    account.answer = Unavailable("down")
    for key in (HERE, missing):
        with pytest.raises(Unavailable):
            await ask(key)
    assert (await ask(elsewhere)).campaign.name == "fetch 2"


@pytest.mark.parametrize("answer", [None, CampaignNotFound()], ids=["found", "not found"])
async def test_what_is_on_its_way_when_its_workspace_leaves_is_given_but_not_remembered(
    cache: CampaignCache, ask: Ask, account: Account, answer: BotError | None
) -> None:
    account.gate, account.answer = asyncio.Event(), answer
    asking = asyncio.ensure_future(ask())
    await asyncio.sleep(0.01)
    cache.forget("T1")
    account.gate.set()
    (given,) = await asyncio.gather(asking, return_exceptions=True)
    assert type(given) is (CampaignNotFound if answer else Reading)
    account.answer = Unavailable("down")
    with pytest.raises(Unavailable):
        await ask()
    assert account.asked == 2


async def test_at_the_end_what_is_in_flight_ends(cache: CampaignCache, ask: Ask, account: Account) -> None:
    account.gate = asyncio.Event()
    asking = asyncio.ensure_future(ask())
    await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        await cache.close()
        await asyncio.wait({asking})
    assert asking.cancelled()
