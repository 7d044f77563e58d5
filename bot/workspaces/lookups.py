"""Remember the campaigns each person looked up lately, for their own App Home.

Look-ups are noted in memory, so that nobody waits, and written to the database every few seconds.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

import structlog

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.records import LOOKUPS_KEPT, Lookup
from bot.store import lookups
from bot.store.database import Database
from bot.workspaces.workspace import Workspace

SHOWN = 10
MOST = 10_000  # look-ups not written yet; beyond that the oldest are dropped
_EVERY = 5.0  # seconds
_AT_ONCE = 500  # rows in one transaction
_log = structlog.get_logger("bot")


@asynccontextmanager
async def kept_lookups(db: Database, clock: Clock) -> "AsyncIterator[Lookups]":
    """Keep look-ups, and write them regularly and at the end of the block."""
    lookups = Lookups(db, clock)
    writing = asyncio.create_task(lookups.keep_writing(), name="writing look-ups")
    try:
        yield lookups
    finally:
        lookups.end()
        await writing


class Lookups:
    """The recent look-ups: those noted here, together with those that all replicas have written."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._unwritten: dict[tuple[str, str, str], Lookup] = {}
        self._own: dict[str, str | None] = {}  # organization, by workspace whose API key is from the environment
        self._writing = asyncio.Lock()
        self._ended = asyncio.Event()

    def note(self, workspace: Workspace, user_id: str, campaign_id: str) -> None:
        """Note in memory that this person has looked up that campaign now."""
        place = (workspace.id, user_id, campaign_id)
        self._unwritten[place] = Lookup(*place, self._clock.now())
        if len(self._unwritten) > MOST:
            del self._unwritten[next(iter(self._unwritten))]
        if workspace.connection and workspace.connection.is_fixed:
            self._own[workspace.id] = workspace.enterprise_id

    async def of(self, workspace_id: str, user_id: str) -> list[Lookup]:
        """Return this person's last SHOWN look-ups, newest first. Raise StoreUnavailable."""
        since = self._clock.now() - LOOKUPS_KEPT
        written = await lookups.newest(self._db, workspace_id, user_id, since, SHOWN)
        return newest([*written, *self.unwritten(workspace_id, user_id)])

    def unwritten(self, workspace_id: str, user_id: str) -> list[Lookup]:
        """Return this person's look-ups that are only in memory, newest first, at most SHOWN."""
        since, mine = self._clock.now() - LOOKUPS_KEPT, (workspace_id, user_id)
        return newest(one for place, one in self._unwritten.items() if place[:2] == mine and one.at > since)

    async def clear(self, workspace_id: str, user_id: str) -> None:
        """Delete all look-ups of this person. If StoreUnavailable is raised, none is deleted."""
        async with self._writing:  # else look-ups being written now could arrive after the deletion
            await lookups.clear(self._db, workspace_id, user_id)
            self._drop([place for place in self._unwritten if place[:2] == (workspace_id, user_id)])

    async def forget_uninstalled(self, workspace_ids: Iterable[str]) -> None:
        """Drop the unwritten look-ups of workspaces that are about to be deleted, so that no write follows."""
        gone = set(workspace_ids)
        async with self._writing:
            self._drop([place for place in self._unwritten if place[0] in gone])
            for workspace_id in gone:
                self._own.pop(workspace_id, None)

    async def keep_writing(self, every: float = _EVERY) -> None:
        """Write every `every` seconds until `end` is called, and then once more."""
        while not self._ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(every):
                    await self._ended.wait()
            await self.write()

    def end(self) -> None:
        """Make `keep_writing` write once more and return. Canceling it could interrupt a write."""
        self._ended.set()

    async def write(self) -> None:
        """Write the unwritten look-ups. What the database does not take now is tried again next time."""
        async with self._writing:
            waiting = list(self._unwritten.items())
            try:
                for start in range(0, len(waiting), _AT_ONCE):
                    part = dict(waiting[start : start + _AT_ONCE])
                    await lookups.save(self._db, list(part.values()), self._own)
                    self._drop([place for place, one in part.items() if self._unwritten.get(place) is one])
            except StoreUnavailable as error:
                _log.warning("look-ups are not written yet", count=len(self._unwritten), error=str(error))

    def _drop(self, places: Iterable[tuple[str, str, str]]) -> None:
        for place in places:
            self._unwritten.pop(place, None)


def newest(found: Iterable[Lookup]) -> list[Lookup]:
    """Return the latest look-up of each campaign, newest first, at most SHOWN."""
    by_id: dict[str, Lookup] = {}
    for one in sorted(found, key=lambda one: one.at, reverse=True):
        by_id.setdefault(one.campaign_id, one)
    return list(by_id.values())[:SHOWN]
