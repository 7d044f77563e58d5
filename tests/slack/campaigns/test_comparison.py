"""Two campaigns side by side: their buttons, warnings, and what managers hide."""

from bot.clock import Clock
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld, button
from tests.drivers.modals import connected, set_up
from tests.drivers.slash_command import ask_one, finished, press, said

WELCOME = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"
BOTH = f"compare {AEP} {WELCOME}"


async def test_each_of_the_two_is_opened_by_its_name(here: World) -> None:
    compared = await ask_one(here, BOTH)
    for label, name in (("Open AEP Outreach 2026", "AEP Outreach 2026"), ("Open Medicare Welcome", "Medicare Welcome")):
        await press(here, compared, label)
        assert here.slack.workspace.messages[-1].text.startswith(name)
        assert here.slack.workspace.messages[-1].ephemeral_for == "U01OWNER"


async def test_refresh_puts_newer_numbers_into_it(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time), now=time.time)
    compared = await ask_one(here, BOTH)
    assert here.carecycle
    here.carecycle.campaigns[AEP]["customerStats"]["todayCalls"] = 91
    time.move(5)
    await press(here, compared, "Refresh")
    assert here.slack.workspace.messages == [compared]
    assert "*Calls today*\\n91" in said(compared)


async def test_a_shared_one_names_who_shared_it_after_a_refresh_too(here: World) -> None:
    await press(here, await ask_one(here, BOTH), "Share to channel")
    (public,) = here.slack.workspace.messages
    await press(here, public, "Refresh", user="U03MEMBER")
    assert "shared by <@U01OWNER>" in said(public)
    assert "Share to channel" not in said(public)


async def test_the_warnings_of_both_stand_in_it(here: World) -> None:
    compared = await ask_one(here, BOTH)
    for shown in (said(compared), compared.text):
        assert "12 failed" in shown
        assert "38 failed" in shown
        assert "Spanish" in shown


async def test_what_is_the_same_is_one_short_line(here: World) -> None:
    compared = await ask_one(here, BOTH)
    assert "*The same*  ·  Status: Active  ·  Calls at once: 10  ·  Attempts: 6" in said(compared)


async def test_rows_of_sections_that_managers_hide_are_not_there(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await set_up(here, shown=())
    shown = said(await ask_one(here, BOTH))
    for label in ("Left to call", "Transfers", "On", "Calls at once", "Attempts", "Start", "End"):
        assert f"*{label}*" not in shown
        assert f"{label}: " not in shown
    assert "*Customers*" in shown


async def test_a_channel_shared_with_another_company_gets_the_short_form(here: World) -> None:
    compared = await ask_one(here, BOTH, channel="C03PARTNER")
    assert "Short form" in said(compared)
    assert "Spanish" not in said(compared) + compared.text
    assert "*Transfers*" not in said(compared)


async def test_the_text_for_the_ear_holds_the_differences(here: World) -> None:
    text = (await ask_one(here, BOTH)).text
    assert "Customers: 1,204 versus 780" in text
    assert "█" not in text
    assert "as of <!date^" in text


async def test_a_button_this_version_does_not_know_gets_a_word(here: World) -> None:
    compared = await ask_one(here, BOTH)
    for value in (AEP, "x y z", f"{AEP} {WELCOME} at:never"):
        await here.slack.press(compared, {**button(compared, "Refresh"), "value": value})
        await finished(here)
        assert "update" in here.slack.workspace.messages[-1].text or "older" in here.slack.workspace.messages[-1].text
