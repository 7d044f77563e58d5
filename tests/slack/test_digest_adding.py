"""*Add to a digest* on a card: who is offered what, what is added, and that nothing is lost or taken from elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from asking import ask_one, finished, press, said
from conftest import AEP, MakeWorld, button
from digesting import (
    ADMIN,
    GUEST,
    MEMBER,
    OTHER,
    OWNER,
    ROOM,
    TEAM,
    fields,
    kept,
    option,
    press_value,
    save,
    still,
    typed,
)
from filling import carecycle_of, press_in, unconnected
from several import HARBOR, two_connected
from short import OUTSIDER, PARTNER, with_inside
from test_digest_faults import digests_down

from blocks import campaign
from blocks.digest_adding import PICK
from blocks.digest_form import CHANNEL, NAME, PICKS
from bot.slack.digests.editing import Editing
from bot.slack.origins import Origin
from bot.store import audit
from bot.store.digest_records import Choice, Digest, Limits
from bot.timetable import Timetable
from playground.slack.faults import FAULTS
from playground.slack.workspace import Message, Modal
from playground.world import World

LABEL, MAKE = "Add to a digest", "A new digest of this campaign"
PLAN = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"  # another campaign
NEXT = "Mon 23 Nov, 09:00"
MANY = 12


@pytest.fixture
async def at_nine(make_world: MakeWorld) -> AsyncIterator[World]:
    """A world in which it is Mon 23 Nov 2026, 04:02 in New York, and stays so."""
    here, _ = await still(make_world)
    yield here


async def keep(here: World, name: str, *ids: str, **more: Any) -> Digest:
    """A digest of the owner's that names these campaigns; without any, one of all active ones."""
    choice = Choice(ids=ids) if ids else Choice(status="active")
    usual: dict[str, Any] = {"id": f"id-{name}", "workspace_id": TEAM, "channel_id": ROOM, "owner_id": OWNER}
    one = Digest(**{**usual, "name": name, "timetable": Timetable("America/New_York"), "choice": choice, **more})
    return await here.bot.desk.digests.save(one, OWNER, new=True)


async def pressed(here: World, *, user: str = OWNER, channel: str = ROOM, card: Message | None = None) -> Modal:
    """Presses the button on a card, which is asked for first; the window it opens."""
    shown = card or await ask_one(here, AEP, user=user, channel=channel)
    await press(here, shown, LABEL, user=user)
    return here.slack.modals_of(user)[-1]


async def chosen(here: World, modal: Modal, digest: Digest) -> Modal:
    """Chooses a digest, and submits."""
    return await save(here, modal, {PICK: option(digest.id)})


def offered(modal: Modal) -> list[str]:
    """The names that can be chosen."""
    fields = [one["element"] for one in modal.view["blocks"] if one["block_id"] == PICK]
    return [one["text"]["text"] for field in fields for one in field["options"]]


async def named(here: World) -> dict[str, tuple[str, ...]]:
    """The campaigns that each digest names."""
    return {one.name: one.choice.ids for one in await kept(here)}


# --- where the button is


async def test_the_button_is_on_the_whole_card_private_and_shared_and_nowhere_else(make_world: MakeWorld) -> None:
    here, _ = await with_inside(make_world)
    card = await ask_one(here, AEP, channel=ROOM)
    labels = [one["text"]["text"] for block in card.blocks for one in block.get("elements", []) if "action_id" in one]
    assert labels[2:4] == ["Details", LABEL]
    await press(here, card, "Share to channel")
    shared = here.slack.workspace.messages[-1]
    assert shared.ephemeral_for is None
    assert button(shared, LABEL)["value"] == AEP
    assert LABEL not in said(await ask_one(here, AEP, channel=PARTNER))
    await here.slack.say(f"https://app.carecycle.ai/campaigns/{AEP}", channel=ROOM)
    await finished(here)
    assert LABEL not in str([one.previews for one in here.slack.workspace.messages])


# --- what is offered


async def test_digests_that_name_campaigns_are_offered_and_the_others_explained(
    at_nine: World,
) -> None:
    here = at_nine
    await keep(here, "Free", PLAN)
    await keep(here, "Has it", PLAN, AEP)
    await keep(here, "All active")
    await keep(here, "By words", choice=Choice(words="plan"))
    modal = await pressed(here)
    assert modal.view["title"]["text"] == LABEL
    assert offered(modal) == ["Free"]
    words = said(modal.view)
    assert "Add *AEP Outreach 2026* to a digest." in words
    assert f"<#{ROOM}>  ·  weekdays 09:00 New York" in words
    assert f"Has it already: *Has it* <#{ROOM}>" in words
    assert "2 digests take campaigns by themselves: nothing to add." in words


