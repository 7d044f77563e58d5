"""Lists of careCycle that are not as they should be, or whose workspace leaves while they are read."""

import asyncio

import pytest

from bot.campaigns.campaign import Campaign, CampaignPage
from bot.carecycle.search_index import SearchIndex
from bot.clock import Clock
from bot.errors import KeyRejected, RateLimited, Unavailable
from bot.workspaces.digest_campaigns import new_full_lists
from tests.carecycle.test_search_index import HERE, large, names, small
from tests.conftest import AEP, Clockwork


@pytest.fixture
def clock() -> Clock:
    time = Clockwork()
    return Clock(time.now, time.time)


@pytest.fixture
def search_index(clock: Clock) -> SearchIndex:
    return SearchIndex(clock)


async def test_another_page_than_was_asked_for_is_not_taken_and_ends_the_list(search_index: SearchIndex) -> None:
    account = large()

    async def skips(page: int, words: str | None) -> CampaignPage:
        assert len(account.asked) < 5, "asked for ever"
        return await account.fetch(page if page == 1 else page + 1, words)

    for _ in range(2):
        listing = await search_index.first(HERE, skips, least=300)
        assert len(listing.entries) == 100
        assert account.asked == [(1, None), (3, None)]


@pytest.mark.parametrize("numbered", [True, False], ids=["numbered as asked", "without a number"])
async def test_a_page_that_says_nothing_new_ends_the_list_whatever_its_number(
    search_index: SearchIndex, *, numbered: bool
) -> None:
    asked: list[int] = []

    async def three(page: int, words: str | None) -> CampaignPage:
        asked.append(page)
        assert len(asked) < 9, "asked for ever"
        items = (Campaign(id=f"{min(page, 3):036d}", name=f"Page {min(page, 3)}"),)
        return CampaignPage(items=items, current_page=page if numbered else None, next_page=page + 1)

    listing = await search_index.first(HERE, three, least=100)
    assert names(listing) == ["Page 1", "Page 2", "Page 3"]
    assert (listing.whole, asked) == (True, [1, 2, 3, 4])


@pytest.mark.parametrize("look", ["search", "first"])
async def test_a_list_that_is_being_read_when_its_workspace_leaves_is_not_kept(
    search_index: SearchIndex, look: str
) -> None:
    account = small()
    account.gate = asyncio.Event()
    reading = (
        search_index.first(HERE, account.fetch) if look == "first" else search_index.search(HERE, account.fetch, "plan")
    )
    under_way = asyncio.ensure_future(reading)
    await asyncio.sleep(0.01)
    assert account.asked == [(1, None)]
    search_index.forget("T1")
    account.gate.set()
    assert "Plan check" in names(await under_way)
    assert search_index.known(HERE) is None


async def test_an_id_that_carecycle_writes_now_this_way_now_that_way_is_one_campaign(clock: Clock) -> None:
    asked: list[int] = []

    async def page(number: int) -> CampaignPage:
        asked.append(number)
        item = Campaign(id=AEP.upper() if number == 1 else AEP)
        return CampaignPage(items=(item,), current_page=number, next_page=number + 1)

    found = await new_full_lists(clock).all(("T1", "key", None), page)
    assert (list(found.campaigns), found.whole, asked) == ([AEP], True, [1, 2])


async def test_what_was_found_with_a_key_is_gone_once_the_key_is_refused() -> None:
    time, account = Clockwork(), large()
    search_index = SearchIndex(Clock(time.now, time.time))
    await search_index.first(HERE, account.fetch)
    time.move(30)
    await search_index.search(HERE, account.fetch, "retirement")
    time.move(31)
    account.error = KeyRejected()
    with pytest.raises(KeyRejected):
        await search_index.search(HERE, account.fetch, "retirement")
    account.error = None
    await search_index.search(HERE, account.fetch, "retirement")
    assert account.asked == [(1, None), (1, "retirement"), (1, None), (1, None), (1, "retirement")]


async def test_at_the_end_a_list_that_is_being_read_is_given_up(search_index: SearchIndex) -> None:
    account = small()
    account.gate = asyncio.Event()
    reading = asyncio.ensure_future(search_index.search(HERE, account.fetch, "plan"))
    await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        await search_index.close()
        await asyncio.wait({reading})
    assert reading.cancelled()


async def test_fifty_who_ask_while_careCycle_hangs_share_one_request_and_its_failure(  # noqa: N802 - its name
    search_index: SearchIndex,
) -> None:
    account = small()
    account.gate, account.error = asyncio.Event(), Unavailable("no answer within 4 s")
    asking = [asyncio.ensure_future(search_index.first(HERE, account.fetch, least=11)) for _ in range(25)]
    asking += [asyncio.ensure_future(search_index.search(HERE, account.fetch, f"plan {n}")) for n in range(25)]
    await asyncio.sleep(0.01)
    account.gate.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(one) for one in answers} == {Unavailable}
    assert account.asked == [(1, None)]


async def test_many_who_read_on_or_search_for_a_word_at_once_ask_once(search_index: SearchIndex) -> None:
    account = large()
    account.gate = asyncio.Event()
    account.gate.set()
    listings = await asyncio.gather(*(search_index.first(HERE, account.fetch, least=250) for _ in range(20)))
    assert {len(one.entries) for one in listings} == {300}
    found = await asyncio.gather(*(search_index.search(HERE, account.fetch, "retirement") for _ in range(20)))
    assert {tuple(names(one)) for one in found} == {("Retirement plans",)}
    assert account.asked == [(1, None), (2, None), (3, None), (1, "retirement")]


async def test_a_person_who_waits_does_not_get_the_limit_of_one_who_types(search_index: SearchIndex) -> None:
    account, limited = small(), small()
    account.gate = limited.gate = asyncio.Event()
    limited.error = RateLimited(40)  # as for background work
    typing = asyncio.ensure_future(search_index.search(HERE, limited.fetch, "plan", typing="U1"))
    waiting = asyncio.ensure_future(search_index.search(HERE, account.fetch, "plan"))
    await asyncio.sleep(0.01)
    account.gate.set()
    assert names(await waiting) == ["Plan check"]
    await asyncio.wait({typing})
    assert isinstance(typing.exception(), RateLimited)


async def test_a_page_that_comes_after_the_list_began_again_is_dropped() -> None:
    time, late, account = Clockwork(), large(), large()
    search_index = SearchIndex(Clock(time.now, time.time))
    await search_index.first(HERE, account.fetch)
    late.gate = asyncio.Event()
    reading_on = asyncio.ensure_future(search_index.first(HERE, late.fetch, least=150))
    await asyncio.sleep(0.01)
    time.move(61)
    await search_index.first(HERE, account.fetch)
    late.gate.set()
    assert len((await reading_on).entries) == 200
    assert len((await search_index.first(HERE, account.fetch, least=400)).entries) == 400
    assert late.asked == [(2, None), (2, None)]
