"""The page in a window as narrow as a phone: nothing is cut off at the side, and nothing covers anything."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import pytest_asyncio
from playwright.async_api import expect

from blocks.digests import charts
from blocks.digests import message as digest_message
from bot.digests.report import ChartDay
from playground.clock import MovableClock
from playground.slack.workspace import BOT_ID
from playground.world import World
from tests.browser.conftest import OpenWindow
from tests.browser.window import AEP, Window
from tests.samples.cards import as_sent
from tests.samples.digest_reports import EDITIONS

MONDAY = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)  # half past eight in New York
WIDTH, HEIGHT = 390, 844
SCREENS = 1.5  # that a digest may take
# What can be pressed and is not what is hit in its middle, once it is in view.
COVERED = """root => [...root.querySelectorAll('button, a, select, input, textarea, summary')].filter(one => {
  one.scrollIntoView({block: 'center'});
  const box = one.getBoundingClientRect();
  if (!one.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})) return false;
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !(hit && (one.contains(hit) || hit.contains(one) || one.labels?.[0]?.contains(hit)));
}).map(one => one.outerHTML.slice(0, 120))"""


@pytest_asyncio.fixture(loop_scope="session")
async def window(here: World, open_window: OpenWindow) -> Window:
    return await _narrow(await open_window(here))


@pytest_asyncio.fixture(loop_scope="session")
async def lively_window(make_world: Callable[..., Awaitable[World]], open_window: OpenWindow) -> Window:
    """Where the clock can be moved and campaigns live."""
    return await _narrow(await open_window(await make_world(clock=MovableClock(MONDAY), lively=True)))


async def _narrow(window: Window) -> Window:
    await window.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    return window


async def whole(window: Window) -> None:
    """Nothing is wider than the window, and everything that can be pressed can be hit."""
    assert await window.page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    shown = window.modal if await window.modal.count() else window.page.locator("body")
    assert await shown.evaluate(COVERED) == []


async def test_a_conversation_with_cards_and_the_panel_are_whole(window: Window) -> None:
    await window.look_up(AEP)
    await expect(window.button("Details")).to_be_visible()
    await window.say("/campaign list")
    await expect(window.newest).to_contain_text("AEP Outreach 2026")
    await whole(window)


async def test_a_chart_of_fourteen_days_can_be_read(here: World, window: Window) -> None:
    days = [ChartDay(date(2026, 11, 2) + timedelta(days=number), 500 + number) for number in range(14)]
    chart = charts.days(days)
    assert chart
    here.slack.workspace.post("C01AEP", "U0BOT", "x", blocks=[dict(chart)])
    names = window.newest.locator("svg text").filter(has_text=re.compile("[a-z]"))
    await expect(names).to_have_count(14)
    places = [await name.bounding_box() for name in await names.all()]
    sizes = {round(place["width"] * place["height"]) for place in places if place}
    apart = [after["x"] - before["x"] for before, after in pairwise(places) if before and after]
    assert min(sizes) > 200, "letters as small as the picture"
    assert min(apart) > 10
    await whole(window)


async def test_the_panel_is_whole_and_can_be_used_where_stories_are_told(lively_window: Window) -> None:
    window = lively_window
    assert "10:40 AM" in await window.tell("stall at 10:40")
    assert "twice as many" in await window.tell("share doubled")
    await window.pick("Campaigns of Sunrise", "500")
    await expect(window.page.get_by_label("Campaigns of Sunrise")).to_have_value("500")
    await whole(window)
    await window.say("/campaign list")
    await expect(window.newest).to_contain_text("Campaigns 1 to 10")
    await whole(window)


async def test_every_digest_takes_a_screen_and_a_half_at_most(here: World, window: Window) -> None:
    heights: dict[str, float] = {}
    for name, edition in EDITIONS.items():
        here.slack.workspace.clear()
        here.slack.workspace.post("C01AEP", "U01OWNER", name)  # tells it from the one before
        message = digest_message.message(edition)
        here.slack.workspace.post("C01AEP", BOT_ID, message.text, blocks=as_sent(message.blocks))
        await expect(window.messages).to_have_count(2)
        await expect(window.messages.first.get_by_text(name, exact=True)).to_be_visible()
        box = await window.newest.bounding_box()
        assert box
        heights[name] = round(box["height"] / HEIGHT, 2)
        assert await window.page.evaluate("document.documentElement.scrollWidth") <= WIDTH, name
    assert {name: height for name, height in heights.items() if height > SCREENS} == {}


@pytest.mark.parametrize("name", ["usual", "of-five-hundred"])
async def test_everything_in_a_digest_can_be_pressed(here: World, window: Window, name: str) -> None:
    message = digest_message.message(EDITIONS[name])
    here.slack.workspace.post("C01AEP", BOT_ID, message.text, blocks=as_sent(message.blocks))
    await expect(window.newest).to_contain_text("as of 9:02 AM")
    await whole(window)


async def test_a_form_is_whole_and_its_last_button_can_be_pressed(window: Window) -> None:
    await window.say("/campaign digest new")
    await expect(window.modal).to_contain_text("New digest")
    await whole(window)
    await window.press("Cancel", within=window.modal)
    await expect(window.modal).to_have_count(0)


async def test_windows_and_app_home_are_whole(window: Window) -> None:
    await window.look_up(AEP)
    await window.press("Details")
    await expect(window.modal).to_contain_text("AEP Outreach 2026")
    await whole(window)
    await window.page.keyboard.press("Escape")
    await window.say("/campaign settings")
    await expect(window.modal.get_by_role("button", name="Save")).to_be_visible()
    await whole(window)
    await window.page.keyboard.press("Escape")
    await window.page.get_by_role("link", name="App Home").click()
    await expect(window.page.get_by_role("heading", name="App Home")).to_be_visible()
    await whole(window)
