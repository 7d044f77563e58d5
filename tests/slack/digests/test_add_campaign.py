"""*Add to a digest* on a card: where the button is, what is offered, what is added, and a new digest of it."""

import asyncio
from dataclasses import replace
from typing import Any

from blocks.digests.add_campaign import PICK
from blocks.digests.form_fields import CHANNEL, NAME, PICKS, PLACE
from bot.digests.digest import CampaignFilter, Limits, Pause
from bot.store import audit, pauses
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import AEP, MakeWorld, button
from tests.drivers.add_to_digest import LABEL, MAKE, PLAN, chosen, keep, named, offered, pressed
from tests.drivers.digest_forms import (
    ADMIN,
    MEMBER,
    OTHER,
    OWNER,
    ROOM,
    TEAM,
    change,
    fields,
    kept,
    option,
    save,
    still,
)
from tests.drivers.modals import carecycle_of, press_in
from tests.drivers.short_cards import PARTNER, with_inside
from tests.drivers.slash_command import ask_one, finished, press, said

NEXT = "Mon, Nov 23, 9:00 AM"
MANY = 12

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
    here: World,
) -> None:
    await keep(here, "Free", PLAN)
    await keep(here, "Has it", PLAN, AEP)
    await keep(here, "All active")
    await keep(here, "By words", choice=CampaignFilter(words="plan"))
    modal = await pressed(here)
    assert modal.view["title"]["text"] == LABEL
    assert offered(modal) == ["Free"]
    words = said(modal.view)
    assert "Add *AEP Outreach 2026* to a digest." in words
    assert "*Free*\\nweekdays 9:00 AM New York  ·  " in words
    assert f"1 campaign  ·  <@{OWNER}>  ·  <#{ROOM}>  ·  none sent yet" in words
    assert f"Already in *Has it* <#{ROOM}>" in words
    assert f"*All active* <#{ROOM}> has it already: it picks active campaigns automatically." in words
    assert (
        f"*By words* <#{ROOM}> takes only campaigns with “plan” in the name; *AEP Outreach 2026* does not have that. "
        "With *Edit* you can pick campaigns one by one." in words
    )


async def test_a_campaign_of_another_status_is_told_from_one_that_is_in_it_already(here: World) -> None:
    await keep(here, "All active")
    await keep(here, "All paused", choice=CampaignFilter(status="paused"))
    await keep(here, "All")
    campaign = carecycle_of(here).campaigns[AEP]
    campaign["status"] = "paused"
    words = said((await pressed(here)).view)
    assert (
        f"*All active* <#{ROOM}> takes only active campaigns; *AEP Outreach 2026* is paused. "
        "It is added automatically once it is active." in words
    )
    assert f"*All paused* <#{ROOM}> has it already: it picks paused campaigns automatically." in words


async def test_while_careCycle_does_not_answer_nothing_is_claimed_of_its_status(make_world: MakeWorld) -> None:  # noqa: N802
    here, time = await still(make_world)
    await keep(here, "All active")
    card = await ask_one(here, AEP, channel=ROOM)
    time.move(60 * 60)
    carecycle_of(here).fault = "server_error"
    words = said((await pressed(here, card=card)).view)
    assert f"*All active* <#{ROOM}> picks active campaigns automatically, so there is nothing to add." in words


async def test_one_that_somebody_else_looks_after_names_whom_to_ask(here: World) -> None:
    await keep(here, "Owners", PLAN)
    await keep(here, "Elsewhere", PLAN, channel_id=OTHER)
    modal = await pressed(here, user=MEMBER)
    assert offered(modal) == []
    says = f"*Owners* <#{ROOM}> belongs to <@{OWNER}>. Ask them or a manager to add the campaign."
    assert says in said(modal.view)
    assert "Elsewhere" not in said(modal.view)


async def test_one_in_which_nothing_goes_out_can_take_it_and_says_so(here: World) -> None:
    one = await keep(here, "Plans", PLAN)
    await pauses.pause(here.bot.db, one.id, Pause(here.bot.services.clock.now(), "failed", detail="is_archived"))
    modal = await pressed(here)
    assert offered(modal) == ["Plans"]
    assert "can take it, but nothing goes out there right now: the channel was archived. Press *Edit*" in said(
        modal.view
    )


async def test_one_that_holds_as_many_as_it_may_says_so(here: World) -> None:
    here.bot.services.digests.limits = Limits(campaigns=1)
    await keep(here, "Full", PLAN)
    modal = await pressed(here)
    assert offered(modal) == []
    assert f"Full, with 1 campaign: *Full* <#{ROOM}>" in said(modal.view)


