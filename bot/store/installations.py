"""Store where the app is installed in Slack, and delete the data of a workspace that leaves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Column, ColumnElement, delete, func, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import Installation
from bot.store import notices
from bot.store.database import Database
from bot.store.tables import Tables
from bot.store.upsert import upsert

_Column = Column[Any]
_Which = Callable[[_Column, _Column], ColumnElement[bool]]  # of a workspace's id and its organization's


async def save(db: Database, installed: Installation) -> None:
    """Save an installation. It replaces an earlier one of the same workspace or organization."""
    values = {name: getattr(installed, name) for name in Installation.__dataclass_fields__}
    async with db.writing() as connection:
        await upsert(connection, db.tables.installations, **values)
        await notices.notify(connection, notices.INSTALLED, installed.id)


async def find(db: Database, workspace_id: str | None, enterprise_id: str | None) -> Installation | None:
    """Return the workspace's own installation, or else its organization's, or None."""
    table = db.tables.installations
    ids = [one for one in (workspace_id, enterprise_id) if one]
    async with db.reading() as connection:
        rows = (await connection.execute(select(table).where(table.c.id.in_(ids)))).all()
    found = {row.id: Installation(**row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's public name for it
    return next((found[one] for one in ids if one in found), None)


async def ids(db: Database) -> list[str]:
    """Return the ids of all installations."""
    table = db.tables.installations
    async with db.reading() as connection:
        return list((await connection.execute(select(table.c.id).order_by(table.c.id))).scalars())


async def names(db: Database) -> dict[str, str]:
    """Return the names of the workspaces and organizations with an installation, by id, as they were then."""
    table = db.tables.installations
    async with db.reading() as connection:
        found = await connection.execute(select(table.c.id, table.c.name).where(table.c.name.is_not(None)))
        return {row.id: row.name for row in found.all()}


async def save_tokens(
    db: Database, installed: Installation, token: SecretStr, refresh: SecretStr | None, expires_at: datetime
) -> None:
    """Save new tokens after Slack rotated them, unless the app was installed again in between."""
    table = db.tables.installations
    same = (table.c.id == installed.id) & (table.c.installed_at == installed.installed_at)
    values = {"bot_token": token, "bot_refresh_token": refresh, "bot_token_expires_at": expires_at}
    async with db.writing() as connection:
        await connection.execute(update(table).where(same).values(**values))
        await notices.notify(connection, notices.INSTALLED, installed.id)


async def forget(db: Database, installation_id: str, left_at: datetime) -> bool:
    """Delete an installation and what its workspaces stored until `left_at`. Return whether one was deleted.

    Slack may report an uninstall after the app was installed again, so what is newer than `left_at` is kept. An
    organization's installation is deleted with its workspaces, except those that have an installation of their own.
    """
    installs = db.tables.installations
    own = select(installs.c.id).where(installs.c.id != installation_id)

    def leaves(id_: _Column, organization: _Column) -> ColumnElement[bool]:
        return (id_ == installation_id) | ((organization == installation_id) & id_.not_in(own))

    async with db.writing() as connection:
        gone = await connection.execute(
            delete(installs).where(installs.c.id == installation_id, installs.c.installed_at < _until(left_at))
        )
        await _empty(connection, db.tables, leaves, _until(left_at))
        await notices.notify(connection, notices.UNINSTALLED, installation_id)
    return gone.rowcount > 0


async def forget_workspaces(db: Database, ids: list[str], left_at: datetime) -> None:
    """Delete what these workspaces of an organization stored until `left_at`. The organization stays installed.

    Workspaces that had an installation of their own at that time keep everything.
    """
    installs = db.tables.installations
    own = select(installs.c.id).where(installs.c.installed_at < _until(left_at))

    def leaves(id_: _Column, _: _Column) -> ColumnElement[bool]:
        return id_.in_(ids) & id_.not_in(own)

    async with db.writing() as connection:
        await _empty(connection, db.tables, leaves, _until(left_at))
        for workspace_id in ids:
            await notices.notify(connection, notices.UNINSTALLED, workspace_id)


async def count(db: Database) -> tuple[int, int, int]:
    """Count the installations, the connected workspaces, and those of them with a broken API key."""
    installs, connections = db.tables.installations, db.tables.connections
    async with db.reading() as connection:
        installed = await connection.scalar(select(func.count()).select_from(installs))
        connected = await connection.scalar(select(func.count()).select_from(connections))
        broken = await connection.scalar(select(func.count(connections.c.broken_at)))
    return installed or 0, connected or 0, broken or 0


def _until(left_at: datetime) -> datetime:
    return left_at + timedelta(seconds=1)  # Slack's times of events are in whole seconds


async def _empty(connection: AsyncConnection, tables: Tables, leaves: _Which, until: datetime) -> None:
    """Delete what these workspaces stored before `until`, and the workspaces that have nothing newer."""
    workspaces = tables.workspaces
    # Locked, so that an API key set at the same time is not deleted.
    those = leaves(workspaces.c.id, workspaces.c.enterprise_id)
    locked = select(workspaces.c.id).where(those).order_by(workspaces.c.id).with_for_update()
    ids = (await connection.execute(locked)).scalars().all()
    for table in tables.of_replicas:  # newer ones too, and of workspaces without a row
        await connection.execute(delete(table).where(leaves(table.c.workspace_id, table.c.enterprise_id)))
    for table in (tables.lookups, tables.late_lines, tables.owner_alerts, *tables.of_readings):  # newer ones too
        await connection.execute(delete(table).where(table.c.workspace_id.in_(ids)))
    moments = (
        tables.connections.c.connected_at,
        tables.preferences.c.changed_at,
        tables.digests.c.changed_at,
        tables.connect_asks.c.asked_at,
        tables.known_accounts.c.listed_at,
        tables.audit.c.at,
    )
    for moment in moments:
        await connection.execute(delete(moment.table).where(moment.table.c.workspace_id.in_(ids), moment < until))
    kept = union(*(select(moment.table.c.workspace_id) for moment in moments))
    await connection.execute(delete(workspaces).where(workspaces.c.id.in_(ids), workspaces.c.id.not_in(kept)))
    for workspace_id in ids:
        await notices.notify(connection, notices.KEY, workspace_id)
