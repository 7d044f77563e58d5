"""What managers have set counts from the next card on, wherever a card appears."""

from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from blocks.card_options import SECTIONS
from bot.clock import Clock
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.modals import (
    KEY,
    carecycle_of,
    carecycle_with_keys,
    connected,
    connected_timed,
    set_up,
    unconnected,
)
from tests.drivers.slash_command import ask, ask_one, press, said

OWNER, MEMBER, NOWHERE = "U01OWNER", "U03MEMBER", "11111111-1111-4111-8111-111111111111"
# What each section of a card is recognized by.
WORDS = {
    "about": "Annual enrollment",
    "states": "420 pending",
    "transfers": "*Transfers*",
    "features": "On: transfers",
}
WANTED_NOT = "chose not to show campaigns in channels shared with another company"


async def _for_everybody(make_world: MakeWorld, **options: object) -> World:
    here = await connected(make_world, **options)
    await set_up(here, audience="channel")
    return here


async def _both(here: World) -> str:
    carecycle = carecycle_of(here)
    return f"{AEP} {next(one for one in carecycle.campaigns if one != AEP)}"


# --- who sees the answer


async def test_answers_for_everybody_name_who_asked_and_offer_no_sharing(make_world: MakeWorld) -> None:
    here = await _for_everybody(make_world)
    for _ in ("asked of careCycle", "from memory"):
        answer = (await ask(here, AEP, user=MEMBER))[-1]
        assert (answer.ephemeral_for, answer.text[:3]) == (None, "AEP")
        assert "shared by <@U03MEMBER>" in said(answer)
        assert "Share to channel" not in said(answer)
    assert len(carecycle_of(here).requests) == 2  # the key, and the campaign


@pytest.mark.parametrize("audience", ["channel", "private"])
async def test_the_audit_trail_has_every_answer_for_everybody(make_world: MakeWorld, audience: str) -> None:
    here = await connected(make_world)
    await set_up(here, audience=audience)
    both = await _both(here)
    for typed in (AEP, "AEP Outreach", f"compare {both}", f"compare {AEP} {NOWHERE}", "help", "list", "no such name"):
        await ask(here, typed, user=MEMBER)
    workspace = await here.bot.workspaces.of("T01SUNRISE")
    shared = [audit_entry for audit_entry in await workspace.audit_entries(20) if audit_entry.action == "shared"]
    assert {(audit_entry.actor, audit_entry.details["channel"]) for audit_entry in shared} <= {(MEMBER, "C01AEP")}
    counted = Counter(str(audit_entry.details["campaign"]) for audit_entry in shared)
    assert counted == (Counter([AEP, AEP, *both.split(), AEP, NOWHERE]) if audience == "channel" else Counter())


async def test_a_list_for_everybody_names_who_asked(make_world: MakeWorld) -> None:
    here = await _for_everybody(make_world)
    answer = (await ask(here, await _both(here), user=MEMBER))[-1]
    assert answer.ephemeral_for is None
    assert "shared by <@U03MEMBER>" in said(answer)
    await press(here, answer, "Open", user="U04GUEST")
    assert here.slack.workspace.messages[-1].ephemeral_for == "U04GUEST"


async def test_a_late_answer_for_everybody_is_for_everybody_too(make_world: MakeWorld) -> None:
    here = await _for_everybody(make_world, reply_within=0.000_001)
    answer = (await ask(here, AEP, user=MEMBER))[-1]
    assert (answer.ephemeral_for, answer.text[:3]) == (None, "AEP")


@pytest.mark.parametrize("reply_within", [2.4, 0.000_001])
async def test_help_and_what_went_wrong_stay_private(make_world: MakeWorld, reply_within: float) -> None:
    here = await _for_everybody(make_world, reply_within=reply_within)
    for typed in ("help", "", "hlep", NOWHERE, f"https://evil.example/{AEP}"):
        assert (await ask_one(here, typed)).ephemeral_for == OWNER, typed


async def test_trouble_with_carecycle_stays_private_and_its_retry_too(make_world: MakeWorld) -> None:
    here = await _for_everybody(make_world)
    carecycle_of(here).fault = "server_error"
    notice = await ask_one(here, AEP, user=MEMBER)
    assert notice.ephemeral_for == MEMBER
    carecycle_of(here).fault = "none"
    await press(here, notice, "Try again", user=MEMBER)
    assert (notice.text[:3], notice.ephemeral_for) == ("AEP", MEMBER)
    assert "Share to channel" in said(notice)