async def test_of_many_each_can_be_told_from_the_next_by_its_channel(here: World) -> None:
    for number in range(MANY):
        await keep(here, "Morning", PLAN, id=f"d{number:02}", channel_id=OTHER if number % 2 else ROOM)
    modal = await pressed(here)
    assert offered(modal)[:2] == ["1. Morning", "2. Morning"]
    assert f"1.  *Morning* <#{ROOM}>  ·  1 campaign\\n2.  *Morning* <#{OTHER}>  ·  1 campaign" in said(modal.view)
    await save(here, modal, {PICK: option("d01")})
    assert [one.id for one in await kept(here) if AEP in one.choice.ids] == ["d01"]


# --- adding


async def test_what_is_added_is_in_the_next_one_and_in_the_audit_trail(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await keep(here, "Plans", PLAN)
    modal = await chosen(here, await pressed(here), one)
    assert f"Added to *Plans*, for <#{ROOM}>.\\nIt is in the next one: {NEXT} New York time." in said(modal.view)
    assert await named(here) == {"Plans": (PLAN, AEP)}
    assert (await audit.newest(here.bot.db, TEAM, 1))[0].action == "digest changed"
    (now,) = await kept(here)
    assert replace(now, choice=one.choice) == one


async def test_into_a_paused_one_it_goes_too_and_that_it_is_paused_is_said(here: World) -> None:
    one = await keep(here, "Plans", PLAN)
    await here.bot.services.digests.pause(one, MEMBER, for_a_day=False)
    modal = await chosen(here, await pressed(here), one)
    assert f"Nothing goes out right now: it is paused by <@{MEMBER}>" in said(modal.view)
    assert await named(here) == {"Plans": (PLAN, AEP)}


async def test_the_same_window_sent_twice_adds_once(here: World) -> None:
    one = await keep(here, "Plans", PLAN)
    modal = await pressed(here)
    first = dict(modal.view)
    await chosen(here, modal, one)
    modal.view = first
    assert "Added to" in said((await chosen(here, modal, one)).view)
    assert await named(here) == {"Plans": (PLAN, AEP)}


async def test_of_two_who_add_at_once_neither_is_lost(here: World) -> None:
    one = await keep(here, "Plans", "11111111-1111-4111-8111-111111111111")
    mine, other = await pressed(here), await ask_one(here, PLAN, user=ADMIN, channel=ROOM)
    theirs = await pressed(here, user=ADMIN, card=other)
    await asyncio.gather(chosen(here, mine, one), chosen(here, theirs, one))
    assert set((await named(here))["Plans"][1:]) == {AEP, PLAN}


async def test_what_somebody_changed_meanwhile_is_said_at_the_field(here: World) -> None:
    gone, wide, full = [await keep(here, name, PLAN) for name in ("Gone", "Wide", "Full")]
    modal, digests = await pressed(here), here.bot.services.digests
    await digests.delete(gone, OWNER)
    await digests.save(replace(wide, choice=CampaignFilter(status="active")), OWNER, new=False)
    digests.limits = Limits(campaigns=1)
    for one, says in (
        (gone, "That digest is gone"),
        (wide, "picks its campaigns automatically"),
        (full, "already has 1 campaign"),
    ):
        await chosen(here, modal, one)
        assert says in modal.errors[PICK]
    assert await named(here) == {"Wide": (), "Full": (PLAN,)}


# --- a new one


async def test_without_any_the_first_thing_is_a_new_one_of_this_campaign_for_this_channel(here: World) -> None:
    modal = await pressed(here)
    assert offered(modal) == []
    assert "You have no digest yet." in said(modal.view)
    assert modal.view["blocks"][2]["elements"][0]["style"] == "primary"
    await press_in(here, modal, MAKE)
    assert modal.view["title"]["text"] == "New digest"
    assert "picks" in fields(modal)
    assert _field(modal, CHANNEL)["initial_conversation"] == ROOM
    assert [one["text"]["text"] for one in _field(modal, PICKS)["initial_options"]] == ["AEP Outreach 2026"]
    assert "1 campaign matches now" in said(modal.view)
    await save(here, modal, {NAME: "Of one"})
    assert "is saved" in said(modal.view)
    (made,) = await kept(here)
    assert (made.name, made.choice, made.channel_id) == ("Of one", CampaignFilter(ids=(AEP,)), ROOM)
    assert (made.owner_id, made.timetable.zone) == (OWNER, "America/New_York")


async def test_from_direct_messages_it_is_for_oneself_and_a_channel_is_left_to_choose(here: World) -> None:
    direct = next(one.id for one in here.slack.workspace.channels.values() if one.kind == "im")
    modal = await pressed(here, channel=direct)
    await press_in(here, modal, MAKE)
    assert _field(modal, PLACE)["initial_option"]["value"] == "me"
    await change(here, modal, PLACE, "channel")
    assert "initial_conversation" not in _field(modal, CHANNEL)


def _field(modal: Modal, name: str) -> dict[str, Any]:
    element: dict[str, Any] = next(one["element"] for one in modal.view["blocks"] if one["block_id"] == name)
    return element
