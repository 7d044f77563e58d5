"""Digests and deliveries as they are kept in these tests."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.campaigns.figures import Figures
from bot.digests.digest import UNDO, Delivery, Digest
from bot.digests.snapshot import Snapshot
from bot.digests.timetable import Timetable
from bot.records import AuditEntry
from bot.store import deletions, digests
from bot.store.database import Database

NOW = datetime(2026, 11, 23, 14, 0, 5, tzinfo=UTC)  # a Monday; nine o'clock in New York has just struck
NINE = datetime(2026, 11, 23, 14, tzinfo=UTC)
NEW_YORK = "America/New_York"
SNAPSHOT = Snapshot(NOW, date(2026, 11, 23), {"c1": Figures("Spring", "active", 900, 412, 96, {"pending": 300})})


def digest(id_: str = "d1", **more: Any) -> Digest:
    """On weekdays at nine in New York; due now."""
    usual: dict[str, Any] = {
        "id": id_,
        "workspace_id": "T01SUNRISE",
        "name": f"Digest {id_}",
        "channel_id": "C0SALES",
        "owner_id": "U0ALEX",
        "timetable": Timetable(NEW_YORK),
        "created_at": NOW - timedelta(days=30),
        "next_due": NINE,
    }
    return Digest(**{**usual, **more})


def delivery(id_: str = "d1:now-1", digest_id: str = "d1", **more: Any) -> Delivery:
    """That somebody asked for now."""
    usual: dict[str, Any] = {
        "id": id_,
        "digest_id": digest_id,
        "workspace_id": "T01SUNRISE",
        "kind": "now",
        "due": NOW,
        "wanted_at": NOW,
        "state": "due",
        "channel_id": "C0SALES",
        "try_at": NOW,
    }
    return Delivery(**{**usual, **more})


def audit_entry(action: str = "digest made", workspace_id: str = "T01SUNRISE", when: datetime = NOW) -> AuditEntry:
    return AuditEntry(when, workspace_id, "U0ALEX", action, {})


async def keep(db: Database, *some: Digest, when: datetime = NOW) -> None:
    """Puts digests into the store. Their introductions are due a minute after `when`."""
    for one in some:
        await digests.save(db, one, audit_entry(workspace_id=one.workspace_id, when=when), new=True)


async def drop(db: Database, digest_id: str, when: datetime = NOW) -> None:
    """Delete a digest for good, as if the time in which it can be restored had passed."""
    gone = audit_entry("digest deleted", when=when - UNDO)
    assert await deletions.delete(db, digest_id, gone)
    assert await deletions.purge(db, when)
