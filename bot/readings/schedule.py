"""Read each workspace in use regularly, and log once when that fails and once when it is over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from uuid import uuid4

import structlog

from bot.carecycle.rate_limit import Asker
from bot.clock import Clock
from bot.errors import BotError, KeyRejected, NotConnected, RateLimited, StoreUnavailable
from bot.logs import places
from bot.readings.reader import Readings
from bot.stopping import DidNotEnd, cancel, end, raise_if_cancelled
from bot.store import reading_turns
from bot.store.database import Database
from bot.store.reading_turns import Turn
from bot.workspaces.registry import Workspaces

TICK = 5.0  # seconds between two looks for what is due
LEASE = timedelta(minutes=5)  # for one replica to read a workspace; after that another one may
_NEW = 12  # looks for what is due until new workspaces are looked for
_AT_ONCE = 4  # workspaces read at the same time
_OBEY = 2.0  # seconds for readings under way to end
_LAST_WORD = 1.0  # seconds to hand back what was leased
NO_ROOM = "NoRoom"  # why nothing is read: the database has room for digests alone
_log = structlog.get_logger("readings")


@asynccontextmanager
async def regular_readings(
    minutes: int, db: Database, clock: Clock, workspaces: Workspaces, tick: float = TICK
) -> "AsyncIterator[ReadingSchedule]":
    """Read workspaces every so many minutes until the block ends; with 0 only when somebody asks."""
    every = timedelta(minutes=minutes)
    readings = Readings(db, clock, workspaces.assessments, every)
    schedule = ReadingSchedule(every, db, clock, workspaces, readings, tick)
    schedule.start()
    try:
        yield schedule
    finally:
        await schedule.stop()
        await readings.close()


class ReadingSchedule:
    """The one schedule of a process. With `every` 0 it does nothing."""

    def __init__(
        self,
        every: timedelta,
        db: Database,
        clock: Clock,
        workspaces: Workspaces,
        readings: Readings,
        tick: float = TICK,
    ) -> None:
        self._every = every
        self._db = db
        self._clock = clock
        self._workspaces = workspaces
        self.readings = readings
        self._tick_seconds = tick
        self._replica = str(uuid4())
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []
        self._failing = False  # looking for what is due

    def start(self) -> None:
        """Start looking for what is due, unless it is running, or readings are off."""
        if self._every and self._task is None:
            self._task = asyncio.create_task(self._look(), name="readings")

    async def stop(self) -> None:
        """Stop: end readings under way, which other replicas may then do. Raise DidNotEnd."""
        task, self._task = self._task, None
        if task is None:
            return
        left = await cancel({task}, _OBEY)
        await end("leaving", self._leave(), _LAST_WORD)
        if left:
            raise DidNotEnd("readings")

    async def kill(self) -> None:
        """End at once as after a crash: nothing is handed back."""
        task, self._task = self._task, None
        await cancel({task} if task else set(), _OBEY)

    def wake(self) -> None:
        """Look at once, also for new workspaces."""
        self._wake.set()

    async def health(self) -> tuple[float, int] | None:
        """Return the age of the oldest last reading of a workspace in use, in seconds, and how many workspaces fail.

        None where nothing is read regularly. Raise StoreUnavailable.
        """
        if not self._every:
            return None
        now = self._clock.now()
        oldest, failing = await reading_turns.health(self._db, now, self._workspaces.own_with_key())
        return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0, failing

    async def looked(self) -> None:
        """Look, from the beginning to the end, and wait until what was due then has been read."""
        looked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(looked)
        self._wake.set()
        await looked

    async def _leave(self) -> None:
        with suppress(StoreUnavailable):  # then its leases end by themselves
            await reading_turns.hand_back(self._db, self._replica)

    async def _look(self) -> None:
        looks = 0
        while True:
            look_for_new = looks % _NEW == 0 or self._wake.is_set()
            self._wake.clear()
            waiting, self._waiting = self._waiting, []
            await self._logged(look_for_new=look_for_new)
            looks += 1
            for one in waiting:
                if not one.done():
                    one.set_result(None)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._tick_seconds):
                    await self._wake.wait()

    async def _logged(self, *, look_for_new: bool) -> None:
        """Look once. Log an error when it is the first of an outage, and the end of the outage."""
        try:
            await self._tick(look_for_new=look_for_new)
        except Exception as error:  # any error: nothing else would report it
            raise_if_cancelled(error)
            if not self._failing:
                self._failing = True
                why = ": the database does not answer" if isinstance(error, StoreUnavailable) else ""
                _log.error(f"readings: could not look what is due{why}", error=type(error).__name__, at=places(error))
        else:
            if self._failing:
                self._failing = False
                _log.info("readings: can look what is due again")

    async def _tick(self, *, look_for_new: bool) -> None:
        own = self._workspaces.own_with_key()
        if look_for_new:
            now = self._clock.now()
            await reading_turns.add_missing(self._db, now, lambda id_: next_slot(id_, now, self._every), own)
        found = _AT_ONCE
        while found == _AT_ONCE:
            now = self._clock.now()
            turns = await reading_turns.take_due(self._db, now, now + LEASE, self._replica, own, _AT_ONCE)
            await asyncio.gather(*map(self._read, turns))
            found = len(turns)

    async def _read(self, turn: Turn) -> None:
        """Read one workspace, and note what became of it."""
        try:
            why = await self._why_not(turn)
        except RateLimited as error:  # the other requests of the minute were somebody else's: wait for the next ones
            again = self._clock.now() + timedelta(seconds=error.retry_after + 1)
            if again < turn.next_due + self._every:
                await reading_turns.put_off(self._db, turn, again)
                return
            why = type(error).__name__
        now = self._clock.now()
        next_due = next_slot(turn.workspace_id, now, self._every)
        news = await reading_turns.finish(self._db, turn, now, next_due, why, since=now - 2 * self._every)
        if news.began and why != NO_ROOM:  # that was logged where it was found
            _log.error("campaigns cannot be read", why=why, workspace=turn.workspace_id)
        if news.over and news.over != NO_ROOM:
            _log.info("campaigns can be read again", why=news.over)

    async def _why_not(self, turn: Turn) -> str:
        """Read the workspace. Return why it could not be read, or an empty string. Raise RateLimited."""
        try:
            workspace = await self._workspaces.of(turn.workspace_id, turn.enterprise_id)
            if workspace.connection is None:
                return NotConnected.__name__
            if workspace.checked_connection and workspace.checked_connection.broken_at:
                return KeyRejected.__name__  # careCycle is not asked until the key works for somebody
            await self.readings.read(workspace, Asker.BACKGROUND)
        except RateLimited:
            raise
        except BotError as error:
            no_room = isinstance(error, StoreUnavailable) and error.is_full
            return NO_ROOM if no_room else type(error).__name__
        except Exception as error:  # a bug, which must not stop the readings of other workspaces
            raise_if_cancelled(error)
            _log.error("bug", workspace=turn.workspace_id, error=type(error).__name__, at=places(error))
            return "bug"
        return ""


def next_slot(workspace_id: str, now: datetime, every: timedelta) -> datetime:
    """Return the next moment after `now` at which this workspace is read: workspaces are spread over the interval."""
    seconds = int(every.total_seconds())
    offset = int.from_bytes(blake2b(workspace_id.encode(), digest_size=8).digest()) % seconds
    passed = (int(now.timestamp()) - offset) % seconds
    return datetime.fromtimestamp(int(now.timestamp()) + seconds - passed, UTC)
