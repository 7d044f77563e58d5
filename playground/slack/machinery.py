"""What the page's panel can do to the world itself: its clock, its campaigns, and the engine that delivers digests."""

from collections.abc import Callable
from datetime import timedelta

from bot.app import Bot
from playground.carecycle import CareCycle
from playground.clock import MovableClock, night_of_change
from playground.crowd import SIZES, campaigns, crowd
from playground.life import Life
from playground.passing import Passing, Reader
from playground.samples import samples
from playground.slack.workspace import Json
from playground.stories import STORIES, Stories, Told


class Machinery:
    """The clock, where there is one that can be moved, and the engine of a bot, once there is one.

    Where campaigns live (`life`), there are stories to tell of them.
    """

    def __init__(
        self,
        clock: MovableClock | None,
        changed: Callable[[], None],
        carecycle: CareCycle | None = None,
        life: Life | None = None,
    ) -> None:
        self._bot: Bot | None = None
        self._carecycle = carecycle
        self._life = life
        self._stories = Stories(carecycle, life) if carecycle and life else None
        self._clock = clock
        self._passing = Passing(clock, changed) if clock else None

    def drive(self, bot: Bot) -> None:
        """The bot whose engine it is, and with which the clock keeps step."""
        self._bot = bot
        if self._passing:
            self._passing.bot = bot

    async def close(self) -> None:
        """Lets the clock be, and go of the bot: aiohttp remembers the last thousand applications, and so this."""
        self._bot = None
        if self._passing:
            await self._passing.set_fast(fast=False)
            self._passing.bot = self._passing.read = None

    def state(self) -> Json:
        """What the panel shows of them; null: there is nothing to move, or to kill."""
        sizes = [len(samples("sunrise")), *SIZES] if self._carecycle else []
        return {
            "clock": self._hands(),
            "engine": self._engine(),
            "stories": [*STORIES] if self._stories else [],
            "told": [_line(one) for one in self._stories.told] if self._stories else [],
            "campaigns": {"count": campaigns(self._carecycle) if self._carecycle else 0, "sizes": sizes},
        }

    def tell(self, name: str, campaign_id: str | None = None) -> Told:
        """Tells a story. Raises LookupError or ValueError where it cannot be told."""
        if self._stories is None:
            raise LookupError("no campaigns live here")
        return self._stories.tell(name, campaign_id)

    async def live(self, days: float, every: timedelta | None = None) -> None:
        """Lives through so many days quickly, reading by reading, `every` so often."""
        if self._passing is None:
            raise LookupError("this clock cannot be moved")
        await self._passing.live(days, every)

    def read_with(self, read: Reader) -> None:
        """What the bot reads with, every quarter of an hour of a clock that can be moved."""
        if self._passing:
            self._passing.read = read

    def crowd(self, count: int) -> None:
        """Makes Sunrise's account hold so many campaigns. Raises LookupError or ValueError where it cannot."""
        if self._carecycle is None:
            raise LookupError("the real careCycle has the campaigns it has")
        crowd(self._carecycle, self._life, count)

    async def set_story(self, body: Json) -> None:
        """`name`: the story that is told; `campaign`: of which one, where it is not the story's own."""
        self.tell(str(body.get("name")), body.get("campaign"))

    async def set_campaigns(self, body: Json) -> None:
        """`count`: so many campaigns."""
        self.crowd(int(body["count"]))

    async def set_clock(self, body: Json) -> None:
        """`forward`: seconds; `live`: days; `fast`: a day in ten seconds, or not; `to`: the night the clocks change."""
        if self._clock is None or self._passing is None:
            raise LookupError("this clock cannot be moved")
        if "forward" in body:
            await self._passing.forward(float(body["forward"]))
        if "live" in body:
            await self.live(float(body["live"]))
        if "fast" in body:
            await self._passing.set_fast(fast=bool(body["fast"]))
        if body.get("to") == "clock_change":
            await self._passing.jump(night_of_change(self._clock.now()))

    async def set_engine(self, body: Json) -> None:
        """Kills the engine, or starts it again."""
        if self._bot is None:
            raise LookupError("there is no engine")
        if body["running"]:
            await self._bot.scheduler.start()
        else:
            await self._bot.scheduler.kill()

    def _hands(self) -> Json | None:
        if self._clock is None or self._passing is None:
            return None
        return {"now": self._clock.seconds(), "speed": self._passing.speed, "fast": self._passing.is_fast}

    def _engine(self) -> str | None:
        if self._bot is None:
            return None
        return "running" if self._bot.scheduler.running else "stopped"


def _line(told: Told) -> Json:
    """A story that was told, as the page draws it."""
    return {"name": told.story.name, "at": told.at.timestamp(), "does": told.does, "says": told.says}
