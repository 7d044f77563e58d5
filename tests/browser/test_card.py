"""The card in the browser: typing the command, and what each of its buttons does."""

import pytest
from playwright.async_api import expect

from playground.world import World
from tests.browser.conftest import OpenWindow
from tests.browser.window import AEP, WELCOME, Window
from tests.conftest import MakeWorld


async def test_typing_the_command_shows_the_card_to_me_only(window: Window) -> None:
    await window.look_up(AEP)
    await expect(window.messages).to_have_count(1)
    await expect(window.newest.get_by_role("heading", name="AEP Outreach 2026", exact=True)).to_be_visible()
    await expect(window.newest).to_contain_text("87 today · 3,311 total")
    await expect(window.newest).to_contain_text("Only visible to you")
    await expect(window.box).to_have_value("")


async def test_the_empty_channel_offers_a_sample_campaign(window: Window) -> None:
    await window.press(f"/campaign {AEP}", within=window.log)
    await expect(window.newest.get_by_role("heading", name="AEP Outreach 2026")).to_be_visible()


async def test_the_card_says_as_of_when_it_holds(window_on_our_day: Window) -> None:
    await window_on_our_day.look_up(AEP)
    await expect(window_on_our_day.newest).to_contain_text("as of today at ")


async def test_refresh_puts_newer_numbers_into_the_card(here: World, window: Window) -> None:
    await window.look_up(AEP)
    await expect(window.newest).to_contain_text("87 today")
    assert here.carecycle
    here.carecycle.campaigns[AEP]["customerStats"]["todayCalls"] = 88
    await window.press("Refresh")
    await expect(window.newest).to_contain_text("88 today")
    await expect(window.messages).to_have_count(1)


async def test_a_shared_card_is_public_and_names_who_shared_it(window: Window) -> None:
    await window.look_up(AEP)
    await window.press("Share to channel")
    await expect(window.newest).to_contain_text("shared by @Alice Moreno")
    await expect(window.messages).to_have_count(1)  # the private one is gone
    await expect(window.newest).not_to_contain_text("Only visible to you")
    await expect(window.button("Share to channel")).to_have_count(0)


async def test_others_see_the_shared_card_and_not_the_private_one(window: Window) -> None:
    for count, one in enumerate((AEP, WELCOME), 1):
        await window.look_up(one)
        await expect(window.messages).to_have_count(count)
    await window.press("Share to channel", within=window.messages.first)
    await expect(window.newest).to_contain_text("shared by @Alice Moreno")
    await window.pick("Person", "U03MEMBER")
    await expect(window.messages).to_have_count(1)
    await expect(window.newest.get_by_role("heading", name="AEP Outreach 2026")).to_be_visible()


async def test_details_open_over_the_conversation_and_escape_closes_them(window: Window) -> None:
    await window.look_up(AEP)
    await window.press("Details")
    await expect(window.modal).to_have_accessible_name("Campaign details")
    await expect(window.modal).to_contain_text("Who answers")
    await window.page.keyboard.press("Escape")
    await expect(window.modal).to_have_count(0)
    await expect(window.button("Details")).to_be_focused()


async def test_the_close_button_closes_the_details(window: Window) -> None:
    await window.look_up(AEP)
    await window.press("Details")
    await window.press("Close", within=window.modal)
    await expect(window.modal).to_have_count(0)


async def test_an_owner_sees_agents_by_name(window: Window) -> None:
    await window.look_up(AEP)
    await window.press("Details")
    await expect(window.modal).to_contain_text("2 of 2 agents active, ringing in order: Dana Ruiz, Marcus Bell")


async def test_a_member_sees_agents_as_counts(window: Window) -> None:
    await window.pick("Role", "member")
    await window.look_up(AEP)
    await window.press("Details")
    await expect(window.modal).to_contain_text("2 of 2 agents active")
    await expect(window.modal).not_to_contain_text("Dana")


async def test_open_in_carecycle_leads_to_the_configured_host_and_gives_it_no_way_back(
    make_world: MakeWorld, open_window: OpenWindow
) -> None:
    window = await open_window(await make_world(carecycle_link="https://care.example/look/{id}"))
    await window.look_up(AEP)
    link = window.button("Open in careCycle")
    await expect(link).to_have_attribute("href", f"https://care.example/look/{AEP}")
    await expect(link).to_have_attribute("target", "_blank")
    assert "noopener" in (await link.get_attribute("rel") or "").split()


async def test_several_ids_give_a_list_whose_open_button_shows_the_card(window: Window) -> None:
    await window.look_up(AEP, WELCOME)
    await expect(window.button("Open")).to_have_count(2)
    await expect(window.newest).to_contain_text("AEP Outreach 2026")
    await expect(window.newest).to_contain_text("Medicare Welcome")
    await window.button("Open").nth(1).click()
    await expect(window.newest.get_by_role("heading", name="Medicare Welcome")).to_be_visible()
    await expect(window.messages).to_have_count(2)


@pytest.mark.parametrize("typed", ["/campaign", "/campaign help"])
async def test_the_command_alone_and_help_say_what_can_be_typed(window: Window, typed: str) -> None:
    await window.say(typed)
    await expect(window.newest).to_contain_text("/campaign help")
    await expect(window.newest).to_contain_text(AEP)


async def test_a_card_can_be_had_and_refreshed_without_a_mouse(here: World, window: Window) -> None:
    keys = window.page.keyboard
    await expect(window.box).to_be_focused()  # from the start
    await keys.type(f"/campaign {AEP}")
    await keys.press("Enter")
    await expect(window.button("Refresh")).to_be_visible()
    for label in ("Open careCycle’s campaigns", "Add to a digest", "Details", "Share to channel", "Refresh"):
        await keys.press("Shift+Tab")
        await expect(window.button(label)).to_be_focused()
    assert here.carecycle
    here.carecycle.campaigns[AEP]["customerStats"]["todayCalls"] = 88
    await keys.press("Enter")
    await expect(window.newest).to_contain_text("88 today")
    await expect(window.button("Refresh")).to_be_focused()  # still, so that it can be pressed again


async def test_details_can_be_opened_and_closed_without_a_mouse(window: Window) -> None:
    await window.look_up(AEP)
    await window.button("Details").focus()
    await window.page.keyboard.press("Space")
    await expect(window.button("Check", within=window.modal)).to_be_focused()  # the first that can be pressed in it
    await window.page.keyboard.press("Tab")
    assert await window.modal.evaluate("dialog => dialog.contains(document.activeElement) || !document.hasFocus()")
    await window.button("Close", within=window.modal).press("Enter")
    await expect(window.modal).to_have_count(0)
