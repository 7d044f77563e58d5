"""What the page draws of data: tables that sort and turn their pages, charts; forms that act; the panel's clock."""

from datetime import UTC, datetime
from typing import Any

from playwright.async_api import Locator, expect

from playground.clock import MovableClock
from playground.slack import views
from playground.world import World
from tests.browser.conftest import OpenWindow
from tests.browser.window import Window
from tests.conftest import MakeWorld
from tests.drivers.listening_bot import listening

Json = dict[str, Any]


def _text(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def _number(value: int) -> Json:
    return {"type": "raw_number", "value": value, "text": f"{value:,}"}


ROWS = [[_text(name), _number(calls)] for name, calls in (("Medicare", 980), ("AEP", 3311), ("Plan check", 41))]
TABLE = {"type": "data_table", "caption": "Campaigns", "page_size": 2, "rows": [[_text("Name"), _text("Calls")], *ROWS]}
STATES = {"Completed": (640, 411), "Pending": (420, 290)}
BARS = {
    "type": "data_visualization",
    "title": "Customers by status",
    "chart": {
        "type": "bar",
        "series": [
            {"name": state, "data": [{"label": "AEP", "value": aep}, {"label": "Medicare", "value": medicare}]}
            for state, (aep, medicare) in STATES.items()
        ],
        "axis_config": {"categories": ["AEP", "Medicare"]},
    },
}
PIE = {
    "type": "data_visualization",
    "title": "Calls",
    "chart": {"type": "pie", "segments": [{"label": "Reached", "value": 999}, {"label": "Busy", "value": 1}]},
}


async def _first(window: Window) -> Locator:
    return window.newest.get_by_role("rowheader")


async def test_a_table_sorts_by_number_and_turns_its_pages(here: World, window: Window) -> None:
    here.slack.workspace.post("C01AEP", "U0BOT", "x", blocks=[TABLE])
    table, names = window.newest.get_by_role("table", name="Campaigns"), await _first(window)
    await expect(names).to_have_text(["Medicare", "AEP"])
    await table.get_by_role("button", name="Calls").click()
    await expect(names).to_have_text(["Plan check", "Medicare"])
    await table.get_by_role("button", name="Calls").click()
    await expect(names).to_have_text(["AEP", "Medicare"])
    await expect(table.get_by_role("columnheader", name="Calls")).to_have_attribute("aria-sort", "descending")
    await window.newest.get_by_role("button", name="Next").click()
    await expect(names).to_have_text(["Plan check"])
    await expect(window.newest.get_by_role("status")).to_have_text("3–3 of 3")


async def test_charts_have_bars_legends_and_words(here: World, window: Window) -> None:
    here.slack.workspace.post("C01AEP", "U0BOT", "x", blocks=[BARS, PIE])
    bars = window.newest.get_by_role(
        "img", name="Customers by status. Completed: AEP 640, Medicare 411. Pending: AEP 420"
    )
    await expect(bars.locator("rect")).to_have_count(4)
    heights = [float(await rect.get_attribute("height") or 0) for rect in await bars.locator("rect").all()]
    assert [round(height / heights[0], 2) for height in heights] == [1, 0.66, 0.64, 0.45]
    await expect(bars.get_by_text("1,060", exact=True)).to_be_visible()
    await expect(window.newest.get_by_role("listitem")).to_have_text(
        ["Completed", "Pending", "Reached999 (>99%)", "Busy1 (<1%)"]
    )
    pie = window.newest.get_by_role("img", name="Calls. Reached 999 (>99%), Busy 1 (<1%)")
    await expect(pie.locator("path")).to_have_count(2)


async def test_a_form_that_acts_sends_what_is_there_now(open_window: OpenWindow) -> None:
    async with listening() as bot:
        window = await open_window(bot)
        views.put(bot.slack.workspace, bot.slack.workspace.owner, _form())
        await window.modal.get_by_label("Name").press_sequentially("ab")
        await bot.slack.workspace.until(lambda: len(bot.heard) == 1)
        await window.modal.get_by_label("Time").fill("10:30")
        await bot.slack.workspace.until(lambda: len(bot.heard) == 2)
    (typed, first), (picked, then) = ((heard["actions"][0], heard["view"]["state"]["values"]) for heard in bot.heard)
    assert (typed["value"], first["name"]["name"]["value"]) == ("ab", "ab")
    assert picked["selected_time"] == then["time"]["time"]["selected_time"] == "10:30"
    assert then["name"]["name"]["value"] == "ab"


async def test_the_panel_puts_the_clock_forward(make_world: MakeWorld, open_window: OpenWindow) -> None:
    clock = MovableClock(datetime(2026, 11, 24, 14, tzinfo=UTC), true=lambda: 0.0)
    window = await open_window(await make_world(clock=clock))
    hands = window.page.get_by_role("timer", name="Time in New York")
    await expect(hands).to_contain_text("Tue, Nov 24, 2026, 9:00")
    await window.page.get_by_role("button", name="1 hour on").click()
    await expect(hands).to_contain_text("10:00")
    await window.page.get_by_role("button", name="1 day on").click()
    await expect(hands).to_contain_text("Wed, Nov 25, 2026, 10:00")
    await window.page.get_by_role("button", name="To the night the clocks change").click()
    await expect(hands).to_contain_text("Sun, Mar 14, 2027, 12:30")
    fast = window.page.get_by_role("button", name="A day in ten seconds")
    await fast.click()
    await expect(fast).to_have_attribute("aria-pressed", "true")
    await expect(hands).to_contain_text("Mon, Mar 15, 2027", timeout=15_000)
    await fast.click()
    await expect(fast).to_have_attribute("aria-pressed", "false")


def _form() -> Json:
    def field(name: str, element: Json) -> Json:
        label = {"type": "plain_text", "text": name.title()}
        element = {**element, "action_id": name}
        return {"type": "input", "block_id": name, "label": label, "dispatch_action": True, "element": element}

    on_typing = {"trigger_actions_on": ["on_character_entered"]}
    name = field("name", {"type": "plain_text_input", "dispatch_action_config": on_typing})
    time = field("time", {"type": "timepicker", "initial_time": "09:00"})
    title = {"type": "plain_text", "text": "A digest"}
    return {"type": "modal", "title": title, "submit": title, "blocks": [name, time]}
