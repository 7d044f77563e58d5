"""A story told in the panel, as a team lead meets it: what needs a person says it, and so does every other place."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from playwright.async_api import expect

from playground.clock import NEW_YORK, MovableClock
from playground.world import World
from tests.browser.conftest import OpenWindow

BEGAN = datetime(2026, 11, 9, 8, 30, tzinfo=NEW_YORK)  # a Monday
TOLD = BEGAN + timedelta(days=7, hours=8)
TUESDAY = datetime(2026, 11, 17, 10, 30, tzinfo=NEW_YORK)  # ten minutes before it stalls
HOUR = timedelta(hours=1)
AEP = "AEP Outreach 2026"


async def test_a_campaign_that_stalls_is_said_checked_and_taken_care_of(
    make_world: Callable[..., Awaitable[World]], open_window: OpenWindow
) -> None:
    here = await make_world(clock=MovableClock(BEGAN), lively=True, read_every=15)
    await here.live((TOLD - BEGAN) / timedelta(days=1), every=HOUR)
    window = await open_window(here)
    assert f"{AEP} calls nobody from Tue, Nov 17, 10:40 AM on" in await window.tell("stall at 10:40")
    await here.live((TUESDAY - TOLD) / timedelta(days=1), every=HOUR)
    await window.hours_on(3)
    await window.say("/campaign problems")
    await expect(window.newest).to_contain_text("no call since 10:45 AM")
    place = (await window.newest.inner_text()).partition(AEP)[0].count("I’m on it")
    await window.newest.get_by_role("button", name="I’m on it").nth(place).click()
    await expect(window.newest).to_contain_text("@Alice Moreno has been on it since")
    await window.newest.get_by_role("button", name="Check", exact=True).nth(place).click()
    await expect(window.newest.get_by_role("heading", name=AEP)).to_be_visible()
    await expect(window.newest).to_contain_text("but not since 10:45 AM")
    await expect(window.newest).to_contain_text("@Alice Moreno has been on it since")
    await window.page.get_by_role("link", name="App Home").click()
    home = window.page.get_by_role("region", name="App Home")
    await expect(home).to_contain_text("no call since 10:45 AM")
    await expect(home).to_contain_text("@Alice Moreno")
