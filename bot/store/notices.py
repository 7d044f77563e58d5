"""Tell other replicas of a change, in the transaction that makes it, and hear what they tell, with LISTEN and NOTIFY.

What PostgreSQL tells arrives in the order of the commits. So who hears a notice has heard of everything that was
committed before it was sent. With SQLite there is one process, and nobody to tell.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database, translated
from bot.store.deadline import deadline

# What is told, each with the id of a workspace, or of an organization where one may have added the app as a whole.
KEY = "key"  # careCycle's key was connected, replaced or deleted
PROFILE = "profile"  # something else changed of what is read with the key: settings, managers, whether the key works
LINK = "link"  # so did what *Open in careCycle* opens
ASSESSMENT = "assessment"  # there is a new reading, or somebody takes care of something, or keeps it quiet
INSTALLED = "installed"  # the app was added, or has a new token
CONNECTED = "connected"  # a key works, so that commands can be answered that waited for one
UNINSTALLED = "uninstalled"  # the app was removed
_CHANGES = "campaign_bot"  # the channel of all replicas; each has another for its own heartbeats
_WITHIN = 2.0  # seconds to send a heartbeat, and to begin to listen


class Notice(NamedTuple):
    """Something that a replica told all others."""

    sender: str  # `Database.sender` of the replica
    kind: str
    payload: str


async def notify(connection: AsyncConnection, kind: str, payload: str = "") -> None:
    """Tell all replicas when this transaction is committed, and nobody when it is rolled back.

    `kind` is one word; `payload` has at most 7,000 bytes, and holds no data of customers.
    """
    if connection.dialect.name == "postgresql":
        told = f"{connection.sync_engine.get_execution_options()['sender']} {kind} {payload}"
        await connection.execute(select(func.pg_notify(_CHANGES, told)))


async def tell(db: Database, kind: str, payload: str) -> None:
    """Tell all replicas at once, in a transaction of its own. Do nothing with SQLite. Raise StoreUnavailable."""
    if db.is_shared:
        async with db.stating() as connection:
            await notify(connection, kind, payload)


async def send_heartbeat(db: Database, number: int) -> None:
    """Tell this replica a number, over one of the connections that all others use. Raise StoreUnavailable.

    The replica hears it over the connection that listens. A pooler that gives a connection to others between two
    transactions would lose it, and so it is noticed.
    """
    at_once = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with db.under_way.one():
        async with translated(), deadline(_WITHIN), at_once.connect() as connection:
            await connection.execute(select(func.pg_notify(_own_channel(db), str(number))))


@asynccontextmanager
async def heard(db: Database) -> AsyncIterator[AsyncIterator[Notice | int]]:
    """Listen on a connection of its own, and yield what is heard: notices, and the numbers of own heartbeats.

    The iterator raises StoreUnavailable when the connection is lost. When it is frozen, the iterator only waits.
    """
    from bot.store.postgresql import listening_connection  # imported only when needed, as elsewhere

    async with translated(), listening_connection(db.engine, (_CHANGES, _own_channel(db)), _WITHIN) as told:
        yield (_read(channel, text) async for channel, text in told)


async def are_heard(db: Database) -> bool:
    """Return whether replicas of this database would hear each other. Raise StoreUnavailable."""
    async with heard(db) as told:
        await send_heartbeat(db, 1)
        with suppress(TimeoutError):
            async with asyncio.timeout(_WITHIN):
                async for notice in told:
                    if notice == 1:
                        return True
    return False


def _own_channel(db: Database) -> str:
    return f"{_CHANGES}_{db.sender}"


def _read(channel: str, text: str) -> Notice | int:
    if channel != _CHANGES:
        return int(text)
    sender, kind, payload = text.split(" ", 2)
    return Notice(sender, kind, payload)
