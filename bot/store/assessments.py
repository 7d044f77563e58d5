"""Store what the newest reading of each careCycle account showed."""

import asyncio
import zlib

from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_, exists, select

from bot.insight.assessment import STORED, Assessment
from bot.store import notices, readings
from bot.store.database import Database
from bot.store.upsert import upsert


async def save(db: Database, workspace_id: str, assessment: Assessment) -> bool:
    """Save an assessment of its account in place of the one before.

    Return False, and save nothing, when a later one is there, or the workspace is gone. Raise StoreUnavailable.
    """
    table = db.tables.assessments
    packed = await asyncio.to_thread(lambda: zlib.compress(STORED.dump_json(assessment), 6))
    mine = (table.c.workspace_id == workspace_id) & (table.c.account == assessment.account)
    async with db.writing() as connection:
        if not await readings.lock(db, connection, workspace_id):
            return False
        if await connection.scalar(select(table.c.at).where(mine, table.c.at > assessment.at)):
            return False
        values = {"account": assessment.account, "at": assessment.at, "packed": packed}
        await upsert(connection, table, workspace_id=workspace_id, **values)
        await notices.notify(connection, notices.ASSESSMENT, workspace_id)
        return True


async def read(db: Database, workspace_id: str, account: str) -> Assessment | None:
    """Return the last assessment of an account; None when there is none that can be read. Raise StoreUnavailable."""
    table = db.tables.assessments
    return await _read(db, (table.c.workspace_id == workspace_id) & (table.c.account == account))


async def current(db: Database, workspace_id: str, fixed_key: str | None = None) -> Assessment | None:
    """Return the last assessment of the account that is connected now. Raise StoreUnavailable.

    `fixed_key` is the fingerprint of the key from the environment, where there is one. None: the account was not read
    yet since its key was set.
    """
    return await _read(db, _connected(db, workspace_id, fixed_key))


async def is_of(db: Database, workspace_id: str, account: str, fixed_key: str | None = None) -> bool:
    """Return whether something is stored of the account, and it is the one connected now. Raise StoreUnavailable.

    `fixed_key` is as in `current`.
    """
    table = db.tables.assessments
    mine = select(table.c.at).where(_connected(db, workspace_id, fixed_key), table.c.account == account)
    async with db.reading() as connection:
        return await connection.scalar(mine) is not None


def _connected(db: Database, workspace_id: str, fixed_key: str | None) -> ColumnElement[bool]:
    """Return the condition on `assessments`: it is one of the account that is connected now."""
    table, accounts, connections = db.tables.assessments, db.tables.accounts, db.tables.connections
    of_account = and_(accounts.c.workspace_id == workspace_id, accounts.c.id == table.c.account)
    of_key = and_(connections.c.workspace_id == workspace_id, connections.c.connected_at == accounts.c.connected_at)
    connected = accounts.c.fixed_key == fixed_key if fixed_key else exists().where(of_key)
    return and_(table.c.workspace_id == workspace_id, exists().where(of_account, connected))


async def _read(db: Database, which: ColumnElement[bool]) -> Assessment | None:
    table = db.tables.assessments
    async with db.reading() as connection:
        packed = await connection.scalar(select(table.c.packed).where(which).order_by(table.c.at.desc()).limit(1))
    return None if packed is None else await asyncio.to_thread(_unpacked, packed)


def _unpacked(packed: bytes) -> Assessment | None:
    """Return a stored assessment, or None when another version wrote it in a way that this one does not read."""
    try:
        return STORED.validate_json(zlib.decompress(packed))
    except (ValidationError, zlib.error):
        return None
