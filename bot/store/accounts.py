"""Store the careCycle accounts that a workspace had, so that the readings of each stay its own."""

from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import KnownAccount
from bot.store import audit, readings
from bot.store.database import Database
from bot.store.upsert import upsert

_RENEWED = timedelta(days=1)  # how often what is known of an account is stored again


class Key(NamedTuple):
    """With which key an account was read: when it was set, or its fingerprint if it is from the environment."""

    connected_at: datetime | None
    fixed_key: str | None = None


class _Stored(NamedTuple):
    id: str
    known: KnownAccount
    key: Key

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever listed of it."""
        return not self.known.campaigns and self.known.client is None


async def recognize(
    db: Database,
    workspace_id: str,
    key: Key,
    listed: KnownAccount,
    enterprise_id: str | None = None,
    *,
    is_new: bool = True,
) -> str | None:
    """Return the id of the account whose list showed `listed`, and note that it was read with this key.

    A key has one account, whatever its list shows. Another key's account is one that was known before when they are
    alike, and begins anew otherwise. `is_new`: nothing is stored of the workspace yet. Return None when it is gone, or
    its readings are switched off. Raise StoreUnavailable.
    """
    async with db.writing() as connection:
        if key.fixed_key and is_new:  # nobody had to connect this workspace
            await audit.add_workspace(db, connection, workspace_id, enterprise_id)
        if not await readings.lock(db, connection, workspace_id):
            return None
        if not key.fixed_key:
            listed = replace(listed, client=listed.client or await _client(db, connection, workspace_id))
        stored = await _stored(db, connection, workspace_id)
        mine = next((one for one in stored if one.key == key), None)
        if mine and not mine.is_empty:
            return await _seen(db, connection, workspace_id, mine, key, listed)
        known = next((one for one in stored if one.known.likeness(listed) == "same"), mine)
        if mine and known is not mine:  # it had no campaigns at first, and is now recognized
            await _delete(db, connection, workspace_id, mine.id)
        return await _seen(db, connection, workspace_id, known or _Stored(token_hex(8), listed, key), key, listed)


async def of(db: Database, workspace_id: str, key: Key) -> str | None:
    """Return the id of the account that was read with this key; None before its first reading."""
    table = db.tables.accounts
    same = table.c.fixed_key == key.fixed_key if key.fixed_key else table.c.connected_at == key.connected_at
    async with db.reading() as connection:
        return await connection.scalar(select(table.c.id).where(table.c.workspace_id == workspace_id, same).limit(1))


async def is_there(db: Database, workspace_id: str) -> bool:
    """Return whether anything is stored of the workspace. Raise StoreUnavailable."""
    table = db.tables.workspaces
    async with db.reading() as connection:
        return await connection.scalar(select(table.c.id).where(table.c.id == workspace_id)) is not None


async def _client(db: Database, connection: AsyncConnection, workspace_id: str) -> str | None:
    """Return the fingerprint of the organization whose key is connected, which a list of figures does not have."""
    table = db.tables.known_accounts
    return await connection.scalar(select(table.c.client).where(table.c.workspace_id == workspace_id))


async def _stored(db: Database, connection: AsyncConnection, workspace_id: str) -> list[_Stored]:
    table = db.tables.accounts
    query = select(table).where(table.c.workspace_id == workspace_id).order_by(table.c.seen_at.desc(), table.c.id)
    return [
        _Stored(row.id, KnownAccount(row.seen_at, row.campaigns, row.client), Key(row.connected_at, row.fixed_key))
        for row in (await connection.execute(query)).all()
    ]


async def _seen(
    db: Database, connection: AsyncConnection, workspace_id: str, one: _Stored, key: Key, listed: KnownAccount
) -> str:
    """Store what is known of the account when it is new, has another key, or once a day. Return its id."""
    known = one.known.merged(listed)
    is_new = one.known is listed or one.is_empty
    if is_new or one.key != key or known.listed_at - one.known.listed_at >= _RENEWED:
        await upsert(
            connection,
            db.tables.accounts,
            workspace_id=workspace_id,
            id=one.id,
            client=known.client,
            campaigns=known.campaigns,
            connected_at=key.connected_at,
            fixed_key=key.fixed_key,
            seen_at=known.listed_at,
        )
    return one.id


async def _delete(db: Database, connection: AsyncConnection, workspace_id: str, account: str) -> None:
    """Delete an account with all that belongs to it."""
    tables = db.tables
    places = [(table, table.c.account) for table in (tables.readings, tables.assessments, tables.on_it, tables.quiet)]
    for table, column in [*places, (tables.accounts, tables.accounts.c.id)]:
        await connection.execute(delete(table).where(table.c.workspace_id == workspace_id, column == account))
