"""The machine's own Chromium, headless, the same for the tests and the pictures."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, async_playwright

import playground

PAGE = Path(playground.__file__).parent / "web" / "dist" / "page.js"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",  # tests often run as root, where Chromium has no sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-US",
)


def missing() -> str | None:
    """Why the page cannot be opened here; None when it can."""
    if not _path():
        return f"no browser here: none of {', '.join(_NAMES)} is installed"
    return None if PAGE.is_file() else "the page is not built: make playground/web/dist/page.js"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A running browser, until the block ends."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_path(), args=list(_FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


async def new_context(browser: Browser, *, width: int = 1280, height: int = 860, scale: float = 1) -> BrowserContext:
    """A fresh profile in a fixed language and time zone; `scale`: device pixels for each of the page's."""
    context = await browser.new_context(
        timezone_id="America/New_York",
        locale="en-US",
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
    )
    context.set_default_timeout(10_000)
    return context


async def lasting_context(browser: Browser) -> BrowserContext:
    """A profile for one page after the other: one that stays open keeps the process in which all are drawn."""
    context = await new_context(browser)
    page = await context.new_page()
    await page.route("**", lambda route: route.fulfill(content_type="text/html", body="<!doctype html>"))
    await page.goto("http://127.0.0.1/")  # the same site as every world's, whatever the port
    return context


def _path() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)
