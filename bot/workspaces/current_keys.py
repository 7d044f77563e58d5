"""Know whether a key is still a workspace's own: nothing is asked with a deleted key, and no answer to it is shown."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar

from cachetools import LRUCache
from pydantic import SecretStr

from bot.cached import SingleFlight
from bot.carecycle.rate_limit import Asker
from bot.clock import Clock
from bot.errors import KeyChanged, NotConnected, StoreUnavailable
from bot.records import Connection
from bot.replicas.listener import Listener
from bot.store import profiles
from bot.store.database import Database

P = ParamSpec("P")
T = TypeVar("T")
_MOST = 20_000  # workspaces
_PATIENCE = 1.0  # seconds to wait for the database, before each request while changes are not heard


class _Keyed(Protocol):
    """A workspace, as it was read."""

    @property
    def connection(self) -> Connection | None: ...

    async def as_it_is_now(self) -> Self: ...


W = TypeVar("W", bound=_Keyed)


class CurrentKeys:
    """The keys of workspaces as the database has them.

    While the listener hears every change, they are remembered; otherwise the database is asked each time. `changed` is
    called with the id of a workspace whose key turns out to be another one.
    """

    def __init__(self, db: Database, clock: Clock, listener: Listener, changed: Callable[[str], None]) -> None:
        self._db = db
        self._clock = clock
        self._listener = listener
        self._changed = changed
        self.changes = 0  # how often something was forgotten
        self._known: LRUCache[str, SecretStr | None] = LRUCache(_MOST)
        self._doubtful: LRUCache[str, bool] = LRUCache(_MOST)  # changed, and not read since
        self._flights: SingleFlight[str, SecretStr | None] = SingleFlight()

    async def need(self, workspace_id: str, connection: Connection) -> None:
        """Raise KeyChanged unless this is the workspace's key now.

        While the database does not answer, the last known key counts: nobody can delete one there. A key from the
        environment is not in the database, and is never deleted.
        """
        if connection.is_fixed:
            return
        try:
            current = await self._current(workspace_id)
        except StoreUnavailable:
            if workspace_id in self._doubtful:
                raise KeyChanged from None
            return
        if current != connection.key:
            self._changed(workspace_id)
            raise KeyChanged

    async def check(self, workspace_id: str, connection: Connection | None, key: SecretStr) -> None:
        """Raise as `need` when `key` is that of the connection. Any other is only being tried."""
        if connection and key == connection.key:
            await self.need(workspace_id, connection)

    def note(self, workspace_id: str, key: SecretStr | None, changes: int) -> None:
        """Remember a key that was read, unless something changed since `changes` was looked at, before it was read."""
        if changes == self.changes:
            self._known[workspace_id] = key
            self._doubtful.pop(workspace_id, None)

    def forget(self, workspace_id: str) -> None:
        """Ask the database again: the key was changed."""
        self.changes += 1
        self._known.pop(workspace_id, None)
        self._doubtful[workspace_id] = True
        self._flights.forget(lambda flying: flying == workspace_id)

    def forget_all(self) -> None:
        """Ask the database again for each workspace: changes may have been missed."""
        self.changes += 1
        self._known.clear()
        self._flights.forget(lambda _: True)

    async def close(self) -> None:
        """Cancel the questions under way."""
        await self._flights.close()

    async def _current(self, workspace_id: str) -> SecretStr | None:
        if self._listener.is_sound and workspace_id in self._known:
            return self._known[workspace_id]
        if self._db.breaker.is_down(self._clock.monotonic()):
            raise StoreUnavailable("it failed a moment ago")
        ask = partial(self._ask, workspace_id)
        if self._flights.has(workspace_id):  # its answer may be older than this question, so it is not shared
            await asyncio.wait({self._flights.begin(workspace_id, ask)}, timeout=_PATIENCE)
        asked = self._flights.begin(workspace_id, ask)
        await asyncio.wait({asked}, timeout=_PATIENCE)
        if not asked.done():
            self._db.breaker.note_failure(self._clock.monotonic())
            raise StoreUnavailable("it is late")
        return asked.result()

    async def _ask(self, workspace_id: str) -> SecretStr | None:
        changes = self.changes
        try:
            key = await profiles.read_key(self._db, workspace_id)
        except StoreUnavailable:
            self._db.breaker.note_failure(self._clock.monotonic())
            raise
        self._db.breaker.note_answer()
        self.note(workspace_id, key, changes)
        return key


def again_with_new_key(
    method: Callable[Concatenate[W, P], Coroutine[Any, Any, T]],  # Any: of every coroutine
) -> Callable[Concatenate[W, P], Coroutine[Any, Any, T]]:
    """Let a method of a workspace, for which a person waits, begin again once with the key that replaced its own.

    It raises NotConnected when the key was deleted. What begins in the background raises KeyChanged.
    """

    @wraps(method)
    async def asked(workspace: W, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await method(workspace, *args, **kwargs)
        except KeyChanged:
            if kwargs.get("asker") is Asker.BACKGROUND:
                raise
            now = await workspace.as_it_is_now()
            if now.connection is None:
                raise NotConnected from None
            return await method(now, *args, **kwargs)

    return asked
