"""A real browser on the playground's page: one Chromium for all tests, a fresh page and world for each."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from playground.clock import MovableClock
from playground.world import World, world
from tests.browser.chromium import chromium, lasting_context, missing, new_context
from tests.browser.window import Window
from tests.plugins import machine_clock

OpenWindow = Callable[..., Awaitable[Window]]
_HERE = Path(__file__).parent
_BEFORE_NINE = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)  # half past eight in New York


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder needs the browser, and shares its event loop."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if why := missing():
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(why)
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def profile(browser: Browser) -> BrowserContext:
    """The usual profile, for all: a fresh one costs a second of computing, and the page keeps nothing in it."""
    return await lasting_context(browser)


@pytest_asyncio.fixture(loop_scope="session")
async def make_world() -> AsyncIterator[Callable[..., Awaitable[World]]]:
    """As everywhere, in the browser's event loop."""
    async with AsyncExitStack() as stack:
        made: list[World] = []

        async def make(**options: Any) -> World:
            made.append(await stack.enter_async_context(world(**options)))
            return made[-1]

        yield make
        for one in made:
            assert one.slack.workspace.refusals == [], "Slack would have refused something the bot sent"


@pytest_asyncio.fixture(loop_scope="session")
async def here(browser: Browser, make_world: Callable[..., Awaitable[World]]) -> World:
    """The usual world: one workspace, careCycle works."""
    return await make_world()


@pytest_asyncio.fixture(loop_scope="session")
async def lively(make_world: Callable[..., Awaitable[World]]) -> World:
    """A world whose clock can be moved, and whose campaigns make calls as it does: early on a Monday in New York."""
    return await make_world(clock=MovableClock(_BEFORE_NINE), lively=True)


@pytest_asyncio.fixture(loop_scope="session")
async def open_window(browser: Browser, profile: BrowserContext) -> AsyncIterator[OpenWindow]:
    """Opens the page of a world, in a profile of its own with options; at the end nothing may have gone wrong in it."""
    async with AsyncExitStack() as stack:
        opened: list[Window] = []

        async def open_(there: World, *, own: bool = False, **options: Any) -> Window:
            alone = await stack.enter_async_context(await new_context(browser, **options)) if own or options else None
            context = alone or profile
            opened.append(Window(await context.new_page()))
            stack.push_async_callback(opened[-1].close)
            await opened[-1].open(there.page)
            return opened[-1]

        yield open_
        assert [trouble for one in opened for trouble in one.troubles] == []


@pytest_asyncio.fixture(loop_scope="session")
async def window(here: World, open_window: OpenWindow) -> Window:
    """The page of the usual world."""
    return await open_window(here)


@pytest_asyncio.fixture(loop_scope="session")
async def window_on_our_day(here: World, open_window: OpenWindow) -> Window:
    """The same, where the page reads our clock, which stands still there: the browser's own may be on another day."""
    window = await open_window(here, own=True)
    await window.page.clock.set_fixed_time(machine_clock.now())
    return window
