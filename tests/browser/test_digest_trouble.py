"""A digest in the browser that is late or never comes, is deleted by mistake, or has come to its last day."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.delivery.pace import Pace
from playground.clock import MovableClock
from playground.world import World
from tests.browser.conftest import OpenWindow
from tests.browser.test_digests import make
from tests.browser.window import Window

MONDAY = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)  # half past eight in New York
NINE = 30 * 60.0  # seconds from then to when the digest is due
A_DAY, MINUTES = 24 * 60 * 60.0, 60.0
OFTEN = Pace(beat=1.0)  # what is said beside deliveries is said within a second or two


@pytest_asyncio.fixture(loop_scope="session")
async def here(make_world: Callable[..., Awaitable[World]]) -> World:
    return await make_world(clock=MovableClock(MONDAY), lively=True, pace=OFTEN)


@pytest_asyncio.fixture(loop_scope="session")
async def window(here: World, open_window: OpenWindow) -> Window:
    window = await open_window(here)
    await window.page.get_by_role("link", name="#stand-up").click()
    return window


def digest(window: Window, day: str) -> Locator:
    return window.log.get_by_role("heading", name=f"Morning digest · {day}")


async def ask_for_the_list(window: Window) -> None:
    """Type the command, and wait for its answer: an older list looks alike."""
    await expect(window.modal).to_have_count(0)  # while it closes, nothing can be typed
    before = await window.messages.count()
    await window.say("/campaign digest")
    await expect(window.messages).to_have_count(before + 1)


async def test_a_late_one_has_a_line_that_goes_when_it_comes(here: World, window: Window) -> None:
    await make(window)
    await window.pick("careCycle", "server_error")
    await here.forward(NINE + 8 * MINUTES)
    line = window.messages.filter(has_text="Morning digest is late")
    await expect(digest(window, "Mon, Nov 23")).to_have_count(0)
    await expect(line).to_have_count(0)  # it is not ten minutes late yet
    await here.forward(4 * MINUTES)
    await expect(line).to_contain_text("careCycle is not answering. It is tried again until 11:00 AM")

    await window.pick("careCycle", "none")
    await here.forward(30 * MINUTES)
    await expect(digest(window, "Mon, Nov 23")).to_be_visible()
    await expect(window.messages.filter(has_text="late: careCycle was not answering")).to_be_visible()
    await expect(line).to_have_count(0)


async def test_what_never_comes_says_so_in_its_line_and_can_be_sent_from_its_history(
    here: World, window: Window
) -> None:
    await make(window)
    await window.pick("careCycle", "server_error")
    await here.forward(NINE + 12 * MINUTES)
    line = window.messages.filter(has_text="Morning digest is late")
    await expect(line).to_have_count(1)
    await here.forward(2 * 60 * MINUTES)
    await expect(line).to_have_count(0)
    lost = window.messages.filter(has_text="could not be sent")
    await expect(lost).to_contain_text("Morning digest of 9:00 AM could not be sent: careCycle was not answering")
    await expect(lost).to_contain_text("The next one is due")

    await window.pick("careCycle", "none")
    await ask_for_the_list(window)
    await window.press("History")
    await window.press("Send again", within=window.modal)
    await expect(window.modal).to_contain_text("is on its way to #stand-up again")
    await window.press("Close", within=window.modal)
    await expect(digest(window, "Mon, Nov 23")).to_be_visible()


async def test_one_deleted_by_mistake_comes_back_within_the_hour(here: World, window: Window) -> None:
    await make(window)
    await ask_for_the_list(window)
    await window.press("Delete")
    asked = window.page.get_by_role("alertdialog")
    await expect(asked).to_contain_text("For an hour you can bring it back")
    await window.press("Delete", within=asked)
    deleted = window.messages.filter(has_text="Morning digest is deleted. You can bring it back until")
    await expect(deleted).to_contain_text("This channel has no digest yet")
    await here.forward(NINE + 15 * MINUTES)
    await expect(digest(window, "Mon, Nov 23")).to_have_count(0)  # nothing goes out meanwhile

    await window.press("Undo", within=deleted)
    await expect(window.log).to_contain_text("Morning digest is back: next Tue, Nov 24, 9:00 AM")
    await expect(window.button("Undo", within=window.log)).to_have_count(0)
    await here.forward(A_DAY)
    await expect(digest(window, "Tue, Nov 24")).to_be_visible()


async def test_after_the_hour_it_is_gone(here: World, window: Window) -> None:
    await make(window)
    await ask_for_the_list(window)
    await window.press("Delete")
    await window.press("Delete", within=window.page.get_by_role("alertdialog"))
    await expect(window.button("Undo")).to_be_visible()
    await here.forward(61 * MINUTES)
    await window.press("Undo")
    await expect(window.newest).to_contain_text("deleted")
    await ask_for_the_list(window)
    await expect(window.newest).to_contain_text("This channel has no digest yet")
    await expect(window.button("Undo")).to_have_count(0)


async def test_on_its_last_day_its_owner_is_asked_and_it_goes_on(here: World, window: Window) -> None:
    await window.say("/campaign digest new")
    await window.press("More options", within=window.modal)
    await window.modal.get_by_label("Last day").fill("2026-11-23")
    await expect(window.modal).to_contain_text("Until its last day:")
    await window.press("Save", within=window.modal)
    await expect(window.modal).to_contain_text("is saved, for #stand-up")
    await window.press("Done", within=window.modal)
    await here.forward(NINE + 1 * MINUTES)
    await expect(window.messages.filter(has_text="this was the last one")).to_be_visible()

    await window.page.get_by_role("link", name="careCycle", exact=True).click()
    await expect(window.newest).to_contain_text("has come to its last day (Mon, Nov 23). Should it go on?")
    await window.press("Choose another day")
    await expect(window.modal.get_by_label("Last day")).to_have_value("2026-11-23")
    await window.press("Cancel", within=window.modal)
    await window.press("Go on without an end")
    await expect(window.newest).to_contain_text("Morning digest goes on: next Tue, Nov 24, 9:00 AM")
    await expect(window.button("Let it end")).to_have_count(0)
    await window.page.get_by_role("link", name="#stand-up").click()
    await here.forward(A_DAY)
    await expect(digest(window, "Tue, Nov 24")).to_be_visible()
