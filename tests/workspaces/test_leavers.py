"""What became of campaigns that left a digest is found with few requests, and what is not found is owed."""

from collections.abc import Mapping

import pytest

from bot.campaigns.figures import Figures
from bot.digests.changes import Leavers
from bot.digests.digest import CampaignFilter
from bot.errors import CampaignNotFound, RateLimited, Unavailable
from bot.workspaces.leavers import look_up
from tests.conftest import Clockwork
from tests.drivers.listed_account import Account, id_of

ACTIVE = CampaignFilter(status="active")
PAUSED = [id_of(3 * number) for number in range(40)]  # as `Account` has them


@pytest.fixture
def account() -> Account:
    return Account(Clockwork(), 150)


async def looked_up(account: Account, ids: list[str], last: Mapping[str, Figures] | None = None) -> Leavers:
    return await look_up(account.reads, ids, ACTIVE, last or {})


def paused(*ids: str) -> dict[str, Figures]:
    return {id_: Figures("of the last reading", "paused") for id_ in ids}


async def test_a_whole_list_in_memory_tells_all_without_a_request(account: Account) -> None:
    await account.digest(CampaignFilter())
    account.pages.clear()
    found = await looked_up(account, PAUSED)
    assert {id_: one and one.status for id_, one in found.found.items()} == dict.fromkeys(PAUSED, "paused")
    assert (found.owed, account.asked) == ({}, (0, 0))


async def test_that_a_list_leaves_it_out_does_not_mean_that_it_is_gone(account: Account) -> None:
    await account.digest(CampaignFilter())
    there, gone = id_of(300), id_of(600)
    account.fails[gone] = CampaignNotFound()
    found = await looked_up(account, [there, gone])
    assert {id_: one and one.status for id_, one in found.found.items()} == {there: "paused", gone: None}
    assert account.singles == [there, gone]


async def test_a_few_are_read_singly(account: Account) -> None:
    found = await looked_up(account, PAUSED[:10], paused(*PAUSED))
    assert {one.name for one in found.found.values() if one} == {f"No {3 * number}" for number in range(10)}
    assert account.asked == (0, 10)


async def test_many_are_told_by_the_last_reading(account: Account) -> None:
    found = await looked_up(account, PAUSED, paused(*PAUSED))
    assert {one.name for one in found.found.values() if one} == {"of the last reading"}
    assert (len(found.found), found.owed, account.asked) == (40, {}, (0, 0))


@pytest.mark.parametrize("status", ["active", None])
async def test_a_reading_that_does_not_know_yet_that_they_left_tells_nothing(
    account: Account, status: str | None
) -> None:
    found = await looked_up(account, PAUSED, {id_: Figures("", status) for id_ in PAUSED})
    assert {one.status for one in found.found.values() if one} == {"paused"}
    assert account.asked == (2, 0)  # the whole list


async def test_many_are_told_by_the_list_where_there_is_no_reading(account: Account) -> None:
    found = await looked_up(account, PAUSED)
    assert (len(found.found), found.owed, account.asked) == (40, {}, (2, 0))


async def test_without_requests_to_spare_they_are_owed(account: Account) -> None:
    account.room = 20
    found = await looked_up(account, PAUSED[:3])
    assert (found.found, found.owed) == ({}, dict.fromkeys(PAUSED[:3], "RateLimited"))
    assert account.asked == (0, 0)
    account.room = 22
    assert len((await looked_up(account, PAUSED[:3])).found) == 2


@pytest.mark.parametrize("error", [Unavailable("away"), RateLimited(30)])
async def test_what_cannot_be_read_is_owed_and_hides_nothing_else(
    account: Account, error: Unavailable | RateLimited
) -> None:
    account.fails[PAUSED[1]] = error
    found = await looked_up(account, PAUSED[:3])
    assert (list(found.found), found.owed) == ([PAUSED[0], PAUSED[2]], {PAUSED[1]: type(error).__name__})


async def test_where_the_list_fails_too_some_are_owed(account: Account) -> None:
    account.fails[1] = Unavailable("away")
    found = await looked_up(account, PAUSED)
    assert (len(found.found), len(found.owed), set(found.owed.values())) == (10, 30, {"RateLimited"})
