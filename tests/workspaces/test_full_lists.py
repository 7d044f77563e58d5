"""What a digest reads of careCycle: as few requests as will do, and never more than are there."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from bot.campaigns.campaign import Campaign
from bot.carecycle import full_list
from bot.carecycle.client import MOST_PAGES
from bot.carecycle.full_list import FullLists
from bot.clock import Clock
from bot.digests.digest import CampaignFilter
from bot.errors import CampaignNotFound, CareCycleError, KeyRejected, RateLimited, Unavailable, Unreadable
from tests.conftest import Clockwork
from tests.drivers.listed_account import Account, id_of

ACTIVE = CampaignFilter(status="active")


@pytest.fixture
def time() -> Clockwork:
    return Clockwork()


async def test_five_hundred_campaigns_take_five_requests(time: Clockwork) -> None:
    account = Account(time, 500)
    found = await account.digest(CampaignFilter())
    assert (len(found.campaigns), found.requests, account.asked) == (500, 5, (5, 0))


async def test_what_is_asked_for_by_its_status_is_only_as_many_pages_as_there_are_of_it(time: Clockwork) -> None:
    account = Account(time, 450)
    found = await account.digest(ACTIVE)
    assert {one.status for one in found.campaigns.values()} == {"active"}
    assert (len(found.campaigns), account.asked) == (300, (3, 0))


async def test_a_carecycle_that_ignores_the_status_costs_more_and_gives_nothing_wrong(time: Clockwork) -> None:
    account = Account(time, 450, knows_status=False)
    found = await account.digest(ACTIVE)
    assert {one.status for one in found.campaigns.values()} == {"active"}
    assert (len(found.campaigns), account.asked) == (300, (5, 0))


async def test_every_digest_of_a_workspace_that_is_due_together_shares_one_sweep(time: Clockwork) -> None:
    account = Account(time, 450, gate=asyncio.Event())
    due = [asyncio.create_task(account.digest(ACTIVE)) for _ in range(20)]
    await asyncio.sleep(0)
    assert account.gate
    account.gate.set()
    assert {len((await one).campaigns) for one in due} == {300}
    assert account.asked == (3, 0)


async def test_a_sweep_serves_for_a_minute_and_not_longer(time: Clockwork) -> None:
    account = Account(time, 200)
    await account.digest(CampaignFilter())
    time.move(59)
    old = await account.digest(ACTIVE)  # of all: that serves for the active ones, too
    assert (account.asked, (time.now() - old.as_of).total_seconds()) == ((2, 0), 59)
    time.move(2)
    assert (await account.digest(CampaignFilter())).as_of == time.now()
    assert account.asked == (4, 0)


async def test_a_list_that_had_to_wait_is_new_when_it_is_read(time: Clockwork) -> None:
    account = Account(time, 450, fails={1: RateLimited(60)})
    with pytest.raises(RateLimited):
        await account.digest(CampaignFilter())
    account.fails.clear()
    time.move(61)
    due = [asyncio.create_task(account.digest(CampaignFilter())) for _ in range(4)]
    assert {(await one).as_of for one in due} == {time.now()}
    assert account.asked == (1 + 5, 0)


async def test_a_list_that_takes_more_than_a_minute_serves_from_when_it_is_whole(time: Clockwork) -> None:
    account = Account(time, 4500, takes=2)
    begun = time.now()
    due = [asyncio.create_task(account.digest(CampaignFilter())) for _ in range(3)]
    assert {(await one).as_of for one in due} == {begun}
    assert ((time.now() - begun).total_seconds(), account.asked) == (90, (45, 0))
    time.move(59)
    assert (await account.digest(ACTIVE)).as_of == begun
    assert account.asked == (45, 0)
    time.move(1)
    assert (await account.digest(CampaignFilter())).as_of == begun + timedelta(seconds=150)
    assert account.asked == (90, 0)


async def test_words_are_looked_for_in_the_name_and_the_rest_is_counted(time: Clockwork) -> None:
    account = Account(time, 450)
    found = await account.digest(CampaignFilter(words="44 NO"), most=11)
    assert (len(found.campaigns), found.left_out) == (11, 3)
    assert all("44" in one.name for one in found.campaigns.values())


async def test_no_more_campaigns_than_the_list_has_pages_are_read_one_by_one(time: Clockwork) -> None:
    account = Account(time, 450)
    await account.reads.full_lists.length(("T1", "key", None), lambda number: account.page(number, None))
    account.pages.clear()
    found = await account.digest(CampaignFilter(ids=tuple(map(id_of, (4, 2, 9)))))
    assert list(found.campaigns) == [id_of(4), id_of(2), id_of(9)]
    assert (found.requests, account.asked) == (3, (0, 3))
    time.move(3600)
    found = await account.digest(CampaignFilter(ids=tuple(map(id_of, range(6)))))
    assert (len(found.campaigns), found.requests, account.asked) == (6, 5, (5, 3))


async def test_many_campaigns_are_found_in_the_list(time: Clockwork) -> None:
    account = Account(time, 450)
    found = await account.digest(CampaignFilter(ids=tuple(map(id_of, range(40)))))
    assert (len(found.campaigns), account.asked) == (40, (5, 0))


@pytest.mark.parametrize("size", [12, 450, 1500])
@pytest.mark.parametrize(
    "choice",
    [ACTIVE, *(CampaignFilter(ids=tuple(map(id_of, range(number)))) for number in (1, 3, 11))],
    ids=["active", "1", "3", "11"],
)
async def test_what_a_digest_costs_does_not_depend_on_what_is_in_memory(
    time: Clockwork, size: int, choice: CampaignFilter
) -> None:
    account = Account(time, size)
    cold = (await account.digest(choice)).requests
    time.move(3600)
    await account.digest(CampaignFilter(words="no"))
    warm = await account.digest(choice)
    assert warm.requests == cold
    assert set(warm.campaigns) == set((await Account(time, size).digest(choice)).campaigns)


async def test_one_that_a_list_leaves_out_is_looked_up_before_it_is_said_to_be_gone(time: Clockwork) -> None:
    account = Account(time, 50)
    named = CampaignFilter(ids=tuple(map(id_of, (1, 51, 52, 53))))
    account.fails = {id_of(52): CampaignNotFound(), id_of(53): Unavailable("away")}
    found = await account.digest(named)
    assert list(found.campaigns) == [id_of(1), id_of(51)]
    assert found.missing == {id_of(52): "CampaignNotFound", id_of(53): "Unavailable"}
    assert isinstance(found.problem, Unavailable)
    time.move(3600)
    account.fails = {id_of(number): Unavailable("away") for number in (51, 52, 53)}
    found = await account.digest(named)
    assert (list(found.campaigns), set(found.missing.values())) == ([id_of(1)], {"Unavailable"})
    assert isinstance(found.problem, Unavailable)
    time.move(3600)
    account.room = 20  # nothing to spare: then the list decides
    assert set((await account.digest(named)).missing.values()) == {"CampaignNotFound"}


async def test_beyond_the_most_those_that_were_there_before_come_first(time: Clockwork) -> None:
    account = Account(time, 30)
    known = (id_of(29), id_of(20))
    found = await account.reads.campaigns(CampaignFilter(), 4, known)
    assert (list(found.campaigns), found.left_out) == ([id_of(20), id_of(29), id_of(0), id_of(1)], 26)


async def test_a_campaign_that_is_not_there_is_named_with_the_reason(time: Clockwork) -> None:
    account = Account(time, 150, fails={id_of(7): CampaignNotFound()})
    few = await account.digest(CampaignFilter(ids=(id_of(1), id_of(7))))
    assert (list(few.campaigns), few.missing, few.problem) == ([id_of(1)], {id_of(7): "CampaignNotFound"}, None)
    account.fails = {id_of(number): CampaignNotFound() for number in range(150, 155)}
    many = await account.digest(CampaignFilter(ids=tuple(map(id_of, range(140, 155)))))
    assert (len(many.campaigns), set(many.missing.values()), many.problem) == (10, {"CampaignNotFound"}, None)


async def test_at_the_limit_what_was_read_is_kept_and_read_on_a_minute_later(time: Clockwork) -> None:
    account = Account(time, 450, fails={4: RateLimited(50)})
    part = await account.digest(CampaignFilter())
    assert (len(part.campaigns), type(part.problem)) == (300, RateLimited)
    account.fails.clear()
    time.move(51)
    whole = await account.digest(CampaignFilter())
    assert (len(whole.campaigns), whole.problem) == (450, None)
    assert [number for number, _ in account.pages] == [1, 2, 3, 4, 4, 5]
    assert (time.now() - whole.as_of).total_seconds() == 51
    time.move(59)
    assert (await account.digest(CampaignFilter())).as_of == whole.as_of
    assert len(account.pages) == 6


async def test_a_part_is_not_read_on_after_three_minutes(time: Clockwork) -> None:
    account = Account(time, 250, fails={2: Unavailable("down")})
    await account.digest(CampaignFilter())
    account.fails.clear()
    time.move(181)
    whole = await account.digest(CampaignFilter())
    assert whole.as_of == time.now()
    assert [number for number, _ in account.pages] == [1, 2, 1, 2, 3]


@pytest.mark.parametrize(
    "error", [RateLimited(9), Unavailable("down"), KeyRejected()], ids=lambda one: type(one).__name__
)
async def test_without_anything_at_all_the_reason_is_raised(time: Clockwork, error: CareCycleError) -> None:
    account = Account(time, 450, fails={1: error, **{id_of(n): error for n in range(3)}})
    with pytest.raises(type(error)):
        await account.digest(CampaignFilter())
    with pytest.raises(type(error)):
        await account.digest(CampaignFilter(ids=tuple(map(id_of, range(3)))))


async def test_some_that_could_not_be_read_are_a_part_with_its_reason(time: Clockwork) -> None:
    account = Account(time, 250, fails={id_of(2): Unavailable("down")})
    found = await account.digest(CampaignFilter(ids=tuple(map(id_of, range(3)))))
    assert (len(found.campaigns), found.missing, type(found.problem)) == (2, {id_of(2): "Unavailable"}, Unavailable)


async def test_two_digests_an_hour_apart_do_not_read_into_each_others_list(time: Clockwork) -> None:
    account = Account(time, 450)
    await account.digest(CampaignFilter())
    time.move(3599)
    account.gate = asyncio.Event()
    first = asyncio.create_task(account.digest(CampaignFilter()))
    await asyncio.sleep(0)
    time.move(2)
    second = asyncio.create_task(account.digest(CampaignFilter()))
    await asyncio.sleep(0)
    account.gate.set()
    assert [len(found.campaigns) for found in (await first, await second)] == [450, 450]
    assert account.asked == (10, 0)


async def test_a_list_that_goes_on_beyond_what_is_read_is_known_to_be_a_part(time: Clockwork) -> None:
    account = Account(time, MOST_PAGES * 100 + 1)
    for _ in range(2):  # the second one from memory
        found = await account.digest(CampaignFilter(words="no"), most=10_000)
        assert (len(found.campaigns), type(found.problem), account.asked) == (5000, Unreadable, (MOST_PAGES, 0))
    whole = Account(time, MOST_PAGES * 100)
    assert (await whole.digest(CampaignFilter(), most=10_000)).problem is None


async def test_what_is_active_is_asked_for_by_itself_where_the_list_of_all_is_a_part(time: Clockwork) -> None:
    account = Account(time, MOST_PAGES * 100 + 1)
    await account.digest(CampaignFilter())
    found = await account.digest(ACTIVE, most=10_000)
    assert (len(found.campaigns), found.problem) == (3334, None)


async def test_another_page_than_was_asked_for_makes_it_a_part(time: Clockwork) -> None:
    account = Account(time, 450, shifted=3)
    found = await account.digest(CampaignFilter())
    assert (len(found.campaigns), type(found.problem), account.asked) == (200, Unreadable, (3, 0))
    nothing = Account(time, 450, shifted=1)
    for _ in range(2):
        with pytest.raises(Unreadable):
            await nothing.digest(CampaignFilter())


async def test_where_the_page_has_no_effect_what_it_gives_is_all_there_is(time: Clockwork) -> None:
    account = Account(time, 450, ignores_page=True)
    found = await account.digest(CampaignFilter())
    assert (len(found.campaigns), found.problem, account.asked) == (100, None, (2, 0))


async def test_a_dozen_of_a_large_account_is_not_looked_for_in_its_whole_list(time: Clockwork) -> None:
    account = Account(time, 4000)
    dozen = CampaignFilter(ids=tuple(id_of(300 * n) for n in range(12)))
    assert len((await account.digest(dozen)).campaigns) == 12
    assert account.asked == (1, 12)  # the first page says how many there are
    time.move(3600)
    found = await account.digest(dozen)  # and that is remembered
    assert (len(found.campaigns), found.requests, account.asked) == (12, 12, (1, 24))


async def test_how_long_a_list_was_is_remembered_where_carecycle_does_not_say_it(time: Clockwork) -> None:
    account = Account(time, 1500, says_total=False)
    dozen = CampaignFilter(ids=tuple(map(id_of, range(12))))
    await account.digest(dozen)
    assert account.asked == (15, 0)
    time.move(3600)
    await account.digest(dozen)
    assert account.asked == (15, 12)


async def test_a_list_that_became_shorter_is_read_again(time: Clockwork) -> None:
    account = Account(time, 1500)
    dozen = CampaignFilter(ids=tuple(map(id_of, range(12))))
    await account.digest(CampaignFilter())
    account.size = 50
    time.move(24 * 3600)
    assert len((await account.digest(dozen)).campaigns) == 12
    assert account.asked == (16, 0)


async def _read_all(lists: FullLists[Campaign], account: Account, accounts: int) -> None:
    for number in range(accounts):
        await lists.all((f"T{number}", "fingerprint", None), partial(account.page, status=None))


async def test_small_lists_of_a_thousand_accounts_are_all_remembered(time: Clockwork) -> None:
    account, lists = Account(time, 12), FullLists[Campaign](Clock(time.now, time.time), lambda one: one)
    for _ in range(2):
        await _read_all(lists, account, 1_000)
    assert account.asked == (1_000, 0)


async def test_large_lists_are_remembered_as_long_as_there_is_room(
    time: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full_list, "_CAMPAIGNS", 1_000)
    account, lists = Account(time, 250), FullLists[Campaign](Clock(time.now, time.time), lambda one: one)
    await _read_all(lists, account, 5)
    known = [lists.known((f"T{number}", "fingerprint", None)) for number in range(5)]
    assert [one and len(one.campaigns) for one in known] == [None, None, 250, 250, 250]
