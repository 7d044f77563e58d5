"""Searching an account by name: what is found, and how seldom careCycle is asked for it."""

import asyncio
import re
import unicodedata
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.campaigns.campaign import Campaign, CampaignPage
from bot.campaigns.listing import Listing
from bot.carecycle.search_index import SearchIndex
from bot.clock import Clock
from bot.errors import CareCycleError, KeyRejected, RateLimited, Unavailable, Unreadable
from tests.conftest import AS_OF, Clockwork

HERE, ELSEWHERE = ("T1", "key one"), ("T2", "key one")


@dataclass
class Account:
    """careCycle behind the directory: pages of a hundred, `search` in effect or not, and every question counted."""

    names: list[str]
    knows_search: bool = True
    error: CareCycleError | None = None
    gate: asyncio.Event | None = None
    asked: list[tuple[int, str | None]] = field(default_factory=list)

    async def fetch(self, page: int, words: str | None) -> CampaignPage:
        self.asked.append((page, words))
        if self.gate:
            await asyncio.wait_for(self.gate.wait(), 30)
        if self.error:
            raise self.error
        names = [n for n in self.names if not words or not self.knows_search or words in n.casefold()]
        held = names[(page - 1) * 100 : page * 100]
        items = tuple(Campaign(id=f"{self.names.index(n):08d}-0000-4000-8000-000000000000", name=n) for n in held)
        more = page + 1 if len(names) > page * 100 else None
        return CampaignPage(items=items, current_page=page, next_page=more, items_total=len(names))


def small() -> Account:
    return Account(["Medicare Welcome", "AEP Outreach", "Plan check", "Welcome back"])


def large() -> Account:
    return Account([f"Campaign {number}" for number in range(450)] + ["Retirement plans"])


def names(listing: Listing) -> list[str]:
    return [entry.name for entry in listing.entries]


@pytest.fixture
def time() -> Clockwork:
    return Clockwork()


@pytest.fixture
def search_index(time: Clockwork) -> SearchIndex:
    return SearchIndex(Clock(time.now, time.time))


async def test_a_small_account_is_read_once_a_minute_however_much_is_searched(
    search_index: SearchIndex, time: Clockwork
) -> None:
    account = small()
    for words in ("welcome", "WELCOME  back", "plan", "", "nothing"):
        await search_index.search(HERE, account.fetch, words)
    assert account.asked == [(1, None)]
    time.move(60)
    await search_index.search(HERE, account.fetch, "plan")
    assert len(account.asked) == 2


async def test_every_word_has_to_be_there_and_a_name_goes_before_a_description(search_index: SearchIndex) -> None:
    account = small()
    assert names(await search_index.search(HERE, account.fetch, "back welcome")) == ["Welcome back"]
    assert set(names(await search_index.search(HERE, account.fetch, "welcome"))) == {"Medicare Welcome", "Welcome back"}
    found = await search_index.search(HERE, account.fetch, "00000002")
    assert (names(found), found.whole) == (["Plan check"], True)


@pytest.mark.parametrize("knows_search", [True, False])
async def test_typing_thirty_characters_quickly_costs_at_most_three_requests(
    search_index: SearchIndex, *, knows_search: bool
) -> None:
    account, typed = large(), "retirement plans for everybody"
    account.knows_search = knows_search
    for end in range(1, len(typed) + 1):
        await search_index.search(HERE, account.fetch, typed[:end], typing="U1")
    assert len(account.asked) <= 3
    if knows_search:
        assert account.asked == [(1, None), (1, "ret")]  # a whole answer for a part answers for all of it


async def test_typing_while_careCycle_is_slow_does_not_ask_anew_for_every_character(  # noqa: N802 - its name
    search_index: SearchIndex,
) -> None:
    account = large()
    account.gate = asyncio.Event()
    typing = [
        asyncio.ensure_future(search_index.search(HERE, account.fetch, "retirement"[:n], typing="U1"))
        for n in range(11)
    ]
    await asyncio.sleep(0)
    for gave_up in typing[:10]:
        gave_up.cancel()
    account.gate.set()
    assert names(await typing[10]) == ["Retirement plans"]
    assert len(account.asked) <= 3


async def test_somebody_who_waits_for_an_answer_is_not_held_back_by_those_who_type(search_index: SearchIndex) -> None:
    account = large()
    for words in ("cam", "camp", "campa", "campai"):
        await search_index.search(HERE, account.fetch, words, typing="U1")
    assert account.asked == [(1, None), (1, "cam"), (1, "camp")]
    assert names(await search_index.search(HERE, account.fetch, "retirement")) == ["Retirement plans"]


async def test_a_parameter_with_another_name_is_harmless(search_index: SearchIndex) -> None:
    account = large()
    account.knows_search = False
    found = await search_index.search(HERE, account.fetch, "campaign 42")
    assert (names(found), found.whole) == (["Campaign 42"], False)


