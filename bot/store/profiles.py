"""Store a workspace's connection to careCycle, its preferences and its managers."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy import RowMapping, Select, Table, delete, select, update

from bot.digests.digest import BrokenKey, Pause
from bot.records import AuditEntry, Connection, KnownAccount, Preferences, Profile
from bot.store import alerts, audit, known_accounts, notices, owner_alerts, pauses, readings
from bot.store.database import Database
from bot.store.tables import Tables
from bot.store.upsert import add_new, upsert


async def read(db: Database, workspace_id: str) -> Profile:
    """Return the profile of a workspace, or the defaults for an unknown workspace. Raise StoreUnavailable."""
    tables = db.tables
    found = (
        select(tables.connections, tables.preferences, tables.workspaces.c.left_out_at)
        .select_from(tables.workspaces)
        .outerjoin(tables.connections)
        .outerjoin(tables.preferences)
        .where(tables.workspaces.c.id == workspace_id)
    )
    async with db.reading() as connection:
        row = (await connection.execute(found)).mappings().first()
        if row is None:
            return Profile()
        managers = frozenset((await connection.execute(_named(tables, workspace_id))).scalars())
    kept = _connection(row, tables.connections), _preferences(row, tables.preferences)
    return Profile(*kept, managers, row[tables.workspaces.c.left_out_at])


async def read_key(db: Database, workspace_id: str) -> SecretStr | None:
    """Return the API key of a workspace, or None when it has none. Raise StoreUnavailable."""
    table = db.tables.connections
    async with db.reading() as connection:
        return await connection.scalar(select(table.c.key).where(table.c.workspace_id == workspace_id))


async def read_managers(db: Database, workspace_id: str) -> frozenset[str]:
    """Return the people named as managers of a workspace. Raise StoreUnavailable."""
    async with db.reading() as connection:
        return frozenset((await connection.execute(_named(db.tables, workspace_id))).scalars())


async def connect(
    db: Database,
    kept: Connection,
    entry: AuditEntry,
    enterprise_id: str | None,
    known: KnownAccount | None = None,
) -> None:
    """Save an API key that careCycle accepts, in place of the old one, and resume the digests that waited for it.

    `entry` is the audit entry, and names the workspace. `known` is what is known of the key's account.
    """
    async with db.writing() as connection:
        await audit.add(db, connection, entry, enterprise_id)
        await upsert(
            connection,
            db.tables.connections,
            workspace_id=entry.workspace_id,
            key=kept.key,
            connected_by=kept.connected_by,
            connected_at=kept.connected_at,
            broken_at=None,
        )
        if known:
            await known_accounts.write(db, connection, entry.workspace_id, known)
        await pauses.resume_after_key_in(connection, db.tables, entry.workspace_id)
        await owner_alerts.forget(connection, db.tables, entry.workspace_id, "key")
        await notices.notify(connection, notices.KEY, entry.workspace_id)


async def disconnect(db: Database, entry: AuditEntry) -> None:
    """Delete the API key of the workspace in `entry`, the audit entry."""
    table, workspaces = db.tables.connections, db.tables.workspaces
    async with db.writing() as connection:
        # Lock the workspace first, as `connect` does: otherwise the two could wait for each other.
        locked = select(workspaces.c.id).where(workspaces.c.id == entry.workspace_id).with_for_update()
        if await connection.scalar(locked) is None:
            return
        gone = await connection.execute(delete(table).where(table.c.workspace_id == entry.workspace_id))
        if gone.rowcount:  # a second click deletes nothing and is not recorded
            await audit.add(db, connection, entry, None)
            await notices.notify(connection, notices.KEY, entry.workspace_id)


async def mark_broken(db: Database, workspace_id: str, connected_at: datetime, now: datetime) -> bool:
    """Record that careCycle refuses the API key set at `connected_at`. Return True only for the first to notice.

    Also pause the workspace's digests and add an alert.
    """
    table = db.tables.connections
    mine = (table.c.workspace_id == workspace_id) & (table.c.connected_at == connected_at)
    async with db.writing() as connection:
        done = await connection.execute(update(table).where(mine, table.c.broken_at.is_(None)).values(broken_at=now))
        if done.rowcount:
            await pauses.pause_for_key_in(connection, db.tables, workspace_id, Pause(now, "key"))
            await alerts.add(db, connection, BrokenKey(workspace_id), now)
            await notices.notify(connection, notices.PROFILE, workspace_id)
    return done.rowcount > 0


async def mark_working(db: Database, workspace_id: str, connected_at: datetime) -> bool:
    """Record that careCycle accepts the API key set at `connected_at` again. Return True only for the first to notice.

    Also resume the digests that waited for it.
    """
    table = db.tables.connections
    mine = (table.c.workspace_id == workspace_id) & (table.c.connected_at == connected_at)
    async with db.writing() as connection:
        broken = update(table).where(mine, table.c.broken_at.is_not(None))
        done = await connection.execute(broken.values(broken_at=None))
        if done.rowcount:
            await pauses.resume_after_key_in(connection, db.tables, workspace_id)
            await notices.notify(connection, notices.PROFILE, workspace_id)
    return done.rowcount > 0


async def save_preferences(
    db: Database,
    preferences: Preferences,
    added: Iterable[str],
    removed: Iterable[str],
    entry: AuditEntry,
    enterprise_id: str | None,
) -> None:
    """Save these preferences, and add and remove managers. Where readings are off, delete what is kept of them.

    `entry` is the audit entry, and names the workspace.
    """
    tables, workspace_id = db.tables, entry.workspace_id
    values = {one.name: getattr(preferences, one.name) for one in fields(Preferences)}
    async with db.writing() as connection:
        await audit.add(db, connection, entry, enterprise_id)
        await upsert(connection, tables.preferences, workspace_id=workspace_id, changed_at=entry.at, **values)
        if not preferences.readings:
            await readings.delete_in(connection, tables, workspace_id)
        mine, gone = tables.managers.c.workspace_id == workspace_id, tables.managers.c.user_id.in_(list(removed))
        await connection.execute(delete(tables.managers).where(mine, gone))
        await add_new(connection, tables.managers, [{"workspace_id": workspace_id, "user_id": one} for one in added])
        await notices.notify(connection, notices.PROFILE, workspace_id)
        await notices.notify(connection, notices.LINK, workspace_id)


def _connection(row: RowMapping, table: Table) -> Connection | None:
    kept = _of(row, table, Connection)
    return None if kept["key"] is None else Connection(**kept)


def _named(tables: Tables, workspace_id: str) -> Select[str]:
    return select(tables.managers.c.user_id).where(tables.managers.c.workspace_id == workspace_id)


def _preferences(row: RowMapping, table: Table) -> Preferences:
    return Preferences() if row[table.c.changed_at] is None else Preferences(**_of(row, table, Preferences))


def _of(row: RowMapping, table: Table, kind: type[Connection | Preferences]) -> dict[str, Any]:  # Any: a column's own
    """Return the values for the fields of `kind`, from a row that also has columns of other tables."""
    return {one.name: row[table.c[one.name]] for one in fields(kind)}
