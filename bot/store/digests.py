"""Digests in the store: what a channel gets, who looks after it, and why nothing is delivered at the moment."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, case, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests.digest import CampaignFilter, Digest, Pause
from bot.digests.timetable import from_json, to_json
from bot.errors import DigestChanged, TooManyDigests
from bot.records import AuditEntry
from bot.store import audit, pauses
from bot.store.database import Database
from bot.store.tables import Tables
from bot.store.upsert import add_new

_KEPT = {"id", "workspace_id", "created_at", "owner_id", *pauses.NONE}  # by a change of a digest
_TICK = timedelta(microseconds=1)  # databases keep no less
# What somebody who opens the form sees of it, and changes.
_shown = attrgetter("name", "channel_id", "backup_id", "timetable", "choice", "skip_unchanged", "length", "threaded")


async def save(
    db: Database, digest: Digest, deed: AuditEntry, *, new: bool, most: int | None = None, seen: datetime | None = None
) -> bool:
    """Keep a digest, new or changed; `deed` says who did it. False when it is to be changed and is gone.

    Of one that is there the owner and the pause stay as they are, but for a pause because it could not be sent; and a
    slot that is due already, and not yet in the ledger, is not passed over. Raises TooManyDigests when the workspace
    would have more than `most`, DigestChanged when it is another by now than when it was `seen` (its `changed_at`),
    and StoreUnavailable, as all here.
    """
    async with db.writing() as connection:
        await audit.add(db, connection, deed, digest.enterprise_id)  # first: the workspace's row has to be there
        if new and await _added(db, connection, digest, deed, most):
            return True  # else it was saved before, or the id is another workspace's
        done = await _changed(db, connection, digest, deed, seen)
        if not done:
            await connection.rollback()  # what was not done is not in the audit trail
    return done


async def add_campaign(db: Database, digest_id: str, campaign_id: str, most: int, deed: AuditEntry) -> Digest | None:
    """Put a campaign beside those a digest names, unless it names none or `most`; as it is then; None: it is gone."""
    table = db.tables.digests
    mine = (table.c.id == digest_id) & (table.c.workspace_id == deed.workspace_id)
    async with db.writing() as connection:  # locked: of two at the same time neither is lost
        await audit.lock(db, connection, deed.workspace_id)
        row = (await connection.execute(rows(db.tables).where(mine).with_for_update(of=table))).one_or_none()
        found = digest_of(row) if row else None
        ids = found.choice.ids if found else ()
        if found is None or not ids or campaign_id in ids or len(ids) >= most:
            return found
        grown = replace(found, choice=replace(found.choice, ids=(*ids, campaign_id)))
        values = {"definition": _values(grown)["definition"], **_mark(found, deed)}
        await connection.execute(update(table).where(mine).values(**values))
        await audit.add(db, connection, deed, None)
    return grown


async def note(db: Database, deed: AuditEntry) -> None:
    """Add to the audit trail."""
    async with db.writing() as connection:
        await audit.add(db, connection, deed, None)


async def delete_one(db: Database, digest_id: str, deed: AuditEntry) -> bool:
    """Delete a digest with its ledger; whether it was there."""
    table = db.tables.digests
    mine = (table.c.id == digest_id) & (table.c.workspace_id == deed.workspace_id)
    async with db.writing() as connection:
        await audit.lock(db, connection, deed.workspace_id)
        done = (await connection.execute(delete(table).where(mine))).rowcount > 0
        if done:
            await audit.add(db, connection, deed, None)
    return done


async def read(db: Database, digest_id: str) -> Digest | None:
    """The digest, if it is still there."""
    found = await _all(db, db.tables.digests.c.id == digest_id)
    return found[0] if found else None


async def of_channel(db: Database, workspace_id: str, channel_id: str) -> list[Digest]:
    """Those of a channel, by name."""
    table = db.tables.digests
    return await _all(db, (table.c.workspace_id == workspace_id) & (table.c.channel_id == channel_id))


async def of_person(db: Database, workspace_id: str, user_id: str) -> list[Digest]:
    """Those a person owns, or stands in for, by name."""
    table = db.tables.digests
    theirs = (table.c.owner_id == user_id) | (table.c.backup_id == user_id)
    return await _all(db, (table.c.workspace_id == workspace_id) & theirs)


async def of_workspace(db: Database, workspace_id: str | None = None) -> list[Digest]:
    """Those of a workspace, or all there are, by name."""
    table = db.tables.digests
    return await _all(db, None if workspace_id is None else table.c.workspace_id == workspace_id)


async def exist(db: Database) -> bool:
    """Whether there is any digest at all: without one nothing of the engine needs to run."""
    async with db.reading() as connection:
        return bool(await connection.scalar(select(exists().where(db.tables.digests.c.id.is_not(None)))))


async def hand_over(db: Database, digest_id: str, was: str, owner_id: str, deed: AuditEntry) -> bool:
    """Give a digest that `was` somebody's to somebody else to look after; true for the first of all who try."""
    table = db.tables.digests
    theirs = (table.c.id == digest_id) & (table.c.owner_id == was)
    async with db.writing() as connection:
        await audit.lock(db, connection, deed.workspace_id)
        done = await connection.execute(update(table).where(theirs).values(owner_id=owner_id, backup_id=None))
        if done.rowcount:
            await audit.add(db, connection, deed, None)
    return done.rowcount > 0


