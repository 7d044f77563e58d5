"""Encrypt all secrets with the newest key, while the bot may be running."""

from sqlalchemy import Column, Text, delete, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import SettingsError
from bot.store.database import Database
from bot.store.encryption import Unreadable

_BATCH = 500  # rows in one transaction, so that the bot can write in between


async def rotate(db: Database) -> int:
    """Encrypt every secret again with the newest key and forget the older keys. Return how many secrets changed.

    A value that the bot writes at the same time is kept: only values that are still as they were read are replaced.
    Raise SettingsError when no key can read some of the secrets. The others are changed then, but no key is forgotten.
    """
    unreadable: list[str] = []
    changed = sum([await _column(db, column, unreadable) for column in db.tables.secrets])
    if unreadable:
        raise SettingsError(
            [f"{changed} secrets encrypted again, but none of ENCRYPTION_KEYS can read {', '.join(unreadable)}"]
        )
    canaries = db.tables.canaries
    async with db.writing() as connection:
        await connection.execute(delete(canaries).where(canaries.c.key_name != db.keyring.newest))
    return changed


async def _column(db: Database, column: "Column[object]", unreadable: list[str]) -> int:
    changed, last = 0, ""
    while True:
        async with db.writing() as connection:
            rows = await _next(connection, column, last)
            if not rows:
                return changed
            for row_id, sealed in rows:
                try:
                    changed += await _again(db, connection, column, row_id, sealed)
                except Unreadable:
                    unreadable.append(f"{column.table.name}.{column.name} of {row_id}")
            last = rows[-1][0]


async def _next(connection: AsyncConnection, column: "Column[object]", last: str) -> list[tuple[str, str]]:
    (key,) = column.table.primary_key
    query = select(key, type_coerce(column, Text)).where(key > last).order_by(key).limit(_BATCH)
    return [(row[0], row[1]) for row in (await connection.execute(query)).all()]


async def _again(
    db: Database, connection: AsyncConnection, column: "Column[object]", row_id: str, sealed: str | None
) -> int:
    if sealed is None or db.keyring.is_newest(sealed):
        return 0
    (key,) = column.table.primary_key
    same = (key == row_id) & (type_coerce(column, Text) == sealed)
    statement = update(column.table).where(same).values({column.name: db.keyring.open(sealed)})
    return (await connection.execute(statement)).rowcount
