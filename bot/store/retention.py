"""Delete old audit entries, look-ups, deliveries and readings once a day, and what lives an hour every ten minutes."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.insight.assessment import ZONE
from bot.records import LOOKUPS_KEPT
from bot.store import assessments, audit, claims, deletions, deliveries, link_outcomes, lookups, owner_alerts, readings
from bot.store.database import Database

_DAY = 24 * 60 * 60.0  # seconds
_LOOKS = 144  # for digests that can no longer be restored and claims that no longer count, in a day
_log = structlog.get_logger("bot")


async def keep_tidy(db: Database, clock: Clock, audit_days: int, snapshot_days: int) -> None:
    """Delete old rows at once and then once a day, until canceled. Any number of replicas may do so.

    Deleted digests are purged every ten minutes, and what replicas told each other.
    """
    while True:
        await _unless_unavailable(_tidy(db, clock.now(), audit_days, snapshot_days))
        for _ in range(_LOOKS):
            await _unless_unavailable(_purge_digests(db, clock.now()))
            if db.is_shared:  # otherwise there is nothing
                await _unless_unavailable(_purge_of_replicas(db, clock.now()))
            await asyncio.sleep(_DAY / _LOOKS)


async def _unless_unavailable(work: Awaitable[None]) -> None:
    try:
        await work
    except StoreUnavailable as error:
        _log.warning("old rows were not deleted", error=str(error))


async def _tidy(db: Database, now: datetime, audit_days: int, snapshot_days: int) -> None:
    if gone := await audit.purge(db, now - timedelta(days=audit_days)):
        _log.info("old rows of the audit trail deleted", rows=gone)
    if gone := await lookups.purge(db, now - LOOKUPS_KEPT):
        _log.info("old look-ups deleted", rows=gone)
    if gone := await deliveries.purge(db, now - timedelta(days=snapshot_days)):
        _log.info("old deliveries deleted", rows=gone)
    if gone := await owner_alerts.purge(db, now - owner_alerts.DAY):
        _log.info("old notifications deleted", rows=gone)
    if gone := await thin_readings(db, now, snapshot_days):
        _log.info("old readings deleted", rows=gone)


async def _purge_digests(db: Database, now: datetime) -> None:
    if gone := await deletions.purge(db, now):
        _log.info("digests deleted for good", rows=gone)


async def _purge_of_replicas(db: Database, now: datetime) -> None:
    await claims.purge(db, now)
    await link_outcomes.purge(db, now)


async def thin_readings(db: Database, now: datetime, days: int) -> int:
    """Delete the readings that need not be kept any longer, account after account. Return how many rows are gone."""
    gone = await readings.purge(db, now - timedelta(days=days))
    for one in await readings.usage(db):
        found = await assessments.read(db, one.workspace_id, one.account)
        zone = found.zone if found else ZONE
        gone += await readings.thin(db, one.workspace_id, one.account, now, zone=zone, days=days)
    return gone
