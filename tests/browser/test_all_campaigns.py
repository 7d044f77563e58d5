"""The window with all campaigns of a digest in the browser, also as narrow as a phone, and the file it sends."""

from playwright.async_api import expect

from bot.manifest import FILES_WRITE
from playground.world import World
from tests.browser.conftest import OpenWindow
from tests.browser.test_digests import make
from tests.browser.test_phone import HEIGHT, WIDTH, whole
from tests.browser.window import Window
from tests.drivers.scopes import grant

LINE = 22  # pixels


async def lines_of_campaigns(window: Window) -> float:
    """How many lines all campaigns in the window take together."""
    boxes = [await one.bounding_box() for one in await window.modal.locator(".section", has_text=" completed").all()]
    return sum(box["height"] for box in boxes if box) / LINE


async def test_on_a_phone_it_is_whole_and_its_file_comes_in_ones_own_messages(
    lively: World, open_window: OpenWindow
) -> None:
    await grant(lively, FILES_WRITE)
    window = await open_window(lively)
    await window.page.get_by_role("link", name="#stand-up").click()
    await make(window)
    await window.press("1 hour on", within=window.page.locator("body"))
    digest = window.messages.filter(has_text="Morning digest · Mon, Nov 23")
    await window.press("All 10 campaigns", within=digest)
    await expect(window.modal).to_contain_text("10 campaigns")
    await window.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    await whole(window)
    assert await lines_of_campaigns(window) <= 2.2 * 10  # two each, and a long name one more
    await window.press("Send me a CSV", within=window.modal)
    await expect(window.modal).to_contain_text("all 10 campaigns is in your messages with this app")
    await whole(window)
    await window.press("Close", within=window.modal)
    await window.page.set_viewport_size({"width": 1280, "height": HEIGHT})
    await window.page.get_by_role("link", name="careCycle", exact=True).click()
    await expect(window.messages.first).to_contain_text("Here are the 10 campaigns of Morning digest")
    await expect(window.newest.get_by_role("link")).to_have_text("Morning digest, Mon, Nov 23.csv")
