"""Faults switched on in the panel: whatever goes wrong, one reply is seen, and it says what."""

import re
import socket

import pytest
from playwright.async_api import expect

from playground.carecycle import CareCycle
from playground.world import LOOPBACK, World
from tests.browser.conftest import OpenWindow
from tests.browser.window import AEP, Window
from tests.conftest import MakeWorld

_NOT_ANSWERING = "careCycle is not answering."
_SAID = {
    "rate_limited": "careCycle’s request limit was reached. Try again in ",
    "server_error": _NOT_ANSWERING,
    "truncated": _NOT_ANSWERING,
    "html": "careCycle answered with something this app cannot read",
    "unauthorized": "careCycle no longer accepts this workspace’s key",
    "forbidden": "permission to read campaigns",
    "not_found": "not in this workspace’s careCycle account",
}


@pytest.mark.parametrize("fault", _SAID)
async def test_every_fault_of_carecycle_gives_one_reply(window: Window, fault: str) -> None:
    await window.pick("careCycle", fault)
    await window.look_up(AEP)
    await expect(window.newest).to_contain_text(_SAID[fault])
    await window.say("and nothing else?")
    await expect(window.newest).to_contain_text("and nothing else?")
    await expect(window.messages).to_have_count(2)


async def test_after_a_429_the_panel_says_why_it_goes_on_failing_for_a_minute(window: Window) -> None:
    said = window.page.get_by_role("status", name="After a 429")
    await expect(said).to_have_count(0)
    await window.pick("careCycle", "rate_limited")
    await window.look_up(AEP)
    await expect(window.newest).to_contain_text(_SAID["rate_limited"])
    await window.pick("careCycle", "none")
    await expect(said).to_contain_text("seconds the bot does not ask it anything, also when careCycle works again")


async def test_escape_closes_a_window_whose_form_was_answered(window: Window) -> None:
    await window.say("/campaign settings")
    await window.press("Save", within=window.modal)
    await expect(window.modal).to_contain_text("Saved.")
    await window.page.keyboard.press("Escape")
    await expect(window.modal).to_have_count(0)


async def test_the_page_says_what_it_is(window: Window) -> None:
    await expect(window.page).to_have_title("careCycle campaign bot: the playground")


async def test_try_again_puts_the_card_in_the_place_of_the_notice(window: Window) -> None:
    await window.pick("careCycle", "server_error")
    await window.look_up(AEP)
    await expect(window.newest).to_contain_text(_NOT_ANSWERING)
    await window.pick("careCycle", "none")
    await window.press("Try again")
    await expect(window.newest.get_by_role("heading", name="AEP Outreach 2026")).to_be_visible()
    await expect(window.messages).to_have_count(1)


async def test_a_refresh_during_an_outage_says_so_and_keeps_the_numbers(window_on_our_day: Window) -> None:
    await window_on_our_day.look_up(AEP)
    await expect(window_on_our_day.newest).to_contain_text("87 today")
    await window_on_our_day.pick("careCycle", "server_error")
    await window_on_our_day.press("Refresh")
    await expect(window_on_our_day.newest).to_contain_text("careCycle is still not answering; tried at ")
    await expect(window_on_our_day.page.get_by_role("article").nth(-2)).to_contain_text("87 today")
    await expect(window_on_our_day.page.get_by_role("button", name="Refresh")).to_be_visible()


async def test_a_slow_answer_appears_later(make_world: MakeWorld, open_window: OpenWindow) -> None:
    window = await open_window(await make_world(carecycle=CareCycle(slow_seconds=1.0), reply_within=0.2))
    await window.pick("careCycle", "slow")
    await window.look_up(AEP)
    await expect(window.deliveries.first).to_contain_text("200")  # the ack was in time, and empty
    await expect(window.messages).to_have_count(0)
    await expect(window.newest.get_by_role("heading", name="AEP Outreach 2026")).to_be_visible()
    await expect(window.newest).to_contain_text("Only visible to you")


async def test_slack_complains_itself_when_the_bot_does_not_ack_in_time(here: World, window: Window) -> None:
    with socket.create_server((LOOPBACK, 0)) as silent:  # takes connections, and never says a word
        here.slack.deliveries.url = f"http://{LOOPBACK}:{silent.getsockname()[1]}"
        await window.look_up(AEP)
        await expect(window.newest).to_contain_text("/campaign failed with the error “operation_timeout”")
    await expect(window.newest).to_have_accessible_name(re.compile("^Slackbot, "))
    await expect(window.newest).not_to_contain_text("APP")


async def test_slack_complains_itself_when_no_bot_runs(here: World, window: Window) -> None:
    with socket.create_server((LOOPBACK, 0)) as gone:
        here.slack.deliveries.url = f"http://{LOOPBACK}:{gone.getsockname()[1]}"
    await window.look_up(AEP)
    await expect(window.newest).to_contain_text("dispatch_failed")


async def test_the_panel_shows_the_newest_delivery_first_and_failures_in_another_color(
    here: World, window: Window
) -> None:
    await window.look_up(AEP)
    await expect(window.deliveries).to_have_count(1)
    good = await _color(window, "200")
    here.slack.deliveries.url = None
    await window.look_up(AEP)
    await expect(window.deliveries.first).to_contain_text("dispatch_failed")
    assert good != await _color(window, "dispatch_failed") == "rgb(192, 19, 67)"


async def _color(window: Window, outcome: str) -> str:
    shown = window.deliveries.get_by_text(outcome, exact=True)
    return str(await shown.evaluate("each => getComputedStyle(each).color"))