async def is_plain(db: Database, workspace_id: str, since: datetime) -> bool:
    """Whether Slack has refused the newer blocks there after `since`."""
    table = db.tables.workspaces
    async with db.reading() as connection:
        refused = await connection.scalar(select(table.c.plain_since).where(table.c.id == workspace_id))
    return refused is not None and refused > since


async def note_plain(db: Database, workspace_id: str, now: datetime) -> None:
    """Slack refuses the newer blocks there."""
    table = db.tables.workspaces
    async with db.writing() as connection:
        await connection.execute(update(table).where(table.c.id == workspace_id).values(plain_since=now))


def rows(tables: Tables) -> Select[Any]:
    """Digests with their organization, for `digest_of`."""
    return select(tables.digests, tables.workspaces.c.enterprise_id).join(tables.workspaces)


def digest_of(row: Any) -> Digest:  # Any: a row of `rows`
    """A row as a digest."""
    kept = row.definition
    return Digest(
        id=row.id,
        workspace_id=row.workspace_id,
        name=row.name,
        channel_id=row.channel_id,
        owner_id=row.owner_id,
        backup_id=row.backup_id,
        timetable=from_json(kept["timetable"]),
        choice=CampaignFilter(tuple(kept["choice"]["ids"]), kept["choice"]["status"], kept["choice"]["words"]),
        skip_unchanged=kept["skip_unchanged"],
        length=kept["length"],
        threaded=kept["threaded"],
        created_at=row.created_at,
        next_due=row.next_due,
        pause=_pause(row),
        enterprise_id=row.enterprise_id,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )


async def _added(db: Database, connection: AsyncConnection, digest: Digest, deed: AuditEntry, most: int | None) -> bool:
    """Whether it is new. The workspace's row is locked by now: nobody else adds one between the row and the count."""
    table, made = db.tables.digests, {"created_at": digest.created_at or deed.at}
    values = {**_values(digest), **made, "changed_at": deed.at, "changed_by": deed.actor}
    if not await add_new(connection, table, [values]):
        return False
    if most is not None and await _count(connection, table, digest.workspace_id) > most:
        raise TooManyDigests(most)
    return True


async def _changed(
    db: Database, connection: AsyncConnection, digest: Digest, deed: AuditEntry, seen: datetime | None
) -> bool:
    """Whether it is there; locked from the look at it until it is written, so of two who saw the same one changes it.

    What says the same as is kept already is no change.
    """
    table = db.tables.digests
    mine = (table.c.id == digest.id) & (table.c.workspace_id == digest.workspace_id)
    row = (await connection.execute(rows(db.tables).where(mine).with_for_update(of=table))).one_or_none()
    if row is None:
        return False
    before, values = digest_of(row), _values(digest)
    changed = {name: value for name, value in values.items() if name not in _KEPT}
    if _shown(before) != _shown(digest):
        if seen is not None and seen != row.changed_at:
            raise DigestChanged(row.changed_by, row.changed_at)
        changed |= _mark(before, deed)
    changed["next_due"] = case((table.c.next_due <= deed.at, table.c.next_due), else_=values["next_due"])
    await connection.execute(update(table).where(mine).values(**changed))
    await connection.execute(update(table).where(mine, table.c.pause_why == "failed").values(**pauses.NONE))
    return True


def _mark(before: Digest, deed: AuditEntry) -> dict[str, Any]:  # Any: a column's own type
    """Of a change: each has a moment of its own, whatever the clocks of those who make them say."""
    earliest = before.changed_at + _TICK if before.changed_at else deed.at
    return {"changed_at": max(deed.at, earliest), "changed_by": deed.actor}


async def _count(connection: AsyncConnection, table: Table, workspace_id: str) -> int:
    counted = select(func.count()).select_from(table).where(table.c.workspace_id == workspace_id)
    return await connection.scalar(counted) or 0


async def _all(db: Database, which: ColumnElement[bool] | None) -> list[Digest]:
    query = rows(db.tables).order_by(db.tables.digests.c.name, db.tables.digests.c.id)
    async with db.reading() as connection:
        found: Sequence[Any] = (await connection.execute(query if which is None else query.where(which))).all()
    return [digest_of(row) for row in found]


def _values(digest: Digest) -> dict[str, Any]:  # Any: a column's own type
    plain = ("id", "workspace_id", "name", "channel_id", "owner_id", "backup_id", "next_due")
    definition = {
        "choice": {**asdict(digest.choice), "ids": list(digest.choice.ids)},
        "timetable": to_json(digest.timetable),
        "skip_unchanged": digest.skip_unchanged,
        "length": digest.length,
        "threaded": digest.threaded,
    }
    paused = pauses.columns(digest.pause) if digest.pause else pauses.NONE
    return {**{name: getattr(digest, name) for name in plain}, "definition": definition, **paused}


def _pause(row: Any) -> Pause | None:  # Any: as above
    if row.pause_why is None:
        return None
    return Pause(row.paused_since, row.pause_why, row.paused_until, row.paused_by, row.pause_detail or "")
