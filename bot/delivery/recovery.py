"""Hand back the deliveries of replicas that died."""

from datetime import timedelta

import structlog

from bot.delivery.pace import Pace
from bot.replicas.heartbeat import Heartbeat
from bot.store import delivery_claims
from bot.store.database import Database

_log = structlog.get_logger("digests")


class Recovery:
    """Looks after the claims of all replicas."""

    def __init__(self, db: Database, pace: Pace, heartbeat: Heartbeat) -> None:
        self._db = db
        self._silent = timedelta(seconds=pace.dead)
        self._heartbeat = heartbeat

    async def hand_back(self) -> None:
        """Hand back the deliveries of dead replicas. Raise StoreUnavailable.

        Only a replica with a steady heartbeat of its own may judge: while the database was away, nobody had one.
        """
        if self._heartbeat.is_steady and (count := await delivery_claims.hand_back_of_dead(self._db, self._silent)):
            _log.warning("digests of a replica that died are handed back", runs=count)
