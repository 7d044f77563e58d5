"""App Home on a phone: what needs a person is on the first screen, and what is quiet speaks again by itself."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.insight.assessment import Assessment, Today
from playground.clock import MovableClock
from playground.world import World
from tests.browser.conftest import OpenWindow
from tests.browser.test_phone import HEIGHT, WIDTH, whole
from tests.browser.window import Window
from tests.drivers.judged_accounts import judged
from tests.samples.assessments import READ_AT, account, assessed, campaign, kinds

TROUBLED = replace(
    account(
        assessed("Turning 65", kinds()["failed"], left=812), assessed("Medicare Welcome", kinds()["standing-still"])
    ),
    today=Today(529, 612),
)
CALM = replace(
    TROUBLED, campaigns={**TROUBLED.campaigns, campaign(0): replace(TROUBLED.campaigns[campaign(0)], open=())}
)
WORSE = replace(
    TROUBLED, campaigns={**TROUBLED.campaigns, campaign(0): replace(TROUBLED.campaigns[campaign(0)], left=1218)}
)
A_DAY = timedelta(days=1)
_BARS = 190  # pixels of a phone's screen that Slack's own bars take, at most


@pytest_asyncio.fixture(loop_scope="session")
async def here(make_world: Callable[..., Awaitable[World]]) -> World:
    made = await make_world(read_every=15, clock=MovableClock(READ_AT))
    await judged(made, TROUBLED)
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def window(here: World, open_window: OpenWindow) -> Window:
    opened = await open_window(here)
    await opened.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    return opened


def at_home(window: Window) -> Locator:
    return window.page.get_by_role("region", name="App Home")


async def opened(window: Window) -> Locator:
    """Open App Home anew."""
    await window.page.get_by_role("link", name="#stand-up").click()
    await window.page.get_by_role("link", name="App Home").click()
    await expect(at_home(window)).to_contain_text("active campaigns")
    return at_home(window)


async def read(here: World, found: Assessment, after: timedelta) -> None:
    """Judge the account as a reading that much later would."""
    assert here.clock
    here.clock.move(after.total_seconds())
    await judged(here, replace(found, at=here.clock.now()))


async def kept_quiet(window: Window, why: str = "") -> None:
    """Keep the first problem quiet for a week, on App Home."""
    await at_home(window).get_by_role("button", name="Quiet until …").first.click()
    await window.modal.get_by_label("Why").fill(why)
    await window.press("Save", within=window.modal)
    await expect(window.modal).to_contain_text("Quiet until Mon, Nov 30")
    await window.press("Close", within=window.modal)
    await expect(window.modal).to_have_count(0)


async def test_the_first_screen_of_a_phone_has_what_needs_a_person_with_its_buttons(window: Window) -> None:
    home = await opened(window)
    top, button = await home.bounding_box(), await home.get_by_role("button", name="Quiet until …").last.bounding_box()
    assert top
    assert button
    assert button["y"] + button["height"] - top["y"] <= HEIGHT - _BARS
    await whole(window)


async def test_a_note_that_names_a_customer_is_masked_where_others_read_it(window: Window) -> None:
    home = await opened(window)
    await kept_quiet(window, "Ask +1 555 867 5309 or jane@agency.example about 1EG4-TE5-MK72")
    await expect(home).to_contain_text("Ask (phone) or (e-mail) about (member ID)")
    await expect(home.get_by_role("button", name="End quiet")).to_have_count(1)
    await whole(window)


async def test_what_is_quiet_speaks_again_when_the_trouble_was_gone_for_a_day(here: World, window: Window) -> None:
    home = await opened(window)
    await kept_quiet(window)
    await expect(home).to_contain_text("Turning 65: unusual endings")
    await read(here, CALM, timedelta(minutes=15))
    await expect(await opened(window)).not_to_contain_text("Turning 65")
    await read(here, CALM, A_DAY)
    await read(here, TROUBLED, timedelta(minutes=15))
    home = await opened(window)
    await expect(home).to_contain_text("31 of 90 failed")
    await expect(home.get_by_role("button", name="End quiet")).to_have_count(0)


async def test_what_is_quiet_speaks_again_when_half_as_many_again_wait(here: World, window: Window) -> None:
    home = await opened(window)
    await kept_quiet(window)
    await expect(home).not_to_contain_text("31 of 90 failed")
    await read(here, WORSE, timedelta(minutes=15))
    home = await opened(window)
    await expect(home).to_contain_text("1,218 waiting")
    await expect(home).to_contain_text("31 of 90 failed")
    await expect(home.get_by_role("button", name="End quiet")).to_have_count(0)
