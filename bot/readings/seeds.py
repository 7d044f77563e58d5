"""Begin an account's readings with what past deliveries showed, so that nobody waits weeks for a usual share.

A delivery showed some campaigns, at most a few times a day: what is made of it is marked as coarse. Rules take shares
from it, but neither pace nor hours.
"""

import asyncio
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.campaigns.figures import Figures
from bot.digests.snapshot import Snapshot, unpack
from bot.insight.packing import Packed, pack
from bot.insight.series import AccountReading
from bot.store import readings, snapshots
from bot.store.database import Database
from bot.store.snapshots import Kept

DAYS = 100  # older ends hardly count in a usual share: a day weighs 0.97 of the one after it
_AT_ONCE = 50  # deliveries read in one transaction
_log = structlog.get_logger("bot")


async def seed(
    db: Database, workspace_id: str, account: str, first: AccountReading, zone: str
) -> AccountReading | None:
    """Store what deliveries showed before `first`, the first reading of this account. Raise StoreUnavailable.

    Return the newest of these coarse readings, one a day of `zone`, against which `first` is packed; None without any.
    A workspace may have had other accounts: only campaigns of `first` are taken, for an id is never in two accounts.
    """
    if await readings.newest(db, workspace_id, account) is not None:
        return None
    rows: list[Packed] = []
    before: AccountReading | None = None
    for runs in _days(await snapshots.kept(db, workspace_id, first.at - timedelta(days=DAYS)), zone):
        shown: list[bytes] = []
        for start in range(0, len(runs), _AT_ONCE):
            shown += await snapshots.read(db, runs[start : start + _AT_ONCE])
        reading = await asyncio.to_thread(_merged, shown, first.campaigns.keys())
        if reading and reading.at < first.at and (before is None or before.at < reading.at):
            rows.append(Packed(reading.at, await asyncio.to_thread(pack, reading, before), coarse=True))
            before = reading
    if not rows or not await readings.begin(db, workspace_id, account, rows):
        return None
    _log.info("readings begin with what digests showed", workspace=workspace_id, days=len(rows))
    return before


def _days(kept: Iterable[Kept], zone: str) -> list[list[str]]:
    """Return the last delivery of each digest on each day, day by day."""
    last: dict[object, dict[str, str]] = {}
    for one in kept:
        last.setdefault(one.ended_at.astimezone(ZoneInfo(zone)).date(), {})[one.digest_id] = one.id
    return [list(runs.values()) for runs in last.values()]


def _merged(packed: Iterable[bytes], known: Collection[str]) -> AccountReading | None:
    """Return what several deliveries of a day showed of these campaigns, each as it was shown last."""
    found: dict[str, tuple[datetime, Figures]] = {}
    for snapshot in sorted(map(unpack, packed), key=_as_of):
        found |= {id_: (snapshot.as_of, one) for id_, one in snapshot.campaigns.items() if id_ in known}
    if not found:
        return None
    at = max(as_of for as_of, _ in found.values())
    return AccountReading(at, {id_: figures for id_, (_, figures) in found.items()}, coarse=True)


def _as_of(snapshot: Snapshot) -> datetime:
    return snapshot.as_of
