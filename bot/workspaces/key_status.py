"""Whether careCycle still takes a workspace's key: noted once when it does not, and once when it does again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.records import Connection
from bot.store import profiles
from bot.store.database import Database

_log = structlog.get_logger("carecycle")


class KeyStatus:
    """`announce` is called for each key that breaks, when it is written down that somebody is to be told.

    `forget` lets go of what is remembered of a workspace, so that the next question sees its new state.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        announce: Callable[[], None],
        forget: Callable[[str], None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._announce = announce
        self._forget = forget
        self._fixed_broken: dict[str, datetime] = {}  # of keys from the environment: since when; the log alone tells

    def known_of(self, workspace_id: str, connection: Connection | None) -> Connection | None:
        """The connection and whether careCycle refuses it: of a key from the environment that is kept here alone."""
        since = self._fixed_broken.get(workspace_id)
        return replace(connection, broken_at=since) if since and connection and connection.is_fixed else connection

    async def broken(self, workspace_id: str, connection: Connection) -> None:
        """careCycle refused the key (401)."""
        if connection.connected_at is None:
            if workspace_id not in self._fixed_broken:
                self._fixed_broken[workspace_id] = self._clock.now()
                _log.error("careCycle refuses CARECYCLE_API_KEY", workspace=workspace_id)
        elif connection.broken_at is None:
            await self._note_broken(workspace_id, connection)

    async def works(self, workspace_id: str, connection: Connection) -> None:
        """careCycle took the key."""
        if workspace_id in self._fixed_broken and connection.connected_at is None:
            del self._fixed_broken[workspace_id]
            _log.info("careCycle takes the key again", workspace=workspace_id)
        elif connection.broken_at is not None and connection.connected_at is not None:
            try:
                first = await profiles.mark_mended(self._db, workspace_id, connection.connected_at)
            except StoreUnavailable:  # the next success will
                return
            self._forget(workspace_id)
            if first:
                _log.info("careCycle takes the key again", workspace=workspace_id)

    async def _note_broken(self, workspace_id: str, connection: Connection) -> None:
        if connection.connected_at is None:
            return
        try:
            first = await profiles.mark_broken(self._db, workspace_id, connection.connected_at, self._clock.now())
        except StoreUnavailable:  # the next refusal will
            return
        self._forget(workspace_id)
        if first:
            _log.error("careCycle refuses the key", workspace=workspace_id)
            self._announce()
