"""What the page's panel can do to the world itself: its clock, and the engine that delivers digests."""

from collections.abc import Callable

from bot.app import Bot
from playground.clock import MovableClock, night_of_change
from playground.passing import Passing
from playground.slack.workspace import Json


class Machinery:
    """The clock, where there is one that can be moved, and the engine of a bot, once there is one."""

    def __init__(self, clock: MovableClock | None, changed: Callable[[], None]) -> None:
        self._bot: Bot | None = None
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
            self._passing.bot = None

    def state(self) -> Json:
        """What the panel shows of them; null: there is nothing to move, or to kill."""
        return {"clock": self._hands(), "engine": self._engine()}

    async def set_clock(self, body: Json) -> None:
        """`forward`: so many seconds; `fast`: a day in ten seconds, or not; `to`: the night the clocks change."""
        if self._clock is None or self._passing is None:
            raise LookupError("this clock cannot be moved")
        if "forward" in body:
            await self._passing.forward(float(body["forward"]))
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
