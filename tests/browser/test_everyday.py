"""Tasks of a team lead’s day and their steps, which docs/decisions/17-everyday.md has beside those of before."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Locator, expect

from playground.carecycle import HARBOR_KEY
from playground.clock import MovableClock
from playground.world import World
from tests.browser.conftest import OpenWindow
from tests.browser.window import Window

MONDAY = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)  # half past eight in New York
STEPS = {
    "Put three campaigns into the channel": 2,
    "Compare two campaigns and share that": 2,
    "Look up a name with the boss’s typo": 2,
    "See what is broken now, and what to do": 3,
    "Understand a customer’s link that somebody pasted": 1,
    "Show a campaign in a channel shared with a partner": 2,
    "Answer the stand-up with eight characters of an id": 1,
    "Take back what was shared by mistake": 2,
    "Get along while careCycle is down": 4,
    "Get a workspace connected as a member": 6,
    "Make a morning digest of two campaigns": 6,
    "Post a campaign from anywhere in Slack": 5,
}


@dataclass
class Hands:
    """Whoever does a task. What is typed, pressed or chosen is one step each."""

    window: Window
    steps: int = 0

    async def type(self, text: str, into: Locator | None = None) -> None:
        """Types a message and sends it, or fills in a field."""
        self.steps += 1
        await (into.fill(text) if into else self.window.say(text))

    async def press(self, label: str, *, within: Locator | None = None) -> None:
        """Presses a button, of the newest message unless told otherwise."""
        self.steps += 1
        await self.window.press(label, within=within)

    async def choose(self, choice: Locator) -> None:
        """Chooses one of several, or goes to a conversation."""
        self.steps += 1
        await choice.click()

    def took(self, task: str) -> None:
        """Fails unless the task took the steps that the page says."""
        assert self.steps == STEPS[task]


@pytest_asyncio.fixture(loop_scope="session")
async def here(make_world: Callable[..., Awaitable[World]]) -> World:
    """As `make play` starts: Sunrise is connected, and Harbor has nothing."""
    made = await make_world(many=True, clock=MovableClock(MONDAY))
    assert (await made.slack.connect()).errors == {}
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def hands(here: World, open_window: OpenWindow) -> AsyncIterator[Hands]:
    yield Hands(await open_window(here))


async def test_three_campaigns_go_into_the_channel_by_name(hands: Hands) -> None:
    await hands.type("/campaign AEP, Medicare Welcome, Turning 65")
    await hands.press("Share to channel")
    shared = hands.window.newest
    await expect(shared).to_contain_text("shared by @Alice Moreno")
    await expect(shared).not_to_contain_text("Only visible to you")
    for name in ("AEP Outreach 2026", "Medicare Welcome", "Turning 65"):
        await expect(shared).to_contain_text(name)
    hands.took("Put three campaigns into the channel")


async def test_two_campaigns_are_compared_by_name_and_everybody_sees_it(hands: Hands) -> None:
    await hands.type("/campaign compare AEP Medicare Welcome")
    await expect(hands.window.newest).to_contain_text("Only visible to you")
    await hands.press("Share to channel")
    shared = hands.window.newest
    await expect(shared).to_contain_text("shared by @Alice Moreno")
    await expect(shared).to_contain_text("3,311")
    await expect(shared).to_contain_text("2,210")
    hands.took("Compare two campaigns and share that")


async def test_a_name_with_a_typo_is_one_press_away(hands: Hands) -> None:
    await hands.type("/campaign hospital indemity")
    await expect(hands.window.newest).to_contain_text("Did you mean this one?")
    await hands.press("Open")
    await expect(hands.window.newest.get_by_role("heading", name="Hospital indemnity cross-sell")).to_be_visible()
    hands.took("Look up a name with the boss’s typo")


async def test_what_is_broken_is_found_opened_and_said_with_what_to_do(hands: Hands) -> None:
    await hands.type("/campaign list")
    await expect(hands.window.newest).to_contain_text("Transfers of 9 active campaigns not looked at yet")
    await hands.press("With problems")
    await expect(hands.window.newest).to_contain_text("5 campaigns need a person")
    await hands.choose(hands.window.newest.get_by_role("button", name="Open").nth(1))
    await expect(hands.window.newest.get_by_role("heading", name="AEP Outreach 2026")).to_be_visible()
    await expect(hands.window.newest).to_contain_text(
        "Nobody in group Spanish can take a call. Switch on an agent there."
    )
    hands.took("See what is broken now, and what to do")


async def test_a_customers_link_is_said_to_be_one(hands: Hands) -> None:
    await hands.type("/campaign https://app.carecycle.ai/customers/7d3f2a11-0b1c-4a55-9e1f-2f9b6d1e4c33")
    await expect(hands.window.newest).to_contain_text("opens a customer in careCycle, not a campaign")
    await expect(hands.window.messages).to_have_count(1)
    hands.took("Understand a customer’s link that somebody pasted")


async def test_a_partner_sees_the_short_form_and_may_press_what_is_harmless(hands: Hands) -> None:
    window = hands.window
    await window.page.get_by_role("link", name="#harbor-shared").click()
    await hands.type("/campaign AEP")
    await hands.press("Share to channel")
    await expect(window.newest).to_contain_text("Short form")
    hands.took("Show a campaign in a channel shared with a partner")
    await window.be("Eve Lang (Harbor Benefits)")
    for secret in ("Main desk", "Spanish", "Annual enrollment", "Add to a digest"):
        await expect(window.newest).not_to_contain_text(secret)
    await window.press("Details")
    await expect(window.modal).to_contain_text("Dialing")
    await expect(window.modal).not_to_contain_text("Sunrise Health")
    await window.press("Close", within=window.modal)
    await window.press("Take back")
    await window.press("Take it back", within=window.page.locator("body"))
    await expect(window.newest).to_contain_text("only they or a manager can take it back")
    await expect(window.messages).to_have_count(2)


async def test_the_stand_up_is_answered_with_eight_characters_of_an_id(hands: Hands) -> None:
    await hands.window.page.get_by_role("link", name="#stand-up").click()
    await hands.type("@careCycle 497f6eca")
    await expect(hands.window.newest).to_contain_text("In a thread")
    await expect(hands.window.newest.get_by_role("heading", name="AEP Outreach 2026")).to_be_visible()
    hands.took("Answer the stand-up with eight characters of an id")


async def test_what_was_shared_by_mistake_is_taken_back(hands: Hands) -> None:
    await hands.window.look_up("AEP")
    await hands.window.press("Share to channel")
    await hands.press("Take back")
    await hands.press("Take it back", within=hands.window.page.locator("body"))
    await expect(hands.window.messages).to_have_count(0)
    hands.took("Take back what was shared by mistake")


async def test_an_outage_keeps_the_card_says_so_and_offers_to_try_again(hands: Hands) -> None:
    window = hands.window
    await hands.type("/campaign AEP")
    await expect(window.newest).to_contain_text("87 today")
    await window.pick("careCycle", "server_error")
    await hands.press("Refresh")
    await expect(window.newest).to_contain_text("not answering; tried at 8:30 AM")
    await expect(window.messages.first).to_contain_text("87 today")
    await hands.type("/campaign Medicare Welcome")
    await expect(window.newest).to_contain_text("Nothing is wrong with what you asked")
    await window.pick("careCycle", "none")
    await hands.press("Try again")
    await expect(window.newest.get_by_role("heading", name="Medicare Welcome")).to_be_visible()
    await expect(window.messages).to_have_count(3)
    hands.took("Get along while careCycle is down")


async def test_a_member_asks_a_manager_connects_and_the_member_gets_the_answer(here: World, hands: Hands) -> None:
    window = hands.window
    assert (await here.slack.install("T02HARBOR")).status == 200
    await window.go("Harbor Benefits")
    await window.be("Hugo Silva")
    await hands.type("/campaign Harbor Retention")
    await hands.press("Ask Grace Kim to connect")
    await expect(window.newest).to_contain_text("@Grace Kim was asked")
    await window.be("Grace Kim")
    await hands.choose(window.page.get_by_role("link", name="careCycle", exact=True))
    await expect(window.newest).to_contain_text("@Hugo Silva asks you")
    await hands.press("Connect careCycle")
    await hands.type(HARBOR_KEY, into=window.modal.get_by_role("textbox"))
    await hands.press("Connect", within=window.modal)
    await expect(window.modal).to_contain_text("✅")
    await window.be("Hugo Silva")
    await expect(window.newest.get_by_role("heading", name="Harbor Retention")).to_be_visible()
    hands.took("Get a workspace connected as a member")


async def test_a_morning_digest_of_two_campaigns_is_made_from_a_card(hands: Hands) -> None:
    window = hands.window
    await window.page.get_by_role("link", name="#stand-up").click()
    await hands.type("/campaign AEP")
    await hands.press("Add to a digest")
    await hands.press("New digest with this campaign", within=window.modal)
    await hands.type("medicare wel", into=window.modal.get_by_role("combobox", name="Which campaigns"))
    await hands.choose(window.modal.get_by_role("option", name="Medicare Welcome"))
    await expect(window.modal).to_contain_text("2 campaigns match now")
    await hands.press("Save", within=window.modal)
    await expect(window.modal).to_contain_text("is saved, for #stand-up")
    hands.took("Make a morning digest of two campaigns")
    await window.press("Done", within=window.modal)
    await window.press("1 hour on", within=window.page.locator("body"))
    digest = window.messages.filter(has_text="Morning digest · Mon, Nov 23")
    await expect(digest.get_by_role("button", name="All 2 campaigns")).to_be_visible()


async def test_a_campaign_is_found_from_anywhere_and_posted_to_a_conversation(hands: Hands) -> None:
    window = hands.window
    await hands.press("Find a campaign", within=window.page.locator(".composer"))
    await hands.type("medicare wel", into=window.modal.get_by_role("combobox").first)
    await hands.choose(window.modal.get_by_role("option", name="Medicare Welcome"))
    await hands.choose(window.modal.get_by_role("radio", name="To everybody in a conversation"))
    await hands.press("Show", within=window.modal)
    await expect(window.newest.get_by_role("heading", name="Medicare Welcome")).to_be_visible()
    await expect(window.newest).to_contain_text("shared by @Alice Moreno")
    hands.took("Post a campaign from anywhere in Slack")


async def test_the_page_has_the_same_steps() -> None:
    page = Path(__file__).parents[2] / "docs" / "decisions" / "17-everyday.md"
    rows = re.findall(r"^\| ([^|]+?) \| [^|]+ \| (\d+) \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert {task: int(steps) for task, steps in rows} == STEPS
