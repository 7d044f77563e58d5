"""The App Home as a control room: the account at a glance, what needs the person, what is quiet, and the search."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.insight.assessment import Assessment, Today
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.app_home import (
    begin_press,
    buttons,
    labels,
    looked_up,
    open_home,
    press_home,
    published,
    search_home,
    told_of_home,
    words_of,
)
from tests.drivers.judged_accounts import judged, morning
from tests.drivers.modals import choose, press_in, set_up
from tests.drivers.slash_command import ask_one, finished, said
from tests.samples.assessments import ASSESSMENTS, READ_AT, account, assessed, kinds, many

ALICE, CHLOE, GUEST = "U01OWNER", "U03MEMBER", "U04GUEST"
SEVERAL = ASSESSMENTS["several-in-one"]
STILL = account(assessed("AEP Outreach 2026", kinds()["standing-still"]), assessed("Spring", kinds()["past-end"]))


@pytest.fixture
async def timed(make_world: MakeWorld) -> tuple[World, Clockwork]:
    return await morning(make_world)


@pytest.fixture
async def here(timed: tuple[World, Clockwork]) -> World:
    return timed[0]


async def opened(here: World, assessment: Assessment, user: str = ALICE) -> str:
    """Judge the account, and open App Home."""
    await judged(here, assessment)
    return await open_home(here, user)


# --- at a glance


async def test_the_account_stands_first_with_its_age(here: World) -> None:
    shown = await opened(here, replace(ASSESSMENTS["nothing-wrong"], today=Today(529, 612)))
    assert shown.startswith('[{"block_id":')
    first = "*9 active campaigns*  ·  2,790 waiting  ·  529 calls today, usually about 610 by now"
    assert shown.index(first) < shown.index("home.search") < shown.index("What needs you")
    assert "as of <!date^" in shown


async def test_trouble_with_the_connection_stands_before_the_account(make_world: MakeWorld) -> None:
    here, time = await morning(make_world)
    await judged(here, SEVERAL)
    assert here.carecycle
    here.carecycle.fault = "unauthorized"
    time.move(60)
    await ask_one(here, AEP)
    shown = await open_home(here)
    assert shown.index("*careCycle has refused the key*") < shown.index("active campaigns*")
    assert "Connected to careCycle" not in shown


async def test_a_reading_of_hours_ago_is_not_what_is_so_now(timed: tuple[World, Clockwork]) -> None:
    here, time = timed
    await judged(here, SEVERAL)
    time.move(3 * 3600)
    shown = await open_home(here)
    assert "active campaigns" not in shown
    assert "Not known now: your campaigns were last read" in shown
    await press_home(here, "Look now")
    assert "active campaigns" in words_of(here)
    assert "Look now" not in labels(here)


async def test_before_the_first_reading_that_is_said_and_not_that_nothing_needs_anybody(here: World) -> None:
    assert "Not known yet" in await open_home(here, GUEST)
    await press_home(here, "Look now", GUEST)
    assert "active campaigns" in words_of(here, GUEST)


async def test_why_the_account_cannot_be_read_is_said_there(timed: tuple[World, Clockwork]) -> None:
    here, time = timed
    await judged(here, SEVERAL)
    time.move(3 * 3600)
    await open_home(here)
    assert here.carecycle
    here.carecycle.fault = "bad_gateway_html"
    await press_home(here, "Look now")
    assert "careCycle is not answering" in words_of(here)
    assert "Not known now" in words_of(here)


# --- what needs the person


async def test_each_has_check_on_it_and_quiet(here: World) -> None:
    await opened(here, SEVERAL)
    assert [one for one in labels(here) if one in ("Check", "I’m on it", "Quiet until …")] == [
        "Check",
        "I’m on it",
        "Quiet until …",
    ] * 2


async def test_on_it_is_shown_at_once_and_given_back_and_others_read_who(here: World) -> None:
    await opened(here, STILL)
    await press_home(here, "I’m on it", value=f"{AEP} -")
    assert f"👤 <@{ALICE}> has been on it since" in words_of(here)
    assert f"👤 <@{ALICE}> has been on it since" in await open_home(here, CHLOE)
    assert [one["value"] for one in buttons(here, CHLOE) if one["text"]["text"] == "I’m on it"] == [
        f"00000001{AEP[8:]} -"
    ]
    await press_home(here, "No longer on it")
    assert "has been on it" not in words_of(here)


async def test_a_second_click_does_not_take_it_back(here: World) -> None:
    await opened(here, STILL)
    first, *_ = [one for one in buttons(here) if one["text"]["text"] == "I’m on it"]
    for _ in range(2):
        await here.slack.press_home(here.slack.workspace, ALICE, first)
        await finished(here)
        assert words_of(here).count("has been on it since") == 1
    last = next(one for one in buttons(here) if one["text"]["text"] == "No longer on it")
    for _ in range(2):
        await here.slack.press_home(here.slack.workspace, ALICE, last)
        await finished(here)
        assert "has been on it since" not in words_of(here)


async def test_somebody_is_on_an_account_that_stands_still(here: World) -> None:
    await opened(here, ASSESSMENTS["standing-still"])
    await press_home(here, "I’m on it")
    assert f"👤 <@{ALICE}> has been on it since" in words_of(here)


async def test_check_opens_a_window(here: World) -> None:
    await opened(here, STILL)
    await press_home(here, "Check")
    assert "AEP Outreach 2026" in said(here.slack.modals_of(ALICE)[-1].view)


async def test_beyond_five_all_are_in_a_window(here: World) -> None:
    await opened(here, many())
    assert labels(here).count("Check") == 5
    await press_home(here, "All 35 campaigns")
    assert said(here.slack.modals_of(ALICE)[-1].view).count("Quiet until …") >= 35


# --- quiet


async def test_what_is_made_quiet_there_moves_down_and_is_lifted_there(here: World) -> None:
    await opened(here, STILL)
    await press_home(here, "Quiet until …")
    await choose(here, here.slack.modals_of(ALICE)[-1], why="A new list comes Friday")
    shown = words_of(here)
    assert f"*AEP Outreach 2026*: no calls\\n🔕 quiet until Mon, Nov 30, by <@{ALICE}>: A new list comes" in shown
    assert [one["value"] for one in buttons(here) if one["text"]["text"] == "Check"] == [f"00000001{AEP[8:]}"]
    await open_home(here, CHLOE)
    await press_home(here, "End quiet", CHLOE)
    assert "🔕" not in words_of(here, CHLOE)
    assert "🔕" not in await open_home(here)


async def test_what_is_quiet_is_shown_in_the_window_with_all(here: World) -> None:
    await opened(here, many(12))
    await press_home(here, "All 12 campaigns")
    window = here.slack.modals_of(ALICE)[-1]
    await press_in(here, window, "Quiet until …")
    await choose(here, here.slack.modals_of(ALICE)[-1])
    assert "🔕 quiet until" in said(window.view)
    assert "🔕 quiet until" in words_of(here)


async def test_all_that_is_quiet_is_in_a_window_of_its_own_however_much_is_not(here: World) -> None:
    await opened(here, many(60))
    window = await _quieted_from_home(here, 6)
    assert said(window.view).count("Check") == 6
    for _ in range(6):
        await press_in(here, window, "End quiet")
    assert "Nothing is quiet anymore." in said(window.view)


async def _quieted_from_home(here: World, count: int) -> Modal:
    """Keep a problem of so many campaigns quiet, and open the window that shows them."""
    assessments = here.bot.services.assessments
    current = await assessments.latest("T01SUNRISE")
    assert current
    found = [(id_, one.problems[0].kind) for id_, one in current.assessment.needing_a_person()][-count:]
    await assessments.quieten(("T01SUNRISE", None), found, READ_AT + timedelta(days=9), ALICE, "")
    await open_home(here)
    await press_home(here, f"All {count} quiet problems")
    return here.slack.modals_of(ALICE)[-1]


# --- by role


async def test_a_guest_sees_the_account_and_nothing_they_may_not_press(here: World) -> None:
    shown = await opened(here, STILL, GUEST)
    assert "*2 active campaigns*" in shown
    assert set(labels(here, GUEST)) == {"Check"}


async def test_a_member_has_no_settings(here: World) -> None:
    await opened(here, STILL, CHLOE)
    assert "Settings" not in labels(here, CHLOE)
    assert "I’m on it" in labels(here, CHLOE)


# --- the search


async def test_the_search_opens_a_card(here: World) -> None:
    await open_home(here)
    await search_home(here, "aep outreach 2026")
    assert "AEP Outreach 2026" in said(here.slack.modals_of(ALICE)[-1].view)
    await open_home(here)
    assert looked_up(here) == [AEP]


async def test_the_search_lists_what_it_finds_without_buttons_to_share(here: World) -> None:
    await open_home(here)
    await search_home(here, "plan")
    view = here.slack.modals_of(ALICE)[-1].view
    assert "campaigns with “plan”" in said(view)
    assert "Share" not in said(view)
    await press_in(here, here.slack.modals_of(ALICE)[-1], "Open")
    assert len(here.slack.modals_of(ALICE)) == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [("zebra crossing", "No campaign"), ("aep, plan", "Which campaign"), ("aep outraech 2026", "Did you")],
)
async def test_the_search_says_what_may_be_meant(here: World, typed: str, says: str) -> None:
    await open_home(here)
    await search_home(here, typed)
    assert says in said(here.slack.modals_of(ALICE)[-1].view)


async def test_nothing_typed_opens_nothing(here: World) -> None:
    await open_home(here)
    await search_home(here, "  ")
    assert here.slack.modals_of(ALICE) == []


# --- at once, then fresh


async def test_it_is_shown_from_memory_at_once_and_once_more_when_something_is_new(here: World) -> None:
    await opened(here, STILL)
    before = published(here)
    await open_home(here)
    assert published(here) == before + 1, "nothing is new"
    other = await here.bot.workspaces.of("T01SUNRISE", None)
    here.bot.services.lookups.note(other, ALICE, AEP)
    await here.bot.services.lookups.write()
    await open_home(here)
    assert published(here) == before + 3
    assert looked_up(here) == [AEP]


async def test_a_look_up_of_a_moment_ago_is_in_what_is_shown_at_once(here: World) -> None:
    await opened(here, STILL)
    await ask_one(here, AEP)
    before = published(here)
    await open_home(here)
    assert published(here) == before + 1
    assert looked_up(here) == [AEP]


async def test_what_was_cleared_elsewhere_is_gone_when_it_is_fresh(here: World) -> None:
    await opened(here, STILL)
    await ask_one(here, AEP)
    await open_home(here)
    await here.bot.services.lookups.clear("T01SUNRISE", ALICE)
    await open_home(here)
    assert looked_up(here) == []


async def test_while_carecycle_is_silent_names_are_those_of_the_last_reading(here: World) -> None:
    await judged(here, account(assessed("Named by a reading")))
    here.bot.services.lookups.note(await here.bot.workspaces.of("T01SUNRISE", None), ALICE, AEP)
    assert here.carecycle
    here.carecycle.fault = "bad_gateway_html"
    shown = await open_home(here)
    assert "*Named by a reading*" in shown
    assert "names are missing" not in shown


async def test_another_key_brings_nothing_back_from_memory(make_world: MakeWorld) -> None:
    here, _ = await morning(make_world)
    await judged(here, STILL)
    await ask_one(here, AEP)
    await open_home(here)
    await set_up(here, readings="no")
    shown = await open_home(here)
    assert "no call since" not in shown
    assert "regular readings are switched off" in shown


async def test_every_state_of_the_day_is_one_line_of_the_log(log_lines: list[dict[str, Any]], here: World) -> None:
    await opened(here, STILL)
    await begin_press(here, "I’m on it")
    await finished(here)
    await here.slack.deliver_event(told_of_home(here))
    await finished(here)
    lines = [(one["event"], one["outcome"]) for one in log_lines if one["event"] in ("home", "on it")]
    assert lines == [("home", "answered"), ("on it", "answered"), ("home", "answered")]


async def test_an_assessment_of_the_version_before_has_no_calls_of_today(here: World) -> None:
    shown = await opened(here, replace(SEVERAL, at=READ_AT + timedelta(seconds=1)))
    assert "*3 active campaigns*  ·  620 waiting" in shown
    assert "today" not in shown.partition("home.search")[0]