async def test_one_that_holds_as_many_as_it_may_says_so(at_nine: World) -> None:
    here = at_nine
    here.bot.desk.digests.limits = Limits(campaigns=1)
    await keep(here, "Full", PLAN)
    modal = await pressed(here)
    assert offered(modal) == []
    assert f"Holds 1 campaign, the most a digest may: *Full* <#{ROOM}>" in said(modal.view)


async def test_of_many_each_can_be_told_from_the_next_by_its_channel(at_nine: World) -> None:
    here = at_nine
    for number in range(MANY):
        await keep(here, "Morning", PLAN, id=f"d{number:02}", channel_id=OTHER if number % 2 else ROOM)
    modal = await pressed(here)
    assert offered(modal)[:2] == ["1. Morning", "2. Morning"]
    assert f"1.  *Morning* <#{ROOM}>\\n2.  *Morning* <#{OTHER}>" in said(modal.view)
    await save(here, modal, {PICK: option("d01")})
    assert [one.id for one in await kept(here) if AEP in one.choice.ids] == ["d01"]


# --- adding


async def test_what_is_added_is_in_the_next_one_and_in_the_audit_trail(at_nine: World) -> None:
    here = at_nine
    one = await keep(here, "Plans", PLAN)
    modal = await chosen(here, await pressed(here), one)
    assert f"Added to *Plans*, for <#{ROOM}>.\\nIt is in the next one: {NEXT}." in said(modal.view)
    assert await named(here) == {"Plans": (PLAN, AEP)}
    assert (await audit.newest(here.bot.db, TEAM, 1))[0].action == "digest changed"
    (now,) = await kept(here)
    assert replace(now, choice=one.choice) == one


async def test_into_a_paused_one_it_goes_too_and_that_it_is_paused_is_said(at_nine: World) -> None:
    here = at_nine
    one = await keep(here, "Plans", PLAN)
    await here.bot.desk.digests.pause(one, MEMBER, for_a_day=False)
    modal = await chosen(here, await pressed(here), one)
    assert f"Nothing goes out at the moment: it is paused by <@{MEMBER}>" in said(modal.view)
    assert await named(here) == {"Plans": (PLAN, AEP)}


async def test_the_same_window_sent_twice_adds_once(at_nine: World) -> None:
    here = at_nine
    one = await keep(here, "Plans", PLAN)
    modal = await pressed(here)
    first = dict(modal.view)
    await chosen(here, modal, one)
    modal.view = first
    assert "Added to" in said((await chosen(here, modal, one)).view)
    assert await named(here) == {"Plans": (PLAN, AEP)}


async def test_of_two_who_add_at_once_neither_is_lost(at_nine: World) -> None:
    here = at_nine
    one = await keep(here, "Plans", "11111111-1111-4111-8111-111111111111")
    mine, other = await pressed(here), await ask_one(here, PLAN, user=ADMIN, channel=ROOM)
    theirs = await pressed(here, user=ADMIN, card=other)
    await asyncio.gather(chosen(here, mine, one), chosen(here, theirs, one))
    assert set((await named(here))["Plans"][1:]) == {AEP, PLAN}


async def test_what_somebody_changed_meanwhile_is_said_at_the_field(at_nine: World) -> None:
    here = at_nine
    gone, wide, full = [await keep(here, name, PLAN) for name in ("Gone", "Wide", "Full")]
    modal, digests = await pressed(here), here.bot.desk.digests
    await digests.delete(gone, OWNER)
    await digests.save(replace(wide, choice=Choice(status="active")), OWNER, new=False)
    digests.limits = Limits(campaigns=1)
    for one, says in ((gone, "That digest is gone"), (wide, "by itself now"), (full, "holds 1 campaign by now")):
        await chosen(here, modal, one)
        assert says in modal.errors[PICK]
    assert await named(here) == {"Wide": (), "Full": (PLAN,)}


# --- a new one


