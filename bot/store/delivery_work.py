"""Read all that composing a digest needs of our database, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, exists
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.digests.digest import Delivery, Digest, Pause
from bot.digests.snapshot import Delivered, unpack
from bot.store import deliveries, pauses
from bot.store.baselines import baseline, compared
from bot.store.database import Database
from bot.store.deliveries import LIGHT
from bot.store.digest_rows import digest_of, rows
from bot.store.tables import Tables, built_once

_LOOK_BACK = 10  # ledger rows searched for what did not come since the last delivery


@dataclass(frozen=True, slots=True)
class Past:
    """What the ledger says of a digest until now."""

    before: Delivered | None = None  # what its next delivery is compared with
    newest: tuple[Delivery, ...] = ()  # its newest deliveries, in any channel, the newest first
    paused: Pause | None = None  # the pause by a person because of which nothing came since `before`


class Work(NamedTuple):
    """A delivery that is to be made."""

    delivery: Delivery
    digest: Digest
    is_superseded: bool  # whether a newer slot of the same digest is in the ledger
    plain_since: datetime | None  # when Slack last refused the newer blocks in this workspace
    past: Past


async def read(db: Database, run: str) -> Work | None:
    """Return a delivery with its digest and all that is to be said of it. Return None when either does not exist."""
    tables = db.tables
    async with db.reading() as connection:
        found = (await connection.execute(_delivery(tables), {"run": run})).first()
        if found is None:
            return None
        digest = digest_of(found)
        delivery = Delivery(**{name: getattr(found, f"delivery_{name}") for name in LIGHT})
        past = await _past(connection, tables, digest)
    return Work(delivery, digest, found.is_superseded, found.plain_since, past)


async def read_past(db: Database, digest: Digest) -> Past:
    """Return what the ledger says of a digest. A new digest has no past, whatever id the form gave it."""
    if digest.created_at is None:
        return Past()
    async with db.reading() as connection:
        return await _past(connection, db.tables, digest)


@built_once
def _delivery(tables: Tables) -> Select[Any]:  # Any: rows of every column
    """Select a delivery beside its digest, in one row."""
    table, newer = tables.deliveries, tables.beside
    of_digest = (newer.c.digest_id == table.c.digest_id) & (newer.c.kind == "scheduled")
    superseded = exists().where(of_digest, newer.c.due > table.c.due).label("is_superseded")
    own = [table.c[name].label(f"delivery_{name}") for name in LIGHT]
    query = rows(tables).add_columns(tables.workspaces.c.plain_since, superseded, *own)
    return query.join(table, table.c.digest_id == tables.digests.c.id).where(table.c.id == bindparam("run"))


async def _past(connection: AsyncConnection, tables: Tables, digest: Digest) -> Past:
    newest = tuple(await deliveries.history_in(connection, tables, digest.id, _LOOK_BACK))
    last = (await connection.execute(baseline(tables), compared(digest.id, digest.channel_id))).first()
    before = Delivered(last.ended_at, unpack(last.snapshot)) if last else None
    since = before.at if before else None
    if not _may_have_been_paused(newest, since):
        return Past(before, newest)
    return Past(before, newest, await pauses.told_pause_in(connection, tables, digest, since))


def _may_have_been_paused(newest: Sequence[Delivery], since: datetime | None) -> bool:
    """Return whether a slot after `since` may have been skipped because of a pause, as far as these rows tell."""
    are_all = len(newest) < _LOOK_BACK or (since is not None and newest[-1].due <= since)
    return not are_all or any(row.reason == "paused" for row in newest)
