"""The page as a person uses it: everything is found by its accessible name."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Locator, Page, Request, expect

AEP = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
WELCOME = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"
RIGHT_TO_LEFT = "f92af541-a5dc-4896-98d1-e3045aa26879"
EVIL = "9e5cf6e9-9255-4248-b771-f894f2e36355"  # its name tries to mention, to format and to link
_AN_HOUR, _THREE_WEEKS = 20_000, 90_000  # milliseconds that may truly pass


@dataclass
class Window:
    """One open page; `troubles` collects what a page without a fault never has."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    async def open(self, address: str) -> None:
        """Opens the page and waits until it is connected."""
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.troubles.append(f"page error: {error}"))
        self.page.context.on("request", self._asked)
        await self.page.goto(address)
        await self.log.wait_for()

    async def close(self) -> None:
        """Closes the page, and what was opened after it."""
        self.page.context.remove_listener("request", self._asked)
        pages = self.page.context.pages
        for page in pages[pages.index(self.page) :] if self.page in pages else ():
            await page.close()

    @property
    def box(self) -> Locator:
        """Where one types."""
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def log(self) -> Locator:
        """The conversation."""
        return self.page.get_by_role("log")

    @property
    def messages(self) -> Locator:
        """Every message in the conversation, the newest last."""
        return self.log.get_by_role("article")

    @property
    def newest(self) -> Locator:
        """The newest message."""
        return self.messages.last

    @property
    def modal(self) -> Locator:
        """The open modal."""
        return self.page.get_by_role("dialog")

    @property
    def deliveries(self) -> Locator:
        """What was delivered to the bot, a line each, the newest first."""
        return self.page.get_by_role("list", name="Deliveries").get_by_role("listitem")

    async def say(self, text: str) -> None:
        """Types `text` and sends it, once no modal is shown: it would take the keys."""
        await expect(self.modal).to_have_count(0)
        await self.box.fill(text)
        await self.box.press("Enter")

    async def look_up(self, *ids: str) -> None:
        """Types the command."""
        await self.say(f"/campaign {' '.join(ids)}")

    async def go(self, workspace: str) -> None:
        """Looks at another workspace, by its name, and waits until it is there."""
        await self.page.get_by_role("navigation", name="Workspaces").get_by_role("button", name=workspace).click()
        await self.page.get_by_role("banner").filter(has_text=workspace).wait_for()

    async def be(self, name: str) -> None:
        """Looks as another person, by name, and waits until the page does: it forgets what was being typed."""
        await self.page.get_by_label("Person", exact=True).select_option(label=name)
        await self.page.get_by_role("banner").filter(has_text=name.partition(" (")[0]).wait_for()

    async def connect(self, key: str) -> None:
        """Types `/campaign connect` and pastes the key into the form."""
        await self.say("/campaign connect")
        await self.modal.get_by_role("textbox").fill(key)
        await self.modal.get_by_role("button", name="Connect", exact=True).click()

    async def press(self, label: str, *, within: Locator | None = None) -> None:
        """Presses a button, of the newest message unless told otherwise."""
        await self.button(label, within=within).click()

    def button(self, label: str, *, within: Locator | None = None) -> Locator:
        """A button, of the newest message unless told otherwise."""
        return (within or self.newest).get_by_role("button", name=label, exact=True)

    async def choose(self, item: str, *, within: Locator | None = None) -> None:
        """Opens the menu behind the three dots in a message, and presses one of its items."""
        await self.button("More options", within=within).click()
        await self.page.get_by_role("menuitem", name=item, exact=True).click()

    async def pick(self, label: str, choice: str) -> None:
        """Picks in the playground's panel, by the choice's value."""
        await self.page.get_by_label(label, exact=True).select_option(choice)

    async def live_through_three_weeks(self) -> None:
        """Lets three weeks pass with all their readings, and waits until they are over."""
        label = "Live through three weeks"
        async with self.page.expect_response("**/page/clock", timeout=_THREE_WEEKS):
            await self.press(label, within=self.page.locator("body"))
        await self.button(label, within=self.page.locator("body")).wait_for()

    async def tell(self, story: str) -> str:
        """Tells a story, and returns what the panel says of it."""
        told = self.page.get_by_role("list", name="Stories told").get_by_role("listitem")
        before = await told.count()
        await self.pick("Story", story)
        await self.press("Tell it", within=self.page.locator("body"))
        await told.nth(before).wait_for()
        return await told.first.inner_text()

    async def hours_on(self, hours: int) -> None:
        """Puts the clock forward an hour at a time, and waits until each has passed."""
        for _ in range(hours):
            async with self.page.expect_response("**/page/clock", timeout=_AN_HOUR):
                await self.press("1 hour on", within=self.page.locator("body"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and parts.hostname != "127.0.0.1":
            self.troubles.append(f"a request to {parts.hostname or request.url}")
