"""Searching accounts of which one page is not all: what is found there, what is said of it, and what it costs."""

import asyncio
import re
from typing import Any

import pytest

from bot.clock import Clock
from playground.world import World
from tests.conftest import Clockwork, MakeWorld
from tests.drivers.accounts import campaign, id_of, large, lists
from tests.drivers.find_shortcut import offered
from tests.drivers.slash_command import ask_one, press, said

_PAGE = {"page": "1", "limit": "100", "sortBy": "updatedAt", "sortOrder": "desc"}


def requests(here: World) -> int:
    assert here.carecycle
    return len(here.carecycle.requests)


async def used_up(here: World, count: int) -> None:
    """Sends so many requests of the minute's sixty, and shows nothing that a search could find."""
    for number in range(count):
        await ask_one(here, f"11111111-1111-4111-8111-{number:012d}")


# --- the command


@pytest.mark.parametrize("typed", ["seniors medicare", "medicare for seniors", "“Seniors” (medicare)"])
async def test_several_words_need_not_stand_side_by_side(make_world: MakeWorld, typed: str) -> None:
    here = await large(make_world, campaign(1, "Medicare renewals for Ohio seniors"))
    assert (await ask_one(here, typed)).text.startswith("Medicare renewals for Ohio seniors  ·")


async def test_a_whole_name_is_found_also_where_each_of_its_words_is_common(make_world: MakeWorld) -> None:
    here = await large(make_world, campaign(1, "Outreach seniors"), count=450)
    assert (await ask_one(here, "outreach seniors")).text.startswith("Outreach seniors  ·")


async def test_words_late_in_a_long_description_are_found(make_world: MakeWorld) -> None:
    old = campaign(1, "Renewals", description=f"{'About this campaign. ' * 30}Pilot for Toledo.")
    here = await large(make_world, old)
    assert (await ask_one(here, "toledo")).text.startswith("Renewals  ·")
    assert (await ask_one(here, "toledo pilot")).text.startswith("Renewals  ·")


@pytest.mark.parametrize("typed", [id_of(1)[:8], "paused", "paused 0000"])
async def test_what_careCycle_does_not_look_in_is_looked_for_to_the_end_of_the_list(  # noqa: N802 - its name
    make_world: MakeWorld, typed: str
) -> None:
    here = await large(make_world, campaign(1, "Renewals", status="paused"))
    assert (await ask_one(here, typed)).text.startswith("Renewals  ·")
    assert [query["page"] for query in lists(here) if "search" not in query] == ["1", "2", "3"]


async def test_a_status_beside_a_name_narrows_what_the_name_finds(make_world: MakeWorld) -> None:
    old = [campaign(1, "Renewals east", status="paused"), campaign(2, "Renewals west")]
    here = await large(make_world, *old)
    assert (await ask_one(here, "paused renewals")).text.startswith("Renewals east  ·")


async def test_that_there_is_none_is_said_where_it_is_sure(make_world: MakeWorld) -> None:
    here = await large(make_world)
    assert "No campaign in this account has “nowhere to be seen”" in (await ask_one(here, "nowhere to be seen")).text
    assert [query.get("search") for query in lists(here)] == [None, "nowhere"]


# --- the list of one status


async def test_the_list_of_one_status_is_asked_for_with_it(make_world: MakeWorld) -> None:
    here = await large(make_world, *(campaign(n, f"Trial {n}", status="testing") for n in range(25)), count=2_500)
    reply = await ask_one(here, "list testing")
    assert "Testing campaigns 1 to 10 of 25" in reply.text
    assert "Trial 24" in said(reply)
    assert lists(here) == [_PAGE, _PAGE | {"status": "testing"}]
    await press(here, reply, "More")
    assert "11 to 20 of 25" in here.slack.workspace.messages[-1].text
    assert len(lists(here)) == 2


async def test_where_the_status_has_no_effect_some_pages_are_read_and_not_all(make_world: MakeWorld) -> None:
    here = await large(make_world, campaign(1, "Trial", status="testing"), count=2_500)
    assert here.carecycle
    here.carecycle.params = {**here.carecycle.params, "status": "state"}
    reply = await ask_one(here, "list testing")
    assert "No testing campaigns among the 500 most recently changed." in reply.text
    assert len(lists(here)) <= 6


async def test_a_status_that_the_first_page_has_enough_of_is_not_asked_for(make_world: MakeWorld) -> None:
    here = await large(make_world)
    assert "Active campaigns 1 to 10" in (await ask_one(here, "list active")).text
    assert lists(here) == [_PAGE]


# --- the select


async def test_typing_thirty_characters_in_a_large_account_costs_at_most_three_requests(make_world: MakeWorld) -> None:
    here = await large(make_world, campaign(1, "Outreach for everybody in Ohio"))
    typed = "outreach for everybody in ohio"
    assert len(typed) == 30
    given = await asyncio.gather(*(offered(here, typed[:end]) for end in range(1, 31)))
    assert all(given)
    assert 2 <= requests(here) <= 3


