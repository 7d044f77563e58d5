"""A digest in the browser: made, delivered as time goes by, paused, and asked what became of it."""

import pytest_asyncio
from playwright.async_api import expect

from playground.world import World
from tests.browser.conftest import OpenWindow
from tests.browser.window import Window


@pytest_asyncio.fixture(loop_scope="session")
async def window(lively: World, open_window: OpenWindow) -> Window:
    window = await open_window(lively)
    await window.page.get_by_role("link", name="#stand-up").click()
    return window


async def make(window: Window) -> None:
    """Everything as it is proposed: all active campaigns, on weekdays at nine.

    A minute later an introduction comes: nobody knows whether it is the newest message after the clock was put forward.
    """
    await window.say("/campaign digest")
    await window.press("Make a digest")
    await expect(window.modal).to_contain_text("Mon, Nov 23, 9:00 AM")
    await window.press("Save", within=window.modal)
    await expect(window.modal).to_contain_text("is saved, for #stand-up")
    await window.press("Done", within=window.modal)


async def test_a_digest_is_made_comes_on_time_is_paused_and_tells_its_history(window: Window) -> None:
    await make(window)
    await window.press("1 hour on", within=window.page.locator("body"))
    first, second = (
        window.messages.filter(has_text=f"Morning digest · {day}") for day in ("Mon, Nov 23", "Tue, Nov 24")
    )
    await expect(first).to_contain_text("the first one")
    await expect(window.button("All 10 campaigns", within=first)).to_be_visible()

    await window.press("1 day on", within=window.page.locator("body"))
    await expect(second).to_contain_text("since Mon 9:00 AM")

    await window.choose("Pause", within=second)
    await expect(window.log).to_contain_text("Morning digest is paused by")
    await window.press("1 day on", within=window.page.locator("body"))
    await expect(window.page.get_by_role("timer")).to_contain_text("Nov 25")
    await expect(window.log.get_by_role("heading", name="Morning digest")).to_have_count(2)

    await window.choose("History", within=second)
    await expect(window.modal).to_contain_text("paused by @Alice Moreno")
    await expect(window.modal).to_contain_text("sent")


async def test_the_preview_is_the_message_and_only_for_whoever_asks(window: Window) -> None:
    await window.say("/campaign digest new")
    await window.press("Preview", within=window.modal)
    await expect(window.modal).to_contain_text("Morning digest · Mon, Nov 23")
    await expect(window.modal).to_contain_text("the first one")


async def test_a_crash_of_what_sends_digests_leaves_nothing_out_once_it_runs_again(window: Window) -> None:
    await make(window)
    await window.press("Stop it, as in a crash", within=window.page.locator("body"))
    await window.press("1 hour on", within=window.page.locator("body"))
    await expect(window.page.get_by_role("status", name="Sending of digests")).to_have_text("Stopped")
    await expect(window.log.get_by_role("heading", name="Morning digest")).to_have_count(0)
    await window.press("Start it again", within=window.page.locator("body"))
    digest = window.messages.filter(has_text="Morning digest · Mon, Nov 23")
    await expect(digest).to_contain_text("this app was not running")
