"""Disconnecting: what is asked before, and what is left afterwards."""

import asyncio

from bot.store import audit, profiles
from tests.conftest import AEP, MakeWorld
from tests.drivers.modals import (
    KEY,
    NEW_KEY,
    Gate,
    carecycle_of,
    carecycle_with_keys,
    connected,
    opened,
    press_in,
    set_up,
    submit,
    type_key,
    unconnected,
)
from tests.drivers.slash_command import ask_one, finished, press, said

OWNER, ADMIN, TEAM = "U01OWNER", "U02ADMIN", "T01SUNRISE"


async def test_before_disconnecting_the_form_says_what_stops_and_what_stays(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    modal = await opened(here, "disconnect", user=ADMIN)
    words = said(modal.view)
    assert "ending in `1111`, set by <@U01OWNER>" in words
    assert "*What stops:* until somebody connects again, nobody here can look up campaigns" in words
    assert "*What stays:* shared cards, digests, settings, and what readings of your campaigns showed." in words
    assert modal.view["submit"]["text"] == "Disconnect"
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")


async def test_disconnecting_deletes_the_key_and_everything_read_with_it(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await ask_one(here, AEP)
    asked = len(carecycle_of(here).requests)
    modal = await opened(here, "disconnect")
    await submit(here, modal)
    assert "*Disconnected.* The key was deleted from this app." in said(modal.view)
    assert (await profiles.read(here.bot.db, TEAM)).connection is None
    notice = await ask_one(here, AEP, user="U03MEMBER")  # it was in memory
    assert "not connected to careCycle yet" in said(notice)
    assert "Ask Alice Moreno to connect" in said(notice)
    assert len(carecycle_of(here).requests) == asked
    await here.slack.connect(KEY)
    await ask_one(here, AEP)
    assert len(carecycle_of(here).requests) == asked + 2  # the same key again, and nothing is there from before


async def test_the_button_in_the_connect_form_asks_over_it(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    form = await opened(here, "connect")
    await press_in(here, form, "Disconnect …")
    under, over = here.slack.workspace.stack(OWNER)
    assert under is form
    assert "What stops" in said(over.view)
    await submit(here, over)
    assert "Disconnected." in said(over.view)
    assert (await profiles.read(here.bot.db, TEAM)).connection is None


async def test_a_key_can_still_be_set_in_the_form_under_it(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    form = await opened(here, "connect")
    await press_in(here, form, "Disconnect …")
    _, over = here.slack.workspace.stack(OWNER)
    await submit(here, over)
    here.slack.close(over)
    await type_key(here, form, NEW_KEY)
    assert "Connected to careCycle* with the key ending in `2222`" in said(form.view)


async def test_disconnecting_twice_is_no_trouble_and_one_row_in_the_audit_trail(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    modals = [await opened(here, "disconnect", user=user) for user in (OWNER, ADMIN)]
    await asyncio.gather(*(submit(here, modal) for modal in modals))
    assert all("Disconnected." in said(modal.view) for modal in modals)
    assert [one.action for one in await audit.newest(here.bot.db, TEAM)] == ["disconnected", "connected"]


async def test_where_nothing_is_connected_there_is_nothing_to_disconnect(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modal = await opened(here, "disconnect")
    assert "This workspace is not connected to careCycle." in said(modal.view)
    assert "submit" not in modal.view


async def test_cards_from_before_say_that_the_workspace_is_not_connected(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    card = await ask_one(here, AEP)
    await submit(here, await opened(here, "disconnect"))
    for label in ("Refresh", "Share to channel"):
        await press(here, card, label)
        assert "not connected to careCycle yet" in said(here.slack.workspace.messages[-1])
    await press(here, card, "Details")
    assert "not connected to careCycle yet" in said(here.slack.modals_of(OWNER)[-1].view)
    assert "AEP Outreach 2026" in said(card)


async def test_what_was_on_its_way_while_disconnecting_is_neither_shown_nor_remembered(make_world: MakeWorld) -> None:
    gate = Gate()
    carecycle = carecycle_with_keys(sleep=gate.pause)
    here = await connected(make_world, carecycle=carecycle)
    modal = await opened(here, "disconnect")
    carecycle.fault = "slow"
    asking = asyncio.create_task(ask_one(here, AEP))
    await gate.is_reached()
    await submit(here, modal)
    gate.opened.set()
    assert "not connected to careCycle yet" in said(await asking)
    carecycle.fault, asked = "none", len(carecycle.requests)
    await here.slack.connect(KEY)
    await finished(here)  # what was asked before is answered now
    await ask_one(here, AEP)
    assert len(carecycle.requests) == asked + 2


async def test_settings_stay_when_a_workspace_disconnects_and_connects_again(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await set_up(here, managers=["U03MEMBER"])
    await submit(here, await opened(here, "disconnect"))
    assert (await here.slack.connect(KEY, user="U03MEMBER")).errors == {}
    assert (await profiles.read(here.bot.db, TEAM)).managers == {"U03MEMBER"}