async def test_the_list_is_read_as_far_as_it_is_needed(search_index: SearchIndex) -> None:
    account = large()
    assert len((await search_index.first(HERE, account.fetch, least=150)).entries) == 200
    assert len((await search_index.first(HERE, account.fetch, least=250)).entries) == 300
    everything = await search_index.first(HERE, account.fetch, least=10_000)
    assert (len(everything.entries), everything.whole) == (451, True)
    assert [page for page, _ in account.asked] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("numbered", "whole"), [(False, True), (True, False)], ids=["repeats", "is another one"])
async def test_a_page_that_repeats_ends_the_list_and_another_one_than_asked_for_leaves_it_a_part(
    search_index: SearchIndex, *, numbered: bool, whole: bool
) -> None:
    async def same(page: int, words: str | None) -> CampaignPage:
        number = 1 if numbered else None
        return CampaignPage(items=(Campaign(id="1" * 36, name="One"),), current_page=number, next_page=2)

    listing = await search_index.first(HERE, same, least=100)
    assert (names(listing), listing.whole) == (["One"], whole)


async def test_another_workspace_with_the_same_key_is_asked_for_itself(search_index: SearchIndex) -> None:
    account = small()
    await search_index.search(HERE, account.fetch, "welcome")
    assert search_index.known(ELSEWHERE) is None
    await search_index.search(ELSEWHERE, account.fetch, "welcome")
    assert len(account.asked) == 2


@pytest.mark.parametrize(
    "trouble", [RateLimited(40), Unavailable("status 503"), Unreadable("html")], ids=["limit", "outage", "nonsense"]
)
async def test_in_bad_times_the_last_list_is_searched_and_says_so(
    search_index: SearchIndex, time: Clockwork, trouble: CareCycleError
) -> None:
    account = small()
    await search_index.search(HERE, account.fetch, "plan")
    time.move(120)
    account.error = trouble
    found = await search_index.search(HERE, account.fetch, "plan")
    assert (names(found), found.problem) == (["Plan check"], trouble)
    with pytest.raises(type(trouble)):
        await search_index.search(ELSEWHERE, account.fetch, "plan")


async def test_a_key_that_is_refused_ends_what_was_known(search_index: SearchIndex, time: Clockwork) -> None:
    account = small()
    await search_index.search(HERE, account.fetch, "plan")
    time.move(120)
    account.error = KeyRejected()
    with pytest.raises(KeyRejected):
        await search_index.search(HERE, account.fetch, "plan")
    assert search_index.at_hand(HERE, "plan").entries == ()


async def test_a_workspace_that_leaves_takes_its_list_along(search_index: SearchIndex) -> None:
    account = small()
    await search_index.search(HERE, account.fetch, "plan")
    search_index.forget("T1")
    assert search_index.known(HERE) is None
    await search_index.close()


async def test_what_one_person_types_leaves_the_next_their_own_and_a_new_word_a_new_one(
    search_index: SearchIndex,
) -> None:
    account = large()
    for typing, words in (
        ("U1", "cam"),
        ("U1", "camp"),
        ("U1", "campa"),
        ("U2", "campa"),
        ("U1", "ret"),
        ("U1", "abc"),
    ):
        await search_index.search(HERE, account.fetch, words, typing=typing)
    assert [asked for _, asked in account.asked] == [None, "cam", "camp", "campa", "ret", "abc"]


async def test_after_a_minute_what_was_typed_may_be_asked_for_again(search_index: SearchIndex, time: Clockwork) -> None:
    account = large()
    for _ in range(2):
        for words in ("cam", "camp", "campa"):
            await search_index.search(HERE, account.fetch, words, typing="U1")
        time.move(60)
    assert [asked for _, asked in account.asked] == [None, "cam", "camp"] * 2


async def test_newest_first_whatever_the_order_of_the_answer(search_index: SearchIndex) -> None:
    async def fetch(page: int, words: str | None) -> CampaignPage:
        days = (3, 9, 1, None, 5)
        made = [
            Campaign(id=f"{day or 0:036d}", name=f"Plan {day}", updated_at=day and AS_OF.replace(day=day))
            for day in days
        ]
        return CampaignPage(items=(*made, Campaign(id="7" * 36, name="A new plan", updated_at=AS_OF)), current_page=1)

    found = await search_index.search(HERE, fetch, "plan")
    assert names(found) == ["A new plan", "Plan 9", "Plan 5", "Plan 3", "Plan 1", "Plan None"]


@given(st.lists(st.text(max_size=30), min_size=1, max_size=30), st.text(max_size=12))
@settings(max_examples=200, deadline=None)
async def test_a_search_finds_exactly_what_holds_the_words(found_names: list[str], typed: str) -> None:
    account = Account(list(dict.fromkeys(found_names)))
    found = set(names(await SearchIndex(Clock()).search(HERE, account.fetch, typed)))
    raw = folded(typed).split()
    assert found >= {name for name in account.names if all(word in folded(name) for word in raw)}
    words = [bare for word in raw if (bare := re.sub(r"^[\W_]+|[\W_]+$", "", word))] or raw
    for name in found:
        missing = [word for word in words if word not in folded(name)]
        assert all(len(word) >= 4 and word in "00000000-0000-4000-8000-000000000000123456789" for word in missing)


def folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
