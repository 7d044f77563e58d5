"""What needs a person, as somebody reads it on a phone: the page is whole, and who is on it stands there."""

import os
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from playground.clock import MovableClock
from playground.world import World
from tests.browser.conftest import OpenWindow
from tests.browser.test_phone import WIDTH, whole
from tests.browser.window import Window
from tests.drivers.judged_accounts import judged
from tests.samples.assessments import READ_AT, account, assessed, kinds, many

_KEPT = os.environ.get("KEEP_SHOTS")  # a folder, to look at what was drawn


async def _on_a_phone(window: Window) -> Window:
    await window.page.set_viewport_size({"width": WIDTH, "height": 844})
    return window


async def _look(window: Window, name: str) -> None:
    if _KEPT:
        await window.newest.screenshot(path=f"{_KEPT}/{name}.png")


async def test_a_page_of_problems_is_whole_on_a_phone_and_says_who_is_on_it(
    make_world: Callable[..., Awaitable[World]], open_window: OpenWindow
) -> None:
    here, of = await make_world(read_every=15, clock=MovableClock(READ_AT)), kinds()
    aep = assessed("AEP Outreach 2026", *(of[name] for name in ("standing-still", "failed", "transfers")))
    welcome = assessed("Medicare Welcome", of["unreached"], of["runs-empty"], left=95)
    await judged(here, account(aep, welcome))
    window = await _on_a_phone(await open_window(here))
    await window.say("/campaign problems")
    await expect(window.newest).to_contain_text("2 campaigns need a person")
    await expect(window.newest).to_contain_text("31 of 90 failed since")
    await whole(window)
    await window.newest.get_by_role("button", name="I’m on it").first.click()
    await expect(window.newest).to_contain_text("@Alice Moreno has been on it since")
    await expect(window.newest.get_by_role("button", name="No longer on it")).to_be_visible()
    await whole(window)
    await _look(window, "problems")


async def test_ten_campaigns_of_a_page_are_whole_on_a_phone(
    make_world: Callable[..., Awaitable[World]], open_window: OpenWindow
) -> None:
    here = await make_world(read_every=15, clock=MovableClock(READ_AT))
    await judged(here, many())
    window = await _on_a_phone(await open_window(here))
    await window.say("/campaign problems")
    await expect(window.newest).to_contain_text("35 campaigns need a person")
    await whole(window)
    await window.newest.get_by_role("button", name="More", exact=True).click()
    await expect(window.newest).to_contain_text("11 to 20")
    await _look(window, "ten-problems")
