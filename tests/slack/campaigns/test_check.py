"""`/campaign check`: whether a campaign is calling, by a typed name, a question, and *Check* on other cards."""

from datetime import timedelta
from typing import Any

import pytest

from bot.clock import Clock
from bot.insight.assessment import Current
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, AS_OF, Clockwork, MakeWorld, button, text_of
from tests.drivers.modals import carecycle_of, connected, press_in, set_up
from tests.drivers.short_cards import PARTNER, with_inside
from tests.drivers.slash_command import ask, ask_one, finished, press, said
from tests.samples.assessments import account, assessed, kinds
from tests.slack.campaigns.test_faults import EXPECTED

WELCOME = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"
CALLING = "It is calling: 87 calls today."
QUESTIONS = (
    "Active?",
    "Within its dates?",
    "Within its hours?",
    "Customers left?",
    "Attempts left?",
    "Room for calls?",
    "Calls today?",
    "New calls?",
)


def change(here: World, **changes: Any) -> None:
    """Change the campaign in careCycle."""
    carecycle_of(here).campaigns[AEP].update(changes)


def watched(here: World, **fields: Any) -> None:
    """Let the last reading of the account show the campaign so."""
    one = account(assessed("AEP Outreach 2026", *fields.pop("problems", ()), at=AS_OF, **fields), at=AS_OF)
    here.bot.workspaces.assessments.put("T01SUNRISE", Current(one))


def in_order(message: Message) -> list[str]:
    """What the message says for the ear, line by line."""
    return message.text.split("\n")


async def timed(make_world: MakeWorld) -> tuple[World, Clockwork]:
    time = Clockwork()
    return await make_world(clock=Clock(time.now, time.time), now=time.time), time


async def test_every_question_has_its_answer_and_one_sentence_is_at_the_end(make_world: MakeWorld) -> None:
    here, _ = await timed(make_world)
    shown = await ask_one(here, f"check {AEP}")
    lines = in_order(shown)
    assert [line for line in lines if line.startswith(QUESTIONS)] == lines[1:9]
    for line, question in zip(lines[1:9], QUESTIONS, strict=True):
        assert line.startswith((f"{question} Yes", f"{question} No:", f"{question} careCycle does not say", "New"))
    assert lines[9].startswith("*Transfers* go to the softphone")
    assert lines[-2] == CALLING
    assert lines[-1].startswith("as of ")
    assert shown.ephemeral_for == "U01OWNER"


async def test_the_picture_says_what_the_ear_hears(make_world: MakeWorld) -> None:
    here, _ = await timed(make_world)
    shown = await ask_one(here, f"check {AEP}")
    for line in in_order(shown)[1:-1]:
        assert line.removeprefix("*Transfers*").split("? ")[-1] in said(shown).replace("\\n", "\n")


async def test_why_it_does_not_call_is_said(make_world: MakeWorld) -> None:
    here, _ = await timed(make_world)
    change(here, status="paused", endDate="2026-11-01T00:00:00Z")
    shown = await ask_one(here, f"check {AEP}")
    assert "Active? No: it is paused." in shown.text
    assert "Within its dates? No: its end date has passed (Nov 1)." in shown.text
    assert in_order(shown)[-2] == "It is not calling: it is paused, and its end date has passed."


async def test_what_is_only_possible_is_said_as_possible(make_world: MakeWorld) -> None:
    here, _ = await timed(make_world)
    change(here, endDate="2026-11-23T00:00:00Z", customerStats={"total": 100, "todayCalls": 0})
    shown = await ask_one(here, f"check {AEP}")
    assert "careCycle does not say at what time of its last day (Nov 23) it ends." in shown.text
    assert "Calls today? No: none yet." in shown.text
    assert "does not say whether it is calling: its last day may be over where it calls, there are no" in shown.text


@pytest.mark.parametrize(
    "typed",
    [
        "check AEP Outreach 2026",
        "check aep",
        f"check {AEP[:8]}",
        f"check https://app.carecycle.ai/campaigns/{AEP}",
        "is AEP calling?",
        "Is AEP Outreach 2026 calling",
        "why is AEP not calling?",
        "why isn’t aep outreach calling today",
        "why does AEP not call?",
        "check if AEP is calling",
        "check on AEP",
        "status of AEP",
        f"is {AEP} calling?",
    ],
)
async def test_it_is_asked_in_the_words_people_use(here: World, typed: str) -> None:
    shown = await ask_one(here, typed)
    assert shown.text.startswith("AEP Outreach 2026  ·  Active\nActive? Yes.")


