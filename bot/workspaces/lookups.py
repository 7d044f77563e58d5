"""Who looked up what lately: noted in memory at no cost, written down every few seconds, for their own App Home."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import structlog

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.records import LOOKUPS_KEPT, Lookup
from bot.store import lookups
from bot.store.database import Database
from bot.workspaces.workspace import Workspace

SHOWN = 10
MOST = 10_000  # not written yet; the oldest of more give way
_EVERY = 5.0  # seconds
_AT_ONCE = 500  # rows in one transaction
_log = structlog.get_logger("bot")


class Lookups:
    """What was looked up here and what all replicas have written, as one."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._unwritten: dict[tuple[str, str, str], Lookup] = {}
        self._own: dict[str, str | None] = {}  # whose key is from the environment, with their organizations
        self._writing = asyncio.Lock()
        self._ended = asyncio.Event()

    def note(self, workspace: Workspace, user_id: str, campaign_id: str) -> None:
        """This person has seen that campaign now; never waits for anything."""
        place = (workspace.id, user_id, campaign_id)
        self._unwritten[place] = Lookup(*place, self._clock.now())
        if len(self._unwritten) > MOST:
            del self._unwritten[next(iter(self._unwritten))]
        if workspace.connection and workspace.connection.is_fixed:
            self._own[workspace.id] = workspace.enterprise_id

    async def of(self, workspace_id: str, user_id: str) -> list[Lookup]:
        """The last few of this person, newest first. Raises StoreUnavailable."""
        since = self._clock.now() - LOOKUPS_KEPT
        written = await lookups.newest(self._db, workspace_id, user_id, since, SHOWN)
        return _newest([*written, *self.unwritten(workspace_id, user_id)])

    def unwritten(self, workspace_id: str, user_id: str) -> list[Lookup]:
        """As many of them as need no store."""
        since, mine = self._clock.now() - LOOKUPS_KEPT, (workspace_id, user_id)
        return _newest(one for place, one in self._unwritten.items() if place[:2] == mine and one.at > since)

    async def clear(self, workspace_id: str, user_id: str) -> None:
        """Forget all that this person looked up. Raises StoreUnavailable, with nothing forgotten."""
        async with self._writing:  # else what is being written would come after it
            await lookups.clear(self._db, workspace_id, user_id)
            self._drop([place for place in self._unwritten if place[:2] == (workspace_id, user_id)])

    async def left(self, workspace_ids: Iterable[str]) -> None:
        """Call it before these workspaces are deleted: afterwards nothing of them is written any more."""
        gone = set(workspace_ids)
        async with self._writing:
            self._drop([place for place in self._unwritten if place[0] in gone])
            for workspace_id in gone:
                self._own.pop(workspace_id, None)

    async def keep_writing(self, every: float = _EVERY) -> None:
        """Write every so many seconds, and once more after `end`."""
        while not self._ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(every):
                    await self._ended.wait()
            await self.write()

    def end(self) -> None:
        """Nothing more is noted. Not by cancelling: what is being written would be torn apart."""
        self._ended.set()

    async def write(self) -> None:
        """Write what is not written; what the store does not take now is tried again the next time."""
        async with self._writing:
            waiting = list(self._unwritten.items())
            try:
                for start in range(0, len(waiting), _AT_ONCE):
                    part = dict(waiting[start : start + _AT_ONCE])
                    await lookups.keep(self._db, list(part.values()), self._own)
                    self._drop([place for place, one in part.items() if self._unwritten.get(place) is one])
            except StoreUnavailable as error:
                _log.warning("look-ups are not written yet", count=len(self._unwritten), error=str(error))

    def _drop(self, places: Iterable[tuple[str, str, str]]) -> None:
        for place in places:
            self._unwritten.pop(place, None)


def _newest(found: Iterable[Lookup]) -> list[Lookup]:
    """Each campaign once, as it was looked up last; newest first."""
    by_id: dict[str, Lookup] = {}
    for one in sorted(found, key=lambda one: one.at, reverse=True):
        by_id.setdefault(one.campaign_id, one)
    return list(by_id.values())[:SHOWN]