async def test_without_any_the_first_thing_is_a_new_one_of_this_campaign_for_this_channel(at_nine: World) -> None:
    here = at_nine
    modal = await pressed(here)
    assert offered(modal) == []
    assert "There is no digest of yours that it can be added to." in said(modal.view)
    assert modal.view["blocks"][2]["elements"][0]["style"] == "primary"
    await press_in(here, modal, MAKE)
    assert modal.view["title"]["text"] == "New digest"
    assert "picks" in fields(modal)
    assert typed(modal, CHANNEL) == ROOM
    assert [one["text"]["text"] for one in _picked(modal)] == ["AEP Outreach 2026"]
    assert "1 campaign matches now" in said(modal.view)
    await save(here, modal, {NAME: "Of one"})
    assert "is saved" in said(modal.view)
    (made,) = await kept(here)
    assert (made.name, made.choice, made.channel_id) == ("Of one", Choice(ids=(AEP,)), ROOM)
    assert (made.owner_id, made.timetable.zone) == (OWNER, "America/New_York")


async def test_from_direct_messages_the_channel_is_left_to_choose(at_nine: World) -> None:
    here = at_nine
    direct = next(one.id for one in here.slack.workspace.channels.values() if one.kind == "im")
    modal = await pressed(here, channel=direct)
    await press_in(here, modal, MAKE)
    assert typed(modal, CHANNEL) is None


def _picked(modal: Modal) -> list[dict[str, Any]]:
    return next(one["element"]["initial_options"] for one in modal.view["blocks"] if one["block_id"] == PICKS)


# --- who may


async def test_only_digests_one_may_change_are_offered_and_only_they_are_taken(at_nine: World) -> None:
    here = at_nine
    await keep(here, "Owners", PLAN)
    await keep(here, "Mine", PLAN, owner_id=MEMBER)
    await keep(here, "For me", PLAN, owner_id=ADMIN, backup_id=MEMBER)
    await keep(here, "All active")
    modal = await pressed(here, user=MEMBER)
    assert offered(modal) == ["For me", "Mine"]
    assert "take" not in said(modal.view)
    assert offered(await pressed(here, user=ADMIN)) == ["For me", "Mine", "Owners"]
    forged = await chosen(here, modal, (await kept(here))[0])
    assert "Only whoever looks after this digest, and managers, may do that" in said(forged.view)
    assert all(AEP not in ids for ids in (await named(here)).values())