async def test_without_a_name_it_says_how_to_ask(here: World) -> None:
    assert "`/campaign check AEP`" in (await ask_one(here, "check")).text


async def test_an_unclear_name_is_asked_back_and_the_choice_is_checked(here: World) -> None:
    asked = await ask_one(here, "check plan")
    (first, *_) = [block for block in asked.blocks if "accessory" in block]
    assert first["accessory"]["value"].startswith("check ")
    await here.slack.press(asked, {**first["accessory"], "block_id": first["block_id"]}, user="U01OWNER")
    await finished(here)
    assert "Active?" in here.slack.workspace.messages[-1].text


@pytest.mark.parametrize("typed", ["check Plan check Q4", "check Plan check", "is Plan check Q4 calling?"])
async def test_a_name_with_the_word_in_it_is_checked_too(here: World, typed: str) -> None:
    assert (await ask_one(here, typed)).text.startswith("Plan check Q4  ·  Active\nActive? Yes.")


async def test_a_name_of_no_campaign_is_not_found(here: World) -> None:
    assert "No campaign with “zebra” in its name was found" in (await ask_one(here, "check zebra")).text


async def test_an_id_of_another_account_is_not_in_this_one(here: World) -> None:
    shown = await ask(here, "check 00000000-0000-4000-8000-000000000000")
    assert "is not in this workspace’s careCycle account" in shown[0].text


async def test_several_get_one_sentence_each_and_the_whole_at_a_click(here: World) -> None:
    shown = await ask_one(here, f"check {AEP} {WELCOME}")
    assert shown.text.split("\n")[0] == f"AEP Outreach 2026  ·  {CALLING}"
    assert "Medicare Welcome" in shown.text
    await press(here, shown, "Check")
    assert "Active? Yes." in here.slack.workspace.messages[-1].text


async def test_what_the_last_reading_showed_stands_in_it_with_its_age(make_world: MakeWorld) -> None:
    here, _ = await timed(make_world)
    found = kinds(AS_OF)
    watched(here, problems=(found["standing-still-today"], found["failed"], found["transfers"]), moved=None)
    shown = await ask_one(here, f"check {AEP}")
    assert "*Needs a person*  ·  as of" in said(shown)
    assert "No call since" in shown.text
    assert "31 of 90 failed since Friday (34%; here it is usually 12%)" in shown.text
    assert "There is no number to ring" not in shown.text, "the record that was just read has no such trouble"
    assert "New calls? No: none since" in shown.text
    assert in_order(shown)[-2].startswith("It called today (87 calls), but not since <!date^")


async def test_new_calls_at_the_last_reading_are_told(make_world: MakeWorld) -> None:
    here, _ = await timed(make_world)
    assert "New calls? This app has not looked at this campaign yet." in (await ask_one(here, f"check {AEP}")).text
    watched(here, moved=AS_OF)
    assert "New calls? Yes, as of" in (await ask_one(here, f"check {AEP}")).text


async def test_two_readings_close_together_say_nothing_of_no_new_calls(
    make_world: MakeWorld,
) -> None:
    here, _ = await timed(make_world)
    watched(here, moved=AS_OF - timedelta(minutes=3))
    assert "New calls? Yes, as of" in (await ask_one(here, f"check {AEP}")).text
    watched(here, moved=AS_OF - timedelta(minutes=15))
    assert "New calls? No: none since" in (await ask_one(here, f"check {AEP}")).text


