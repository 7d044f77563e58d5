"""What has to be done once a day: rows of the audit trail that are old enough are deleted."""

import asyncio
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.store import audit
from bot.store.database import Database

_DAY = 24 * 60 * 60.0  # seconds
_log = structlog.get_logger("bot")


async def keep_tidy(db: Database, clock: Clock, audit_days: int) -> None:
    """Runs until it is cancelled; the first time at once. Any number of replicas may do it."""
    while True:
        try:
            if gone := await audit.purge(db, clock.now() - timedelta(days=audit_days)):
                _log.info("old rows of the audit trail deleted", rows=gone)
        except StoreUnavailable as error:
            _log.warning("the audit trail was not tidied", error=str(error))
        await asyncio.sleep(_DAY)
