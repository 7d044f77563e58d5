"""Store digests: what a channel gets, who owns it, and whether it is paused.

Those that were deleted, and can still be restored (`deletions.py`), are there for no function here but `exist`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests.announcement import INTRODUCED_AFTER, Announcement
from bot.digests.digest import Digest
from bot.digests.errors import TooManyDigests
from bot.errors import DigestChanged
from bot.records import AuditEntry
from bot.store import announcements, audit, pauses
from bot.store.database import Database
from bot.store.digest_rows import digest_of, rows, there, values_of
from bot.store.tables import Tables
from bot.store.upsert import add_new

_KEPT = {"id", "workspace_id", "created_at", "owner_id", *pauses.NONE}  # columns that changing a digest leaves alone
_TICK = timedelta(microseconds=1)  # the smallest difference that the databases store
# What the form of a digest shows and changes.
_shown = attrgetter("name", "channel_id", "backup_id", "timetable", "choice", "skip_unchanged", "length", "threaded")


async def save(
    db: Database, digest: Digest, entry: AuditEntry, *, new: bool, most: int | None = None, seen: datetime | None = None
) -> bool:
    """Save a new or a changed digest, with `entry` as the audit entry. Return False when the one to change is gone.

    A change keeps the owner and the pause, but ends a pause that a failed delivery caused. It does not skip a slot
    that is due already and not yet in the ledger. Raise TooManyDigests when the workspace would have more than `most`,
    DigestChanged when it was changed since `seen` (the `changed_at` that the caller saw), and StoreUnavailable, as all
    functions here do. Without `most` or `seen`, that is not checked.
    """
    async with db.writing() as connection:
        await audit.add(db, connection, entry, digest.enterprise_id)  # first, because it adds the workspace's row
        if new and await _added(db, connection, digest, entry, most):
            return True  # otherwise it was saved before, or the id is another workspace's
        done = await _changed(db, connection, digest, entry, seen)
        if not done:
            await connection.rollback()  # so that the audit trail has no change that was not made
    return done


async def add_campaign(db: Database, digest_id: str, campaign_id: str, most: int, entry: AuditEntry) -> Digest | None:
    """Add a campaign to those a digest names. Return the digest as it is then, or None when it is gone.

    Change nothing when the digest names no campaigns, this one already, or `most`.
    """
    table = db.tables.digests
    mine = (table.c.id == digest_id) & (table.c.workspace_id == entry.workspace_id) & there(db.tables)
    async with db.writing() as connection:  # locked, so that two additions at the same time are both kept
        await audit.lock(db, connection, entry.workspace_id)
        row = (await connection.execute(rows(db.tables).where(mine).with_for_update(of=table))).one_or_none()
        found = digest_of(row) if row else None
        ids = found.choice.ids if found else ()
        if found is None or not ids or campaign_id in ids or len(ids) >= most:
            return found
        grown = replace(found, choice=replace(found.choice, ids=(*ids, campaign_id)))
        values = {"definition": values_of(grown)["definition"], **_mark(found, entry)}
        await connection.execute(update(table).where(mine).values(**values))
        await audit.add(db, connection, entry, None)
    return grown


async def read(db: Database, digest_id: str) -> Digest | None:
    """Return a digest, or None when it is gone."""
    found = await _all(db, db.tables.digests.c.id == digest_id)
    return found[0] if found else None


async def of_channel(db: Database, workspace_id: str, channel_id: str) -> list[Digest]:
    """Return the digests of a channel, sorted by name."""
    table = db.tables.digests
    return await _all(db, (table.c.workspace_id == workspace_id) & (table.c.channel_id == channel_id))


async def of_person(db: Database, workspace_id: str, user_id: str) -> list[Digest]:
    """Return the digests of which a person is the owner or the backup owner, sorted by name."""
    table = db.tables.digests
    theirs = (table.c.owner_id == user_id) | (table.c.backup_id == user_id)
    return await _all(db, (table.c.workspace_id == workspace_id) & theirs)


async def of_workspace(db: Database, workspace_id: str | None = None) -> list[Digest]:
    """Return the digests of a workspace, or all digests, sorted by name."""
    table = db.tables.digests
    return await _all(db, None if workspace_id is None else table.c.workspace_id == workspace_id)


async def exist(db: Database) -> bool:
    """Return whether there is any digest: without one the scheduler need not run."""
    async with db.reading() as connection:
        return bool(await connection.scalar(select(exists().where(db.tables.digests.c.id.is_not(None)))))


async def hand_over(db: Database, digest_id: str, was: str, owner_id: str, entry: AuditEntry) -> bool:
    """Give a digest to a new owner and clear its backup owner. Return False when `was` no longer owns it."""
    table = db.tables.digests
    theirs = (table.c.id == digest_id) & (table.c.owner_id == was)
    async with db.writing() as connection:
        await audit.lock(db, connection, entry.workspace_id)
        done = await connection.execute(update(table).where(theirs).values(owner_id=owner_id, backup_id=None))
        if done.rowcount:
            await audit.add(db, connection, entry, None)
    return done.rowcount > 0


async def plain_since(db: Database, workspace_id: str) -> datetime | None:
    """Return when Slack last refused the newer blocks in this workspace."""
    table = db.tables.workspaces
    async with db.reading() as connection:
        found: datetime | None = await connection.scalar(select(table.c.plain_since).where(table.c.id == workspace_id))
    return found


async def note_blocks_refused(db: Database, workspace_id: str, now: datetime) -> None:
    """Record that Slack refuses the newer blocks in this workspace."""
    table = db.tables.workspaces
    async with db.writing() as connection:
        await connection.execute(update(table).where(table.c.id == workspace_id).values(plain_since=now))


async def _added(
    db: Database, connection: AsyncConnection, digest: Digest, entry: AuditEntry, most: int | None
) -> bool:
    """Add a digest. Return whether it is new. Raise TooManyDigests: the workspace is locked, so the count is exact."""
    table, made = db.tables.digests, {"created_at": digest.created_at or entry.at}
    values = {**values_of(digest), **made, "changed_at": entry.at, "changed_by": entry.actor}
    if not await add_new(connection, table, [values]):
        return False
    await need_room(connection, db.tables, digest.workspace_id, most)
    if not digest.is_direct:
        introduction = Announcement(digest.id, "introduction", entry.actor)
        await announcements.add_in(db, connection, introduction, entry.at + INTRODUCED_AFTER)
    return True


async def _changed(
    db: Database, connection: AsyncConnection, digest: Digest, entry: AuditEntry, seen: datetime | None
) -> bool:
    """Change a digest. Return whether it exists. Raise DigestChanged when it was changed since `seen`.

    The row is locked until the end, so only one of two people who saw the same digest can change it. Saving what is
    stored already is no change.
    """
    table = db.tables.digests
    mine = (table.c.id == digest.id) & (table.c.workspace_id == digest.workspace_id) & there(db.tables)
    row = (await connection.execute(rows(db.tables).where(mine).with_for_update(of=table))).one_or_none()
    if row is None:
        return False
    before, values = digest_of(row), values_of(digest)
    changed = {name: value for name, value in values.items() if name not in _KEPT}
    if _shown(before) != _shown(digest):
        if seen is not None and seen != row.changed_at:
            raise DigestChanged(row.changed_by, row.changed_at)
        changed |= (mark := _mark(before, entry))
        if (before.choice, before.channel_id) != (digest.choice, digest.channel_id):
            changed["compares_from"] = mark["changed_at"]  # of others, or elsewhere: there is nothing to compare with
    changed["next_due"] = case((table.c.next_due <= entry.at, table.c.next_due), else_=values["next_due"])
    await connection.execute(update(table).where(mine).values(**changed))
    await connection.execute(update(table).where(mine, table.c.pause_why == "failed").values(**pauses.NONE))
    return True


def _mark(before: Digest, entry: AuditEntry) -> dict[str, Any]:  # Any: a column's own type
    """Return when and by whom a digest was changed. Each change is later than the last, even when clocks differ."""
    earliest = before.changed_at + _TICK if before.changed_at else entry.at
    return {"changed_at": max(entry.at, earliest), "changed_by": entry.actor}


async def need_room(connection: AsyncConnection, tables: Tables, workspace_id: str, most: int | None) -> None:
    """Raise TooManyDigests when a workspace has more than `most`. The caller has locked it, so the count is exact."""
    table = tables.digests
    counted = select(func.count()).select_from(table).where(table.c.workspace_id == workspace_id, there(tables))
    if most is not None and (await connection.scalar(counted) or 0) > most:
        raise TooManyDigests(most)


async def _all(db: Database, which: ColumnElement[bool] | None) -> list[Digest]:
    """Return the digests that are not deleted, sorted by name."""
    query = rows(db.tables).where(there(db.tables)).order_by(db.tables.digests.c.name, db.tables.digests.c.id)
    async with db.reading() as connection:
        found: Sequence[Any] = (await connection.execute(query if which is None else query.where(which))).all()
    return [digest_of(row) for row in found]
