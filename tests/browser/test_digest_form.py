"""The form of a digest, filled in by hand: preview, errors, `/invite` and saving, and nothing is typed twice."""

import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.manifest import CHANNELS_JOIN
from playground.world import World
from tests.browser.conftest import OpenWindow
from tests.browser.window import Window
from tests.drivers.scopes import grant


@pytest_asyncio.fixture(loop_scope="session")
async def window(lively: World, open_window: OpenWindow) -> Window:
    """The form for a new digest, opened in a channel in which the app is not."""
    window = await open_window(lively)
    await window.page.get_by_role("link", name="#aep-outreach").click()
    await window.say("/campaign digest new")
    await expect(form(window)).to_contain_text("This app is not in that channel")
    return window


def form(window: Window) -> Locator:
    return window.page.get_by_role("dialog", name="New digest")


def field(window: Window, label: str) -> Locator:
    return form(window).get_by_label(label, exact=True)


def refused(window: Window) -> Locator:
    """What Save answered under a field: the note that stands there anyway has the same words."""
    return form(window).get_by_role("alert")


async def fill_in(window: Window) -> None:
    await field(window, "Name").fill("Eastern mornings")
    await field(window, "How often").select_option(label="Weekly, on one day")
    await field(window, "Day").select_option(label="Thursday")
    await field(window, "Times").fill("8:15")
    await field(window, "Times").press("Enter")
    await expect(form(window)).to_contain_text("Thu, Nov 26, 8:15 AM")


async def is_as_typed(window: Window) -> None:
    await expect(field(window, "Name")).to_have_value("Eastern mornings")
    await expect(field(window, "Day")).to_have_value("4")
    await expect(field(window, "Times")).to_have_value("8:15")


async def test_a_preview_an_error_and_an_invitation_later_it_is_saved_as_first_typed(
    lively: World, window: Window
) -> None:
    await fill_in(window)
    await window.press("Preview", within=form(window))
    shown = window.page.get_by_role("dialog", name="Preview")
    await expect(shown).to_contain_text("Eastern mornings")
    await expect(shown).to_contain_text("Only you see this")
    await window.press("Send to me", within=shown)
    await expect(shown).to_contain_text("It is in your messages with this app")
    await window.press("Back", within=shown)
    await is_as_typed(window)

    await window.press("Save", within=form(window))
    await expect(refused(window)).to_contain_text("Type /invite @careCycle there, then press “Save”")
    await is_as_typed(window)
    lively.slack.workspace.invite_bot("C01AEP")  # as somebody does elsewhere
    await window.press("Save", within=form(window))
    await expect(window.modal).to_contain_text("Eastern mornings is saved, for #aep-outreach")
    await expect(window.modal).to_contain_text("Thu, Nov 26, 8:15 AM")
    await window.press("Done", within=window.modal)
    await window.page.get_by_role("link", name="careCycle", exact=True).click()
    await expect(window.newest.get_by_role("heading", name="Eastern mornings")).to_be_visible()


async def test_what_is_wrong_is_said_where_it_is_and_costs_nothing(window: Window) -> None:
    await fill_in(window)
    await field(window, "Times").fill("noonish")
    await window.press("Preview", within=form(window))
    await expect(form(window)).to_contain_text("Times: noonish is not a time")
    await expect(window.page.get_by_role("dialog", name="Preview")).to_have_count(0)
    await expect(field(window, "Name")).to_have_value("Eastern mornings")
    await expect(field(window, "Times")).to_have_value("noonish")
    await form(window).get_by_label("Just for me, in messages with this app").check()
    await expect(field(window, "Channel")).to_have_count(0)
    await window.press("Save", within=form(window))
    await expect(refused(window)).to_contain_text("noonish is not a time")
    await field(window, "Times").fill("8:15")
    await is_as_typed(window)
    await window.press("Save", within=form(window))
    await expect(window.modal).to_contain_text("is saved, for your messages with this app")


async def test_where_the_app_may_it_joins_and_the_form_stays_as_it_was_typed(lively: World, window: Window) -> None:
    await window.press("Cancel", within=form(window))
    await grant(lively, CHANNELS_JOIN)
    await window.say("/campaign digest new")
    await fill_in(window)
    await window.press("Join the channel", within=form(window))
    await expect(form(window)).to_contain_text("The app is in #aep-outreach now")
    await expect(form(window)).not_to_contain_text("This app is not in that channel")
    await is_as_typed(window)
    await window.press("Save", within=form(window))
    await expect(window.modal).to_contain_text("is saved, for #aep-outreach")


async def test_editing_keeps_what_was_typed_through_a_preview_an_error_and_an_invitation(
    lively: World, window: Window
) -> None:
    lively.slack.workspace.invite_bot("C01AEP")
    await fill_in(window)
    await window.press("Save", within=form(window))
    await window.press("Done", within=window.modal)
    lively.slack.workspace.invite_bot("C01AEP", member=False)

    await window.say("/campaign digest")
    await window.press("Edit")
    edit = window.page.get_by_role("dialog", name="Edit digest")
    await edit.get_by_label("Name", exact=True).fill("Western mornings")
    await edit.get_by_label("Day", exact=True).select_option(label="Tuesday")
    await window.press("Preview", within=edit)
    await window.press("Back", within=window.page.get_by_role("dialog", name="Preview"))
    await edit.get_by_label("Times", exact=True).fill("noonish")
    await window.press("Save", within=edit)
    await expect(edit.get_by_role("alert").first).to_contain_text("noonish is not a time")
    await edit.get_by_label("Times", exact=True).fill("9:45")
    await window.press("Save", within=edit)
    await expect(edit.get_by_role("alert")).to_contain_text("Type /invite @careCycle there, then press “Save”")
    await expect(edit.get_by_label("Name", exact=True)).to_have_value("Western mornings")
    await expect(edit.get_by_label("Day", exact=True)).to_have_value("2")
    lively.slack.workspace.invite_bot("C01AEP")
    await window.press("Save", within=edit)
    await expect(window.modal).to_contain_text("Western mornings is saved, for #aep-outreach")
    await expect(window.modal).to_contain_text("Tue, Nov 24, 9:45 AM")


async def test_on_a_phone_what_follows_from_a_field_is_in_sight_of_it(lively: World, open_window: OpenWindow) -> None:
    window = await open_window(lively, width=390, height=844)
    await window.say("/campaign digest new")
    body = form(window)
    await expect(body).to_contain_text("campaigns match now")
    matches = await body.get_by_text("campaigns match now").bounding_box()
    kind = await body.get_by_text("These campaigns").bounding_box()
    times = await body.get_by_text("The next five times").bounding_box()
    zone = await body.get_by_text("Time zone").bounding_box()
    assert matches
    assert kind
    assert times
    assert zone
    assert 0 < matches["y"] - kind["y"] < 80
    assert 0 < times["y"] - zone["y"] < 140
