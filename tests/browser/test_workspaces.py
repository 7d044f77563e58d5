"""Two workspaces in the browser: adding the app, connecting it, a shared channel, removing it again."""

import re

import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from playground.carecycle import HARBOR_KEY, PLAYGROUND_KEY, CareCycle, twin
from playground.world import World
from tests.browser.conftest import OpenWindow
from tests.browser.window import AEP, Window
from tests.conftest import MakeWorld

HARBOR = "Harbor Benefits"


@pytest_asyncio.fixture(loop_scope="session")
async def many(make_world: MakeWorld) -> World:
    """Sunrise has the app and is connected; Harbor has neither, and a campaign with the same id."""
    carecycle = CareCycle()
    carecycle.others = twin()
    here = await make_world(many=True, carecycle=carecycle)
    assert (await here.slack.connect()).errors == {}
    return here


async def test_the_app_is_added_connected_and_shows_the_campaigns_of_its_own_account(
    many: World, open_window: OpenWindow
) -> None:
    window = await open_window(many)
    await window.go(HARBOR)
    await expect(window.page.get_by_role("status").filter(has_text="careCycle is not in")).to_contain_text(
        "careCycle is not in Harbor Benefits"
    )
    await _allow(await _add(window.page.context, window.page))
    await expect(window.page.get_by_role("link", name="Add to Slack")).to_have_count(0)
    await window.connect(HARBOR_KEY)
    await expect(window.modal).to_contain_text("Connected to careCycle")
    await window.press("Close", within=window.modal)
    await expect(window.modal).to_have_count(0)
    await window.look_up(AEP)
    await expect(window.newest.get_by_role("heading", name="Harbor's own AEP")).to_be_visible()
    await window.go("Sunrise Benefits")
    await window.look_up(AEP)
    await expect(window.newest.get_by_role("heading", name="AEP Outreach 2026")).to_be_visible()


async def test_who_cancels_has_added_nothing(many: World, open_window: OpenWindow) -> None:
    window = await open_window(many)
    await window.go(HARBOR)
    tab = await _add(window.page.context, window.page)
    await tab.get_by_role("button", name="Cancel").click()
    await expect(tab.get_by_role("heading")).to_have_text("Nothing was installed")
    await expect(window.page.get_by_role("link", name="Add to Slack")).to_be_visible()


async def test_a_key_that_is_refused_is_said_at_its_field(many: World, open_window: OpenWindow) -> None:
    window = await open_window(await many_installed(many))
    await window.go(HARBOR)
    await window.connect("cc_wrong")
    await expect(window.modal.get_by_role("textbox")).to_have_attribute("aria-invalid", "true")
    await expect(window.modal).to_contain_text("careCycle does not accept this key")


async def test_a_member_is_told_who_can_connect(many: World, open_window: OpenWindow) -> None:
    window = await open_window(await many_installed(many))
    await window.go(HARBOR)
    await window.be("Hugo Silva")
    await window.say("/campaign connect")
    await expect(window.modal).to_contain_text("Ask Grace Kim to connect")
    await expect(window.modal.get_by_role("textbox")).to_have_count(0)


async def test_somebody_of_another_company_sees_the_shared_channel_alone(many: World, open_window: OpenWindow) -> None:
    window = await open_window(many)
    places = window.page.get_by_role("navigation", name="Conversations").get_by_role("link", name=re.compile("^#"))
    await expect(places).to_have_count(3)
    await window.page.get_by_role("link", name="#harbor-shared").click()
    await window.look_up(AEP)
    await window.press("Share to channel")
    await window.be("Eve Lang (Harbor Benefits)")
    await expect(places).to_have_count(1)
    await expect(places).to_have_accessible_name("#harbor-shared shared with Harbor Benefits")
    await expect(window.newest).to_contain_text("shared by @Alice Moreno")
    await window.say("Thank you")
    await expect(window.newest).to_contain_text("Harbor Benefits")
    await window.look_up(AEP)
    await expect(window.newest).to_contain_text("not available to people of another company")


async def test_the_app_is_removed_and_the_page_says_so(many: World, open_window: OpenWindow) -> None:
    window = await open_window(many)
    await window.page.get_by_role("button", name="Remove the app").click()
    await expect(window.page.get_by_role("status").filter(has_text="careCycle is not in")).to_contain_text(
        "careCycle is not in Sunrise Benefits"
    )
    await expect(window.deliveries.first).to_contain_text("event app_uninstalled")
    await expect(window.deliveries.first).to_contain_text("200")
    await window.look_up(AEP)
    await expect(window.newest).to_contain_text("not a valid command")


async def test_a_direct_message_of_the_bot_is_seen_by_its_person_alone(many: World, open_window: OpenWindow) -> None:
    many.slack.workspace.post("D-U01OWNER", "U0BOT", "Your key was refused")
    window = await open_window(many)
    await window.page.get_by_role("link", name="careCycle", exact=True).click()
    await expect(window.newest).to_contain_text("Your key was refused")
    await window.be("Ben Okafor")
    await window.page.get_by_role("link", name="careCycle", exact=True).click()
    await expect(window.messages).to_have_count(0)


async def test_the_panel_shows_the_sample_keys(many: World, open_window: OpenWindow) -> None:
    window = await open_window(many)
    keys = window.page.get_by_role("list", name="careCycle keys").get_by_role("listitem")
    await expect(keys).to_contain_text([PLAYGROUND_KEY, HARBOR_KEY])


async def test_one_workspace_alone_has_no_others_to_go_to(window: Window) -> None:
    await expect(window.page.get_by_role("navigation", name="Workspaces")).to_have_count(0)
    await expect(window.page.get_by_role("button", name="Remove the app")).to_have_count(0)


async def many_installed(many: World) -> World:
    """The app in Harbor too, not connected."""
    assert (await many.slack.install("T02HARBOR")).status == 200
    return many


async def _add(context: BrowserContext, page: Page) -> Page:
    """Presses *Add to Slack*; the tab with Slack's question."""
    async with context.expect_page() as opened:
        await page.get_by_role("link", name="Add to Slack").click()
    tab = await opened.value
    await expect(tab.get_by_role("radio", name=HARBOR)).to_be_checked()
    return tab


async def _allow(tab: Page) -> None:
    await tab.get_by_role("button", name="Allow").click()
    await expect(tab.get_by_role("heading")).to_have_text("careCycle campaigns is installed")
    await tab.close()