async def test_who_may_no_longer_change_it_when_the_window_is_sent_is_refused(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    one = await keep(here, "Mine", PLAN, owner_id=MEMBER)
    modal = await pressed(here, user=MEMBER)
    here.slack.workspace.people[MEMBER].role = "guest"
    time.move(5 * 60 + 1)
    await chosen(here, modal, one)
    assert "Only whoever looks after this digest" in said(modal.view)
    assert await named(here) == {"Mine": (PLAN,)}


async def test_guests_and_people_of_another_company_are_offered_nothing(make_world: MakeWorld) -> None:
    here, _ = await with_inside(make_world)
    await keep(here, "Plans", PLAN)
    assert "Guests cannot set up digests" in said((await pressed(here, user=GUEST)).view)
    await press_value(here, campaign.TO_DIGEST, AEP, user=OUTSIDER, channel=PARTNER)
    (modal,) = here.slack.modals_of(OUTSIDER)
    assert "Only people of the company that uses this app" in said(modal.view)
    assert "Plans" not in said(modal.view)


@pytest.mark.parametrize("value", ["", "x", AEP[:-1], f"{AEP} {PLAN}"], ids=["empty", "word", "cut", "two"])
async def test_a_button_that_carries_no_campaign_opens_no_form(at_nine: World, value: str) -> None:
    await press_value(at_nine, campaign.TO_DIGEST, value)
    modal = at_nine.slack.modals_of(OWNER)[-1]
    assert "from before an update" in said(modal.view)
    assert "submit" not in modal.view


@pytest.mark.parametrize("ids", [(), ("x",), (AEP, PLAN)], ids=["none", "no-id", "two"])
async def test_a_window_that_carries_no_campaign_adds_nothing(at_nine: World, ids: tuple[str, ...]) -> None:
    here = at_nine
    one = await keep(here, "Plans", PLAN)
    modal = await pressed(here)
    about = Editing(Origin(TEAM, None, ROOM, ids=ids), "d", new=True)
    modal.view = {**modal.view, "private_metadata": about.text()}
    await chosen(here, modal, one)
    assert "from before an update" in modal.errors[PICK]
    assert await named(here) == {"Plans": (PLAN,)}


async def test_a_digest_of_another_workspace_is_neither_offered_nor_taken(make_world: MakeWorld) -> None:
    here = await two_connected(make_world)
    one = await keep(here, "Sunrise plans", PLAN)
    await keep(here, "Harbor plans", PLAN, workspace_id=HARBOR, channel_id="C12STANDUP", owner_id="U11OWNER")
    modal = await pressed(here, user="U11OWNER", channel="C12STANDUP")
    assert offered(modal) == ["Harbor plans"]
    await chosen(here, modal, one)
    assert "That digest is gone" in modal.errors[PICK]
    modal.view = {**modal.view, "private_metadata": Editing(Origin(TEAM, None, ROOM, ids=(AEP,)), "d").text()}
    await chosen(here, modal, one)
    assert "from before an update" in said(modal.view)
    assert await kept(here) == [one]


# --- faults


@pytest.mark.parametrize("fault", ["server_error", "html", "rate_limited", "unauthorized", "forbidden"])
async def test_while_carecycle_is_silent_it_is_added_all_the_same(make_world: MakeWorld, fault: str) -> None:
    here, time = await still(make_world)
    one = await keep(here, "Plans", PLAN)
    card = await ask_one(here, AEP, channel=ROOM)
    await press(here, card, "Share to channel")
    carecycle_of(here).fault = fault
    time.move(20 * 60)
    for shown, name in ((card, f"Campaign {AEP[:8]}"), (here.slack.workspace.messages[-1], "AEP Outreach 2026")):
        modal = await pressed(here, card=shown)
        assert f"Add *{name}* to a digest." in said(modal.view)
    await chosen(here, modal, one)
    assert await named(here) == {"Plans": (PLAN, AEP)}


async def test_a_hanging_carecycle_gets_a_loading_window_first(make_world: MakeWorld) -> None:
    here = await make_world()
    one = await keep(here, "Plans", PLAN)
    carecycle_of(here).fault = "hanging"
    await press_value(here, campaign.TO_DIGEST, AEP)
    calls = [name for name, _ in here.slack.api.calls if name.startswith("views.")]
    assert calls == ["views.open", "views.update"]
    modal = here.slack.modals_of(OWNER)[-1]
    assert offered(modal) == ["Plans"]
    assert f"Campaign {AEP[:8]}" in said(modal.view)
    await chosen(here, modal, one)
    assert "Added to" in said(modal.view)


async def test_a_campaign_that_is_not_in_the_account_is_not_offered_to_any(at_nine: World) -> None:
    await keep(at_nine, "Plans", PLAN)
    await press_value(at_nine, campaign.TO_DIGEST, "11111111-1111-4111-8111-111111111111")
    modal = at_nine.slack.modals_of(OWNER)[-1]
    assert "is not in this workspace’s careCycle account" in said(modal.view)
    assert "submit" not in modal.view


async def test_a_workspace_without_a_key_can_still_add(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await keep(here, "Plans", PLAN)
    await press_value(here, campaign.TO_DIGEST, AEP)
    assert offered(here.slack.modals_of(OWNER)[-1]) == ["Plans"]


async def test_without_our_store_the_window_says_so_and_nothing_chosen_is_lost(at_nine: World) -> None:
    here = at_nine
    one = await keep(here, "Plans", PLAN)
    modal = await pressed(here)
    async with digests_down(here):
        await chosen(here, modal, one)
        assert "cannot reach its own database" in modal.errors[PICK]
        assert "cannot reach its own database" in said((await pressed(here)).view)
    await chosen(here, modal, one)
    assert await named(here) == {"Plans": (PLAN, AEP)}


@pytest.mark.parametrize("fault", FAULTS)
async def test_when_slack_is_in_trouble_the_window_is_there_or_the_person_is_told(here: World, fault: str) -> None:
    card = await ask_one(here, AEP)
    here.slack.faults.set(fault)
    await press(here, card, LABEL)
    told = here.slack.workspace.messages[-1]
    if fault in ("web_api_down", "web_api_limited", "late_trigger"):
        assert here.slack.modals_of(OWNER) == []
        assert "Press the button again" in said(told)
    else:
        assert here.slack.modals_of(OWNER)[-1].view["title"]["text"] == LABEL
        assert told == card