async def test_not_connected_stays_private(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await set_up(here, audience="channel")
    assert (await ask_one(here, AEP, user=MEMBER)).ephemeral_for == MEMBER


# --- what a card shows


async def _uncached(here: World, _: Clockwork) -> Message:
    return await ask_one(here, AEP)


async def _cached(here: World, _: Clockwork) -> Message:
    await ask_one(here, AEP)
    return await ask_one(here, AEP)


async def _opened(here: World, _: Clockwork) -> Message:
    await press(here, await ask_one(here, await _both(here)), "Open")
    return here.slack.workspace.messages[-1]


async def _shared(here: World, _: Clockwork) -> Message:
    await press(here, await ask_one(here, AEP), "Share to channel")
    return here.slack.workspace.messages[-1]


async def _refreshed(here: World, time: Clockwork) -> Message:
    card = await ask_one(here, AEP)
    time.move(60)
    await press(here, card, "Refresh")
    return card


async def _refreshed_by_somebody(here: World, time: Clockwork) -> Message:
    card = await _shared(here, time)
    time.move(60)
    await press(here, card, "Refresh", user=MEMBER)
    return card


SURFACES = (_uncached, _cached, _opened, _shared, _refreshed, _refreshed_by_somebody)
Surface = Callable[[World, Clockwork], Awaitable[Message]]


def test_every_section_is_looked_for() -> None:
    assert set(WORDS) == set(SECTIONS)


@pytest.mark.parametrize("surface", SURFACES)
async def test_a_section_that_is_left_out_is_left_out_on_every_surface(make_world: MakeWorld, surface: Surface) -> None:
    here, time = await connected_timed(make_world)
    for hidden in ("", *WORDS):
        await set_up(here, shown=[name for name in SECTIONS if name != hidden])
        words = said(await surface(here, time))
        assert {name for name, one in WORDS.items() if one not in words} == {hidden} - {""}
        here.slack.workspace.messages.clear()
        time.move(60)  # a double click within a minute shares once


async def test_the_next_press_shows_a_card_as_it_was_set_meanwhile(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    card = await ask_one(here, AEP)
    await set_up(here, shown=[])
    time.move(60)
    await press(here, card, "Refresh")
    assert not [name for name, one in WORDS.items() if one in said(card)]


async def test_warnings_are_never_left_out(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await set_up(here, shown=[])
    words = said(await ask_one(here, AEP))
    assert "Nobody in group" in words
    assert "12 failed" in words


async def test_details_hold_everything_whatever_cards_leave_out(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await set_up(here, shown=[])
    await press(here, await ask_one(here, AEP), "Details")
    words = said(here.slack.workspace.modals[0].view)
    assert "*Transfers*" in words
    assert "Annual enrollment" in words


async def test_agents_names_can_be_kept_from_managers_too(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    card = await ask_one(here, AEP)
    for agents, named in (("managers", True), ("nobody", False)):
        await set_up(here, agents=agents)
        await press(here, card, "Details")
        words = said(here.slack.workspace.modals[-1].view)
        assert ("Dana Ruiz" in words) is named
        assert "4 of 6 agents are active" in words


async def test_another_replica_sees_a_change_within_half_a_minute(make_world: MakeWorld, tmp_path: Path) -> None:
    time, carecycle = Clockwork(), carecycle_with_keys()
    more = {"carecycle": carecycle, "data_dir": tmp_path, "clock": Clock(time.now, time.time), "now": time.time}
    first, second = [await unconnected(make_world, **more) for _ in range(2)]
    await first.slack.connect(KEY)
    time.move(31)
    assert WORDS["about"] in said(await ask_one(second, AEP))
    await set_up(first, shown=[])
    time.move(31)
    assert WORDS["about"] not in said(await ask_one(second, AEP))


# --- no cards in shared channels


async def test_where_no_cards_are_wanted_none_appears_in_any_way(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    partner = "C03PARTNER"
    card = await ask_one(here, AEP, channel=partner)
    listed = await ask_one(here, await _both(here), channel=partner)
    await set_up(here, shared="none")
    time.move(5)
    for typed in (AEP, await _both(here)):
        assert WANTED_NOT in said(await ask_one(here, typed, channel=partner))
    for message, label in ((card, "Refresh"), (card, "Share to channel"), (listed, "Open")):
        await press(here, message, label)
        told = here.slack.workspace.messages[-1]
        assert (WANTED_NOT in said(told), told.ephemeral_for) == (True, OWNER)
    await press(here, card, "Details")
    assert WANTED_NOT in said(here.slack.workspace.modals[-1].view)
    assert "`/campaign help`" in said(await ask_one(here, "help", channel=partner))
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")


# --- careCycle's names of parameters


async def test_parameter_names_of_the_workspace_reach_carecycle(make_world: MakeWorld) -> None:
    carecycle = carecycle_with_keys(params={"includeClient": "withClient", "limit": "pageSize"})
    here, time = await connected_timed(make_world, carecycle=carecycle)
    assert carecycle.requests[-1].query["limit"] == "25"
    await set_up(here, params="includeClient=withClient, limit=pageSize")
    time.move(60)
    await press(here, await ask_one(here, AEP), "Details")
    assert carecycle.requests[-1].query == {"withClient": "true"}
    assert "Organization: `5e505642" in said(here.slack.workspace.modals[-1].view)
    await here.slack.connect(KEY)
    query = carecycle.requests[-1].query
    assert (query["pageSize"], "limit" in query) == ("25", False)


async def test_they_go_before_those_of_the_program_and_empty_ones_do_not(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world, carecycle_params="includeClient=client,limit=size")
    for params, sent in (("", "client"), ("includeClient=mine", "mine"), ("", "client")):
        await set_up(here, params=params)
        time.move(60)
        await ask(here, AEP)
        assert list(carecycle_of(here).requests[-1].query) == [sent]
