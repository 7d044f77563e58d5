"""Delete old audit entries, look-ups, deliveries and readings once a day."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.insight.assessment import ZONE
from bot.records import LOOKUPS_KEPT
from bot.store import assessments, audit, deliveries, lookups, readings
from bot.store.database import Database

_DAY = 24 * 60 * 60.0  # seconds
_log = structlog.get_logger("bot")


async def keep_tidy(db: Database, clock: Clock, audit_days: int, snapshot_days: int) -> None:
    """Delete old rows at once and then once a day, until canceled. Any number of replicas may do so."""
    while True:
        now = clock.now()
        try:
            if gone := await audit.purge(db, now - timedelta(days=audit_days)):
                _log.info("old rows of the audit trail deleted", rows=gone)
            if gone := await lookups.purge(db, now - LOOKUPS_KEPT):
                _log.info("old look-ups deleted", rows=gone)
            if gone := await deliveries.purge(db, now - timedelta(days=snapshot_days)):
                _log.info("old deliveries deleted", rows=gone)
            if gone := await thin_readings(db, now, snapshot_days):
                _log.info("old readings deleted", rows=gone)
        except StoreUnavailable as error:
            _log.warning("old rows were not deleted", error=str(error))
        await asyncio.sleep(_DAY)


async def thin_readings(db: Database, now: datetime, days: int) -> int:
    """Delete the readings that need not be kept any longer, account after account. Return how many rows are gone."""
    gone = await readings.purge(db, now - timedelta(days=days))
    for one in await readings.usage(db):
        found = await assessments.read(db, one.workspace_id, one.account)
        zone = found.zone if found else ZONE
        gone += await readings.thin(db, one.workspace_id, one.account, now, zone=zone, days=days)
    return gone
