"""Writes a row, whether it is there already or not: the one statement the two databases spell apart."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def upsert(connection: AsyncConnection, table: Table, **values: Any) -> None:  # Any: a column's own type
    """Adds the row, or changes the one with the same primary key to these values.

    Either way nobody else changes or deletes it until the transaction ends.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key]
    statement = insert(table).values(**values)
    same = {name: statement.excluded[name] for name in values}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=same))
