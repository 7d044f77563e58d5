"""Whether a campaign is calling, in the browser: by the command, and by the button in *Details*."""

from playwright.async_api import expect

from tests.browser.window import AEP, Window


async def test_a_question_is_answered_line_by_line_with_one_sentence_at_the_end(window: Window) -> None:
    await window.say("/campaign is AEP calling?")
    await expect(window.newest.get_by_role("heading", name="AEP Outreach 2026", exact=True)).to_be_visible()
    for line in ("Active? Yes.", "Customers left? Yes: 420 pending", "Calls today? Yes: 87."):
        await expect(window.newest).to_contain_text(line)
    await expect(window.newest.get_by_text("It is calling: 87 calls today.")).to_be_visible()
    await expect(window.newest).to_contain_text("Only visible to you")


async def test_details_have_a_button_that_checks_in_a_window(window: Window) -> None:
    await window.look_up(AEP)
    await window.press("Details")
    await window.press("Check", within=window.modal)
    await expect(window.modal).to_contain_text("Is it calling?")
    await expect(window.modal).to_contain_text("It is calling: 87 calls today.")
