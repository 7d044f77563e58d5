"""Typed text that is meant to be slow, to cost too many requests, or to show names where none are wanted."""

import time

import pytest

from tests.conftest import AEP, MakeWorld
from tests.drivers.accounts import campaign, id_of, large, lists, named
from tests.drivers.messages import PARTNER, mentioned
from tests.drivers.modals import set_up
from tests.drivers.slash_command import ask_one, press, said
from tests.drivers.workflow import why

NONE_BEGINS = "00000fff"


@pytest.mark.parametrize(
    "typed",
    [
        "compare " + "000007d0 " * 440,
        "e " * 1900 + "zzzz",
        "o-" * 1900,
        "outreech " * 440,
        "compare " + "outreach 7 and " * 260 + "outreach 8",
        f"{AEP} " + "000007d0 " * 400,
        "000007d0 000007d1 " * 200,
    ],
)
async def test_no_text_keeps_everybody_else_waiting(make_world: MakeWorld, typed: str) -> None:
    here = await large(make_world, count=5_000)
    workspace = here.bot.workspaces.known("T01SUNRISE") or await here.bot.workspaces.of("T01SUNRISE", None)
    assert len((await workspace.recent_campaigns(5_000)).entries) >= 1_000
    began = time.process_time()
    await ask_one(here, typed)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("joined", [", ", " "])
async def test_ten_beginnings_of_ids_leave_others_half_of_the_requests(make_world: MakeWorld, joined: str) -> None:
    here = await large(make_world, *(campaign(n, f"Old {n}") for n in range(10)), count=9_000)
    await ask_one(here, joined.join(id_of(2000 + 8_999 - number)[:8] for number in range(10)))
    assert len(lists(here)) <= 31  # the first page, and half of the other 59


async def test_ten_names_leave_others_half_of_the_requests(make_world: MakeWorld) -> None:
    names = ("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliet")
    here = await large(make_world, *(campaign(n, f"{name} {name}") for n, name in enumerate(names)), count=9_000)
    await ask_one(here, ", ".join(names))
    assert len(lists(here)) <= 31


async def test_a_choice_keeps_the_other_campaigns_that_were_named(make_world: MakeWorld) -> None:
    here = await named(make_world, "Renewals east", "Renewals west", "Seniors", "Dental")
    asked = await ask_one(here, "seniors, renewals, dental")
    await press(here, asked, "Choose")
    shown = said(here.slack.workspace.messages[-1])
    assert all(name in shown for name in ("Seniors", "Renewals", "Dental"))


async def test_what_is_too_long_for_a_button_has_none(make_world: MakeWorld) -> None:
    here = await named(make_world, "Renewals", "Seniors")
    assert "Show the others" not in said(await ask_one(here, f"nowhere, {'seniors ' * 400}"))


@pytest.mark.parametrize("typed", ["renewals", "renewal", "00000000-0000-4000-8000-0000000000ff 0000000f"])
@pytest.mark.parametrize("by", ["command", "mention"])
async def test_where_no_cards_are_wanted_no_name_is_suggested(make_world: MakeWorld, typed: str, by: str) -> None:
    here = await named(make_world, "Renewals east", "Renewals west", "Seniors")
    await set_up(here, shared="none")
    here.slack.workspace.channels[PARTNER].bot_is_member = True
    asked = ask_one(here, typed, channel=PARTNER) if by == "command" else mentioned(here, typed, channel=PARTNER)
    shown = said(await asked)
    assert "Renewals east" not in shown
    assert "shared with another company" in shown


async def test_a_name_in_the_failure_of_a_step_mentions_nobody(make_world: MakeWorld) -> None:
    here = await named(make_world, "Renewals <!channel> <https://evil.example|east>", "Renewals @here")
    assert "<" not in (said := await why(here, "renewals"))
    assert "Renewals" in said


async def test_a_long_word_that_may_be_a_key_stays_out_of_buttons(make_world: MakeWorld) -> None:
    here = await named(make_world, "Renewals east", "Renewals west")
    may_be_a_key = "8f3ac91b7d2e40f6a5c8b3d19e7f2046aa"
    asked = await ask_one(here, f"renewals, {may_be_a_key}")
    assert may_be_a_key not in str([block.get("accessory") or block.get("elements") for block in asked.blocks])
    nothing = await ask_one(here, f"nowhere, {may_be_a_key}")
    assert may_be_a_key not in str([block.get("accessory") or block.get("elements") for block in nothing.blocks])


async def test_what_a_person_says_after_an_id_is_no_name(make_world: MakeWorld) -> None:
    here = await named(make_world, "Renewals", "Seniors")
    assert (await ask_one(here, f"{id_of(1)}, what is this about?")).text.startswith("Seniors  ·")