async def test_what_somebody_types_next_is_looked_for_too(make_world: MakeWorld) -> None:
    old = [campaign(number, name) for number, name in enumerate(("Renewals", "Seniors", "Toledo", "Dental"))]
    here = await large(make_world, *old)
    for name in ("renewals", "seniors", "toledo", "dental"):
        found = [await offered(here, name[:end]) for end in range(1, len(name) + 1)][-1]
        assert [option["text"]["text"].lower() for option in found] == [name]


@pytest.mark.parametrize("typed", ["paused", id_of(5000)[:8]])
async def test_a_status_or_a_short_id_is_found_character_by_character(make_world: MakeWorld, typed: str) -> None:
    here = await large(make_world, campaign(5000, "Renewals", status="paused"))
    given = [await offered(here, typed[:end]) for end in range(1, len(typed) + 1)][-1]
    assert [option["text"]["text"] for option in given] == ["Renewals"]


async def test_two_people_who_type_the_same_do_not_take_each_others_requests(make_world: MakeWorld) -> None:
    here = await large(make_world, campaign(1, "Outreach Ohio"))
    for user in ("U01OWNER", "U02ADMIN"):
        given = [await offered(here, typed, user=user) for typed in ("out", "outreach", "outreach o", "outreach oh")]
        assert given[-1]
    assert requests(here) <= 5


async def test_near_the_limit_the_select_leads_to_the_id_field_and_that_works(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await large(make_world, campaign(1, "Renewals"), clock=Clock(time.now, time.time))
    await offered(here, "")
    await used_up(here, 44)
    assert _says(await offered(here, "renewals")) == "careCycle’s request limit is almost reached: use the id field"
    assert (await ask_one(here, id_of(1))).text.startswith("Renewals  ·")


async def test_with_no_list_in_memory_it_says_the_same(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await large(make_world, clock=Clock(time.now, time.time))
    await used_up(here, 45)
    assert _says(await offered(here, "renewals")) == "careCycle’s request limit is almost reached: use the id field"


async def test_what_is_in_memory_is_offered_near_the_limit_too(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await large(make_world, clock=Clock(time.now, time.time))
    await offered(here, "")
    await used_up(here, 44)
    assert [option["text"]["text"] for option in await offered(here, "outreach 249")] == ["Outreach 249"]


async def test_what_was_found_a_moment_ago_is_found_by_its_short_id(make_world: MakeWorld) -> None:
    here = await large(make_world, campaign(0xABCDEF01, "Renewals") | {"updatedAt": None})
    await offered(here, "renewals")
    assert [option["text"]["text"] for option in await offered(here, "abcdef01")] == ["Renewals"]


def _says(options: list[dict[str, Any]]) -> str:
    (line,) = options
    return str(line["text"]["text"])


# --- a key that was typed by mistake


@pytest.mark.parametrize("typed", ["{}", "conect {}", "connect:{}", "key is `{}`", "list {}"])
async def test_what_may_be_a_key_is_not_looked_for_anywhere(make_world: MakeWorld, typed: str) -> None:
    here = await large(make_world)
    reply = await ask_one(here, typed.format("cc_live_PLANTED0123456789"))
    assert "PLANTED" not in said(reply)
    assert requests(here) == 0


async def test_the_select_says_so_too(make_world: MakeWorld) -> None:
    here = await large(make_world)
    assert "looks like a careCycle key" in str(await offered(here, "cc_live_PLANTED0123456789"))
    assert requests(here) == 0


# --- the beginning of an id


async def test_the_beginning_of_an_id_is_looked_for_to_the_end_of_the_list(make_world: MakeWorld) -> None:
    here = await large(make_world, campaign(1, "Renewals"), count=450)
    reply = await ask_one(here, id_of(1)[:8])
    assert reply.text.startswith("Renewals  ·")
    assert "were checked" not in said(reply)
    assert [query["page"] for query in lists(here) if "search" not in query] == ["1", "2", "3", "4", "5"]


async def test_where_only_a_part_of_a_very_large_list_may_be_read_that_is_said(make_world: MakeWorld) -> None:
    here = await large(make_world, campaign(1, "Renewals"), count=4_900)
    known = await ask_one(here, id_of(2000 + 4_899)[:8])
    assert known.text.startswith("Outreach 4899  ·")
    assert re.search(
        r"No other id found so far begins like that. [123],\d00 of 4,901 campaigns were checked", said(known)
    )
    assert len(lists(here)) <= 32  # half of what people have in a minute, and the first page
    beyond = await ask_one(here, id_of(1)[:8])
    assert re.search(r"“00000001”.*[345],\d00 of 4,901 campaigns were checked", beyond.text)
