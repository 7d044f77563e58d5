"""Time that passes with the bot keeping up: the clock waits at every digest until it is delivered.

A clock that only jumped would be a program that was down: what fell due on the way would be late, or skipped.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.app import Bot
from bot.stopping import cancel
from bot.store import deliveries, digests
from playground.clock import DAY_IN_TEN_SECONDS, MovableClock

_STEP = 0.1  # true seconds between two steps of a fast clock
_STEPS_TOLD = 10  # every so many steps the page hears what time it is
_LOOK = 0.05  # true seconds between two looks at what is under way
_PATIENCE = 8.0  # true seconds a delivery may take before the clock goes on without it
_OBEY = 5.0  # true seconds for a clock that is to stand still
_RUNNING = ("due", "posting")
_NEWEST = 200  # deliveries that are looked at
_A_READING, _AN_OLD_READING = timedelta(minutes=15), timedelta(hours=1)  # from one to the next
_EACH_COUNTS = timedelta(days=1)  # before it one reading an hour is made: that is what is kept of older days, too
_TOLD_EVERY = timedelta(hours=6)  # while days are lived through the page hears so often what time it is

Reader = Callable[[], Awaitable[None]]


class Passing:
    """Puts a clock forward, step by step; `bot` is set once it is built, `changed` is told when the speed changes.

    `read` makes the bot read careCycle's lists: it is awaited every quarter of an hour of the clock. None: it is not.
    """

    def __init__(self, clock: MovableClock, changed: Callable[[], None]) -> None:
        self.bot: Bot | None = None
        self.read: Reader | None = None
        self._clock = clock
        self._changed = changed
        self._read_at = self._told_at = clock.now()
        self._one_at_a_time = asyncio.Lock()
        self._fast: asyncio.Task[None] | None = None
        self._held = False

    @property
    def is_fast(self) -> bool:
        """Whether a day takes ten seconds."""
        return self._fast is not None

    @property
    def speed(self) -> float:
        """Seconds here for each true one, at the moment."""
        return DAY_IN_TEN_SECONDS if self.is_fast and not self._held else self._clock.speed

    async def forward(self, seconds: float, *, every: timedelta = _A_READING) -> None:
        """Puts the clock forward, waiting at what is due on the way and at a reading `every` so often.

        Raises ValueError for a step back.
        """
        if seconds < 0:
            raise ValueError("the clock can be put forward only")
        async with self._one_at_a_time:
            end = self._clock.now() + timedelta(seconds=seconds)
            while (stop := min(due := await self._next_due() or end, self._next_reading(every) or end)) < end:
                self._put(stop)
                if stop == due:
                    await self._settled()
                await self._reading(every)
            self._put(end)
            self._wake()
            await self._reading(every)

    async def live(self, days: float, every: timedelta | None = None) -> None:
        """Lives through so many days as fast as it can, with a reading `every` so often.

        Without `every` it is an hour, and on the last day a quarter of one. Raises ValueError for a step back.
        """
        whole = timedelta(days=days)
        recent = min(whole, _EACH_COUNTS)
        await self.forward((whole - recent).total_seconds(), every=every or _AN_OLD_READING)
        await self.forward(recent.total_seconds(), every=every or _A_READING)
        self._changed()

    async def jump(self, moment: datetime) -> None:
        """Puts the clock forward at once: what was due on the way was missed. Raises ValueError for a step back."""
        async with self._one_at_a_time:
            self._clock.at(moment)
            self._wake()

    async def set_fast(self, *, fast: bool) -> None:
        """Makes a day take ten seconds, or as long as it does."""
        if fast and not self._fast:
            self._fast = asyncio.create_task(self._run())
        elif not fast and (running := self._fast):
            self._fast = None
            await cancel({running}, _OBEY)

    async def _run(self) -> None:
        for step in itertools.count():
            await asyncio.sleep(_STEP)
            await self.forward(_STEP * DAY_IN_TEN_SECONDS)
            if step % _STEPS_TOLD == 0:
                self._changed()

    def _put(self, moment: datetime) -> None:
        if moment > self._clock.now():  # time goes on by itself, too
            self._clock.at(moment)

    def _wake(self) -> None:
        if self.bot:
            self.bot.scheduler.wake()

    async def _next_due(self) -> datetime | None:
        """When something is due next; None where nobody would deliver it."""
        now = self._clock.now()
        return min((moment for moment in await self._due() if moment > now), default=None)

    def _next_reading(self, every: timedelta) -> datetime | None:
        """When the bot reads next, on the full hour or a quarter of it; None where nobody reads."""
        if self.read is None:
            return None
        seconds = every.total_seconds()
        return datetime.fromtimestamp((self._clock.seconds() // seconds + 1) * seconds, UTC)

    async def _reading(self, every: timedelta) -> None:
        """Makes a reading if one is due; one that fails is the bot's to tell."""
        now, seconds = self._clock.now(), every.total_seconds()
        if self.read is None or now.timestamp() // seconds == self._read_at.timestamp() // seconds:
            return
        self._read_at = now
        await self.read()
        if now >= self._told_at + _TOLD_EVERY:
            self._told_at = now
            self._changed()

    async def _settled(self) -> None:
        self._wake()
        self._hold(held=True)
        try:
            async with asyncio.timeout(_PATIENCE):
                while any(moment <= self._clock.now() for moment in await self._due()):  # noqa: ASYNC110 - only the database knows
                    await asyncio.sleep(_LOOK)
        except TimeoutError:
            pass  # careCycle or Slack is in trouble: the next try has its own time
        finally:
            self._hold(held=False)

    def _hold(self, *, held: bool) -> None:
        self._held = held
        self._changed()

    async def _due(self) -> list[datetime]:
        """When each digest, and each delivery that is under way, is due."""
        if self.bot is None or not self.bot.scheduler.running:
            return []
        planned = [digest.next_due for digest in await digests.of_workspace(self.bot.db)]
        rows = [row for row in await deliveries.newest(self.bot.db, _NEWEST) if row.state in _RUNNING]
        return [moment for moment in (*planned, *(row.try_at or row.due for row in rows)) if moment]
