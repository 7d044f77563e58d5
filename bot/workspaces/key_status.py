"""Note when careCycle starts to refuse a workspace's key, and when it accepts the key again."""

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
    """The record of which keys careCycle refuses.

    `announce` is called after a broken key and the alert about it have been stored. `read_anew` drops what is
    remembered of a workspace, and reads its new state.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        announce: Callable[[], None],
        read_anew: Callable[[str], None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._announce = announce
        self._read_anew = read_anew
        # Since when keys from the environment are refused, by workspace. This is logged, but not stored.
        self._fixed_broken: dict[str, datetime] = {}

    def known_of(self, workspace_id: str, connection: Connection | None) -> Connection | None:
        """Return the connection with `broken_at` set if careCycle refuses its key.

        For a key from the environment, only this class knows it: the database does not hold such keys.
        """
        since = self._fixed_broken.get(workspace_id)
        return replace(connection, broken_at=since) if since and connection and connection.is_fixed else connection

    async def broken(self, workspace_id: str, connection: Connection) -> None:
        """Note that careCycle refused the key (401)."""
        if connection.connected_at is None:
            if workspace_id not in self._fixed_broken:
                self._fixed_broken[workspace_id] = self._clock.now()
                _log.error("careCycle refuses CARECYCLE_API_KEY", workspace=workspace_id)
        elif connection.broken_at is None:
            await self._note_broken(workspace_id, connection)

    async def works(self, workspace_id: str, connection: Connection) -> None:
        """Note that careCycle accepted the key."""
        if workspace_id in self._fixed_broken and connection.connected_at is None:
            del self._fixed_broken[workspace_id]
            _log.info("careCycle takes the key again", workspace=workspace_id)
        elif connection.broken_at is not None and connection.connected_at is not None:
            try:
                first = await profiles.mark_working(self._db, workspace_id, connection.connected_at)
            except StoreUnavailable:  # the next success will note it
                return
            self._read_anew(workspace_id)
            if first:
                _log.info("careCycle takes the key again", workspace=workspace_id)

    async def _note_broken(self, workspace_id: str, connection: Connection) -> None:
        if connection.connected_at is None:
            return
        try:
            first = await profiles.mark_broken(self._db, workspace_id, connection.connected_at, self._clock.now())
        except StoreUnavailable:  # the next refusal will note it
            return
        self._read_anew(workspace_id)
        if first:
            _log.error("careCycle refuses the key", workspace=workspace_id)
            self._announce()
