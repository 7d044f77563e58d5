"""Words after the command: names, the list page by page, and two campaigns side by side."""

import asyncio
import copy

import pytest

from bot.clock import Clock
from playground.carecycle import CareCycle, samples
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld, button
from tests.drivers.slash_command import ask, ask_one, press, said

WELCOME = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"
LISTS = "/v2/campaigns"


def lists(here: World) -> int:
    assert here.carecycle
    return sum(request.path == LISTS for request in here.carecycle.requests)


@pytest.mark.parametrize("typed", ["medicare welcome", "Medicare  Welcome", "welcome medicare", "f5ee8c72"])
async def test_one_clear_hit_gives_the_card(here: World, typed: str) -> None:
    assert (await ask_one(here, typed)).text.startswith("Medicare Welcome")


async def test_a_whole_name_is_a_clear_hit_also_where_others_begin_alike(make_world: MakeWorld) -> None:
    twin = copy.deepcopy(next(dict(one) for one in samples() if one["id"] == WELCOME))
    twin |= {"id": WELCOME[:-1] + "0", "name": "Medicare Welcome for late joiners"}
    here = await make_world(carecycle=CareCycle([*samples(), twin]))
    assert (await ask_one(here, "medicare welcome")).text.startswith("Medicare Welcome  ·")
    assert "campaigns with “medicare”" in (await ask_one(here, "medicare")).text


async def test_several_hits_give_a_list_whose_buttons_open_the_card(here: World) -> None:
    reply = await ask_one(here, "plan")
    assert "4 campaigns with “plan”" in reply.text
    await press(here, reply, "Open")
    assert len(here.slack.workspace.messages) == 2
    assert "Transfers" in said(here.slack.workspace.messages[-1])


async def test_no_hit_says_what_was_searched_and_formats_nothing_of_it(here: World) -> None:
    reply = await ask_one(here, "<!channel> *Mrs Smith*")
    assert "No campaign in this account has “&lt;!channel&gt; ∗Mrs Smith∗” in its name" in reply.text


async def test_searching_again_within_a_minute_asks_for_nothing(here: World) -> None:
    for typed in ("plan", "welcome", "nothing at all", "list"):
        await ask(here, typed)
    assert lists(here) == 1


async def test_the_list_pages_through_the_account_in_place(here: World) -> None:
    reply = await ask_one(here, "list")
    assert "Campaigns 1 to 10 of 23" in reply.text
    for label, says in (("More", "11 to 20"), ("More", "21 to 23"), ("Back", "11 to 20")):
        await press(here, here.slack.workspace.messages[-1], label)
        assert says in here.slack.workspace.messages[-1].text
    assert len(here.slack.workspace.messages) == 1


async def test_the_last_page_has_no_way_on_and_the_first_none_back(here: World) -> None:
    reply = await ask_one(here, "list")
    with pytest.raises(AssertionError):
        button(reply, "Back")
    await press(here, reply, "More")
    await press(here, reply, "More")
    with pytest.raises(AssertionError):
        button(here.slack.workspace.messages[-1], "More")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("list paused", "Paused campaigns 1 to 2 of 2"),
        ("list PAUSED", "1 to 2"),
        ("list nonsense", "No campaign in this account has “nonsense”"),
    ],
)
async def test_the_list_of_one_status(here: World, typed: str, says: str) -> None:
    assert says in (await ask_one(here, typed)).text


async def test_a_page_button_of_another_version_gets_a_word(here: World) -> None:
    reply = await ask_one(here, "list")
    await here.slack.press(reply, {**button(reply, "More"), "value": "x y z"})
    await here.bot.tasks.drain(5)
    assert "made by an older version" in here.slack.workspace.messages[-1].text


async def test_compare_shows_what_differs_and_says_once_what_is_the_same(here: World) -> None:
    words = said(await ask_one(here, f"compare {AEP} {WELCOME}"))
    assert "*Customers*" in words
    assert "1,204" in words
    assert "780" in words
    assert "*The same*  ·  Status: Active" in words


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("compare", "To compare two campaigns"),
        (f"compare {AEP}", "Compare AEP Outreach 2026 with which campaign?"),
        (f"compare {AEP} {AEP}", "Compare AEP Outreach 2026 with which campaign?"),
        ("compare medicare welcome", "Compare Medicare Welcome with which campaign?"),
        ("compare one two", "No campaign with “one two” in its name was found."),
    ],
)
async def test_compare_asks_for_what_is_missing(here: World, typed: str, says: str) -> None:
    assert says in (await ask_one(here, typed)).text


async def test_refresh_says_when_nothing_has_changed(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time), now=time.time)
    card = await ask_one(here, AEP)
    time.move(60)
    await press(here, card, "Refresh")
    assert "no change since <!date^" in said(here.slack.workspace.messages[-1])
    assert here.carecycle
    here.carecycle.campaigns[AEP]["customerStats"]["todayCalls"] = 88
    time.move(60)
    await press(here, here.slack.workspace.messages[-1], "Refresh")
    assert "no change" not in said(here.slack.workspace.messages[-1])
    assert "88 today" in said(here.slack.workspace.messages[-1])


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("unauthorized", "no longer accepts"),
        ("forbidden", "permission to read campaigns"),
        ("rate_limited", "request limit"),
        ("server_error", "not answering"),
        ("html", "The address this app was given for careCycle does not seem to be right"),
        ("cut_json", "careCycle answered with something this app cannot read"),
        ("wrong_types", "careCycle answered with something this app cannot read"),
        ("not_found", "careCycle answered with something this app cannot read"),
    ],
)
@pytest.mark.parametrize("typed", ["plan", "list"])
async def test_a_fault_gets_one_clear_reply(make_world: MakeWorld, typed: str, fault: str, says: str) -> None:
    here = await make_world(reply_within=0.3)
    words = await _nothing_in_memory(here, typed, fault)
    assert says in words


@pytest.mark.parametrize("fault", ["rate_limited", "server_error"])
async def test_in_bad_times_the_last_list_is_searched_and_says_so(make_world: MakeWorld, fault: str) -> None:
    here = await _with_an_older_list(make_world)
    for typed in ("plan", "list"):
        await _is_searched(here, typed, fault)


@pytest.mark.slow
async def test_a_hanging_carecycle_gets_the_same_in_every_way(make_world: MakeWorld) -> None:
    """All at once: it takes ten seconds."""
    new = {typed: await make_world(reply_within=0.3) for typed in ("plan", "list")}
    old = {typed: await _with_an_older_list(make_world) for typed in ("plan", "list")}
    first, second, *_ = await asyncio.gather(
        *(_nothing_in_memory(here, typed, "hanging") for typed, here in new.items()),
        *(_is_searched(here, typed, "hanging") for typed, here in old.items()),
    )
    assert "not answering" in str(first)
    assert "not answering" in str(second)


async def _nothing_in_memory(here: World, typed: str, fault: str) -> str:
    assert here.carecycle
    here.carecycle.fault = fault
    return said(await ask_one(here, typed))


async def _with_an_older_list(make_world: MakeWorld) -> World:
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time), now=time.time, reply_within=0.3)
    await ask(here, "plan")
    time.move(120)
    return here


async def _is_searched(here: World, typed: str, fault: str) -> None:
    assert here.carecycle
    here.carecycle.fault = fault
    reply = await ask_one(here, typed)
    assert "could not be checked just now" in said(reply)
    assert "Plan check Q4" in said(reply) or "AEP Outreach" in said(reply)
