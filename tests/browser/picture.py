"""Draws the pictures of the documentation: `python -m tests.browser.picture`, or `make pictures`."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, FloatRect, Locator

from playground.clock import MovableClock
from playground.world import World, world
from tests.browser.chromium import chromium, missing, new_context
from tests.browser.window import AEP, Window

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
MONDAY = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)  # half past eight in New York
_LEARNING = timedelta(weeks=1)  # in which readings show what is usual
_MOST = 200_000  # bytes; a repository keeps every version of them
_A_DAY = 60_000  # milliseconds in which a day passes with its readings
_MARGIN = 8  # pixels of the page around the card


async def main() -> None:
    """Writes `card.png` and `digest.png`, the two alone, and `playground.png`, the whole page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with world(many=True) as here, chromium() as browser:
        await here.slack.connect()
        await _card(here, browser)
        here.slack.workspace.clear()
        here.slack.deliveries.log.clear()
        await _playground(here, browser)
    clock = MovableClock(MONDAY - _LEARNING)
    async with world(clock=clock, lively=True, read_every=15) as here, chromium() as browser:
        await here.live(_LEARNING / timedelta(days=1), every=timedelta(hours=1))
        await _digest(here, browser)
    if large := [path.name for path in PICTURES.iterdir() if path.stat().st_size > _MOST]:
        raise SystemExit(f"more than {_MOST:,} bytes: {', '.join(large)}")


async def _card(here: World, browser: Browser) -> None:
    async with await new_context(browser, width=1240, scale=2) as context:
        window = await _looked_up(here, context)
        await window.page.screenshot(path=PICTURES / "card.png", clip=await _around(window.newest))


async def _digest(here: World, browser: Browser) -> None:
    async with await new_context(browser, width=1300, height=1700) as context:
        window = Window(await context.new_page())
        await window.open(here.page)
        await window.page.get_by_role("link", name="#stand-up").click()
        await window.say("/campaign digest new")
        await window.press("Save", within=window.modal)
        await window.press("Done", within=window.modal)
        for day in ("Mon, Nov 23", "Tue, Nov 24"):
            await window.press("1 day on", within=window.page.locator("body"))
            await window.newest.get_by_role("heading", name=day).wait_for(timeout=_A_DAY)
        await window.page.screenshot(path=PICTURES / "digest.png", clip=await _around(window.newest))


async def _playground(here: World, browser: Browser) -> None:
    async with await new_context(browser, width=1120, height=640, scale=1.2) as context:  # more is too much
        window = await _looked_up(here, context)
        await window.page.screenshot(path=PICTURES / "playground.png")


async def _looked_up(here: World, context: BrowserContext) -> Window:
    window = Window(await context.new_page())
    await window.open(here.page)
    await window.look_up(AEP)
    await window.button("Refresh").wait_for()
    return window


async def _around(message: Locator) -> FloatRect:
    box = await message.bounding_box()
    if box is None:
        raise SystemExit("the card is not on the page")
    return {
        "x": box["x"],  # the message has a margin of its own at both sides
        "y": box["y"] - _MARGIN,
        "width": box["width"],
        "height": box["height"] + 2 * _MARGIN,
    }


if __name__ == "__main__":
    if why := missing():
        sys.exit(why)
    asyncio.run(main())
