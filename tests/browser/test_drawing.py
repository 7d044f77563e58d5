"""What the page makes of text and blocks: outside text stays text, and nothing is left out."""

import re

import pytest
from playwright.async_api import Locator, expect

from playground.world import World
from tests.browser.conftest import OpenWindow
from tests.browser.window import AEP, EVIL, RIGHT_TO_LEFT, WELCOME, Window

_DATES = {
    "<!date^{now}^{{date_pretty}}|x> it began": "Today it began",
    "*<!date^{now}^{{date_pretty}}|x>* it began": "Today it began",
    "It began <!date^{now}^{{date_pretty}}|x>": "It began today",
    "It ended\n<!date^{now}^{{date_short_pretty}} at {{time}}|x>": "It ended today at ",
    "It began <!date^{yesterday}^{{date_long_pretty}}|x>": "It began yesterday",
    "It is <!date^soon^{{date_pretty}}|the day itself>": "It is the day itself",
}


async def test_a_campaign_name_cannot_mention_format_or_link(window: Window) -> None:
    await window.look_up(EVIL)
    name = window.newest.get_by_role("heading")
    await expect(name).to_have_text("<!channel> *bold* _it_ ~no~ & <https://evil.example|click>")
    await _is_plain(window.newest)


async def test_a_campaign_name_in_a_list_cannot_mention_format_or_link(window: Window) -> None:
    await window.look_up(EVIL, WELCOME)
    await expect(window.newest).to_contain_text("<!channel> ∗bold∗ ˍitˍ ∼no∼ & <https://evil.example|click>")
    await _is_plain(window.newest)


async def test_a_name_from_right_to_left_turns_only_itself(window: Window) -> None:
    await window.look_up(RIGHT_TO_LEFT)
    name = window.newest.get_by_role("heading")
    await expect(name).to_contain_text("קו בריאות לקהילה")
    await expect(name).to_have_css("direction", "rtl")
    first, last = [await window.button(label).bounding_box() for label in ("Refresh", "Add to a digest")]
    assert first
    assert last
    assert first["x"] < last["x"]


@pytest.mark.parametrize("width", [900, 600])
async def test_no_width_needs_scrolling_sideways(here: World, open_window: OpenWindow, width: int) -> None:
    window = await open_window(here, width=width)
    for campaign in (AEP, EVIL, RIGHT_TO_LEFT):
        await window.look_up(campaign)
    await window.look_up(AEP, EVIL, RIGHT_TO_LEFT)
    await expect(window.messages).to_have_count(4)
    assert await _cut_off(window.page.locator("html")) == []
    await window.press("Details", within=window.messages.first)
    assert await _cut_off(window.modal) == []


async def test_a_block_the_page_does_not_know_is_shown_as_json(here: World, window: Window) -> None:
    here.slack.workspace.post("C01AEP", "U0BOT", "A hologram", blocks=[{"type": "hologram", "shape": "cube"}])
    await expect(window.newest).to_contain_text('"type": "hologram"')
    await expect(window.newest).to_contain_text('"shape": "cube"')


async def test_an_element_the_page_does_not_know_is_shown_as_json(here: World, window: Window) -> None:
    blocks = [{"type": "actions", "elements": [{"type": "lever", "action_id": "pull"}]}]
    here.slack.workspace.post("C01AEP", "U0BOT", "A lever", blocks=blocks)
    await expect(window.newest).to_contain_text('"type": "lever"')


async def test_dates_are_written_as_slack_writes_them(here: World, window_on_our_day: Window) -> None:
    now = int(here.slack.workspace.now())
    said = [text.format(now=now, yesterday=now - 24 * 3600) for text in _DATES]
    sections = [{"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in said]
    here.slack.workspace.post("C01AEP", "U0BOT", "Dates", blocks=sections)
    for shown in _DATES.values():
        await expect(window_on_our_day.newest).to_contain_text(shown)


async def test_messages_of_people_are_not_marked_as_an_app(window: Window) -> None:
    await window.say("Good morning *all*")
    await expect(window.newest).to_contain_text("Good morning all")
    await expect(window.newest).not_to_contain_text("APP")
    await expect(window.newest).to_have_accessible_name(re.compile("^Alice Moreno, "))


async def test_another_conversation_is_a_link_away(window: Window) -> None:
    await window.say("only here")
    await window.page.get_by_role("navigation").get_by_role("link", name="#stand-up").click()
    await expect(window.page.get_by_role("log", name="#stand-up")).to_be_visible()
    await expect(window.messages).to_have_count(0)
    await window.page.go_back()
    await expect(window.newest).to_contain_text("only here")


async def test_the_arrow_brings_back_what_was_sent(window: Window) -> None:
    await window.say("once more")
    await window.box.press("ArrowUp")
    await expect(window.box).to_have_value("once more")


async def _is_plain(message: Locator) -> None:
    """Nothing in this message mentions, links or is formatted, but for bold, which the bot itself uses."""
    await expect(message).not_to_contain_text("@channel")
    await expect(message.get_by_role("link")).to_have_count(0)
    styles = await message.evaluate(
        """root => [...root.querySelectorAll('*')].map(each => getComputedStyle(each))
          .map(style => `${style.fontStyle} ${style.textDecorationLine}`)"""
    )
    assert set(styles) == {"normal none"}


async def _cut_off(place: Locator) -> list[str]:
    """What in this place is wider than it is shown, and neither wraps nor ends in an ellipsis."""
    found = await place.evaluate(
        """root => [root, ...root.querySelectorAll('*')]
          .filter(each => each.scrollWidth > each.clientWidth + 1)
          .filter(each => each === document.documentElement || getComputedStyle(each).overflowX !== 'visible')
          .filter(each => getComputedStyle(each).textOverflow !== 'ellipsis')
          .map(each => each.outerHTML.slice(0, 80))"""
    )
    return [str(each) for each in found]