async def test_where_managers_switched_readings_off_it_says_so(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await set_up(here, readings="no")
    shown = await ask_one(here, f"check {AEP}")
    assert "New calls? This app does not look at campaigns by itself here: managers switched that off" in shown.text


async def test_refresh_checks_again(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    shown = await ask_one(here, f"check {AEP}")
    change(here, status="paused")
    time.move(5)
    await press(here, shown, "Refresh")
    assert here.slack.workspace.messages == [shown]
    assert in_order(shown)[-2] == "It is not calling: it is paused."


async def test_a_shared_one_names_who_shared_it_after_a_refresh_too(here: World) -> None:
    await press(here, await ask_one(here, f"check {AEP}"), "Share to channel")
    (public,) = here.slack.workspace.messages
    assert public.ephemeral_for is None
    await press(here, public, "Refresh", user="U03MEMBER")
    assert "shared by <@U01OWNER>" in said(public)
    assert "Share to channel" not in said(public)


async def test_show_card_shows_the_card(here: World) -> None:
    await press(here, await ask_one(here, f"check {AEP}"), "Show card")
    assert "87 calls today" in here.slack.workspace.messages[-1].text


async def test_details_lead_to_it_in_a_window(here: World) -> None:
    await press(here, await ask_one(here, AEP), "Details")
    await press_in(here, here.slack.workspace.modals[-1], "Check")
    window = here.slack.workspace.modals[-1].view
    assert window["title"]["text"] == "Is it calling?"
    assert CALLING in said(window)


async def test_a_card_that_leaves_it_open_has_the_button_and_others_have_not(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    assert "Check" not in _labels(await ask_one(here, AEP))
    change(here, customerStats={"total": 100, "todayCalls": 0})
    time.move(60)
    card = await ask_one(here, AEP)
    assert "Check" in _labels(card)
    await press(here, card, "Check")
    assert "careCycle does not say whether it is calling" in here.slack.workspace.messages[-1].text
    change(here, status="paused")
    time.move(60)
    assert "Check" not in _labels(await ask_one(here, AEP))


def _labels(message: Message) -> list[str]:
    return [one["text"]["text"] for block in message.blocks for one in block.get("elements", []) if "action_id" in one]


async def test_while_carecycle_is_away_an_old_record_says_its_age_first(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    await ask_one(here, f"check {AEP}")
    carecycle_of(here).fault = "server_error"
    time.move(60)
    shown = await ask_one(here, f"check {AEP}")
    assert shown.text.startswith("⚠️ *careCycle is not answering.* This is from ")
    assert "careCycle is not answering" in text_of(shown.blocks[0])
    assert CALLING in shown.text


@pytest.mark.parametrize("fault", [name for name in EXPECTED if name not in ("hanging", "slow")])
async def test_every_fault_of_carecycle_gets_one_clear_reply(make_world: MakeWorld, fault: str) -> None:
    here, _ = await timed(make_world)
    carecycle_of(here).fault = fault
    assert EXPECTED[fault][0] in said(await ask_one(here, f"check {AEP}"))


async def test_a_refresh_while_carecycle_is_away_leaves_what_is_there(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    shown = await ask_one(here, f"check {AEP}")
    before, carecycle_of(here).fault = said(shown), "server_error"
    time.move(60)
    await press(here, shown, "Refresh")
    assert "careCycle is still not answering" in here.slack.workspace.messages[-1].text
    assert said(shown) == before


async def test_while_the_database_is_away_it_says_what_carecycle_says(make_world: MakeWorld) -> None:
    here, _ = await timed(make_world)
    await ask_one(here, "help")
    async with here.bot.db.engine.begin() as db:
        await db.exec_driver_sql("ALTER TABLE assessments RENAME TO away")
    shown = await ask_one(here, f"check {AEP}")
    assert "New calls? This app cannot reach its own database, so it cannot say." in shown.text
    assert CALLING in shown.text


async def test_a_channel_shared_with_another_company_learns_nothing_of_transfers(make_world: MakeWorld) -> None:
    here, _ = await with_inside(make_world)
    shown = await ask_one(here, f"check {AEP}", channel=PARTNER)
    assert "Transfer" not in said(shown)
    assert "Spanish" not in said(shown)
    assert "Customers left? Yes: 420 pending" in shown.text
    assert "Short form: people from another company are in this channel." in said(shown)


async def test_where_managers_want_no_campaigns_it_shows_none(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await set_up(here, shared="none")
    assert "AEP" not in said(await ask_one(here, f"check {AEP}", channel=PARTNER))


async def test_where_answers_are_for_everybody_it_names_who_asked(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await set_up(here, audience="channel")
    shown = (await ask(here, f"check {AEP}"))[-1]
    assert shown.ephemeral_for is None
    assert "shared by <@U01OWNER>" in said(shown)


async def test_a_button_that_carries_nothing_says_that_it_is_old(here: World) -> None:
    shown = await ask_one(here, f"check {AEP} {WELCOME}")
    await here.slack.press(shown, {**button(shown, "Check"), "value": "nothing"}, user="U01OWNER")
    await finished(here)
    assert "was made by an older version of this app" in here.slack.workspace.messages[-1].text
