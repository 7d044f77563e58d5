"""The other ways in, in the browser: the message's menu, the search, a preview, App Home, a workflow."""

from playwright.async_api import expect

from playground.world import World
from tests.browser.window import AEP, Window

LINK = f"https://app.carecycle.ai/campaigns/{AEP}"


async def test_the_messages_menu_shows_the_campaign_it_names(window: Window) -> None:
    await window.say(f"who looks after {AEP}?")
    await window.newest.hover()
    await window.press("Show campaigns")
    await expect(window.newest.get_by_role("heading", name="AEP Outreach 2026")).to_be_visible()
    await expect(window.newest).to_contain_text("Only visible to you")
    await expect(window.button("Share in thread")).to_be_visible()


async def test_a_card_shared_in_the_thread_stands_under_its_message(window: Window) -> None:
    await window.page.get_by_role("link", name="#stand-up").click()
    await window.say(f"who looks after {AEP}?")
    await window.newest.hover()
    await window.press("Show campaigns")
    await window.press("Share in thread")
    await expect(window.newest).to_contain_text("In a thread")
    await expect(window.newest).to_contain_text("shared by @Alice Moreno")


async def test_a_message_without_a_campaign_offers_the_search(window: Window) -> None:
    await window.say("lunch at noon?")
    await window.newest.hover()
    await window.press("Show campaigns")
    await expect(window.modal).to_have_accessible_name("Find a campaign")


async def test_the_search_finds_while_one_types_and_shows_the_card(window: Window) -> None:
    await window.press("Find a campaign", within=window.page.locator(".composer"))
    await window.modal.get_by_role("combobox").first.fill("medicare wel")
    await window.modal.get_by_role("option", name="Medicare Welcome").click()
    await window.press("Show", within=window.modal)
    await expect(window.modal.get_by_role("heading", name="Medicare Welcome")).to_be_visible()
    await window.press("Details", within=window.modal)
    await expect(window.modal.last).to_contain_text("Technical")


async def test_the_search_posts_the_card_to_everybody_in_a_conversation(window: Window) -> None:
    await window.press("Find a campaign", within=window.page.locator(".composer"))
    await window.modal.get_by_role("textbox", name="Or its name, id or link").fill(AEP)
    await window.modal.get_by_role("radio", name="To everybody in a conversation").check()
    await window.press("Show", within=window.modal)
    await expect(window.newest).to_contain_text("shared by @Alice Moreno")


async def test_a_link_gets_a_preview_whose_pane_says_more(window: Window) -> None:
    await window.say(f"look: {LINK}")
    preview = window.newest.get_by_role("complementary")
    await expect(preview).to_contain_text("1204")
    await preview.get_by_role("button", name="AEP Outreach 2026").click()
    pane = window.page.get_by_role("complementary", name="Preview details")
    await expect(pane).to_contain_text("AEP Outreach 2026")
    await pane.get_by_role("button", name="Close").click()
    await expect(pane).to_have_count(0)


async def test_a_muted_channel_has_no_previews_and_why_says_so(window: Window) -> None:
    await window.say("/campaign mute")
    await expect(window.newest).to_contain_text("are muted in this channel")
    await window.say(f"look: {LINK}")
    await window.say(f"/campaign why {LINK}")
    await expect(window.newest).to_contain_text("unmute")
    await expect(window.log.get_by_role("complementary")).to_have_count(0)


async def test_app_home_shows_the_connection_and_what_was_looked_up(window: Window) -> None:
    await window.look_up(AEP)
    await expect(window.newest).to_contain_text("AEP Outreach 2026")
    await window.page.get_by_role("link", name="App Home").click()
    home = window.page.get_by_role("region", name="App Home")
    await expect(home).to_contain_text("careCycle")
    await expect(home).to_contain_text("AEP Outreach 2026")
    await window.press("Open", within=home)
    await expect(window.modal.get_by_role("heading", name="AEP Outreach 2026")).to_be_visible()


async def test_a_workflow_gets_what_the_step_gives(window: Window) -> None:
    form = window.page.get_by_role("form", name="Workflow step")
    await form.get_by_role("textbox", name="Campaign id or link").fill(LINK)
    await window.press("Run the step", within=form)
    await expect(form).to_contain_text("AEP Outreach 2026")
    await expect(form).to_contain_text("1204")


async def test_a_mention_with_an_id_is_answered_in_the_thread(here: World, window: Window) -> None:
    await window.page.get_by_role("link", name="#stand-up").click()
    await window.say(f"@careCycle {AEP}")
    await expect(window.newest).to_contain_text("In a thread")
    await expect(window.newest.get_by_role("heading", name="AEP Outreach 2026")).to_be_visible()
    assert here.slack.workspace.refusals == []
